/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/line.h"

#define FIDI_DEFAULT	 0x11
#define CHARACTER_ETU	 12
#define TURNAROUND_ETU	 4
#define GUARD_MINIMUM	 255
#define PPSS		 0xFF
#define PPS0_PPS1	 0x10
#define INS_GET_RESPONSE 0xC0

/* ticks = etu * F/(D*f): 960 and 24000 are multiples of all D and kHz. */
void
line_spend(struct line *line, uint64_t etu)
{
	uint32_t khz = model_clock_khz(line->model, line->fidi);

	if (khz == 0)
		khz = model_default_khz(line->model);
	line->ticks += etu * fidi_f(line->fidi) * (960 / fidi_d(line->fidi)) *
	    (24000 / khz);
}

static void
turn(struct line *line)
{
	line_spend(line, TURNAROUND_ETU);
}

void
line_send(struct line *line, size_t n)
{
	unsigned guard = line->guard == GUARD_MINIMUM ? 0 : line->guard;

	line->to_card += n;
	line_spend(line, n * (CHARACTER_ETU + guard));
}

void
line_receive(struct line *line, size_t n)
{
	line->from_card += n;
	line_spend(line, n * CHARACTER_ETU);
}

size_t
line_reset(struct line *line, struct card *card, uint8_t atr[ATR_MAX])
{
	size_t n;
	const uint8_t *p = card_reset(card, &n);

	line->fidi = FIDI_DEFAULT;
	line->guard = 0;
	line->dead = false;
	line->protocol = 0;
	line->wtx = 0;
	line->chaining = false;
	if (p == NULL || n == 0 || n > ATR_MAX)
		return 0;
	memcpy(atr, p, n);
	line_receive(line, n);
	turn(line);
	return n;
}

enum line_result
line_pps(struct line *line, struct card *card, uint8_t protocol, uint8_t fidi)
{
	uint8_t req[4] = {PPSS, (uint8_t)(PPS0_PPS1 | protocol), fidi, 0};
	uint8_t answer[6] = {0};
	const uint8_t kept[3] = {PPSS, protocol, PPSS ^ protocol};
	size_t n = 0;

	req[3] = (uint8_t)(req[0] ^ req[1] ^ req[2]);
	line_send(line, sizeof(req));
	turn(line);
	if (!line->dead && card_fidi(card) == line->fidi)
		n = card_pps(card, req, sizeof(req), answer);
	if (n > sizeof(answer))
		n = 0;
	line_receive(line, n);
	turn(line);
	if (n == sizeof(req) && memcmp(answer, req, n) == 0) {
		line->fidi = fidi;
		line->protocol = protocol;
		return LINE_OK;
	}
	if (n == sizeof(kept) && memcmp(answer, kept, n) == 0) {
		line->protocol = protocol;
		return LINE_VIOLATION;
	}
	line->dead = true;
	return n == 0 ? LINE_MUTE : LINE_CONFLICT;
}

enum line_result
line_raw_pps(struct line *line, struct card *card, const uint8_t *request,
    size_t n, struct line_answer *answer)
{
	answer->nulls = 0;
	answer->n = 0;
	line_send(line, n);
	turn(line);
	if (!line->dead && card_fidi(card) == line->fidi)
		answer->n = card_pps(card, request, n, answer->bytes);
	line_receive(line, answer->n);
	turn(line);
	line->dead = line->dead || answer->n == 0;
	return answer->n == 0 ? LINE_MUTE : LINE_OK;
}

/* Whether the reader's bits are shorter than the card's. */
static bool
reader_is_faster(uint8_t reader, uint8_t card)
{
	return fidi_f(reader) * fidi_d(card) < fidi_f(card) * fidi_d(reader);
}

enum line_result
line_speed(const struct line *line, const struct card *card)
{
	if (card_fidi(card) == line->fidi)
		return LINE_OK;
	return reader_is_faster(line->fidi, card_fidi(card)) ? LINE_MUTE
							     : LINE_VIOLATION;
}

static void
nulls(struct line *line, unsigned n, struct line_answer *answer)
{
	line_receive(line, n);
	answer->nulls += n;
}

static enum line_result
status(
    struct line *line, const struct t0_reply *reply, struct line_answer *answer)
{
	uint8_t sw1 = (uint8_t)(reply->sw >> 8);

	line_receive(line, 2);
	turn(line);
	if ((sw1 >> 4 != 6 && sw1 >> 4 != 9) || sw1 == 0x60)
		return LINE_CONFLICT;
	answer->bytes[answer->n++] = sw1;
	answer->bytes[answer->n++] = (uint8_t)reply->sw;
	return LINE_OK;
}

static enum line_result
card_sends(struct line *line, const uint8_t *header,
    const struct t0_reply *reply, struct line_answer *answer)
{
	size_t want = header[4] == 0 ? 256 : header[4];

	line_receive(line, reply->single ? want : 1);
	if (reply->len != want) {
		line->dead = true;
		return reply->len < want ? LINE_MUTE : LINE_VIOLATION;
	}
	line_receive(line, reply->len);
	memcpy(answer->bytes, reply->data, reply->len);
	answer->n = reply->len;
	return status(line, reply, answer);
}

static enum line_result
card_receives(struct line *line, struct card *card, const uint8_t *data,
    size_t n, struct t0_reply *reply, struct line_answer *answer)
{
	size_t turns = reply->single ? n : 1;

	for (size_t i = 0; i < turns; i++) {
		line_receive(line, 1);
		turn(line);
		line_send(line, reply->single ? 1 : n);
		turn(line);
	}
	memset(reply, 0, sizeof(*reply));
	card_t0_data(card, data, n, reply);
	nulls(line, reply->nulls, answer);
	if (reply->turn == T0_STATUS)
		return status(line, reply, answer);
	line->dead = true;
	return LINE_CONFLICT;
}

enum line_result
line_exchange(struct line *line, struct card *card, const uint8_t *tpdu,
    size_t n, struct line_answer *answer)
{
	struct t0_reply reply = {.turn = T0_STATUS};

	answer->nulls = 0;
	answer->n = 0;
	line_send(line, TPDU_HEADER);
	turn(line);
	if (tpdu[1] == INS_GET_RESPONSE)
		line->get_responses++;
	/* To a card that speaks T=1 it is the beginning of a block. */
	if (line->dead || card_protocol(card) != 0)
		return LINE_MUTE;
	if (line_speed(line, card) != LINE_OK)
		return line_speed(line, card);
	card_t0_header(card, tpdu, &reply);
	nulls(line, reply.nulls, answer);
	if (reply.turn == T0_STATUS)
		return status(line, &reply, answer);
	if (reply.turn == T0_SENDS && n == TPDU_HEADER)
		return card_sends(line, tpdu, &reply, answer);
	if (reply.turn == T0_RECEIVES && n > TPDU_HEADER)
		return card_receives(line, card, tpdu + TPDU_HEADER,
		    n - TPDU_HEADER, &reply, answer);
	/* Both wait for data, or both send: the ACK is all there is. */
	line_receive(line, 1);
	line->dead = true;
	return reply.turn == T0_RECEIVES ? LINE_MUTE : LINE_CONFLICT;
}
