/* SPDX-License-Identifier: BSD-2-Clause */
/* What the card itself must know of its ATR (ISO/IEC 7816-3, 8.2). */
#ifndef EMULATOR_CARD_ATR_H
#define EMULATOR_CARD_ATR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ATR_MAX 33

struct atr {
	uint8_t bytes[ATR_MAX];
	size_t len;
	uint8_t ta1;	    /* 11 when absent */
	uint16_t protocols; /* bit T for each protocol offered */
	uint8_t first;	    /* T in force without PPS: of TA2, else of TD1 */
	bool specific;	    /* TA2 present: no PPS */
	bool implicit;	    /* TA2 says that TA1 is not in force */
	uint8_t ifsc;	    /* T=1: the first TA of its groups, or 20 */
	bool crc;	    /* T=1: the first TC of its groups */
};

/* Structure, length and TCK are checked. False when the bytes are no ATR. */
bool atr_parse(struct atr *atr, const uint8_t *bytes, size_t len);

#endif
