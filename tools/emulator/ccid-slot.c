/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/answer-to-reset.h"
#include "tools/emulator/ccid-slot.h"

#define FIDI_DEFAULT	 0x11
#define INS_VERIFY	 0x20
#define INS_GET_RESPONSE 0xC0
#define CLA_PPSS	 0xFF

/* Offsets in the T=0 protocol data structure (CCID 1.1, 6.1.7). */
enum { bmFindexDindex, bmTCCKST0, bGuardTimeT0, bWaitingIntegerT0, bClockStop };

static void
fail(struct reply *reply, uint8_t error)
{
	reply->failed = true;
	reply->error = error;
	reply->n = 0;
}

static bool
insert(struct slot *slot, const char *profile, const char **error)
{
	slot->card = card_new(profile, slot->source.pki, error);
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
slot_remove(struct slot *slot, unsigned long back)
{
	slot->back = back;
	if (slot->card == NULL)
		return;
	report_event(slot->report, "C card out");
	slot->active = false;
	slot->changed = true;
	card_free(&slot->card);
}

void
slot_swap(struct slot *slot, const char *profile)
{
	const char *error = "";

	if (profile == NULL)
		profile = slot->source.profile;
	slot_remove(slot, 0);
	if (profile == NULL || !insert(slot, profile, &error))
		report_event(slot->report, "C no card to swap %s", error);
	else
		report_event(slot->report, "C card in %s", profile);
}

void
slot_count_command(struct slot *slot)
{
	if (slot->back > 0 && --slot->back == 0 && slot->card == NULL)
		slot_swap(slot, NULL);
}

void
slot_power_down(struct slot *slot)
{
	if (slot->active)
		card_power_off(slot->card);
	slot->active = false;
	slot->clock_stopped = false;
}

static void
default_parameters(struct slot *slot, const struct answer_to_reset *atr)
{
	slot->line.fidi = atr->fidi;
	slot->line.guard = atr->guard;
	memset(slot->parameters, 0, sizeof(slot->parameters));
	slot->parameters[bmFindexDindex] = atr->fidi;
	slot->parameters[bGuardTimeT0] = atr->guard;
	slot->parameters[bWaitingIntegerT0] = atr->waiting;
}

/* Reset the card; 0 or a bError, and then the card is off. */
static uint8_t
reset_card(struct slot *slot, uint8_t bytes[ATR_MAX], size_t *n)
{
	struct answer_to_reset atr;
	uint8_t error;

	slot->active = true;
	slot->clock_stopped = false;
	*n = line_reset(&slot->line, slot->card, bytes);
	error = answer_to_reset_parse(bytes, *n, &atr);
	if (error != 0) {
		slot_power_down(slot);
		return error;
	}
	slot->protocols = atr.protocols;
	default_parameters(slot, &atr);
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
slot_params_reset(struct slot *slot)
{
	slot->line.fidi = FIDI_DEFAULT;
	slot->parameters[bmFindexDindex] = FIDI_DEFAULT;
}

void
slot_status(struct slot *slot, const struct command *c, struct reply *reply)
{
	(void)c;
	/* bClockStatus: 00 running, 01 stopped in state L */
	reply->specific = slot->clock_stopped ? 1 : 0;
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
		fail(reply, BAD_BYTE_7);
		return;
	}
	if (slot->card == NULL) {
		fail(reply, ICC_MUTE);
		return;
	}
	slot->report->power_ons++;
	if (slot->active)
		slot->report->warm_resets++;
	else
		slot->report->cold_resets++;
	error = reset_card(slot, reply->data, &reply->n);
	if (error != 0)
		fail(reply, error);
}

void
slot_power_off(struct slot *slot, const struct command *c, struct reply *reply)
{
	slot_power_down(slot);
	slot_status(slot, c, reply);
}

void
slot_get_params(struct slot *slot, const struct command *c, struct reply *reply)
{
	(void)c;
	reply->n = sizeof(slot->parameters);
	memcpy(reply->data, slot->parameters, sizeof(slot->parameters));
}

/* The first byte that this reader or protocol forbids, 0 when all are fine. */
static uint8_t
bad_parameter(const struct slot *slot, const struct command *c)
{
	const uint8_t *p = c->data;

	/* The card on the contacts speaks T=0; there is nothing else here. */
	if (c->specific[0] != 0 || !(slot->protocols & 1))
		return BAD_BYTE_7;
	if (c->n != T0_PARAMETERS)
		return BAD_dwLength;
	if (model_clock_khz(slot->model, p[bmFindexDindex]) == 0)
		return BAD_abData(bmFindexDindex);
	if (p[bmTCCKST0] & ~0x02)
		return BAD_abData(bmTCCKST0);
	if (p[bWaitingIntegerT0] == 0)
		return BAD_abData(bWaitingIntegerT0);
	if (p[bClockStop] > 3)
		return BAD_abData(bClockStop);
	return 0;
}

void
slot_set_params(struct slot *slot, const struct command *c, struct reply *reply)
{
	uint8_t error = bad_parameter(slot, c);
	enum line_result pps = LINE_OK;

	if (error != 0) {
		fail(reply, error);
		return;
	}
	/* dwFeatures 80: the reader does the PPS. */
	if (c->data[bmFindexDindex] != slot->line.fidi)
		pps = line_pps(
		    &slot->line, slot->card, 0, c->data[bmFindexDindex]);
	if (pps != LINE_OK) {
		fail(reply, BAD_abData(bmFindexDindex));
		return;
	}
	memcpy(slot->parameters, c->data, sizeof(slot->parameters));
	slot->line.guard = c->data[bGuardTimeT0];
	slot_get_params(slot, c, reply);
}

void
slot_default_params(
    struct slot *slot, const struct command *c, struct reply *reply)
{
	const struct answer_to_reset defaults = {
	    .fidi = FIDI_DEFAULT, .waiting = 10};

	default_parameters(slot, &defaults);
	slot_get_params(slot, c, reply);
}

void
slot_clock(struct slot *slot, const struct command *c, struct reply *reply)
{
	if (!(model_features(slot->model) & CCID_CLOCK_STOP)) {
		fail(reply, CMD_NOT_SUPPORTED);
		return;
	}
	if (c->specific[0] > 1) {
		fail(reply, BAD_BYTE_7);
		return;
	}
	slot->clock_stopped = c->specific[0] == 1;
	slot_status(slot, c, reply);
}

static uint8_t
bad_tpdu(const struct slot *slot, const struct command *c)
{
	if (c->specific[0] != 0)
		return BAD_BYTE_7; /* bBWI: there is no block waiting time */
	if (c->specific[1] != 0 || c->specific[2] != 0)
		return BAD_wLevelParameter;
	if (c->n < TPDU_HEADER ||
	    (c->n > TPDU_HEADER && c->n != (size_t)TPDU_HEADER + c->data[4]))
		return BAD_dwLength;
	/* It would begin a PPS. */
	if (c->data[0] == CLA_PPSS)
		return BAD_abData(0);
	return slot->clock_stopped ? ICC_MUTE : 0;
}

static uint8_t
line_error(enum line_result result)
{
	switch (result) {
	case LINE_OK:
		return 0;
	case LINE_CONFLICT:
		return PROCEDURE_BYTE_CONFLICT;
	case LINE_VIOLATION:
		return ICC_PROTOCOL_NOT_SUPPORTED;
	case LINE_MUTE:
		break;
	}
	return ICC_MUTE;
}

void
slot_xfr_block(struct slot *slot, const struct command *c, struct reply *reply)
{
	struct line_answer answer;
	uint8_t error = bad_tpdu(slot, c);

	if (error == 0) {
		if (c->data[1] == INS_GET_RESPONSE)
			slot->report->get_responses++;
		if (c->data[1] == INS_VERIFY && c->n > TPDU_HEADER)
			slot->report->verify_commands++;
		error = line_error(line_exchange(
		    &slot->line, slot->card, c->data, c->n, &answer));
		reply->nulls = answer.nulls;
	}
	if (error != 0) {
		fail(reply, error);
		return;
	}
	reply->n = answer.n;
	memcpy(reply->data, answer.bytes, answer.n);
}
