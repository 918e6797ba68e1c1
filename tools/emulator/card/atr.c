/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/card/atr.h"

#define TA	     0x10
#define TC	     0x40
#define TD	     0x80
#define IFSC_DEFAULT 32

/* Where a byte stands: its group, and the T of the TD before the group. */
struct place {
	unsigned group;
	unsigned bit;
	uint8_t t;
	bool seen; /* an earlier byte of this letter was for T=1 */
};

static void
take(struct atr *atr, const struct place *at, uint8_t byte)
{
	if (at->bit == TA && at->group == 1)
		atr->ta1 = byte;
	if (at->bit == TA && at->group == 2) {
		atr->specific = true;
		atr->implicit = byte & 0x10;
		atr->first = byte & 0x0F;
	}
	if (at->group < 3 || at->t != 1 || at->seen)
		return;
	if (at->bit == TA)
		atr->ifsc = byte;
	if (at->bit == TC)
		atr->crc = byte & 1;
}

static void
offer(struct atr *atr, uint8_t td)
{
	uint8_t t = td & 0x0F;

	if (atr->protocols == 0 && t != 15)
		atr->first = t;
	atr->protocols |= (uint16_t)(1u << t);
}

/* Reads the interface bytes from at on; 0 when they run over the end. */
static size_t
atr_interface(struct atr *atr, size_t at)
{
	struct place place = {.group = 1};
	uint8_t present = atr->bytes[1];
	unsigned seen = 0;

	for (; place.group < 8; place.group++) {
		uint8_t td = 0;

		for (unsigned bit = TA; bit <= TD; bit <<= 1) {
			if (!(present & bit))
				continue;
			if (at >= atr->len)
				return 0;
			td = atr->bytes[at++];
			place.bit = bit;
			place.seen = seen & bit;
			if (bit != TD)
				take(atr, &place, td);
			if (place.group > 2 && place.t == 1)
				seen |= bit;
		}
		if (!(present & TD))
			return at;
		offer(atr, td);
		place.t = td & 0x0F;
		present = td;
	}
	return 0;
}

static uint8_t
atr_xor(const struct atr *atr)
{
	uint8_t tck = 0;
	size_t i;

	for (i = 1; i < atr->len; i++)
		tck ^= atr->bytes[i];
	return tck;
}

bool
atr_parse(struct atr *atr, const uint8_t *bytes, size_t len)
{
	size_t at, historical;
	bool tck;

	memset(atr, 0, sizeof(*atr));
	if (len < 2 || len > ATR_MAX)
		return false;
	if (bytes[0] != 0x3B && bytes[0] != 0x3F)
		return false;
	memcpy(atr->bytes, bytes, len);
	atr->len = len;
	atr->ta1 = 0x11;
	atr->ifsc = IFSC_DEFAULT;
	at = atr_interface(atr, 2);
	if (at == 0)
		return false;
	tck = atr->protocols & ~1u;
	atr->protocols &= 0x7FFF;
	if (atr->protocols == 0)
		atr->protocols = 1;
	historical = bytes[1] & 0x0F;
	if (len != at + historical + (tck ? 1 : 0))
		return false;
	return !tck || atr_xor(atr) == 0;
}
