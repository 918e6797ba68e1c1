/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A card that says what reached it. One applet, one object:
 *
 *	00 A4 04 00 02 CA C0	SELECT the applet
 *	00 CB 00 00 01 01	the whole object, by 61XX and GET RESPONSE
 *	00 B0 off off P3	a piece of it
 *	00 20 00 00 08 PIN	VERIFY
 *	00 2A 9E 9A Lc data	PERFORM SECURITY OPERATION
 */
#ifndef TESTS_SIM_CARD_H
#define TESTS_SIM_CARD_H

#include <stdbool.h>

#include "base/bytes.h"

#define SIM_OBJECT_MAX 4096
#define SIM_ANSWER_MAX 258

struct sim_card {
	const char *atr; /* hex */
	size_t object_n;
	size_t signature_n; /* 0: 8 bytes */
	bool extended;	    /* takes extended APDUs */

	/* Lost by a reset. */
	bool selected, verified;
	bool fresh;   /* nothing sent since the ATR: PPS is possible */
	uint8_t fidi; /* its speed */
	uint8_t protocol;
	size_t at, end;
	size_t chained; /* data of a command that goes on */

	/* What it did. */
	unsigned verifies, operations, selects;
	unsigned long_commands; /* extended ones */
	size_t signed_n;	/* data of the last operation */
};

/* The byte of the object at a place; no two pieces look alike. */
uint8_t sim_object_byte(size_t at);

void sim_card_reset(struct sim_card *c);

/* Carry out a T=0 TPDU; the answer's length is returned. */
size_t sim_card_transmit(
    struct sim_card *c, struct bytes tpdu, uint8_t out[SIM_ANSWER_MAX]);

/* The same for a command APDU, short or extended, with room for the answer. */
size_t
sim_card_apdu(struct sim_card *c, struct bytes apdu, uint8_t *out, size_t room);

#endif
