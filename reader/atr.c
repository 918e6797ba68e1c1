/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/atr.h"

#define T15 15

/* Historical bytes (ISO/IEC 7816-4, 8.1.1). */
#define CATEGORY_STATUS_LAST 0x00
#define CATEGORY_TLV	     0x80
#define STATUS_LENGTH	     3
#define TAG_CAPABILITIES     7
#define EXTENDED_LC_LE	     0x40 /* of the third byte */

/* ISO/IEC 7816-3, table 7. */
unsigned
atr_f(uint8_t fi)
{
	static const uint16_t f[16] = {372, 372, 558, 744, 1116, 1488, 1860, 0,
	    0, 512, 768, 1024, 1536, 2048, 0, 0};

	return f[fi & 15];
}

/* ISO/IEC 7816-3, table 8. */
unsigned
atr_d(uint8_t di)
{
	static const uint8_t d[16] = {0, 1, 2, 4, 8, 16, 32, 64, 12, 20};

	return d[di & 15];
}

struct bytes
atr_bytes(const struct atr *atr)
{
	return bytes_of(atr->bytes, atr->n);
}

/* Interface bytes of group i (from 1), which belong to protocol t. */
struct group {
	bool a, b, c;
	uint8_t ta, tb, tc;
};

static void
apply_global(struct atr *atr, unsigned i, const struct group *g)
{
	if (i == 1 && g->a) {
		atr->has_ta1 = true;
		atr->ta1 = g->ta;
	}
	if (i == 1 && g->c)
		atr->tc1 = g->tc;
	if (i == 2 && g->a) {
		atr->specific = true;
		atr->ta2 = g->ta;
	}
	/* WI 0 is reserved: the default is the longer wait. */
	if (i == 2 && g->c && g->tc != 0)
		atr->wi = g->tc;
}

static void
apply_t1(struct atr *atr, const struct group *g)
{
	if (g->a && g->ta != 0 && g->ta != 0xFF)
		atr->ifsc = g->ta;
	if (g->b)
		atr->bwi_cwi = g->tb;
	if (g->c)
		atr->crc = g->tc & 1;
}

static bool
take_group(struct bytes *in, uint8_t y, struct group *g)
{
	*g = (struct group){.a = y & 0x10, .b = y & 0x20, .c = y & 0x40};
	return (!g->a || bytes_take_u8(in, &g->ta)) &&
	    (!g->b || bytes_take_u8(in, &g->tb)) &&
	    (!g->c || bytes_take_u8(in, &g->tc));
}

/* TA1 to the last TD; *need_tck when anything but T=0 is indicated. */
static bool
take_interface_bytes(
    struct bytes *in, struct atr *atr, uint8_t y, bool *need_tck)
{
	bool t1_seen = false;
	uint8_t t = 0, td;

	/* Each round takes a TD byte, and there are at most 33 bytes. */
	for (unsigned i = 1;; i++) {
		struct group g;

		if (!take_group(in, y, &g))
			return false;
		apply_global(atr, i, &g);
		/* Only the first T=1 group counts (11.4). */
		if (i > 2 && t == 1 && !t1_seen) {
			apply_t1(atr, &g);
			t1_seen = true;
		}
		if (!(y & 0x80))
			return true;
		if (!bytes_take_u8(in, &td))
			return false;
		t = td & 15;
		y = td & 0xF0;
		*need_tck |= t != 0;
		if (i == 1)
			atr->first = t == T15 ? 0 : t;
		if (t != T15)
			atr->protocols |= (uint16_t)(1 << t);
	}
}

static void
check_tck(struct atr *atr, struct bytes rest, bool need_tck)
{
	uint8_t sum = 0;

	if (!need_tck) {
		atr->tck_wrong = rest.n != 0;
		return;
	}
	for (size_t i = 1; i < atr->n; i++)
		sum ^= atr->bytes[i];
	atr->tck_wrong = rest.n != 1 || sum != 0;
}

/* What the card can do, if it says so: COMPACT-TLV objects. */
static void
read_capabilities(struct atr *atr, struct bytes in)
{
	struct bytes value;
	uint8_t category, tag;

	if (!bytes_take_u8(&in, &category))
		return;
	if (category == CATEGORY_STATUS_LAST && in.n >= STATUS_LENGTH)
		in.n -= STATUS_LENGTH;
	else if (category != CATEGORY_TLV)
		return;
	while (bytes_take_u8(&in, &tag) && bytes_take(&in, tag & 15, &value)) {
		if (tag >> 4 == TAG_CAPABILITIES && value.n >= 3)
			atr->extended = value.p[2] & EXTENDED_LC_LE;
	}
}

err_t
atr_parse(struct bytes in, struct atr *out)
{
	bool need_tck = false;
	struct bytes rest = in, historical;
	uint8_t ts, t0;

	*out = (struct atr){
	    .ta1 = 0x11, .wi = 0x0A, .ifsc = 0x20, .bwi_cwi = 0x4D};
	if (in.n > ATR_MAX || !bytes_take_u8(&rest, &ts) ||
	    !bytes_take_u8(&rest, &t0) || (ts != 0x3B && ts != 0x3F))
		return READER_ERR_ATR;
	memcpy(out->bytes, in.p, in.n);
	out->n = (uint8_t)in.n;
	out->inverse = ts == 0x3F;
	if (!take_interface_bytes(&rest, out, t0 & 0xF0, &need_tck) ||
	    !bytes_take(&rest, t0 & 15, &historical) || rest.n > 1)
		return READER_ERR_ATR;
	out->historical.from = (uint8_t)(historical.p - in.p);
	out->historical.n = (uint8_t)historical.n;
	read_capabilities(out, historical);
	/* No TD at all, or only T=15: T=0 (8.2.3). */
	if (out->protocols == 0)
		out->protocols = 1;
	check_tck(out, rest, need_tck);
	return 0;
}
