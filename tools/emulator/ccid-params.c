/* SPDX-License-Identifier: BSD-2-Clause */
/* Parameters of the protocol, and who negotiates them (CCID 1.1, 6.1.5-7). */
#include <string.h>

#include "tools/emulator/ccid-slot.h"

#define FIDI_DEFAULT 0x11
#define TCCKS_T1     0x10
#define BWI_MAX	     9

/* Offsets in the protocol data structures (CCID 1.1, 6.1.7). */
enum {
	bmFindexDindex,
	bmTCCKS,
	bGuardTime,
	bWaitingIntegers,
	bClockStop,
	bIFSC,
	bNadValue
};

static size_t
structure_size(uint8_t protocol)
{
	return protocol == 0 ? PARAMETERS_T0 : PARAMETERS_T1;
}

static void
take_from_atr(struct slot *slot, const struct answer_to_reset *atr)
{
	uint8_t *p = slot->parameters;

	memset(p, 0, sizeof(slot->parameters));
	p[bmFindexDindex] = atr->fidi;
	p[bGuardTime] = atr->guard;
	p[bWaitingIntegers] = atr->waiting;
	if (slot->protocol == 1) {
		p[bmTCCKS] = (uint8_t)(TCCKS_T1 | (atr->crc ? 1 : 0));
		p[bWaitingIntegers] = atr->bwi_cwi;
		p[bIFSC] = atr->ifsc;
	}
	slot->line.fidi = atr->fidi;
	slot->line.guard = atr->guard;
	slot->line.protocol = slot->protocol;
}

/* dwFeatures 40: all by itself, with the first offer at its best speed. */
static void
negotiate(struct slot *slot)
{
	uint8_t fidi = slot->atr.ta1;

	if (slot->atr.specific || fidi == FIDI_DEFAULT ||
	    model_clock_khz(slot->model, fidi) == 0)
		return;
	if (line_pps(&slot->line, slot->card, slot->protocol, fidi) == LINE_OK)
		slot->parameters[bmFindexDindex] = fidi;
}

void
slot_activated(struct slot *slot)
{
	static const struct answer_to_reset defaults = {
	    .fidi = FIDI_DEFAULT, .waiting = 10};
	uint32_t features = model_features(slot->model);

	slot->protocol = 0;
	slot_forget_exchange(slot);
	if (!(features & (CCID_AUTO_PARAMETERS | CCID_AUTO_NEGOTIATION))) {
		take_from_atr(slot, &defaults);
		return;
	}
	slot->protocol = slot->atr.first;
	take_from_atr(slot, &slot->atr);
	if (features & CCID_AUTO_NEGOTIATION)
		negotiate(slot);
}

void
slot_params_reset(struct slot *slot)
{
	slot->line.fidi = FIDI_DEFAULT;
	slot->parameters[bmFindexDindex] = FIDI_DEFAULT;
}

void
slot_get_params(struct slot *slot, const struct command *c, struct reply *reply)
{
	(void)c;
	reply->specific = slot->protocol;
	reply->n = structure_size(slot->protocol);
	memcpy(reply->data, slot->parameters, reply->n);
}

void
slot_default_params(
    struct slot *slot, const struct command *c, struct reply *reply)
{
	struct answer_to_reset defaults = slot->atr;

	defaults.fidi = FIDI_DEFAULT;
	defaults.guard = 0;
	defaults.waiting = 10;
	take_from_atr(slot, &defaults);
	slot_get_params(slot, c, reply);
}

static uint8_t
bad_t1_parameter(const struct slot *slot, const uint8_t *p)
{
	bool nad = model_features(slot->model) & CCID_NAD_ALLOWED;

	if ((p[bmTCCKS] & ~0x03) != TCCKS_T1 ||
	    (p[bmTCCKS] & 1) != slot->atr.crc)
		return BAD_abData(bmTCCKS);
	if (p[bWaitingIntegers] >> 4 > BWI_MAX)
		return BAD_abData(bWaitingIntegers);
	if (p[bClockStop] > 3)
		return BAD_abData(bClockStop);
	if (p[bIFSC] == 0 || p[bIFSC] > T1_INF_MAX)
		return BAD_abData(bIFSC);
	return p[bNadValue] != 0 && !nad ? BAD_abData(bNadValue) : 0;
}

/* The first byte that this reader or protocol forbids, 0 when all are fine. */
static uint8_t
bad_parameter(const struct slot *slot, const struct command *c)
{
	const uint8_t *p = c->data;
	uint8_t protocol = c->specific[0];

	if (protocol > 1 || !(slot->atr.protocols >> protocol & 1))
		return BAD_BYTE_7;
	if (c->n != structure_size(protocol))
		return BAD_dwLength;
	if (model_clock_khz(slot->model, p[bmFindexDindex]) == 0)
		return BAD_abData(bmFindexDindex);
	if (protocol == 1)
		return bad_t1_parameter(slot, p);
	if (p[bmTCCKS] & ~0x02)
		return BAD_abData(bmTCCKS);
	if (p[bWaitingIntegers] == 0)
		return BAD_abData(bWaitingIntegers);
	return p[bClockStop] > 3 ? BAD_abData(bClockStop) : 0;
}

/* dwFeatures 80: the reader does the PPS. */
static bool
automatic_pps(struct slot *slot, uint8_t protocol, uint8_t fidi)
{
	if (!(model_features(slot->model) & CCID_AUTO_PPS))
		return true;
	if (fidi == slot->line.fidi && protocol == slot->line.protocol)
		return true;
	return line_pps(&slot->line, slot->card, protocol, fidi) == LINE_OK;
}

void
slot_set_params(struct slot *slot, const struct command *c, struct reply *reply)
{
	uint32_t features = model_features(slot->model);
	uint8_t error = bad_parameter(slot, c);
	uint8_t fidi = c->data[bmFindexDindex], protocol = c->specific[0];

	if (features & CCID_AUTO_NEGOTIATION)
		error = CMD_NOT_SUPPORTED;
	if (error != 0 || (features & CCID_AUTO_NEGOTIATION)) {
		reply_fail(reply, error);
		return;
	}
	if (!automatic_pps(slot, protocol, fidi)) {
		reply_fail(reply, BAD_abData(bmFindexDindex));
		return;
	}
	if (protocol != slot->protocol)
		slot_forget_exchange(slot);
	memset(slot->parameters, 0, sizeof(slot->parameters));
	memcpy(slot->parameters, c->data, c->n);
	slot->protocol = protocol;
	slot->line.protocol = protocol;
	slot->line.guard = c->data[bGuardTime];
	if (features & CCID_AUTO_BAUD)
		slot->line.fidi = fidi;
	slot_get_params(slot, c, reply);
}

static uint32_t
get_le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static void
put_le32(uint8_t *p, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/*
 * CCID 1.1, 6.1.14: where the line does not follow the parameters by itself.
 * These readers have one clock; a rate that is not that of F and D leaves the
 * line as it was.
 */
void
slot_set_rate(struct slot *slot, const struct command *c, struct reply *reply)
{
	const uint32_t automatic = CCID_AUTO_CLOCK | CCID_AUTO_BAUD;
	uint8_t fidi = slot->parameters[bmFindexDindex];
	uint32_t khz = model_default_khz(slot->model);
	uint32_t rate = model_rate(slot->model, fidi);
	uint32_t asked = get_le32(c->data + 4);

	if ((model_features(slot->model) & automatic) == automatic) {
		reply_fail(reply, CMD_NOT_SUPPORTED);
		return;
	}
	if (get_le32(c->data) != khz) {
		reply_fail(reply, BAD_abData(0));
		return;
	}
	if (asked > rate + 2 || asked + 2 < rate) {
		reply_fail(reply, BAD_abData(4));
		return;
	}
	slot->line.fidi = fidi;
	put_le32(reply->data, khz);
	put_le32(reply->data + 4, rate);
	reply->n = 8;
}
