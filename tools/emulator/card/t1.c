/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/card/apdu.h"
#include "tools/emulator/card/state.h"

#define COMMAND_MAX  (4 + 1 + 255 + 1)
#define EXTENDED_MAX (4 + 3 + 65535 + 2)
#define IFSD_DEFAULT 32

/* After that many in a row the card stays silent (11.6.3.2, rule 7). */
#define COMPLAINTS_MAX 3

static void
send(struct t1 *t, uint8_t pcb, const uint8_t *inf, size_t len)
{
	t->last_n = t1_block_make(t->last, t->crc, pcb, inf, len);
}

static void
send_r(struct t1 *t, enum t1_error error)
{
	send(t, (uint8_t)(T1_R | (t->nr ? T1_R_NR : 0) | error), NULL, 0);
}

static void
send_request(struct t1 *t, uint8_t pcb, const uint8_t *inf, size_t len)
{
	t->request = pcb;
	send(t, pcb, inf, len);
}

static bool
has_more(const struct t1 *t)
{
	return t->at + t->part < t->response.len;
}

/* A block that is repeated is the same, whatever IFSD has become. */
static void
repeat_i(struct t1 *t)
{
	uint8_t pcb = t->ns ? T1_I_NS : 0;

	if (has_more(t))
		pcb |= T1_I_MORE;
	send(t, pcb, t->response.data + t->at, t->part);
}

static void
send_i(struct t1 *t)
{
	size_t left = t->response.len - t->at;

	t->part = left < t->ifsd ? left : t->ifsd;
	t->out = true;
	repeat_i(t);
}

/* Something not as expected came: what do we want (rules 7.1 to 7.3)? */
static void
complain(struct t1 *t, enum t1_error error)
{
	if (error != T1_BAD_EDC)
		t->host_errors++;
	if (++t->complaints > COMPLAINTS_MAX)
		t->last_n = 0;
	else if (t->request == 0)
		send_r(t, error);
}

static void
acknowledged(struct t1 *t)
{
	if (t->out)
		t->ns ^= 1;
	t->out = false;
}

static void
forget_chains(struct t1 *t)
{
	acknowledged(t);
	blob_clear(&t->command);
	blob_clear(&t->response);
	t->at = 0;
	t->wtx_left = 0;
	t->request = 0;
}

/* What stands before the response, then its first block. */
static void
answer(struct card *card)
{
	struct t1 *t = &card->t1;
	const struct profile *p = card->profile;

	if (p->ifs != 0 && !t->ifs_told) {
		t->ifs_told = true;
		send_request(t, T1_S_IFS, &p->ifs, 1);
	} else if (t->wtx_left > 0) {
		t->wtx_left--;
		send_request(t, T1_S_WTX, &t->wtx_multiplier, 1);
	} else {
		send_i(t);
	}
}

static void
execute(struct card *card)
{
	struct t1 *t = &card->t1;
	const struct profile *p = card->profile;

	if (t->command.len > 1) {
		t->wtx_left = p->wtx[t->command.data[1]];
		t->wtx_multiplier = p->wtx_multiplier[t->command.data[1]];
	}
	apdu_run(card, t->command.data, t->command.len, &t->response);
	blob_clear(&t->command);
	t->at = 0;
	answer(card);
}

static size_t
longest(const struct card *card)
{
	return card->profile->habits.extended_length ? EXTENDED_MAX
						     : COMMAND_MAX;
}

static void
on_information(struct card *card, const struct t1_block *b)
{
	struct t1 *t = &card->t1;

	if (t->request != 0 || (t->out && has_more(t)) || b->len > t->ifsc ||
	    !!(b->pcb & T1_I_NS) != t->nr) {
		complain(t, T1_BAD_BLOCK);
		return;
	}
	acknowledged(t);
	blob_clear(&t->response);
	t->nr ^= 1;
	blob_add(&t->command, b->inf, b->len);
	if (t->command.len > longest(card))
		send_request(t, T1_S_ABORT, NULL, 0);
	else if (b->pcb & T1_I_MORE)
		send_r(t, T1_FINE);
	else
		execute(card);
}

static void
on_receive_ready(struct card *card, const struct t1_block *b)
{
	struct t1 *t = &card->t1;
	bool wants_ours = !!(b->pcb & T1_R_NR) == t->ns;

	if (t->request != 0) {
		/* The request stands in t->last, to be repeated (7.3). */
	} else if (t->out && wants_ours) {
		repeat_i(t);
	} else if (t->out && has_more(t)) {
		t->at += t->part;
		t->ns ^= 1;
		send_i(t);
	} else if (t->out) {
		/* Has all of the answer, and lost a block of its own. */
		acknowledged(t);
		send_r(t, T1_FINE);
	} else if (!wants_ours || t->last_n == 0 || !t1_is_r(t->last[1])) {
		complain(t, T1_BAD_BLOCK);
	}
}

static void
on_response(struct card *card, const struct t1_block *b)
{
	struct t1 *t = &card->t1;

	if (t->request == 0 || b->pcb != (t->request | T1_S_RESPONSE) ||
	    (b->len > 0 && b->inf[0] != t->last[T1_PROLOGUE])) {
		complain(t, T1_BAD_BLOCK);
		return;
	}
	t->request = 0;
	switch (b->pcb & ~T1_S_RESPONSE) {
	case T1_S_IFS:
		t->ifsc = b->inf[0];
		answer(card);
		break;
	case T1_S_WTX:
		answer(card);
		break;
	default:
		forget_chains(t);
		send_r(t, T1_FINE);
		break;
	}
}

static void
start(struct card *card)
{
	struct t1 *t = &card->t1;

	forget_chains(t);
	t->crc = card->profile->atr.crc;
	t->ifsc = card->profile->atr.ifsc;
	t->ifsd = IFSD_DEFAULT;
	t->ns = t->nr = 0;
	t->complaints = 0;
	t->ifs_told = false;
}

static void
on_request(struct card *card, const struct t1_block *b)
{
	struct t1 *t = &card->t1;

	switch (b->pcb) {
	case T1_S_RESYNCH:
		start(card);
		break;
	case T1_S_IFS:
		if (t->request != 0 || b->inf[0] == 0 || b->inf[0] == 0xFF) {
			complain(t, T1_BAD_BLOCK);
			return;
		}
		t->ifsd = b->inf[0];
		break;
	case T1_S_ABORT:
		if (t->request != 0) {
			complain(t, T1_BAD_BLOCK);
			return;
		}
		forget_chains(t);
		break;
	default:
		/* Only a card asks for more time. */
		complain(t, T1_BAD_BLOCK);
		return;
	}
	send(t, b->pcb | T1_S_RESPONSE, b->inf, b->len);
}

size_t
card_t1_block(struct card *card, const uint8_t *block, size_t n,
    uint8_t answered[T1_BLOCK_MAX])
{
	struct t1 *t = &card->t1;
	struct t1_block b;
	enum t1_error error;
	unsigned before = t->complaints;

	if (!card->powered || card->protocol != 1 || n == 0)
		return 0;
	card->fresh = false;
	error = t1_block_take(block, n, t->crc, &b);
	if (error != T1_FINE)
		complain(t, error);
	else if (t1_is_i(b.pcb))
		on_information(card, &b);
	else if (t1_is_r(b.pcb))
		on_receive_ready(card, &b);
	else if (b.pcb & T1_S_RESPONSE)
		on_response(card, &b);
	else
		on_request(card, &b);
	if (t->complaints == before)
		t->complaints = 0;
	memcpy(answered, t->last, t->last_n);
	return t->last_n;
}

unsigned
card_t1_errors(const struct card *card)
{
	return card->t1.host_errors;
}

void
t1_clear(struct t1 *t)
{
	forget_chains(t);
	memset(t->last, 0, sizeof(t->last));
	t->last_n = 0;
}

void
t1_reset(struct card *card)
{
	start(card);
	memset(card->t1.last, 0, sizeof(card->t1.last));
	card->t1.last_n = 0;
}
