/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readers that behave otherwise than their descriptor says, as flags named
 * after the behaviour. Nothing else in this folder looks at a product.
 */
#ifndef READER_QUIRKS_H
#define READER_QUIRKS_H

#include "reader/ccid-desc.h"

enum quirk {
	/* Hangs on messages of n * 64 bytes, and on T=1 blocks above 48. */
	QUIRK_FULL_PACKETS = 1 << 0,

	/* The level of exchange is another one than dwFeatures claims. */
	QUIRK_LEVEL_TPDU = 1 << 1,
	QUIRK_LEVEL_EXTENDED = 1 << 2,

	/* Claims a PIN pad, and has none, or tells the host what is typed. */
	QUIRK_NO_PIN_PAD = 1 << 3,

	/* To verify: the only bNumberMessage that is taken is 1, or 0. */
	QUIRK_PIN_ONE_MESSAGE = 1 << 4,
	QUIRK_PIN_NO_MESSAGE = 1 << 5,
	/* To verify: the bytes of wPINMaxExtraDigit are swapped. */
	QUIRK_PIN_DIGITS_SWAPPED = 1 << 6,
	/* To verify: refused while the key hit last is still down. */
	QUIRK_PIN_KEY_HELD = 1 << 7,

	/* To modify: all of bMsgIndex must be there, whatever their number. */
	QUIRK_PIN_ALL_INDEXES = 1 << 8,
	/* To modify: only bNumberMessage 3 works, also without a display. */
	QUIRK_PIN_THREE_MESSAGES = 1 << 9,
};

unsigned quirks_of(uint16_t idVendor, uint16_t idProduct, uint16_t bcdDevice);

/* The descriptor as it should have been. */
void quirks_correct(unsigned flags, struct ccid_desc *d);

#endif
