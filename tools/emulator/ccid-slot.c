/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/ccid-slot.h"

#define FIDI_DEFAULT 0x11

/* The first card has the folder that was named, the other one beside it. */
static struct card *
make_card(const struct slot *slot, const char *profile, const char **error)
{
	struct card *card;
	char *pki = NULL;

	if (!slot->other || slot->source.pki == NULL)
		return card_new(profile, slot->source.pki, error);
	if (asprintf(&pki, "%s.2", slot->source.pki) < 0) {
		*error = "out of memory";
		return NULL;
	}
	card = card_new(profile, pki, error);
	free(pki);
	return card;
}

static bool
renew(struct slot *slot, const struct hand *r)
{
	const char *error = "";
	bool ok = card_renew(slot->card, r->number, r->new_key, &error);

	if (ok)
		report_event(slot->report, "C certificate %02X renewed%s",
		    r->number, r->new_key ? ", new key" : "");
	else
		report_event(slot->report, "C not renewed: %s", error);
	return ok;
}

bool
slot_renew(struct slot *slot, const struct hand *renewal)
{
	if (slot->card != NULL)
		return renew(slot, renewal);
	if (slot->renewal_count == RENEWALS_MAX)
		return false;
	slot->renewals[slot->renewal_count++] = *renewal;
	return true;
}

static bool
insert(struct slot *slot, const char *profile, const char **error)
{
	slot->card = make_card(slot, profile, error);
	slot->t1_errors = 0;
	slot->counted = (struct card_counts){.wrong_pins = 0};
	for (size_t i = 0; slot->card != NULL && i < slot->renewal_count; i++)
		(void)renew(slot, &slot->renewals[i]);
	if (slot->card != NULL)
		slot->renewal_count = 0;
	slot->changed = slot->changed || slot->card != NULL;
	return slot->card != NULL;
}

bool
slot_init(struct slot *slot, const struct model *model, struct report *report,
    const struct card_source *source, const char **error)
{
	*slot = (struct slot){.model = model,
	    .report = report,
	    .source = *source,
	    .line = {.model = model, .fidi = FIDI_DEFAULT}};
	return source->profile == NULL || insert(slot, source->profile, error);
}

void
slot_clear(struct slot *slot)
{
	slot_forget_exchange(slot);
	pad_clear(&slot->pad);
	if (slot->card != NULL)
		card_free(&slot->card);
}

uint8_t
slot_icc_status(const struct slot *slot)
{
	if (slot->card == NULL)
		return ICC_ABSENT;
	return slot->active ? ICC_ACTIVE : ICC_INACTIVE;
}

void
slot_count_errors(struct slot *slot)
{
	unsigned now;

	if (slot->card == NULL)
		return;
	now = card_t1_errors(slot->card);
	slot->report->t1_host_errors += now - slot->t1_errors;
	slot->t1_errors = now;
	report_card(slot->report, &slot->counted, card_counts(slot->card));
	slot->counted = *card_counts(slot->card);
	slot->report->has_card = true;
	slot->report->pin_tries_left = card_tries_left(slot->card);
}

void
slot_remove(struct slot *slot, unsigned long back)
{
	slot->back = back;
	if (slot->card == NULL)
		return;
	report_event(slot->report, "C card out");
	slot->active = false;
	slot->changed = true;
	slot_count_errors(slot);
	slot_forget_exchange(slot);
	card_free(&slot->card);
}

bool
slot_swap(struct slot *slot, const char *profile)
{
	const char *error = "";

	if (profile == NULL)
		profile = slot->source.profile;
	slot_remove(slot, 0);
	if (profile == NULL || !insert(slot, profile, &error)) {
		report_event(slot->report, "C no card to swap %s", error);
		return false;
	}
	report_event(slot->report, "C card in %s", profile);
	return true;
}

bool
slot_insert(struct slot *slot, bool other, const char *profile)
{
	slot->other = other;
	return slot_swap(slot, profile);
}

void
slot_count_command(struct slot *slot)
{
	if (slot->back > 0 && --slot->back == 0 && slot->card == NULL)
		(void)slot_swap(slot, NULL);
}

void
slot_power_down(struct slot *slot)
{
	if (slot->active)
		card_power_off(slot->card);
	slot->active = false;
	slot->clock_stopped = false;
}

/* Reset the card; 0 or a bError, and then the card is off. */
static uint8_t
reset_card(struct slot *slot, uint8_t bytes[ATR_MAX], size_t *n)
{
	uint8_t error;

	slot->active = true;
	slot->clock_stopped = false;
	*n = line_reset(&slot->line, slot->card, bytes);
	error = answer_to_reset_parse(bytes, *n, &slot->atr);
	if (error != 0) {
		slot_power_down(slot);
		return error;
	}
	slot_activated(slot);
	return 0;
}

void
slot_reset_unasked(struct slot *slot)
{
	uint8_t bytes[ATR_MAX];
	size_t n;

	if (slot->active)
		(void)reset_card(slot, bytes, &n);
}

void
slot_reset_card_alone(struct slot *slot)
{
	size_t n;

	if (slot->active)
		(void)card_reset(slot->card, &n);
}

void
slot_status(struct slot *slot, const struct command *c, struct reply *reply)
{
	(void)c;
	/* bClockStatus: 00 running, 01 stopped in state L */
	reply->specific = slot->clock_stopped ? 1 : 0;
}

/* Whether the card works at the voltage chosen, or at any that can be. */
static bool
voltage_fits(const struct slot *slot, uint8_t select)
{
	/* bVoltageSupport has a bit for each bPowerSelect from 01 on. */
	unsigned tried =
	    select == 0 ? model_voltages(slot->model) : 1u << (select - 1u);

	return (tried & card_voltages(slot->card)) != 0;
}

void
slot_power_on(struct slot *slot, const struct command *c, struct reply *reply)
{
	uint8_t select = c->specific[0];
	bool automatic = model_features(slot->model) & CCID_AUTO_VOLTAGE;
	uint8_t error;

	/* 00 automatic, 01 5 V, 02 3 V, 03 1.8 V */
	if (select > 3 || (select == 0 && !automatic) ||
	    (select > 0 &&
		!(model_voltages(slot->model) &
		    CCID_VOLTAGE_5V << (select - 1)))) {
		reply_fail(reply, BAD_BYTE_7);
		return;
	}
	if (slot->card == NULL) {
		reply_fail(reply, ICC_MUTE);
		return;
	}
	if (!voltage_fits(slot, select)) {
		slot_power_down(slot);
		reply_fail(reply, ICC_MUTE);
		return;
	}
	slot->report->power_ons++;
	if (slot->active)
		slot->report->warm_resets++;
	else
		slot->report->cold_resets++;
	error = reset_card(slot, reply->data, &reply->n);
	if (error != 0)
		reply_fail(reply, error);
}

void
slot_power_off(struct slot *slot, const struct command *c, struct reply *reply)
{
	slot_power_down(slot);
	slot_status(slot, c, reply);
}

void
slot_clock(struct slot *slot, const struct command *c, struct reply *reply)
{
	if (!(model_features(slot->model) & CCID_CLOCK_STOP)) {
		reply_fail(reply, CMD_NOT_SUPPORTED);
		return;
	}
	if (c->specific[0] > 1) {
		reply_fail(reply, BAD_BYTE_7);
		return;
	}
	slot->clock_stopped = c->specific[0] == 1;
	slot_status(slot, c, reply);
}
