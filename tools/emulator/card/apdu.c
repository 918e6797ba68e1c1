/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/card/apdu.h"
#include "tools/emulator/card/command.h"
#include "tools/emulator/card/sw.h"
#include "tools/emulator/card/t0.h"

#define GET_RESPONSE 0xC0

/* Lc and Le of an APDU. */
struct body {
	const uint8_t *data;
	size_t lc;
	size_t ne; /* 0: no Le */
	uint8_t le;
};

/* Lengths of three bytes: 00, then two (ISO/IEC 7816-4, 5.1). */
static bool
take_extended(const uint8_t *p, size_t n, struct body *out)
{
	size_t lc = (size_t)p[5] << 8 | p[6];
	bool le = n == 7;

	if (n > 7) {
		le = n == 9 + lc;
		if (lc == 0 || (n != 7 + lc && !le))
			return false;
		out->data = p + 7;
		out->lc = lc;
	}
	if (le) {
		out->ne = (size_t)p[n - 2] << 8 | p[n - 1];
		out->le = out->ne > 0xFF ? 0 : (uint8_t)out->ne;
		out->ne = out->ne ? out->ne : 65536;
	}
	return true;
}

static bool
take_body(const uint8_t *p, size_t n, bool extended, struct body *out)
{
	*out = (struct body){.lc = 0};
	if (n == 4)
		return true;
	if (n < 4)
		return false;
	if (n > 6 && p[4] == 0 && extended)
		return take_extended(p, n, out);
	if (n > 5) {
		out->data = p + 5;
		out->lc = p[4];
	}
	if (n > 5 && (out->lc == 0 || (n != 5 + out->lc && n != 6 + out->lc)))
		return false;
	if (n == 5 || n == 6 + out->lc) {
		out->le = p[n - 1];
		out->ne = out->le ? out->le : 256;
	}
	return true;
}

/* Up to Ne bytes; what is over is told with 61xx, or it is lost. */
static uint16_t
give(struct card *card, size_t ne, struct blob *response)
{
	size_t left = card->answer.len - card->answer_at;
	size_t n = left < ne ? left : ne;
	uint16_t sw;

	if (n > 0)
		blob_add(response, card->answer.data + card->answer_at, n);
	card->answer_at += n;
	command_go_on(card);
	sw = t0_pending(card);
	if (card->answer_at < card->answer.len &&
	    (card->profile->t1_more || card->answer.len > 256))
		return sw;
	sw = card->end_sw ? card->end_sw : SW_OK;
	t0_reset(card);
	return sw;
}

static uint16_t
get_response(struct card *card, const struct body *body, struct blob *response)
{
	if (card->answer.len == 0 || body->lc > 0)
		return SW_NO_REFERENCE;
	if (card->apdu.p1 || card->apdu.p2)
		return SW_BAD_P1P2;
	return give(card, body->ne, response);
}

static uint16_t
run(struct card *card, const struct body *body, struct blob *response)
{
	const struct command *c = command_find(card, card->apdu.ins);
	uint16_t sw;

	if (!c)
		return card_status(card, STATUS_UNKNOWN_INS);
	card->apdu.p3 = c->takes_data(&card->apdu)
	    ? (uint8_t)(body->lc < 0xFF ? body->lc : 0xFF)
	    : body->le;
	sw = c->check(card, &card->apdu);
	if (sw)
		return sw;
	if (body->lc > 0 && !c->takes_data(&card->apdu))
		return SW_WRONG_LENGTH;
	card->apdu.data = body->data;
	card->apdu.n = body->lc;
	sw = command_run(card, c);
	card->apdu.data = NULL;
	if (sw == SW_OK)
		return give(card, body->ne, response);
	t0_reset(card);
	return sw;
}

static uint16_t
dispatch(struct card *card, const uint8_t *p, size_t n, struct blob *response)
{
	uint16_t busy = card_status(card, STATUS_MID_CHAIN);
	struct body body;
	uint16_t sw;

	if (n > 1)
		command_seen(card, p[1]);
	if (!take_body(p, n, card->profile->habits.extended_length, &body)) {
		t0_reset(card);
		return SW_WRONG_LENGTH;
	}
	card->apdu = (struct apdu){.cla = p[0],
	    .ins = p[1],
	    .p1 = p[2],
	    .p2 = p[3],
	    .p3 = n > 4 ? p[4] : 0,
	    .ne = body.ne};
	sw = command_begin(card);
	if (sw) {
		t0_reset(card);
		return sw;
	}
	if (card->apdu.ins == GET_RESPONSE)
		return get_response(card, &body, response);
	if (busy && card->answer_at > 0)
		return busy;
	t0_reset(card);
	return run(card, &body, response);
}

void
apdu_run(struct card *card, const uint8_t *p, size_t n, struct blob *response)
{
	uint16_t sw = dispatch(card, p, n, response);

	blob_byte(response, sw >> 8);
	blob_byte(response, sw & 0xFF);
}
