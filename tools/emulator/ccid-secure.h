/* SPDX-License-Identifier: BSD-2-Clause */
/* PIN verification and modification data structures (CCID 1.1, 6.1.11). */
#ifndef EMULATOR_CCID_SECURE_H
#define EMULATOR_CCID_SECURE_H

#include "tools/emulator/ccid-slot.h"

/* bEntryValidationCondition */
#define VALID_AT_MAX  0x01
#define VALID_BY_KEY  0x02
#define VALID_BY_TIME 0x04

enum pin_code { PIN_BINARY, PIN_BCD, PIN_ASCII };

/* Positions count from the first data byte of the command. */
struct pin_request {
	bool modify;
	enum pin_code code;
	bool right;	      /* at the end of its block */
	size_t block;	      /* bytes of the PIN block */
	size_t at, old_at;    /* of the PIN, or of the new and the old one */
	unsigned length_bits; /* of the PIN's length in the command: 0, 4, 8 */
	size_t length_at;     /* in bits */
	unsigned min, max;    /* digits */
	uint8_t conditions;
	bool asks_old, asks_twice;
	uint8_t prologue[3];
	const uint8_t *apdu;
	size_t n;
};

/*
 * Checks every field. 0, or the bError for it: the offset of the first byte
 * that is wrong.
 */
uint8_t secure_parse(
    const struct slot *slot, const struct command *c, struct pin_request *out);

#endif
