/* SPDX-License-Identifier: BSD-2-Clause */
/* GET CHALLENGE (INS 84; ISO/IEC 7816-4, 11.5.3): always 8 bytes. */
#include "tools/emulator/card/access.h"
#include "tools/emulator/card/command.h"
#include "tools/emulator/card/sw.h"

#define CHALLENGE_LEN 8

uint16_t
challenge_check(const struct card *card, const struct apdu *apdu)
{
	if (apdu->p1 || apdu->p2)
		return SW_BAD_P1P2;
	return access_check(card, apdu, -1);
}

uint16_t
challenge_run(struct card *card, const struct apdu *apdu)
{
	uint8_t challenge[CHALLENGE_LEN];

	(void)apdu;
	if (!pki_random(card->pki, challenge, sizeof(challenge)))
		return SW_NO_DIAGNOSIS;
	blob_add(&card->answer, challenge, sizeof(challenge));
	return SW_OK;
}
