/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/model.h"

#define LE32(v) (v) & 0xFF, (v) >> 8 & 0xFF, (v) >> 16 & 0xFF, (v) >> 24

/* CCID 1.1, 5.1: the fields in which these readers differ. */
#define CLASS_DESCRIPTOR(                                                      \
    bcd, volts, clock, max_clock, rate, max_rate, features, longest)           \
	{                                                                      \
		0x36, 0x21, (bcd)&0xFF, (bcd) >> 8, 0, (volts), LE32(3),       \
		    LE32(clock), LE32(max_clock), 0, LE32(rate),               \
		    LE32(max_rate), 0, LE32(252), LE32(0), LE32(0),            \
		    LE32(features), LE32(longest), 0xFF, 0xFF, 0, 0, 0, 1      \
	}

static const struct model models[] = {
    {
	.name = "scr3310-v1",
	.about = "04E6:5116 release 5.23, messages of 271 bytes",
	.vendor = 0x04E6,
	.product = 0x5116,
	.release = 0x0523,
	.ep0_size = 16,
	.manufacturer = "SCM Microsystems Inc.",
	.product_name = "SCR3310 USB Smart Card Reader",
	.serial = "21120000",
	.ccid = CLASS_DESCRIPTOR(
	    0x0110, 0x01, 4000, 8000, 10753, 344105, 0x000100BA, 271),
	.longest = 271,
	.zero_packets = true,
    },
    {
	.name = "scr3310-511f",
	.about = "04E6:511F release 5.22, messages of 263 bytes",
	.vendor = 0x04E6,
	.product = 0x511F,
	.release = 0x0522,
	.ep0_size = 16,
	.manufacturer = "SCM Microsystems Inc.",
	.product_name = "SCR3310 USB Smart Card Reader",
	.serial = "21120001",
	.ccid = CLASS_DESCRIPTOR(
	    0x0100, 0x01, 4000, 8000, 10753, 344105, 0x000100BA, 263),
	/* The firmware says 263 but takes a whole TPDU. */
	.longest = 271,
	.zero_packets = true,
    },
    {
	.name = "scr3310-v2",
	.about = "04E6:5116 release 3.04, \"SCR33xx v2.0\", with lists",
	.vendor = 0x04E6,
	.product = 0x5116,
	.release = 0x0304,
	.ep0_size = 8,
	.manufacturer = "SCM Microsystems",
	.product_name = "SCR33xx v2.0 USB SC Reader",
	.serial = "53311001",
	.ccid = CLASS_DESCRIPTOR(
	    0x0110, 0x07, 4800, 8000, 12903, 412903, 0x000101BA, 271),
	.longest = 271,
	.has_lists = true,
	.clock_by_fi = true,
	.zero_packets = true,
    },
};

static const uint16_t f_table[16] = {
    372, 372, 558, 744, 1116, 1488, 1860, 0, 0, 512, 768, 1024, 1536, 2048};
static const uint8_t d_table[16] = {0, 1, 2, 4, 8, 16, 32, 64, 12, 20};

/* The v2.0 silicon: kHz for each FI, and the DI it lists for each of them. */
static const uint16_t clock_by_fi[16] = {4000, 4800, 6000, 8000, 8000, 8000,
    8000, 0, 0, 4800, 6000, 8000, 8000, 8000};
static const uint8_t listed_di[] = {1, 2, 3, 4, 5, 6, 8, 9};
static const uint16_t listed_khz[] = {4000, 4800, 6000, 8000, 12000};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const struct model *
model_at(size_t i)
{
	return i < COUNT(models) ? &models[i] : NULL;
}

const struct model *
model_find(const char *name)
{
	for (size_t i = 0; i < COUNT(models); i++) {
		if (strcmp(models[i].name, name) == 0)
			return &models[i];
	}
	return NULL;
}

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
	if (bit_rate(khz, fidi) > model_max_rate(model))
		return 0;
	if (model->has_lists &&
	    memchr(listed_di, fidi & 0x0F, sizeof(listed_di)) == NULL)
		return 0;
	return khz;
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

	if (!model->has_lists)
		return 0;
	if (request == CCID_GET_DATA_RATES)
		return list_rates(out);
	for (size_t i = 0; i < COUNT(listed_khz); i++)
		p = put_le32(p, listed_khz[i]);
	return (size_t)(p - out);
}
