/* SPDX-License-Identifier: BSD-2-Clause */
/* APDUs over T=1, done by the reader (ISO/IEC 7816-3, 11.6). */
#include <string.h>

#include "tools/emulator/ccid-slot.h"

#define ERRORS_MAX 3
#define ROUNDS_MAX 2000

struct talk {
	struct slot *slot;
	struct reader_t1 *t1;
	const uint8_t *apdu;
	size_t n;
	size_t at, part; /* of apdu: the last I-block */
	bool answered;	 /* the card's first I-block has come */
	struct blob *response;
	unsigned *extended;

	uint8_t block[T1_BLOCK_MAX];
	size_t block_n;
	uint8_t bwi;
	unsigned errors;
	bool done, failed;
};

static void
put(struct talk *talk, uint8_t pcb, const uint8_t *inf, size_t len)
{
	talk->block_n =
	    t1_block_make(talk->block, talk->slot->atr.crc, pcb, inf, len);
}

static void
put_r(struct talk *talk, enum t1_error error)
{
	uint8_t nr = talk->t1->nr ? T1_R_NR : 0;

	put(talk, (uint8_t)(T1_R | nr | error), NULL, 0);
}

static void
put_i(struct talk *talk)
{
	size_t left = talk->n - talk->at;
	uint8_t pcb = talk->t1->ns ? T1_I_NS : 0;

	talk->part = left < talk->t1->ifsc ? left : talk->t1->ifsc;
	if (talk->part < left)
		pcb |= T1_I_MORE;
	put(talk, pcb, talk->apdu + talk->at, talk->part);
}

/* 11.6.3.2: ask for the card's block, and a few times only. */
static void
again(struct talk *talk, enum t1_error error)
{
	if (++talk->errors > ERRORS_MAX)
		talk->failed = true;
	else if (!t1_is_r(talk->block[1]))
		put_r(talk, error);
}

static void
on_information(struct talk *talk, const struct t1_block *b)
{
	if (!!(b->pcb & T1_I_NS) != talk->t1->nr ||
	    (!talk->answered && talk->at + talk->part < talk->n)) {
		again(talk, T1_BAD_BLOCK);
		return;
	}
	if (!talk->answered)
		talk->t1->ns ^= 1;
	talk->answered = true;
	talk->errors = 0;
	talk->t1->nr ^= 1;
	blob_add(talk->response, b->inf, b->len);
	talk->done = !(b->pcb & T1_I_MORE);
	put_r(talk, T1_FINE);
}

static void
on_receive_ready(struct talk *talk, const struct t1_block *b)
{
	if (talk->answered) {
		again(talk, T1_BAD_BLOCK);
	} else if (!!(b->pcb & T1_R_NR) == talk->t1->ns) {
		talk->failed = ++talk->errors > ERRORS_MAX;
		put_i(talk);
	} else if (talk->at + talk->part < talk->n) {
		talk->errors = 0;
		talk->at += talk->part;
		talk->t1->ns ^= 1;
		put_i(talk);
	} else {
		again(talk, T1_BAD_BLOCK);
	}
}

static void
on_supervisory(struct talk *talk, const struct t1_block *b)
{
	switch (b->pcb) {
	case T1_S_WTX:
		talk->bwi = b->inf[0];
		++*talk->extended;
		break;
	case T1_S_IFS:
		talk->t1->ifsc = b->inf[0];
		break;
	case T1_S_ABORT:
		talk->failed = true;
		break;
	default:
		again(talk, T1_BAD_BLOCK);
		return;
	}
	talk->errors = 0;
	put(talk, b->pcb | T1_S_RESPONSE, b->inf, b->len);
}

/* One block there, one back; LINE_OK also when it cannot be read. */
static void
round_trip(struct talk *talk)
{
	struct slot *slot = talk->slot;
	struct line_answer answer;
	struct t1_block b;
	enum line_result result = line_block(&slot->line, slot->card,
	    talk->block, talk->block_n, talk->bwi, &answer);
	enum t1_error error = T1_BAD_EDC;

	talk->bwi = 0;
	if (result == LINE_OK)
		error =
		    t1_block_take(answer.bytes, answer.n, slot->atr.crc, &b);
	if (error != T1_FINE)
		again(talk, error);
	else if (t1_is_i(b.pcb))
		on_information(talk, &b);
	else if (t1_is_r(b.pcb))
		on_receive_ready(talk, &b);
	else
		on_supervisory(talk, &b);
}

/* S request of ours, three times at most. */
static bool
request(struct slot *slot, uint8_t pcb, const uint8_t *inf, size_t len)
{
	uint8_t block[T1_BLOCK_MAX];
	size_t n = t1_block_make(block, slot->atr.crc, pcb, inf, len);

	for (unsigned i = 0; i < ERRORS_MAX; i++) {
		struct line_answer answer;
		struct t1_block b;

		if (line_block(&slot->line, slot->card, block, n, 0, &answer) ==
			LINE_OK &&
		    t1_block_take(answer.bytes, answer.n, slot->atr.crc, &b) ==
			T1_FINE &&
		    b.pcb == (pcb | T1_S_RESPONSE))
			return true;
	}
	return false;
}

static bool
tell_ifsd(struct slot *slot)
{
	uint8_t ifsd = (uint8_t)model_max_ifsd(slot->model);

	if (!slot->t1.told)
		slot->t1.told = request(slot, T1_S_IFS, &ifsd, 1);
	return slot->t1.told;
}

enum line_result
level_t1_apdu(struct slot *slot, const uint8_t *apdu, size_t n,
    struct blob *response, unsigned *extended)
{
	struct talk talk = {.slot = slot,
	    .t1 = &slot->t1,
	    .apdu = apdu,
	    .n = n,
	    .response = response,
	    .extended = extended};

	if (!tell_ifsd(slot))
		return LINE_MUTE;
	put_i(&talk);
	for (unsigned i = 0; i < ROUNDS_MAX && !talk.done; i++) {
		round_trip(&talk);
		if (talk.failed)
			break;
	}
	explicit_bzero(talk.block, sizeof(talk.block));
	if (talk.done)
		return LINE_OK;
	/* In step again for the next command; this one has failed. */
	if (request(slot, T1_S_RESYNCH, NULL, 0))
		slot->t1 = (struct reader_t1){.ifsc = slot->atr.ifsc};
	return LINE_MUTE;
}
