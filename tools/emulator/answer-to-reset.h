/* SPDX-License-Identifier: BSD-2-Clause */
/* What a reader takes from an answer to reset (ISO/IEC 7816-3, 8.2). */
#ifndef EMULATOR_ANSWER_TO_RESET_H
#define EMULATOR_ANSWER_TO_RESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct answer_to_reset {
	uint8_t fidi;	    /* in force from now on: 11, or TA1 by TA2 */
	uint8_t ta1;	    /* the fastest */
	bool specific;	    /* TA2: no PPS */
	uint8_t guard;	    /* TC1: N */
	uint8_t waiting;    /* TC2: WI */
	uint8_t first;	    /* T that needs no PPS */
	uint16_t protocols; /* bit T for each T of the TDi, T=0 without any */

	/* T=1 (11.4) */
	uint8_t ifsc;
	uint8_t bwi_cwi;
	bool crc;
};

/* Returns 0 or the bError of IccPowerOn that says what is wrong. */
uint8_t
answer_to_reset_parse(const uint8_t *p, size_t n, struct answer_to_reset *out);

#endif
