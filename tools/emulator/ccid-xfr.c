/* SPDX-License-Identifier: BSD-2-Clause */
/* XfrBlock at the level that the reader has (CCID 1.1, 6.1.4). */
#include <string.h>

#include "tools/emulator/ccid-slot.h"

#define PPSS		  0xFF
#define SHORT_APDU_MAX	  261
#define EXTENDED_APDU_MAX 65544

/* wLevelParameter and bChainParameter at extended level. */
enum { WHOLE = 0, BEGINS = 1, ENDS = 2, CONTINUES = 3, NEXT = 0x10 };

uint8_t
slot_line_error(enum line_result result)
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

static void
take_line_answer(
    enum line_result result, const struct line_answer *answer, struct reply *r)
{
	r->nulls = answer->nulls;
	if (result != LINE_OK) {
		reply_fail(r, slot_line_error(result));
		return;
	}
	r->n = answer->n;
	memcpy(r->data, answer->bytes, answer->n);
}

static bool
host_does_pps(const struct slot *slot)
{
	return !(model_features(slot->model) &
	    (CCID_AUTO_PPS | CCID_AUTO_NEGOTIATION));
}

static void
xfr_pps(struct slot *slot, const struct command *c, struct reply *reply)
{
	struct line_answer answer;
	enum line_result result =
	    line_raw_pps(&slot->line, slot->card, c->data, c->n, &answer);

	take_line_answer(result, &answer, reply);
}

static uint8_t
bad_t0_tpdu(const struct command *c)
{
	if (c->specific[0] != 0)
		return BAD_BYTE_7; /* bBWI: there is no block waiting time */
	if (c->n < TPDU_HEADER ||
	    (c->n > TPDU_HEADER && c->n != (size_t)TPDU_HEADER + c->data[4]))
		return BAD_dwLength;
	/* It would begin a PPS. */
	return c->data[0] == PPSS ? BAD_abData(0) : 0;
}

static uint8_t
bad_block(const struct slot *slot, const struct command *c)
{
	size_t tail = slot->parameters[1] & 1 ? 2 : 1;

	if (c->n < T1_PROLOGUE + tail ||
	    c->n != (size_t)T1_PROLOGUE + c->data[2] + tail)
		return BAD_dwLength;
	if (c->data[0] != 0 &&
	    !(model_features(slot->model) & CCID_NAD_ALLOWED))
		return BAD_abData(0);
	return c->data[2] > T1_INF_MAX ? BAD_abData(2) : 0;
}

static void
xfr_tpdu(struct slot *slot, const struct command *c, struct reply *reply)
{
	bool pps = c->n > 0 && c->data[0] == PPSS && host_does_pps(slot);
	struct line_answer answer;
	uint8_t error = 0;

	if (c->specific[1] != 0 || c->specific[2] != 0)
		error = BAD_wLevelParameter;
	else if (!pps)
		error =
		    slot->protocol == 0 ? bad_t0_tpdu(c) : bad_block(slot, c);
	if (error != 0)
		reply_fail(reply, error);
	else if (pps)
		xfr_pps(slot, c, reply);
	else if (slot->protocol == 0)
		take_line_answer(line_exchange(&slot->line, slot->card, c->data,
				     c->n, &answer),
		    &answer, reply);
	else
		take_line_answer(line_block(&slot->line, slot->card, c->data,
				     c->n, c->specific[0], &answer),
		    &answer, reply);
}

/* Run a command; on failure the reply says why. */
static bool
run_apdu(struct slot *slot, const uint8_t *apdu, size_t n,
    struct blob *response, struct reply *reply)
{
	enum line_result result;

	if (n < 4 || apdu[0] == PPSS) {
		reply_fail(reply, n < 4 ? BAD_dwLength : BAD_abData(0));
		return false;
	}
	result = slot->protocol == 0
	    ? level_t0_apdu(slot, apdu, n, response, &reply->nulls)
	    : level_t1_apdu(slot, apdu, n, response, &reply->nulls);
	if (result == LINE_OK && response->failed)
		result = LINE_VIOLATION;
	if (result != LINE_OK)
		reply_fail(reply, slot_line_error(result));
	return result == LINE_OK;
}

/* ISO/IEC 7816-4, 5.1: case 1, 2, 3 or 4 with one byte for Lc and Le. */
static bool
is_short(const uint8_t *apdu, size_t n)
{
	if (n == 4 || n == 5)
		return true;
	return n > 5 && apdu[4] != 0 &&
	    (n == 5u + apdu[4] || n == 6u + apdu[4]);
}

static void
xfr_short(struct slot *slot, const struct command *c, struct reply *reply)
{
	struct blob response = {0};

	if (c->specific[1] != 0 || c->specific[2] != 0)
		reply_fail(reply, BAD_wLevelParameter);
	else if (c->n > SHORT_APDU_MAX || !is_short(c->data, c->n))
		reply_fail(reply, BAD_dwLength);
	else if (run_apdu(slot, c->data, c->n, &response, reply)) {
		reply->n = response.len;
		memcpy(reply->data, response.data, response.len);
	}
	blob_clear(&response);
}

/* The next part of the response, as long as one message can be. */
static void
send_part(struct slot *slot, bool first, struct reply *reply)
{
	struct apdu_chain *chain = &slot->chain;
	size_t most = model_longest_message(slot->model) - CCID_HEADER;
	size_t left = chain->response.len - chain->at;
	bool last = left <= most;

	if (most > sizeof(reply->data))
		most = sizeof(reply->data);
	last = left <= most;
	reply->n = last ? left : most;
	memcpy(reply->data, chain->response.data + chain->at, reply->n);
	chain->at += reply->n;
	if (first)
		reply->specific = last ? WHOLE : BEGINS;
	else
		reply->specific = last ? ENDS : CONTINUES;
	if (last) {
		blob_clear(&chain->response);
		chain->at = 0;
	}
}

static bool
in_order(const struct apdu_chain *chain, unsigned level, size_t n)
{
	if (level == NEXT)
		return chain->response.len > 0 && n == 0;
	if (chain->response.len > 0 || n == 0)
		return false;
	if (level == ENDS || level == CONTINUES)
		return chain->receiving;
	return (level == WHOLE || level == BEGINS) && !chain->receiving;
}

static void
run_chain(struct slot *slot, struct reply *reply)
{
	struct apdu_chain *chain = &slot->chain;
	struct blob response = {0};

	if (run_apdu(slot, chain->command.data, chain->command.len, &response,
		reply)) {
		chain->response = response;
		chain->at = 0;
		send_part(slot, true, reply);
	} else {
		blob_clear(&response);
	}
	blob_clear(&chain->command);
}

static void
xfr_extended(struct slot *slot, const struct command *c, struct reply *reply)
{
	struct apdu_chain *chain = &slot->chain;
	unsigned level = c->specific[1] | (unsigned)c->specific[2] << 8;

	if (!in_order(chain, level, c->n)) {
		slot_forget_exchange(slot);
		reply_fail(reply, BAD_wLevelParameter);
		return;
	}
	if (level == NEXT) {
		send_part(slot, false, reply);
		return;
	}
	blob_add(&chain->command, c->data, c->n);
	chain->receiving = level == BEGINS || level == CONTINUES;
	if (chain->command.len > EXTENDED_APDU_MAX) {
		slot_forget_exchange(slot);
		reply_fail(reply, BAD_dwLength);
	} else if (chain->receiving) {
		reply->specific = NEXT;
	} else {
		run_chain(slot, reply);
	}
}

void
slot_forget_exchange(struct slot *slot)
{
	blob_clear(&slot->chain.command);
	blob_clear(&slot->chain.response);
	slot->chain = (struct apdu_chain){.receiving = false};
	blob_clear(&slot->characters.in);
	slot->characters = (struct characters){.want = 0};
	slot->t1 = (struct reader_t1){.ifsc = slot->atr.ifsc};
}

void
slot_inner(const struct slot *slot, const struct command *c, const uint8_t **p,
    size_t *n)
{
	bool block = slot->protocol == 1 &&
	    (model_level(slot->model) == LEVEL_TPDU ||
		model_level(slot->model) == LEVEL_CHARACTER);

	*p = c->data;
	*n = c->n;
	if (block && c->n > T1_PROLOGUE && t1_is_i(c->data[1])) {
		*p += T1_PROLOGUE;
		*n -= T1_PROLOGUE;
	}
}

void
slot_xfr_block(struct slot *slot, const struct command *c, struct reply *reply)
{
	unsigned verifies = card_verifies(slot->card);
	uint64_t fetched = slot->line.get_responses;

	if (slot->clock_stopped) {
		reply_fail(reply, ICC_MUTE);
		return;
	}
	switch (model_level(slot->model)) {
	case LEVEL_CHARACTER:
		level_characters(slot, c, reply);
		break;
	case LEVEL_TPDU:
		xfr_tpdu(slot, c, reply);
		break;
	case LEVEL_SHORT_APDU:
		xfr_short(slot, c, reply);
		break;
	case LEVEL_EXTENDED_APDU:
		xfr_extended(slot, c, reply);
		break;
	}
	slot->report->verify_commands += card_verifies(slot->card) - verifies;
	slot->report->get_responses += slot->line.get_responses - fetched;
}
