/* SPDX-License-Identifier: BSD-2-Clause */
/* The USB readers that can be emulated: what differs between them, as data. */
#ifndef EMULATOR_MODEL_H
#define EMULATOR_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/emulator/ccid-spec.h"

struct model {
	const char *name;
	const char *about;
	uint16_t vendor;
	uint16_t product;
	uint16_t release; /* bcdDevice */
	uint8_t ep0_size;
	const char *manufacturer; /* string 1 */
	const char *product_name; /* string 2 */
	const char *serial;	  /* string 5 */
	uint8_t ccid[CCID_DESCRIPTOR_SIZE];
	uint8_t interface_class; /* 0B, or FF of the vendor */
	bool ccid_behind; /* the class descriptor follows the endpoints */
	size_t longest;	  /* message it takes in truth, header included */
	bool has_lists;	  /* of the v2.0 silicon, for clocks and data rates */
	const uint32_t *rates; /* the list of another reader, 0 ends it */
	bool clock_by_fi;  /* card clock follows FI, else the default clock */
	bool zero_packets; /* an answer of n*64 bytes is followed by a ZLP */
};

#define MODEL_DEFAULT "scr3310-v2"

/* By name, NULL when there is none; by index, NULL past the last. */
const struct model *model_find(const char *name);
const struct model *model_at(size_t i);

/* Fields of the class descriptor (CCID 1.1, 5.1). */
uint32_t model_features(const struct model *model);
uint32_t model_default_khz(const struct model *model);
uint32_t model_max_rate(const struct model *model);
uint8_t model_voltages(const struct model *model);
uint8_t model_pin_support(const struct model *model); /* bPINSupport */
uint32_t model_max_ifsd(const struct model *model);
uint32_t model_longest_message(const struct model *model);

enum model_level {
	LEVEL_CHARACTER,
	LEVEL_TPDU,
	LEVEL_SHORT_APDU,
	LEVEL_EXTENDED_APDU
};

enum model_level model_level(const struct model *model);

/* Bits per second at the card clock for this FI, rounded down. */
uint32_t model_rate(const struct model *model, uint8_t fidi);

/*
 * Card clock in kHz at this FI (high nibble of fidi). 0: the reader does not
 * do this F/D: FI or DI is reserved, or the bit rate is above its maximum.
 */
uint32_t model_clock_khz(const struct model *model, uint8_t fidi);

/* F and D of ISO/IEC 7816-3, 8.3; 0 for the reserved values. */
unsigned fidi_f(uint8_t fidi);
unsigned fidi_d(uint8_t fidi);

/*
 * The answer to GET_CLOCK_FREQUENCIES (kHz) or GET_DATA_RATES (bit/s): numbers
 * of four bytes, little-endian. Returns the length, 0 when the reader stalls
 * the request. out has room for 400 bytes.
 */
#define MODEL_LIST_MAX 400
size_t model_list(const struct model *model, uint8_t request, uint8_t *out);

#endif
