/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/ccid-message.h"
#include "tools/emulator/ccid.h"

typedef void run_fn(struct slot *, const struct command *, struct reply *);

static run_fn not_supported;

/* What a command must look like (CCID 1.1, 6.1). */
static const struct kind {
	uint8_t type;
	uint8_t answer;
	uint8_t reserved; /* from this byte of the header on all are 0 */
	bool needs_card;  /* powered; without one the card is mute */
	size_t min, max;  /* dwLength */
	run_fn *run;
} kinds[] = {
    {PC_to_RDR_SetParameters, RDR_to_PC_Parameters, 8, true, 5, 7,
	slot_set_params},
    {PC_to_RDR_IccPowerOn, RDR_to_PC_DataBlock, 8, false, 0, 0, slot_power_on},
    {PC_to_RDR_IccPowerOff, RDR_to_PC_SlotStatus, 7, false, 0, 0,
	slot_power_off},
    {PC_to_RDR_GetSlotStatus, RDR_to_PC_SlotStatus, 7, false, 0, 0,
	slot_status},
    {PC_to_RDR_GetParameters, RDR_to_PC_Parameters, 7, true, 0, 0,
	slot_get_params},
    {PC_to_RDR_ResetParameters, RDR_to_PC_Parameters, 7, true, 0, 0,
	slot_default_params},
    {PC_to_RDR_IccClock, RDR_to_PC_SlotStatus, 8, true, 0, 0, slot_clock},
    {PC_to_RDR_XfrBlock, RDR_to_PC_DataBlock, 10, true, 0, SIZE_MAX,
	slot_xfr_block},
    {PC_to_RDR_Abort, RDR_to_PC_SlotStatus, 7, false, 0, 0, slot_status},
    {PC_to_RDR_Secure, RDR_to_PC_DataBlock, 10, false, 0, SIZE_MAX,
	slot_secure},
    {PC_to_RDR_T0APDU, RDR_to_PC_SlotStatus, 10, false, 0, SIZE_MAX,
	not_supported},
    {PC_to_RDR_Escape, RDR_to_PC_Escape, 10, false, 0, SIZE_MAX, not_supported},
    {PC_to_RDR_Mechanical, RDR_to_PC_SlotStatus, 10, false, 0, SIZE_MAX,
	not_supported},
    {PC_to_RDR_SetDataRateAndClockFrequency,
	RDR_to_PC_DataRateAndClockFrequency, 7, true, 8, 8, slot_set_rate},
};

static const struct kind unknown = {
    0, RDR_to_PC_SlotStatus, 10, false, 0, SIZE_MAX, not_supported};

static void
not_supported(struct slot *slot, const struct command *c, struct reply *reply)
{
	(void)slot;
	(void)c;
	reply->failed = true;
	reply->error = CMD_NOT_SUPPORTED;
}

static const struct kind *
find_kind(uint8_t type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (kinds[i].type == type)
			return &kinds[i];
	}
	return &unknown;
}

static void
refuse(struct reply *reply, uint8_t error)
{
	reply->failed = true;
	reply->error = error;
}

static uint32_t
dw_length(const uint8_t *p)
{
	return (uint32_t)p[1] | (uint32_t)p[2] << 8 | (uint32_t)p[3] << 16 |
	    (uint32_t)p[4] << 24;
}

/* Form and state; false: refused, and the reply says why. */
static bool
acceptable(const struct ccid *ccid, const struct kind *kind,
    const struct command *c, const uint8_t *p, size_t n, struct reply *reply)
{
	if (dw_length(p) != n - CCID_HEADER || n > ccid->model->longest ||
	    c->n < kind->min || c->n > kind->max) {
		refuse(reply, BAD_dwLength);
		return false;
	}
	if (c->slot != 0) {
		refuse(reply, BAD_bSlot);
		return false;
	}
	if (c->type != PC_to_RDR_Abort) {
		bool busy =
		    ccid->hung || ccid->abort_bulk || pipe_is_busy(ccid->in);

		if (ccid->abort_control || busy) {
			refuse(reply,
			    ccid->abort_control ? CMD_ABORTED : CMD_SLOT_BUSY);
			return false;
		}
	}
	for (uint8_t i = kind->reserved; i < CCID_HEADER; i++) {
		if (p[i] != 0) {
			refuse(reply, i);
			return false;
		}
	}
	if (kind->needs_card && slot_icc_status(&ccid->slot) != ICC_ACTIVE) {
		refuse(reply, ICC_MUTE);
		return false;
	}
	return true;
}

/* Changes around the card that come before the command. */
static void
disturb(struct ccid *ccid, const struct fault *fault)
{
	switch (fault->kind) {
	case FAULT_PARAMS_RESET:
		slot_params_reset(&ccid->slot);
		break;
	case FAULT_WARM_RESET:
		slot_reset_unasked(&ccid->slot);
		break;
	case FAULT_CARD_RESET:
		slot_reset_card_alone(&ccid->slot);
		break;
	case FAULT_CARD_OUT:
		slot_remove(&ccid->slot, fault->number);
		break;
	case FAULT_CARD_SWAP:
		(void)slot_swap(&ccid->slot, fault->text);
		break;
	case FAULT_CARD_OTHER:
		(void)slot_insert(&ccid->slot, true, fault->text);
		break;
	case FAULT_BLOCK:
		ccid->slot.line.spoil = (enum line_spoil)fault->number;
		break;
	default:
		break;
	}
}

/* The reply that a fault gives in place of the card. */
static bool
forge(struct ccid *ccid, const struct fault *fault, struct reply *reply)
{
	switch (fault->kind) {
	case FAULT_ERROR:
		refuse(reply, (uint8_t)fault->number);
		return true;
	case FAULT_SW:
		reply->data[0] = (uint8_t)(fault->number >> 8);
		reply->data[1] = (uint8_t)fault->number;
		reply->n = 2;
		return true;
	case FAULT_WRONG_LE:
		reply->data[0] = 0x6C;
		reply->data[1] = (uint8_t)fault->number;
		reply->n = 2;
		return true;
	case FAULT_TIMEOUT:
		ccid->hung = fault->busy;
		return true;
	default:
		return false;
	}
}

/* What a fault makes of the reply that the card gave. */
static void
spoil(struct ccid *ccid, const struct fault *fault, struct reply *reply)
{
	switch (fault->kind) {
	case FAULT_ERROR:
		reply->n = 0;
		refuse(reply, (uint8_t)fault->number);
		break;
	case FAULT_TIMEOUT:
		ccid->hung = fault->busy;
		break;
	case FAULT_ATR:
		memcpy(reply->data, fault->bytes, fault->bytes_n);
		reply->n = fault->bytes_n;
		break;
	case FAULT_TRUNCATED_ATR:
		reply->n /= 2;
		break;
	default:
		break;
	}
}

static void
carry_out(struct ccid *ccid, const struct kind *kind, const struct command *c,
    const struct fault *fault, struct reply *reply)
{
	const uint8_t *inner;
	size_t n;

	if (fault != NULL)
		disturb(ccid, fault);
	if (fault == NULL || fault->lost || !forge(ccid, fault, reply)) {
		if (kind->needs_card &&
		    slot_icc_status(&ccid->slot) != ICC_ACTIVE)
			refuse(reply, ICC_MUTE);
		else
			kind->run(&ccid->slot, c, reply);
		if (fault != NULL)
			spoil(ccid, fault, reply);
	}
	/* A card that failed to start, or shorted its supply, is off. */
	if (reply->failed &&
	    ((c->type == PC_to_RDR_IccPowerOn && reply->error >= 0x80) ||
		reply->error == HW_ERROR))
		slot_power_down(&ccid->slot);
	ccid->slot.line.spoil = SPOIL_NONE;
	slot_count_errors(&ccid->slot);
	if (c->type == PC_to_RDR_XfrBlock) {
		slot_inner(&ccid->slot, c, &inner, &n);
		faults_passed(ccid->faults, inner, n);
	}
}

static enum verdict
fault_verdict(const struct fault *fault, unsigned long *number)
{
	switch (fault->kind) {
	case FAULT_STALL_OUT:
		return CCID_STALL_OUT;
	case FAULT_STALL_IN:
		return CCID_STALL_IN;
	case FAULT_UNPLUG:
		*number = fault->number;
		return CCID_UNPLUG;
	default:
		return CCID_TAKEN;
	}
}

static const struct fault *
next_fault(struct ccid *ccid, const struct command *c)
{
	struct fault_event event = {
	    .message = c->type,
	    .exchange = ccid->report->exchanges,
	    .fidi = ccid->slot.line.fidi,
	};
	const struct fault *fault;

	if (c->type == PC_to_RDR_XfrBlock) {
		slot_inner(&ccid->slot, c, &event.tpdu, &event.tpdu_n);
		event.block = c->data;
		event.block_n = c->n;
	}
	if (c->type == PC_to_RDR_IccPowerOn)
		faults_reset(
		    ccid->faults, ccid->slot.active ? UNTIL_WARM : UNTIL_COLD);
	fault = faults_next(ccid->faults, &event);
	if (fault != NULL)
		report_event(ccid->report, "F %s", fault->line);
	return fault;
}

static void
end_abort(struct ccid *ccid)
{
	ccid->abort_control = false;
	ccid->abort_bulk = false;
	ccid->hung = false;
	pipe_drop_seq(ccid->in, ccid->abort_seq);
}

/* The bulk half; false: the answer waits for the control request. */
static bool
abort_bulk(struct ccid *ccid, const struct command *c, struct reply *reply)
{
	if (!ccid->abort_control) {
		ccid->abort_bulk = true;
		ccid->abort_seq = c->seq;
		return false;
	}
	if (c->seq != ccid->abort_seq)
		refuse(reply, CMD_ABORTED);
	else
		end_abort(ccid);
	return true;
}

static struct command
cut_up(const uint8_t *p, size_t stored)
{
	return (struct command){
	    .type = p[0],
	    .slot = p[5],
	    .seq = p[6],
	    .specific = {p[7], p[8], p[9]},
	    .data = p + CCID_HEADER,
	    .n = stored - CCID_HEADER,
	};
}

enum verdict
ccid_command(struct ccid *ccid, const uint8_t *p, size_t stored, size_t n,
    uint64_t now_ms, unsigned long *number)
{
	struct command c = cut_up(p, stored);
	const struct kind *kind = find_kind(c.type);
	const struct fault *fault = NULL;
	enum verdict verdict = CCID_TAKEN;
	struct reply reply = {.n = 0};

	report_message(ccid->report, p, stored);
	ccid->report->messages[c.type]++;
	if (c.type == PC_to_RDR_XfrBlock)
		ccid->report->exchanges++;
	slot_count_command(&ccid->slot);
	if (acceptable(ccid, kind, &c, p, n, &reply)) {
		if (c.type == PC_to_RDR_Abort && !abort_bulk(ccid, &c, &reply))
			return CCID_TAKEN;
		fault = next_fault(ccid, &c);
		if (fault != NULL)
			verdict = fault_verdict(fault, number);
		if (verdict == CCID_STALL_OUT || verdict == CCID_UNPLUG)
			return verdict;
		if (!reply.failed)
			carry_out(ccid, kind, &c, fault, &reply);
	}
	if (fault != NULL &&
	    (fault->kind == FAULT_TIMEOUT ||
		(fault->kind == FAULT_STALL_IN && fault->lost)))
		return verdict;
	if (!ccid_answer(ccid, &c, kind->answer, &reply, fault, now_ms))
		return CCID_STALL_IN;
	return verdict;
}

bool
ccid_abort_request(struct ccid *ccid, uint16_t value, uint64_t now_ms)
{
	const struct command c = {.type = PC_to_RDR_Abort,
	    .slot = (uint8_t)value,
	    .seq = (uint8_t)(value >> 8)};
	struct reply reply = {.n = 0};

	if (c.slot != 0)
		return false;
	if (!ccid->abort_bulk || c.seq != ccid->abort_seq) {
		ccid->abort_control = true;
		ccid->abort_seq = c.seq;
		return true;
	}
	end_abort(ccid);
	slot_status(&ccid->slot, &c, &reply);
	return ccid_answer(
	    ccid, &c, RDR_to_PC_SlotStatus, &reply, NULL, now_ms);
}

void
ccid_reset(struct ccid *ccid)
{
	ccid->hung = false;
	ccid->abort_control = false;
	ccid->abort_bulk = false;
	pipe_clear(ccid->in);
	slot_power_down(&ccid->slot);
	ccid->slot.changed = ccid->slot.card != NULL;
}
