/* SPDX-License-Identifier: BSD-2-Clause */
/* Class bytes and command chains (ISO/IEC 7816-4, 5.3.3 and 5.4.1). */
#include <string.h>

#include "tools/emulator/card/piv.h"

#define SELECT		     0xA4
#define GENERAL_AUTHENTICATE 0x87

static bool
chain_goes_on(const struct apdu *first, const struct apdu *apdu)
{
	return (apdu->cla & ~CLA_CHAIN) == 0 && apdu->ins == first->ins &&
	    apdu->p1 == first->p1 && apdu->p2 == first->p2;
}

static uint16_t
class_check(const struct card *card, const struct apdu *apdu)
{
	const struct profile *p = card->profile;

	if (!piv_selected(card)) {
		if (memchr(p->cla, apdu->cla, p->n_cla))
			return 0;
		return card_status(card, STATUS_UNKNOWN_CLA);
	}
	if (apdu->cla == CLA_CHAIN && apdu->ins != GENERAL_AUTHENTICATE)
		return card_status(card, STATUS_CHAINING);
	if (apdu->cla == CLA_CHAIN || apdu->cla == 0)
		return 0;
	return card_status(card, STATUS_UNKNOWN_CLA);
}

uint16_t
command_begin(struct card *card)
{
	uint16_t broken = card_status(card, STATUS_CHAIN_BROKEN);
	const struct apdu *apdu = &card->apdu;

	/* The parts of a chain are one command. */
	if (card->piv.chained && chain_goes_on(&card->piv.first, apdu))
		return 0;
	card->piv.age++;
	if (card->piv.chained) {
		piv_drop_chain(card);
		/* SELECT is the runtime's, not the application's. */
		if (broken && apdu->ins != SELECT)
			return broken;
	}
	return class_check(card, apdu);
}
