/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/model.h"

static const uint16_t f_table[16] = {
    372, 372, 558, 744, 1116, 1488, 1860, 0, 0, 512, 768, 1024, 1536, 2048};
static const uint8_t d_table[16] = {0, 1, 2, 4, 8, 16, 32, 64, 12, 20};

/* The v2.0 silicon: kHz for each FI, and the DI it lists for each of them. */
static const uint16_t clock_by_fi[16] = {4000, 4800, 6000, 8000, 8000, 8000,
    8000, 0, 0, 4800, 6000, 8000, 8000, 8000};
static const uint8_t listed_di[] = {1, 2, 3, 4, 5, 6, 8, 9};
static const uint16_t listed_khz[] = {4000, 4800, 6000, 8000, 12000};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static uint32_t
get_le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static uint8_t *
put_le32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16);
	p[3] = (uint8_t)(v >> 24);
	return p + 4;
}

uint32_t
model_features(const struct model *model)
{
	return get_le32(&model->ccid[40]);
}

uint32_t
model_default_khz(const struct model *model)
{
	return get_le32(&model->ccid[10]);
}

uint32_t
model_max_rate(const struct model *model)
{
	return get_le32(&model->ccid[23]);
}

uint8_t
model_voltages(const struct model *model)
{
	return model->ccid[5];
}

uint8_t
model_pin_support(const struct model *model)
{
	return model->ccid[52];
}

uint32_t
model_max_ifsd(const struct model *model)
{
	return get_le32(&model->ccid[28]);
}

uint32_t
model_longest_message(const struct model *model)
{
	return get_le32(&model->ccid[44]);
}

enum model_level
model_level(const struct model *model)
{
	uint32_t features = model_features(model);

	if (features & CCID_LEVEL_TPDU)
		return LEVEL_TPDU;
	if (features & CCID_LEVEL_SHORT_APDU)
		return LEVEL_SHORT_APDU;
	return features & CCID_LEVEL_EXTENDED_APDU ? LEVEL_EXTENDED_APDU
						   : LEVEL_CHARACTER;
}

unsigned
fidi_f(uint8_t fidi)
{
	return f_table[fidi >> 4];
}

unsigned
fidi_d(uint8_t fidi)
{
	return d_table[fidi & 0x0F];
}

/* Bits per second, rounded down. */
static uint32_t
bit_rate(uint32_t khz, uint8_t fidi)
{
	return (uint32_t)((uint64_t)khz * 1000 * fidi_d(fidi) / fidi_f(fidi));
}

uint32_t
model_clock_khz(const struct model *model, uint8_t fidi)
{
	uint32_t khz = model->clock_by_fi ? clock_by_fi[fidi >> 4]
					  : model_default_khz(model);

	if (fidi_f(fidi) == 0 || fidi_d(fidi) == 0 || khz == 0)
		return 0;
	/* Readers round their maximum as they like. */
	if (bit_rate(khz, fidi) > model_max_rate(model) + 1)
		return 0;
	if (model->has_lists &&
	    memchr(listed_di, fidi & 0x0F, sizeof(listed_di)) == NULL)
		return 0;
	return khz;
}

uint32_t
model_rate(const struct model *model, uint8_t fidi)
{
	uint32_t khz = model_clock_khz(model, fidi);

	return khz == 0 ? 0 : bit_rate(khz, fidi);
}

static size_t
list_rates(uint8_t *out)
{
	uint8_t *p = out;

	for (unsigned fi = 0; fi < 16; fi++) {
		if (clock_by_fi[fi] == 0)
			continue;
		for (size_t i = 0; i < COUNT(listed_di); i++) {
			uint8_t fidi = (uint8_t)(fi << 4 | listed_di[i]);

			p = put_le32(p, bit_rate(clock_by_fi[fi], fidi));
		}
	}
	return (size_t)(p - out);
}

size_t
model_list(const struct model *model, uint8_t request, uint8_t *out)
{
	uint8_t *p = out;

	if (model->rates != NULL) {
		if (request == CCID_GET_CLOCK_FREQUENCIES)
			p = put_le32(p, model_default_khz(model));
		for (const uint32_t *rate = model->rates;
		     request == CCID_GET_DATA_RATES && *rate != 0; rate++)
			p = put_le32(p, *rate);
		return (size_t)(p - out);
	}
	if (!model->has_lists)
		return 0;
	if (request == CCID_GET_DATA_RATES)
		return list_rates(out);
	for (size_t i = 0; i < COUNT(listed_khz); i++)
		p = put_le32(p, listed_khz[i]);
	return (size_t)(p - out);
}
