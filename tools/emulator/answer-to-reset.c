/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/emulator/answer-to-reset.h"
#include "tools/emulator/ccid-spec.h"

#define FIDI_DEFAULT	0x11
#define BAD_ATR_TCK	0xF7
#define WI_DEFAULT	10
#define TA2_IMPLICIT	0x10
#define IFSC_DEFAULT	32
#define BWI_CWI_DEFAULT 0x4D

/* TA, TB, TC of one group; -1 for what is not there. */
struct group {
	unsigned number;
	uint8_t t; /* of the TD before it */
	int ta, tb, tc;
};

/* The byte at *at when this bit of Y announces it. */
static int
take(const uint8_t *p, size_t n, size_t *at, int present)
{
	if (!present)
		return -1;
	++*at;
	return *at <= n ? p[*at - 1] : -1;
}

static void
use(struct answer_to_reset *out, const struct group *g, bool *t1_seen)
{
	if (g->number == 1) {
		if (g->ta >= 0)
			out->ta1 = (uint8_t)g->ta;
		if (g->tc >= 0)
			out->guard = (uint8_t)g->tc;
	} else if (g->number == 2) {
		if (g->tc >= 0)
			out->waiting = (uint8_t)g->tc;
		if (g->ta < 0)
			return;
		/* Specific mode: TA1 holds without PPS. */
		out->specific = true;
		out->first = g->ta & 0x0F;
		if (!(g->ta & TA2_IMPLICIT))
			out->fidi = out->ta1;
	} else if (g->t == 1 && !*t1_seen) {
		*t1_seen = true;
		if (g->ta >= 0)
			out->ifsc = (uint8_t)g->ta;
		if (g->tb >= 0)
			out->bwi_cwi = (uint8_t)g->tb;
		out->crc = g->tc >= 0 && (g->tc & 1);
	}
}

/* Groups of TA, TB, TC, TD; returns the index of the byte behind them. */
static size_t
interface_bytes(const uint8_t *p, size_t n, struct answer_to_reset *out)
{
	struct group g = {.number = 1};
	bool t1_seen = false;
	uint8_t y = p[1];
	size_t at = 2;

	for (; at < n; g.number++) {
		g.ta = take(p, n, &at, y & 0x10);
		g.tb = take(p, n, &at, y & 0x20);
		g.tc = take(p, n, &at, y & 0x40);
		use(out, &g, &t1_seen);
		if (!(y & 0x80) || at >= n)
			break;
		y = p[at++];
		g.t = y & 0x0F;
		if (out->protocols == 0 && g.t != 15)
			out->first = g.t;
		out->protocols |= (uint16_t)(1 << g.t);
	}
	return at;
}

uint8_t
answer_to_reset_parse(const uint8_t *p, size_t n, struct answer_to_reset *out)
{
	uint8_t check = 0;
	size_t end;

	*out = (struct answer_to_reset){.fidi = FIDI_DEFAULT,
	    .ta1 = FIDI_DEFAULT,
	    .waiting = WI_DEFAULT,
	    .ifsc = IFSC_DEFAULT,
	    .bwi_cwi = BWI_CWI_DEFAULT};
	if (n < 2)
		return ICC_MUTE;
	if (p[0] != 0x3B && p[0] != 0x3F)
		return BAD_ATR_TS;
	end = interface_bytes(p, n, out) + (p[1] & 0x0F);
	if (out->protocols == 0)
		out->protocols = 1;
	if (out->protocols != 1) {
		for (size_t i = 1; i < n; i++)
			check ^= p[i];
		end++;
	}
	if (end > n)
		return ICC_MUTE;
	return end < n || check != 0 ? BAD_ATR_TCK : 0;
}
