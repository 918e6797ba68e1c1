/* SPDX-License-Identifier: BSD-2-Clause */
/* Any ATR, and what is made of it with any of three readers. */
#include "reader/params.h"
#include "tests/fuzz/fuzz.h"

static void
choose(const struct atr *atr, uint32_t clock, uint32_t rate, uint32_t protocols)
{
	static const struct data_rates none = {.n = 0};
	struct ccid_desc desc = {.dwProtocols = protocols,
	    .dwDefaultClock = clock,
	    .dwMaxDataRate = rate};
	uint8_t out[PARAMS_T1_LEN], pps[PPS_MAX], fidi;
	struct params p;
	size_t n;

	if (params_choose(atr, &desc, &none, &p) != 0)
		return;
	MUST(p.protocol < 2 && (protocols >> p.protocol & 1));
	MUST(p.fidi == FIDI_DEFAULT || params_rate(p.fidi, &desc) > 0);
	MUST(p.ifsc >= 1 && p.ifsc <= 254);
	n = params_encode(&p, out);
	MUST(n == (p.protocol == 0 ? PARAMS_T0_LEN : PARAMS_T1_LEN));
	/* A card that echoes the request has agreed to it. */
	n = pps_encode(&p, pps);
	MUST(n >= 3 && n <= PPS_MAX);
	MUST(pps_check(&p, bytes_of(pps, n), &fidi) == 0);
	MUST(fidi == p.fidi);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct atr atr;

	if (atr_parse(bytes_of(data, n), &atr) != 0)
		return 0;
	MUST(n >= 2 && n <= ATR_MAX && atr.n == n);
	MUST(atr.historical.from + atr.historical.n <= atr.n);
	MUST(atr.protocols != 0);
	(void)touch(atr_bytes(&atr));
	choose(&atr, 4000, 344105, 3);
	choose(&atr, 4800, 412903, 1);
	choose(&atr, 0xFFFFFFFF, 0xFFFFFFFF, 2);
	return 0;
}
