/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/card/atr.h"

#define TA 0x10
#define TD 0x80

/* Reads the interface bytes from at on; 0 when they run over the end. */
static size_t
atr_interface(struct atr *atr, size_t at)
{
	uint8_t present = atr->bytes[1];
	unsigned group, bit;

	for (group = 1; group < 8; group++) {
		uint8_t td = 0;

		for (bit = TA; bit <= TD; bit <<= 1) {
			if (!(present & bit))
				continue;
			if (at >= atr->len)
				return 0;
			if (bit == TA && group == 1)
				atr->ta1 = atr->bytes[at];
			if (bit == TA && group == 2) {
				atr->specific = true;
				atr->implicit = atr->bytes[at] & 0x10;
			}
			if (bit == TD)
				td = atr->bytes[at];
			at++;
		}
		if (!(present & TD))
			return at;
		if ((td & 0x0F) != 0x0F)
			atr->protocols |= (uint16_t)(1u << (td & 0x0F));
		else
			atr->protocols |= 1u << 15;
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
