/* SPDX-License-Identifier: BSD-2-Clause */
/* Status words that are the same on all cards (ISO/IEC 7816-4, 5.6). */
#ifndef EMULATOR_CARD_SW_H
#define EMULATOR_CARD_SW_H

enum {
	SW_OK = 0x9000,
	SW_MORE = 0x6100,
	SW_TRIES = 0x63C0,
	SW_WRONG_LENGTH = 0x6700,
	SW_NO_LOGIN = 0x6982,
	SW_CONDITIONS = 0x6985,
	SW_BAD_DATA = 0x6984,
	SW_EXACT_LE = 0x6C00,
	SW_BAD_FIELD = 0x6A80,
	SW_NO_FUNCTION = 0x6A81,
	SW_BAD_P1P2 = 0x6A86,
	SW_NO_REFERENCE = 0x6A88,
	SW_NO_DIAGNOSIS = 0x6F00
};

#endif
