/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The commands of a card. check sees the header only and may refuse at once;
 * run sees the data too and leaves an answer in card->answer, which counts
 * only with 90 00. Both return a status word, check 0 to go on.
 */
#ifndef EMULATOR_CARD_COMMAND_H
#define EMULATOR_CARD_COMMAND_H

#include "tools/emulator/card/state.h"

struct command {
	uint8_t ins;
	unsigned applets; /* enum applet_kind mask, 0: any or none */
	bool (*takes_data)(const struct apdu *apdu);
	uint16_t (*check)(const struct card *card, const struct apdu *apdu);
	uint16_t (*run)(struct card *card, const struct apdu *apdu);
};

/* NULL when the selected applet does not know ins. */
const struct command *command_find(const struct card *card, uint8_t ins);

/* SELECT (applet.c) */
uint16_t select_check(const struct card *card, const struct apdu *apdu);
uint16_t select_run(struct card *card, const struct apdu *apdu);
void applet_default(struct card *card);

/* GET PROPERTIES (properties.c) */
bool properties_takes_data(const struct apdu *apdu);
uint16_t properties_check(const struct card *card, const struct apdu *apdu);
uint16_t properties_run(struct card *card, const struct apdu *apdu);

/* READ BUFFER, UPDATE BUFFER (container.c) */
uint16_t read_check(const struct card *card, const struct apdu *apdu);
uint16_t read_run(struct card *card, const struct apdu *apdu);
uint16_t update_check(const struct card *card, const struct apdu *apdu);

/* PRIVATE SIGN/DECRYPT (private-key.c) */
uint16_t private_check(const struct card *card, const struct apdu *apdu);
uint16_t private_run(struct card *card, const struct apdu *apdu);

/* VERIFY, CHANGE REFERENCE DATA (pin.c) */
uint16_t verify_check(const struct card *card, const struct apdu *apdu);
uint16_t verify_run(struct card *card, const struct apdu *apdu);
uint16_t change_check(const struct card *card, const struct apdu *apdu);
uint16_t change_run(struct card *card, const struct apdu *apdu);

/* GET CHALLENGE (challenge.c) */
uint16_t challenge_check(const struct card *card, const struct apdu *apdu);
uint16_t challenge_run(struct card *card, const struct apdu *apdu);

/* GET ACR (aca.c) */
bool acr_takes_data(const struct apdu *apdu);
uint16_t acr_check(const struct card *card, const struct apdu *apdu);
uint16_t acr_run(struct card *card, const struct apdu *apdu);

#endif
