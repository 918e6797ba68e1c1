/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Character level (CCID 1.1, 3.2.1): the reader only moves characters, and
 * returns as many as wLevelParameter says.
 */
#include <string.h>

#include "tools/emulator/ccid-slot.h"

#define PPSS 0xFF
#define NUL  0x60

static void
card_said(struct slot *slot, unsigned byte)
{
	line_receive(&slot->line, 1);
	blob_byte(&slot->characters.in, byte);
}

static uint8_t
ack(const struct characters *ch)
{
	return ch->single ? ch->header[1] ^ 0xFF : ch->header[1];
}

/* What follows a header or its data, down to the last character. */
static void
t0_reply(struct slot *slot, const struct t0_reply *reply)
{
	struct characters *ch = &slot->characters;

	for (unsigned i = 0; i < reply->nulls; i++)
		card_said(slot, NUL);
	ch->single = reply->single;
	if (reply->turn == T0_RECEIVES) {
		ch->want = ch->header[4];
		ch->n = 0;
		card_said(slot, ack(ch));
		return;
	}
	if (reply->turn == T0_SENDS && !reply->single)
		card_said(slot, ack(ch));
	for (size_t i = 0; reply->turn == T0_SENDS && i < reply->len; i++) {
		if (reply->single)
			card_said(slot, ack(ch));
		card_said(slot, reply->data[i]);
	}
	card_said(slot, reply->sw >> 8);
	card_said(slot, reply->sw & 0xFF);
}

static void
t0_header(struct slot *slot, const uint8_t *p)
{
	struct t0_reply reply;

	memcpy(slot->characters.header, p, TPDU_HEADER);
	if (p[1] == 0xC0)
		slot->line.get_responses++;
	card_t0_header(slot->card, p, &reply);
	t0_reply(slot, &reply);
}

/* Data that the card waits for; false: more than that. */
static bool
t0_data(struct slot *slot, const uint8_t *p, size_t n)
{
	struct characters *ch = &slot->characters;
	struct t0_reply reply;

	if (n > ch->want || (ch->single && n > 1))
		return false;
	memcpy(ch->data + ch->n, p, n);
	ch->n += n;
	ch->want -= n;
	if (ch->want > 0) {
		if (ch->single)
			card_said(slot, ack(ch));
		return true;
	}
	card_t0_data(slot->card, ch->data, ch->n, &reply);
	explicit_bzero(ch->data, sizeof(ch->data));
	t0_reply(slot, &reply);
	return true;
}

static enum line_result
send_t0(struct slot *slot, const uint8_t *p, size_t n)
{
	struct line *line = &slot->line;

	line_send(line, n);
	if (line->dead || card_protocol(slot->card) != 0)
		return LINE_MUTE;
	if (line_speed(line, slot->card) != LINE_OK)
		return line_speed(line, slot->card);
	if (slot->characters.want > 0) {
		if (t0_data(slot, p, n))
			return LINE_OK;
	} else if (n == TPDU_HEADER) {
		t0_header(slot, p);
		return LINE_OK;
	}
	/* Too much or too little at once: the card is out of step. */
	line->dead = true;
	return LINE_MUTE;
}

static enum line_result
send(struct slot *slot, const struct command *c)
{
	struct line_answer answer = {.n = 0};
	enum line_result result;

	if (c->n > 1 && c->data[0] == PPSS)
		result = line_raw_pps(
		    &slot->line, slot->card, c->data, c->n, &answer);
	else if (slot->protocol == 0)
		return send_t0(slot, c->data, c->n);
	else
		result = line_block(&slot->line, slot->card, c->data, c->n,
		    c->specific[0], &answer);
	if (result == LINE_OK)
		blob_add(&slot->characters.in, answer.bytes, answer.n);
	return result;
}

void
level_characters(struct slot *slot, const struct command *c, struct reply *r)
{
	struct characters *ch = &slot->characters;
	size_t want = c->specific[1] | (size_t)c->specific[2] << 8;
	enum line_result result = LINE_OK;

	if (want > sizeof(r->data)) {
		reply_fail(r, BAD_wLevelParameter);
		return;
	}
	if (c->n > 0) {
		/* What nobody fetched is gone. */
		blob_clear(&ch->in);
		ch->at = 0;
		result = send(slot, c);
	}
	if (result == LINE_OK && ch->in.len - ch->at < want)
		result = LINE_MUTE;
	if (result != LINE_OK) {
		blob_clear(&ch->in);
		ch->at = 0;
		reply_fail(r, slot_line_error(result));
		return;
	}
	if (want > 0)
		memcpy(r->data, ch->in.data + ch->at, want);
	r->n = want;
	ch->at += want;
}
