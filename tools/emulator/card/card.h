/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A smart card on the contacts of a reader, as ISO/IEC 7816-3 sees it.
 * The border between the emulated reader (above) and the emulated card.
 */
#ifndef EMULATOR_CARD_CARD_H
#define EMULATOR_CARD_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/emulator/card/t1-block.h"

struct card;

enum t0_turn {
	T0_STATUS,  /* the card answers SW1 SW2 at once */
	T0_SENDS,   /* ACK, then data[0..len), then SW1 SW2 */
	T0_RECEIVES /* ACK; the card now waits for P3 characters of data */
};

/* What the card does after a command header or after its data. */
struct t0_reply {
	enum t0_turn turn;
	unsigned nulls;	   /* 60 characters sent before the answer */
	bool single;	   /* ACK is INS^FF: one data character per ACK */
	uint8_t data[256]; /* T0_SENDS only */
	size_t len;	   /* T0_SENDS only: exactly P3 (00 = 256) */
	uint16_t sw;	   /* T0_STATUS and T0_SENDS */
};

/*
 * Load a profile (a text file; its format is in cac-emulator(1)) and the test
 * PKI in pki_dir (made there when missing; NULL: a fresh one in memory).
 * On failure NULL, and *error is a message for the user (static or owned by
 * the library until the next call).
 */
struct card *
card_new(const char *profile, const char *pki_dir, const char **error);
void card_free(struct card **card);

/*
 * Reset (cold or warm): selection, pending data, PIN state and speed are gone.
 * Returns the ATR, valid as long as the card.
 */
const uint8_t *card_reset(struct card *card, size_t *len);
void card_power_off(struct card *card);

/*
 * PPS request of n characters (FF PPS0 .. PCK), legal only as the first
 * exchange after a reset. Returns the length of the answer, 0 for silence.
 */
size_t
card_pps(struct card *card, const uint8_t *req, size_t n, uint8_t answer[6]);

/* FI/DI in force on the card's side, 11 hex after a reset. */
uint8_t card_fidi(const struct card *card);

/* T in force on the card's side. */
uint8_t card_protocol(const struct card *card);

/* Voltages at which it answers: bit 0 5 V, bit 1 3 V, bit 2 1.8 V. */
uint8_t card_voltages(const struct card *card);

/* What it was sent, and what came of it. */
struct card_counts {
	uint64_t commands[256];	  /* by INS; T=0: headers */
	uint64_t unexpected[256]; /* by INS; see cac-emulator(1), expects */
	uint64_t wrong_pins;
	uint64_t pin_changes;
	uint64_t private_operations;
	uint64_t challenges;
};

const struct card_counts *card_counts(const struct card *card);

/* Tries that are left for the PIN. */
unsigned card_tries_left(const struct card *card);

/*
 * Replace the certificate of a key, as a new one is issued for an old card:
 * with another serial number and dates, on request of another key of the same
 * kind. What is in the PKI's folder is replaced too. False when there is no
 * such key; *error says so.
 */
bool card_renew(
    struct card *card, unsigned number, bool new_key, const char **error);

/* VERIFY commands with data that were carried out. */
unsigned card_verifies(const struct card *card);

/* The five header characters CLA INS P1 P2 P3. */
void card_t0_header(
    struct card *card, const uint8_t header[5], struct t0_reply *reply);

/* The P3 characters that the card asked for with T0_RECEIVES. */
void card_t0_data(
    struct card *card, const uint8_t *data, size_t n, struct t0_reply *reply);

/*
 * One T=1 block, NAD to EDC, as it arrived; the same for the answer (ISO/IEC
 * 7816-3, 11). Returns its length, 0 for silence.
 */
size_t card_t1_block(struct card *card, const uint8_t *block, size_t n,
    uint8_t answer[T1_BLOCK_MAX]);

/* Whether blocks end with a CRC, as the ATR says. */
bool card_uses_crc(const struct card *card);

/*
 * Blocks that came intact, but that a host may not send at that point: wrong
 * sequence, too long, a response to nothing. They are answered as 11.6.3.2
 * wants it.
 */
unsigned card_t1_errors(const struct card *card);

#endif
