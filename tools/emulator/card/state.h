/* SPDX-License-Identifier: BSD-2-Clause */
/* The card's inside: what its commands share. */
#ifndef EMULATOR_CARD_STATE_H
#define EMULATOR_CARD_STATE_H

#include "tools/emulator/card/blob.h"
#include "tools/emulator/card/card.h"
#include "tools/emulator/card/pki.h"
#include "tools/emulator/card/profile.h"
#include "tools/emulator/card/t1.h"

/* A command; p3 as sent, data and n once it has been received. */
struct apdu {
	uint8_t ins;
	uint8_t p1;
	uint8_t p2;
	uint8_t p3;
	const uint8_t *data;
	size_t n;
};

struct card {
	struct profile *profile;
	struct pki *pki;

	bool powered;
	bool fresh; /* nothing exchanged since the reset: PPS is legal */
	uint8_t fidi;
	uint8_t protocol; /* T in force */
	struct t1 t1;

	const struct command *waiting; /* for the data of apdu */
	struct apdu apdu;
	struct blob answer; /* of the last command */
	size_t answer_at;   /* what GET RESPONSE has fetched of it */

	struct applet *applet; /* NULL: none selected */
	struct object *object;
	struct blob input; /* of PRIVATE SIGN/DECRYPT, block by block */

	uint8_t pin[PIN_LEN];
	unsigned tries_left;
	bool verified;
	unsigned verifies; /* VERIFY commands with data */
};

/* The profile's answer to an event. */
static inline uint16_t
card_status(const struct card *card, enum status event)
{
	return card->profile->status[event];
}

#endif
