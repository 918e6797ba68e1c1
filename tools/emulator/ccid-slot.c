/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/ccid-slot.h"

#define FIDI_DEFAULT 0x11

static bool
insert(struct slot *slot, const char *profile, const char **error)
{
	slot->card = card_new(profile, slot->source.pki, error);
	slot->t1_errors = 0;
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
