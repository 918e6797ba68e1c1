/* SPDX-License-Identifier: BSD-2-Clause */
/* XfrBlock at the four levels of exchange (CCID 1.1, 6.1.4). */
#include "tests/unit/sim-private.h"

#define CHAIN_BEGINS	0x01
#define CHAIN_ENDS	0x02
#define CHAIN_CONTINUES 0x03
#define CHAIN_NEXT	0x10
#define PPS_START	0xFF

static uint32_t
level(const struct sim_reader *s)
{
	return s->d.dwFeatures & CCID_FEATURE_LEVEL_MASK;
}

/* Reader and card must be of one mind, or the line is noise. */
static bool
in_tune(const struct sim_reader *s)
{
	uint32_t rate = s->d.dwDefaultClock * 1000 / 512 * 32;
	bool by_hand = !(s->d.dwFeatures &
	    (CCID_FEATURE_AUTO_BAUD | CCID_FEATURE_AUTO_NEGOTIATION));

	if (by_hand && s->fidi == 0x96 && s->rate + 100 < rate)
		return false;
	return s->fidi == s->card.fidi && s->protocol == s->card.protocol;
}

static void
pps(struct sim_reader *s, struct bytes msg, struct bytes request)
{
	if (s->d.dwFeatures &
	    (CCID_FEATURE_AUTO_PPS | CCID_FEATURE_AUTO_NEGOTIATION))
		fail_msg("the reader does the PPS, not the host");
	s->pps++;
	if (!s->card.fresh) {
		sim_refuse(s, msg, 0x80, 0xFE);
		return;
	}
	s->card.protocol = request.p[1] & 15;
	if (request.p[1] & 0x10)
		s->card.fidi = request.p[2];
	s->card.fresh = false;
	(void)sim_answer(s, msg, 0x80, request);
}

/* What the card has to say, a piece at a time. */
static void
give(struct sim_reader *s, struct bytes msg, size_t most)
{
	size_t n = s->pending_n - s->given;

	n = n < most ? n : most;
	(void)sim_answer(s, msg, 0x80, bytes_of(s->pending + s->given, n));
	s->given += n;
}

static void
pend(struct sim_reader *s, const uint8_t *p, size_t n)
{
	assert_true(n <= sizeof(s->pending));
	memcpy(s->pending, p, n);
	s->pending_n = n;
	s->given = 0;
}

/* T=0, a character here and there: header, procedure byte, the rest. */
static void
t0_by_characters(struct sim_reader *s, struct bytes in)
{
	uint8_t out[SIM_ANSWER_MAX + 1], tpdu[5 + 255];
	size_t n;

	if (in.n == 0)
		return;
	if (!s->data_due) {
		assert_int_equal(in.n, 5);
		memcpy(s->header, in.p, 5);
		out[0] = in.p[1];
		/* These bring data, and the card knows it. */
		s->data_due = in.p[4] > 0 && in.p[1] != 0xC0 && in.p[1] != 0xB0;
		if (s->data_due) {
			pend(s, out, 1);
			return;
		}
		n = sim_card_transmit(&s->card, in, out + 1);
		pend(s, n > 2 ? out : out + 1, n > 2 ? n + 1 : n);
		return;
	}
	s->data_due = false;
	assert_int_equal(in.n, s->header[4]);
	memcpy(tpdu, s->header, 5);
	memcpy(tpdu + 5, in.p, in.n);
	n = sim_card_transmit(&s->card, bytes_of(tpdu, 5 + in.n), out);
	pend(s, out, n);
}

static void
by_characters(struct sim_reader *s, struct bytes msg, struct bytes in)
{
	uint8_t out[SIM_BLOCK_MAX];
	size_t n;

	if (s->protocol == 0) {
		t0_by_characters(s, in);
	} else if (in.n > 0) {
		n = sim_t1_block(&s->t1, &s->card, in, out);
		pend(s, out, n);
	}
	give(s, msg, bytes_le16(msg.p + 8));
}

static void
by_tpdu(struct sim_reader *s, struct bytes msg, struct bytes in)
{
	uint8_t out[SIM_BLOCK_MAX];
	size_t n;

	assert_int_equal(bytes_le16(msg.p + 8), 0);
	n = s->protocol == 0 ? sim_card_transmit(&s->card, in, out)
			     : sim_t1_block(&s->t1, &s->card, in, out);
	(void)sim_answer(s, msg, 0x80, bytes_of(out, n));
}

static void
by_short_apdu(struct sim_reader *s, struct bytes msg, struct bytes in)
{
	uint8_t out[SIM_ANSWER_MAX];
	size_t n;

	assert_int_equal(bytes_le16(msg.p + 8), 0);
	assert_true(in.n <= 261);
	n = sim_card_apdu(&s->card, in, out, sizeof(out));
	(void)sim_answer(s, msg, 0x80, bytes_of(out, n));
}

static void
give_part(struct sim_reader *s, struct bytes msg)
{
	size_t most = s->d.dwMaxCCIDMessageLength - 10;
	bool first = s->given == 0, last = s->pending_n - s->given <= most;

	if (most > sizeof(s->queue[0].bytes) - 10)
		most = sizeof(s->queue[0].bytes) - 10;
	give(s, msg, most);
	s->queue[s->queued - 1].bytes[9] = first && last ? 0
	    : first					 ? CHAIN_BEGINS
	    : last					 ? CHAIN_ENDS
							 : CHAIN_CONTINUES;
}

static void
by_extended_apdu(struct sim_reader *s, struct bytes msg, struct bytes in)
{
	unsigned parameter = bytes_le16(msg.p + 8);
	size_t n;

	if (parameter == CHAIN_NEXT) {
		give_part(s, msg);
		return;
	}
	assert_true(s->chained_n + in.n <= sizeof(s->chained));
	if (parameter == 0 || parameter == CHAIN_BEGINS)
		s->chained_n = 0;
	memcpy(s->chained + s->chained_n, in.p, in.n);
	s->chained_n += in.n;
	if (parameter == CHAIN_BEGINS || parameter == CHAIN_CONTINUES) {
		sim_answer(s, msg, 0x80, bytes_of(NULL, 0))->bytes[9] =
		    CHAIN_NEXT;
		return;
	}
	n = sim_card_apdu(&s->card, bytes_of(s->chained, s->chained_n),
	    s->pending, sizeof(s->pending));
	s->pending_n = n;
	s->given = s->chained_n = 0;
	give_part(s, msg);
}

void
sim_exchange(struct sim_reader *s, struct bytes msg)
{
	struct bytes in = bytes_of(msg.p + 10, msg.n - 10);
	bool apdus = level(s) >= CCID_FEATURE_LEVEL_SHORT;

	if (in.n > 0 && in.p[0] == PPS_START && !apdus) {
		pps(s, msg, in);
		return;
	}
	/* Another speed or protocol: noise on the line. */
	if (!in_tune(s)) {
		sim_refuse(s, msg, 0x80, 0xF6);
		return;
	}
	if (level(s) == CCID_FEATURE_LEVEL_TPDU)
		by_tpdu(s, msg, in);
	else if (level(s) == CCID_FEATURE_LEVEL_SHORT)
		by_short_apdu(s, msg, in);
	else if (level(s) == CCID_FEATURE_LEVEL_EXTENDED)
		by_extended_apdu(s, msg, in);
	else
		by_characters(s, msg, in);
}
