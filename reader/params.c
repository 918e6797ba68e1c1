/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/params.h"

#define TA2_IMPLICIT 0x10

uint32_t
params_rate(uint8_t fidi, const struct ccid_desc *desc)
{
	unsigned f = atr_f(fidi >> 4), d = atr_d(fidi & 15);

	if (f == 0)
		return 0;
	return (uint32_t)((uint64_t)desc->dwDefaultClock * 1000 * d / f);
}

bool
params_apdu_level(const struct ccid_desc *desc)
{
	return (desc->dwFeatures &
		   (CCID_FEATURE_LEVEL_SHORT | CCID_FEATURE_LEVEL_EXTENDED)) !=
	    0;
}

static bool
near(uint32_t a, uint32_t b)
{
	return a > b ? a - b <= 2 : b - a <= 2;
}

static bool
in_list(uint32_t rate, const struct data_rates *rates)
{
	if (rates->n == 0)
		return true;
	for (size_t i = 0; i < rates->n; i++) {
		/* Readers round in either direction. */
		if (near(rate, rates->rate[i]))
			return true;
	}
	return false;
}

static bool
reader_can(
    uint8_t fidi, const struct ccid_desc *desc, const struct data_rates *rates)
{
	uint32_t rate = params_rate(fidi, desc);

	return rate != 0 &&
	    (rate <= desc->dwMaxDataRate || near(rate, desc->dwMaxDataRate)) &&
	    in_list(rate, rates);
}

uint8_t
params_slower(uint8_t fidi)
{
	if (fidi == FIDI_DEFAULT)
		return 0;
	/* 97, 96, 95, 94: the same F with half the D each. */
	if (fidi > 0x94 && fidi <= 0x97)
		return (uint8_t)(fidi - 1);
	return FIDI_DEFAULT;
}

/* At the APDU levels a PPS of the host would be taken for an APDU. */
static bool
can_change(const struct ccid_desc *desc)
{
	return !params_apdu_level(desc) ||
	    (desc->dwFeatures &
		(CCID_FEATURE_AUTO_PPS | CCID_FEATURE_AUTO_NEGOTIATION));
}

static uint8_t
choose_speed(const struct atr *atr, const struct ccid_desc *desc,
    const struct data_rates *rates)
{
	uint8_t fidi = atr->ta1;

	while (fidi != FIDI_DEFAULT && !reader_can(fidi, desc, rates))
		fidi = params_slower(fidi);
	/* A speed below the default gains nothing and risks a PPS. */
	if (params_rate(fidi, desc) <= params_rate(FIDI_DEFAULT, desc))
		return FIDI_DEFAULT;
	return fidi;
}

static bool
choose_protocol(
    const struct atr *atr, const struct ccid_desc *desc, uint8_t *protocol)
{
	uint32_t common = atr->protocols & desc->dwProtocols &
	    (CCID_PROTOCOL_T0 | CCID_PROTOCOL_T1);

	if (atr->specific) {
		*protocol = atr->ta2 & 15;
		return *protocol < 2 && (desc->dwProtocols >> *protocol & 1);
	}
	/* A card's first offer needs no PPS for the protocol. */
	*protocol = atr->first < 2 && (common >> atr->first & 1) ? atr->first
	    : common & CCID_PROTOCOL_T0				 ? 0
								 : 1;
	return common != 0;
}

err_t
params_choose(const struct atr *atr, const struct ccid_desc *desc,
    const struct data_rates *rates, struct params *out)
{
	*out = (struct params){.fidi = FIDI_DEFAULT,
	    .guard = atr->tc1,
	    .wi = atr->wi,
	    .inverse = atr->inverse,
	    .crc = atr->crc,
	    .bwi_cwi = atr->bwi_cwi,
	    .ifsc = atr->ifsc};
	if (!choose_protocol(atr, desc, &out->protocol))
		return READER_ERR_NO_PROTOCOL;
	/* T=0 knows them by ENVELOPE only (7816-3, 12.2.7), which we leave. */
	out->extended = out->protocol == 1 && atr->extended;
	if (!atr->specific) {
		if (can_change(desc))
			out->fidi = choose_speed(atr, desc, rates);
		return 0;
	}
	/* Specific mode: the card already runs at its own speed (8.3). */
	if (!(atr->ta2 & TA2_IMPLICIT))
		out->fidi = atr->ta1;
	return reader_can(out->fidi, desc, rates) || out->fidi == FIDI_DEFAULT
	    ? 0
	    : READER_ERR_NO_PROTOCOL;
}

size_t
params_encode(const struct params *p, uint8_t out[PARAMS_T1_LEN])
{
	uint8_t inverse = p->inverse ? 0x02 : 0x00;

	out[0] = p->fidi;
	out[2] = p->guard;
	out[4] = 0; /* the clock is never stopped */
	if (p->protocol == 0) {
		out[1] = inverse;
		out[3] = p->wi;
		return PARAMS_T0_LEN;
	}
	out[1] = (uint8_t)(0x10 | (p->crc ? 0x01 : 0x00) | inverse);
	out[3] = p->bwi_cwi;
	out[5] = p->ifsc;
	out[6] = 0; /* NAD */
	return PARAMS_T1_LEN;
}

static uint8_t
xor_of(struct bytes b)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < b.n; i++)
		sum ^= b.p[i];
	return sum;
}

size_t
pps_encode(const struct params *p, uint8_t out[PPS_MAX])
{
	size_t n = 0;

	out[n++] = 0xFF;
	out[n++] = p->protocol;
	if (p->fidi != FIDI_DEFAULT) {
		out[1] |= 0x10;
		out[n++] = p->fidi;
	}
	out[n] = xor_of(bytes_of(out, n));
	return n + 1;
}

err_t
pps_check(const struct params *asked, struct bytes answer, uint8_t *fidi)
{
	struct bytes in = answer;
	uint8_t ppss, pps0;

	*fidi = FIDI_DEFAULT;
	if (xor_of(answer) != 0 || !bytes_take_u8(&in, &ppss) ||
	    !bytes_take_u8(&in, &pps0) || ppss != 0xFF ||
	    (pps0 & 15) != asked->protocol || (pps0 & 0xE0))
		return READER_ERR_NO_PROTOCOL;
	if ((pps0 & 0x10) &&
	    (!bytes_take_u8(&in, fidi) || *fidi != asked->fidi))
		return READER_ERR_NO_PROTOCOL;
	/* PCK is what is left; its value was in the sum. */
	return in.n == 1 ? 0 : READER_ERR_NO_PROTOCOL;
}
