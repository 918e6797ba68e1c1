/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PIN and the keys of fake-reader's card: both its parts keep a login of
 * their own, and one counter. Keys are no cryptography: the answer is the input
 * with all bits inverted.
 */
#ifndef TESTS_UNIT_FAKE_KEYS_H
#define TESTS_UNIT_FAKE_KEYS_H

#include "reader/reader.h"

enum fake_part { FAKE_APPLETS, FAKE_PIV, FAKE_PARTS };

#define FAKE_INPUT_MAX 1024

struct fake_keys {
	const char *pin;
	unsigned tries; /* left */
	unsigned tries_max;

	/* Habits; zeroes are a card that keeps a login as long as it can. */
	bool drops[FAKE_PARTS]; /* any SELECT of an applet costs the login */
	bool shared;		/* a VERIFY is good for both parts */
	bool old_counts;	/* 630X instead of 63CX */
	uint8_t pin_cla;	/* of the applets' PIN commands */
	const uint8_t *pin_aid; /* the only applet that takes them; or NULL */
	bool global_pin;	/* PIV takes P2=00 */
	uint8_t key_cla;	/* of PRIVATE SIGN/DECRYPT */
	size_t part_max;	/* of its parts; 0 for 255 */
	uint16_t part_sw;	/* for longer ones */
	uint16_t refused_sw;	/* without a login; 0 for 6982 */
	uint16_t verify_sw;	/* instead of a judgement of the PIN */
	uint16_t change_sw;
	uint16_t ask_sw; /* for the empty VERIFY; 0 for the truth */
	uint16_t use_sw; /* of any use of a key in the CAC applets */
	uint16_t auth_sw;
	size_t answer_n;     /* of PRIVATE SIGN/DECRYPT; 0 for as it must be */
	struct bytes answer; /* of GENERAL AUTHENTICATE, whole */

	/* What is typed at the reader's pad; NULL: it has none. */
	const char *pad_pin, *pad_new;
	err_t pad_error;

	/* What happened. */
	unsigned verifies;  /* with a PIN that the card has looked at */
	unsigned misplaced; /* with a PIN, to an applet that does not know it */
	unsigned asks;
	unsigned changes;
	unsigned uses; /* answers of keys */
	unsigned refusals;
	uint8_t algorithm, key; /* of the last GENERAL AUTHENTICATE */

	/* The card's state. */
	bool verified[FAKE_PARTS];
	bool fresh; /* the last command was a good VERIFY in PIV */
	uint8_t input[FAKE_INPUT_MAX];
	size_t input_n;
	char new_pin[9];
};

/* As fake_reader_reset(): the login and a started input are lost. */
void fake_keys_reset(struct fake_keys *k);

/* Another applet was selected. */
void fake_keys_selected(struct fake_keys *k, enum fake_part part);

/* The command marked secret as it should be, and never to be repeated. */
void fake_keys_check(const struct apdu_cmd *cmd);

/* Whether it is a command for PINs or keys. */
bool fake_keys_know(const struct apdu_cmd *cmd);

/* Answer it, as the reader's card with what is selected. */
uint16_t
fake_keys_answer(struct reader *r, const struct apdu_cmd *cmd, struct buf *out);

#endif
