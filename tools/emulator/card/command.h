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

/* Counts a command that came, whatever becomes of it. */
void command_seen(struct card *card, uint8_t ins);

/* Run on card->apdu; counts what came of it. An answer that failed is 6F00. */
uint16_t command_run(struct card *card, const struct command *command);

/* Part of the answer was fetched: more of one that has no end. */
void command_go_on(struct card *card);

/*
 * Every command of the host passes here first: its class, and its place in a
 * command chain (class.c). 0, or the status word that refuses it.
 */
uint16_t command_begin(struct card *card);

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

/* GET CERTIFICATE, and GET PROPERTIES of CAC v1 (v1.c) */
uint16_t certificate_check(const struct card *card, const struct apdu *apdu);
uint16_t certificate_run(struct card *card, const struct apdu *apdu);
uint16_t old_properties_run(struct card *card, const struct apdu *apdu);

/* What answer lines say (scripted.c); NULL: nothing. */
const struct command *scripted_find(const struct card *card);

/* GET CHALLENGE (challenge.c) */
uint16_t challenge_check(const struct card *card, const struct apdu *apdu);
uint16_t challenge_run(struct card *card, const struct apdu *apdu);

/* GET ACR (aca.c) */
bool acr_takes_data(const struct apdu *apdu);
uint16_t acr_check(const struct card *card, const struct apdu *apdu);
uint16_t acr_run(struct card *card, const struct apdu *apdu);

/* GET DATA (piv-data.c) */
uint16_t data_check(const struct card *card, const struct apdu *apdu);
uint16_t data_run(struct card *card, const struct apdu *apdu);

/* GENERAL AUTHENTICATE (piv-key.c) */
uint16_t authenticate_check(const struct card *card, const struct apdu *apdu);
uint16_t authenticate_run(struct card *card, const struct apdu *apdu);

/* VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER of PIV (piv-pin.c) */
uint16_t piv_verify_check(const struct card *card, const struct apdu *apdu);
uint16_t piv_verify_run(struct card *card, const struct apdu *apdu);
uint16_t piv_change_check(const struct card *card, const struct apdu *apdu);
uint16_t piv_change_run(struct card *card, const struct apdu *apdu);
uint16_t piv_unblock_check(const struct card *card, const struct apdu *apdu);
uint16_t piv_unblock_run(struct card *card, const struct apdu *apdu);

#endif
