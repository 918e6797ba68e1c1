/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "reader/quirks.h"

#define ANY_PRODUCT 0xFFFF
#define ANY_VERSION 0x0000, 0xFFFF

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

    /* All that follows is known to the CCID driver of pcsc-lite. */

    /* OMNIKEY 3121 USB, an older one: TPDUs, not APDUs. */
    {0x076B, 0x3022, ANY_VERSION, QUIRK_LEVEL_TPDU},
    /*
     * One chip in many readers: OMNIKEY 3121, 3021 and 1021, 6121 and its
     * generic form, Cherry SmartTerminal XX44, Fujitsu D323. Answers come in
     * chained parts, and there is no pad.
     */
    {0x076B, 0x3031, ANY_VERSION, QUIRK_LEVEL_EXTENDED | QUIRK_NO_PIN_PAD},
    {0x076B, 0x3A21, ANY_VERSION, QUIRK_LEVEL_EXTENDED | QUIRK_NO_PIN_PAD},
    {0x076B, 0x6632, ANY_VERSION, QUIRK_LEVEL_EXTENDED | QUIRK_NO_PIN_PAD},
    {0x046A, 0x00A7, ANY_VERSION, QUIRK_LEVEL_EXTENDED | QUIRK_NO_PIN_PAD},
    {0x0BF8, 0x1024, ANY_VERSION, QUIRK_LEVEL_EXTENDED | QUIRK_NO_PIN_PAD},

    /* C3PO LTC31 v2. */
    {0x0783, 0x0006, ANY_VERSION, QUIRK_NO_PIN_PAD},
    /*
     * Keyboards of HP and Fujitsu: what is typed as a PIN arrives at the host
     * like any other key (M. Paljak, "Insecure HP USB Smart Card Keyboard",
     * 2011).
     */
    {0x03F0, 0x1024, ANY_VERSION, QUIRK_NO_PIN_PAD},
    {0x03F0, 0x0036, ANY_VERSION, QUIRK_NO_PIN_PAD},
    {0x0BF8, 0x1017, ANY_VERSION, QUIRK_NO_PIN_PAD},

    /* GemPC Pinpad; Covadis Vega-Alpha with firmware of the same origin. */
    {0x08E6, 0x3478, ANY_VERSION, QUIRK_PIN_ONE_MESSAGE},
    {0x0982, 0x0008, ANY_VERSION,
	QUIRK_PIN_ONE_MESSAGE | QUIRK_PIN_ALL_INDEXES},
    /* SPR532 and SPR332; Cherry SmartTerminal ST-2000: without a display. */
    {0x04E6, 0xE003, ANY_VERSION, QUIRK_PIN_ALL_INDEXES},
    {0x046A, 0x003E, ANY_VERSION, QUIRK_PIN_ALL_INDEXES},
    /* Cherry SmartBoard XX44: with fewer, the card says 6B80. */
    {0x046A, 0x0010, ANY_VERSION, QUIRK_PIN_THREE_MESSAGES},
    /* Dell keyboards: with a reader, and SK-3106. */
    {0x413C, 0x2101, ANY_VERSION, QUIRK_PIN_NO_MESSAGE | QUIRK_PIN_KEY_HELD},
    {0x413C, 0x2100, ANY_VERSION,
	QUIRK_PIN_NO_MESSAGE | QUIRK_PIN_KEY_HELD | QUIRK_PIN_DIGITS_SWAPPED},
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

static void
set_level(struct ccid_desc *d, uint32_t level)
{
	d->dwFeatures &= ~(uint32_t)CCID_FEATURE_LEVEL_MASK;
	d->dwFeatures |= level;
}

void
quirks_correct(unsigned flags, struct ccid_desc *d)
{
	if (flags & QUIRK_LEVEL_TPDU)
		set_level(d, CCID_FEATURE_LEVEL_TPDU);
	if (flags & QUIRK_LEVEL_EXTENDED)
		set_level(d, CCID_FEATURE_LEVEL_EXTENDED);
	if (flags & QUIRK_NO_PIN_PAD)
		d->bPINSupport = 0;
}
