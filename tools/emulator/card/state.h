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
	uint8_t cla;
	uint8_t ins;
	uint8_t p1;
	uint8_t p2;
	uint8_t p3;
	const uint8_t *data;
	size_t n;
	size_t ne; /* what Le asks for; 0: no Le, as in T=0 with data */
};

/* A PIN or PUK and how often it may still be wrong. */
struct secret {
	uint8_t value[PIN_LEN];
	unsigned left;
};

struct piv_state {
	struct secret global;
	struct secret puk;
	bool verified;	      /* PIV's own login: by its PIN */
	bool global_verified; /* or by the global one */
	unsigned age;	      /* commands since VERIFY, this one included */
	bool chained;	      /* parts of a command are in chain */
	struct apdu first;    /* header of the first part */
	struct blob chain;
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
	bool verified; /* login of the CAC applets */
	struct piv_state piv;
	unsigned verifies; /* VERIFY commands with data */

	uint8_t endless;       /* SW1 of an answer without end, 0: it has one */
	uint16_t end_sw;       /* after the last byte of the answer, 0: 90 00 */
	size_t stream_at;      /* GET CERTIFICATE: where it goes on */
	unsigned unknown_aids; /* how often STATUS_UNKNOWN_AID was said */
	struct card_counts counts;
};

/* The profile's answer to an event. */
static inline uint16_t
card_status(const struct card *card, enum status event)
{
	return card->profile->status[event];
}

#endif
