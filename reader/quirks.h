/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readers that behave otherwise than their descriptor says, as flags named
 * after the behaviour. Nothing else in this folder looks at a product.
 */
#ifndef READER_QUIRKS_H
#define READER_QUIRKS_H

#include <stdint.h>

enum quirk {
	/* Hangs on messages of n * 64 bytes, and on T=1 blocks above 48. */
	QUIRK_FULL_PACKETS = 1 << 0,
};

unsigned quirks_of(uint16_t idVendor, uint16_t idProduct, uint16_t bcdDevice);

#endif
