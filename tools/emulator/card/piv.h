/* SPDX-License-Identifier: BSD-2-Clause */
/* The PIV application (SP 800-73-4, parts 1 and 2). */
#ifndef EMULATOR_CARD_PIV_H
#define EMULATOR_CARD_PIV_H

#include "tools/emulator/card/command.h"

/* Objects with a meaning for the card itself (part 1, table 3). */
#define PIV_DISCOVERY 0x7E
#define PIV_BIT_GROUP 0x7F61

#define CLA_CHAIN 0x10 /* not the last part (ISO/IEC 7816-4, 5.4.1) */

#define PIV_TAG_PIN_POLICY 0x5F2F
#define PIV_POLICY_GLOBAL  0x20

/* Key references (part 1, table 4b). */
enum piv_key {
	PIV_KEY_RETIRED_FIRST = 0x82,
	PIV_KEY_RETIRED_LAST = 0x95,
	PIV_KEY_AUTHENTICATION = 0x9A,
	PIV_KEY_SIGNATURE = 0x9C,
	PIV_KEY_MANAGEMENT = 0x9D,
	PIV_KEY_CARD = 0x9E
};

static inline bool
piv_selected(const struct card *card)
{
	return card->applet && card->applet->kind == APPLET_PIV;
}

/* By its own PIN or by the global one. */
static inline bool
piv_logged_in(const struct card *card)
{
	return card->piv.verified || card->piv.global_verified;
}

/* PIN and PUK of the profile, once per card. */
void piv_init(struct card *card);

/* A reset: all logins, the chain. */
void piv_forget(struct card *card);

/* The application's own login; the global PIN's is the card's. */
void piv_logout(struct card *card);

/* The parts of a chained command. */
void piv_drop_chain(struct card *card);

/* Make the answer to GET DATA, object->v. False with error_set on failure. */
bool piv_build(struct object *object, const struct pki *pki);

/*
 * What SELECT does to PIV before the applet changes: next is the one selected
 * now, NULL when the AID is unknown.
 */
void piv_select(struct card *card, const struct applet *next);

#endif
