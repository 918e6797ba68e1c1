/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/emulator/card/pps.h"

#define PPSS	     0xFF
#define PPS0_PPS1    0x10
#define PPS0_PPS2    0x20
#define PPS0_PPS3    0x40
#define PPS0_RFU     0x80
#define FIDI_DEFAULT 0x11

/* ISO/IEC 7816-3, tables 7 and 8; 0 is reserved. */
static const unsigned table_f[16] = {372, 372, 558, 744, 1116, 1488, 1860, 0, 0,
    512, 768, 1024, 1536, 2048, 0, 0};
static const unsigned table_d[16] = {
    0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0};

/* The speed offered in TA1 or a slower one, by its F or the default one. */
static bool
speed_ok(uint8_t offered, uint8_t asked)
{
	unsigned f = table_f[asked >> 4], d = table_d[asked & 0x0F];
	unsigned of = table_f[offered >> 4], od = table_d[offered & 0x0F];

	if (f == 0 || d == 0)
		return false;
	if (asked >> 4 != offered >> 4 && asked >> 4 != FIDI_DEFAULT >> 4)
		return false;
	/* F/D is the length of a bit; a longer one is slower. */
	return f * od >= of * d || asked == FIDI_DEFAULT;
}

static size_t
pps_length(uint8_t pps0)
{
	return 3u + !!(pps0 & PPS0_PPS1) + !!(pps0 & PPS0_PPS2) +
	    !!(pps0 & PPS0_PPS3);
}

size_t
pps_answer(const struct atr *atr, const uint8_t *req, size_t n,
    uint8_t answer[PPS_MAX], uint8_t *fidi)
{
	uint8_t pck = 0, pps0;
	size_t i, len = 0;

	if (n < 3 || n > PPS_MAX || req[0] != PPSS)
		return 0;
	pps0 = req[1];
	for (i = 0; i < n; i++)
		pck ^= req[i];
	if (pck || (pps0 & PPS0_RFU) || n != pps_length(pps0))
		return 0;
	if (atr->specific || !(atr->protocols >> (pps0 & 0x0F) & 1))
		return 0;

	*fidi = FIDI_DEFAULT;
	answer[len++] = PPSS;
	answer[len++] = pps0 & 0x0F;
	/* A parameter that is left out of the answer is declined (9.3). */
	if ((pps0 & PPS0_PPS1) && speed_ok(atr->ta1, req[2])) {
		answer[1] |= PPS0_PPS1;
		answer[len++] = req[2];
		*fidi = req[2];
	}
	for (i = 0, pck = 0; i < len; i++)
		pck ^= answer[i];
	answer[len++] = pck;
	return len;
}
