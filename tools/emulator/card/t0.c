/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/card/command.h"
#include "tools/emulator/card/sw.h"
#include "tools/emulator/card/t0.h"

#define GET_RESPONSE 0xC0
#define SELECT	     0xA4

void
t0_reset(struct card *card)
{
	card->waiting = NULL;
	blob_clear(&card->answer);
	card->answer_at = 0;
	card->end_sw = 0;
	card->endless = 0;
}

/* SW2 that stands for n bytes: 00 is 256, and for 61 also more. */
static uint16_t
sw_count(unsigned sw1, size_t n)
{
	return (uint16_t)(sw1 | (n < 256 ? n : 0));
}

uint16_t
t0_pending(const struct card *card)
{
	size_t left = card->answer.len - card->answer_at;

	if (left)
		return sw_count(SW_MORE, left);
	return card->end_sw ? card->end_sw : SW_OK;
}

/* To data: 61xx, or what this card says in its place after SELECT. */
static uint16_t
data_status(const struct card *card)
{
	uint16_t sw = t0_pending(card);

	if (card->apdu.ins == SELECT && sw >> 8 == SW_MORE >> 8)
		sw = (uint16_t)(card->profile->habits.select_more << 8 |
		    (sw & 0xFF));
	return sw;
}

static void
reply_status(struct t0_reply *reply, uint16_t sw)
{
	reply->turn = T0_STATUS;
	reply->sw = sw;
}

/* Le is P3; the card sends exactly that many or says how many it has. */
static void
reply_data(struct card *card, uint8_t p3, bool partial, struct t0_reply *reply)
{
	size_t left = card->answer.len - card->answer_at;
	size_t le = p3 ? p3 : 256;

	if (le > left || (le < left && !partial)) {
		reply_status(reply, sw_count(SW_EXACT_LE, left));
		return;
	}
	reply->turn = T0_SENDS;
	reply->len = le;
	memcpy(reply->data, card->answer.data + card->answer_at, le);
	card->answer_at += le;
	command_go_on(card);
	reply->sw = t0_pending(card);
	if (card->answer_at == card->answer.len)
		t0_reset(card);
}

/* A length that no card of good faith would ask for. */
static bool
never_right(const struct card *card, struct t0_reply *reply)
{
	const struct apdu *apdu = &card->apdu;

	if (card->profile->habits.endless[apdu->ins] != SW_EXACT_LE >> 8)
		return false;
	reply_status(reply, (uint16_t)(SW_EXACT_LE | ((apdu->p3 + 1u) & 0xFF)));
	return true;
}

static void
get_response(struct card *card, const struct apdu *apdu, struct t0_reply *reply)
{
	if (never_right(card, reply))
		return;
	if (card->answer.len == 0)
		reply_status(reply, SW_NO_REFERENCE);
	else if (apdu->p1 || apdu->p2)
		reply_status(reply, SW_BAD_P1P2);
	else
		reply_data(card, apdu->p3, true, reply);
}

/* A command without data: case 1, 2, or case 3 and 4 cut down to P3=00. */
static void
run_at_once(struct card *card, const struct command *c, struct t0_reply *reply)
{
	const struct profile *p = card->profile;
	uint16_t sw;

	if (!c->takes_data(&card->apdu) && never_right(card, reply))
		return;
	sw = command_run(card, c);
	if (sw != SW_OK || card->answer.len == 0) {
		t0_reset(card);
		reply_status(reply, sw);
		return;
	}
	if (c->takes_data(&card->apdu) || card->answer.len > 256) {
		reply_status(reply, data_status(card));
		return;
	}
	reply_data(card, card->apdu.p3, p->short_le_partial, reply);
	/* After 6Cxx the host sends the whole command again. */
	if (reply->turn == T0_STATUS)
		t0_reset(card);
}

static void
start(struct card *card, struct t0_reply *reply)
{
	const struct command *c = command_find(card, card->apdu.ins);
	uint16_t sw;

	if (!c) {
		reply_status(reply, card_status(card, STATUS_UNKNOWN_INS));
		return;
	}
	sw = c->check(card, &card->apdu);
	if (sw) {
		reply_status(reply, sw);
	} else if (c->takes_data(&card->apdu) && card->apdu.p3 > 0) {
		card->waiting = c;
		reply->turn = T0_RECEIVES;
	} else {
		run_at_once(card, c, reply);
	}
}

static void
header(struct card *card, const uint8_t h[5], struct t0_reply *reply)
{
	uint16_t busy = card_status(card, STATUS_MID_CHAIN);
	uint16_t sw;

	command_seen(card, h[1]);
	card->waiting = NULL;
	card->apdu = (struct apdu){
	    .cla = h[0], .ins = h[1], .p1 = h[2], .p2 = h[3], .p3 = h[4]};
	sw = command_begin(card);
	if (sw) {
		t0_reset(card);
		reply_status(reply, sw);
		return;
	}
	if (card->apdu.ins == GET_RESPONSE) {
		get_response(card, &card->apdu, reply);
	} else if (busy && card->answer_at > 0) {
		reply_status(reply, busy);
	} else {
		t0_reset(card);
		start(card, reply);
	}
}

void
card_t0_header(struct card *card, const uint8_t h[5], struct t0_reply *reply)
{
	const struct profile *p = card->profile;

	memset(reply, 0, sizeof(*reply));
	card->fresh = false;
	if (!card->powered) {
		reply_status(reply, SW_NO_DIAGNOSIS);
		return;
	}
	header(card, h, reply);
	reply->single = p->single_ack[h[1]] && reply->turn != T0_STATUS;
	/* Slow is the work, not the wish for data. */
	if (reply->turn != T0_RECEIVES)
		reply->nulls = p->nulls[h[1]];
}

void
card_t0_data(
    struct card *card, const uint8_t *data, size_t n, struct t0_reply *reply)
{
	const struct command *c = card->waiting;
	uint16_t sw;

	memset(reply, 0, sizeof(*reply));
	card->waiting = NULL;
	if (!card->powered || !c || n != card->apdu.p3) {
		t0_reset(card);
		reply_status(reply, SW_WRONG_LENGTH);
		return;
	}
	card->apdu.data = data;
	card->apdu.n = n;
	sw = command_run(card, c);
	card->apdu.data = NULL;
	if (sw != SW_OK)
		t0_reset(card);
	reply_status(reply, sw == SW_OK ? data_status(card) : sw);
	reply->nulls = card->profile->nulls[c->ins];
}
