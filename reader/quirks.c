/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "reader/quirks.h"

#define ANY_PRODUCT 0xFFFF

static const struct {
	uint16_t idVendor;
	uint16_t idProduct;
	uint16_t bcd_from, bcd_to; /* bcdDevice, both included */
	unsigned flags;
} quirks[] = {
    /*
     * SCM firmware before 5.22 (SCR331 before 5.16, SCR335 before 5.14,
     * SCR3320 before 5.22 in the notes of GnuPG's CCID driver). The v2.0
     * silicon counts from 2.00 again and is healthy.
     */
    {0x04E6, ANY_PRODUCT, 0x0500, 0x0521, QUIRK_FULL_PACKETS},
    /* SCR331-DI before 6.20 (same source). */
    {0x04E6, 0x5111, 0x0600, 0x0619, QUIRK_FULL_PACKETS},
};

unsigned
quirks_of(uint16_t idVendor, uint16_t idProduct, uint16_t bcdDevice)
{
	unsigned flags = 0;

	for (size_t i = 0; i < sizeof(quirks) / sizeof(quirks[0]); i++) {
		if (quirks[i].idVendor == idVendor &&
		    (quirks[i].idProduct == ANY_PRODUCT ||
			quirks[i].idProduct == idProduct) &&
		    bcdDevice >= quirks[i].bcd_from &&
		    bcdDevice <= quirks[i].bcd_to)
			flags |= quirks[i].flags;
	}
	return flags;
}
