/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/emulator/answer-to-reset.h"
#include "tools/emulator/ccid-spec.h"

#define FIDI_DEFAULT 0x11
#define BAD_ATR_TCK  0xF7
#define WI_DEFAULT   10
#define TA2_IMPLICIT 0x10

/* The byte at *at when this bit of Y announces it, or absent. */
static uint8_t
take(const uint8_t *p, size_t n, size_t *at, int present, uint8_t absent)
{
	if (!present)
		return absent;
	++*at;
	return *at <= n ? p[*at - 1] : absent;
}

/* Groups of TA, TB, TC, TD; returns the index of the byte behind them. */
static size_t
interface_bytes(const uint8_t *p, size_t n, struct answer_to_reset *out)
{
	uint8_t y = p[1], ta1 = FIDI_DEFAULT;
	size_t at = 2;

	for (unsigned group = 1; at < n; group++) {
		uint8_t ta = take(p, n, &at, y & 0x10, FIDI_DEFAULT);
		uint8_t tc = group == 2 ? WI_DEFAULT : 0;

		take(p, n, &at, y & 0x20, 0);
		tc = take(p, n, &at, y & 0x40, tc);
		if (group == 1) {
			ta1 = ta;
			out->guard = tc;
		} else if (group == 2) {
			out->waiting = tc;
			/* Specific mode: TA1 holds without PPS. */
			if ((y & 0x10) && !(ta & TA2_IMPLICIT))
				out->fidi = ta1;
		}
		if (!(y & 0x80))
			break;
		y = take(p, n, &at, 1, 0);
		out->protocols |= (uint16_t)(1 << (y & 0x0F));
	}
	return at;
}

uint8_t
answer_to_reset_parse(const uint8_t *p, size_t n, struct answer_to_reset *out)
{
	uint8_t check = 0;
	size_t end;

	*out = (struct answer_to_reset){
	    .fidi = FIDI_DEFAULT, .waiting = WI_DEFAULT};
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
