/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cac/card.h in memory, but for its errors, which are cac/card-error.c's. A
 * test fills a struct and puts it into a reader.
 */
#ifndef TESTS_UNIT_FAKE_CARD_H
#define TESTS_UNIT_FAKE_CARD_H

#include <stdatomic.h>

#include "cac/card.h"

#define FAKE_CONTAINERS_MAX 8
#define FAKE_DATA_MAX	    4

struct fake_container {
	struct card_container place;
	struct bytes der; /* borrowed */
	err_t err;	  /* instead of der */
	enum card_key_rule rule;
	atomic_uint reads;
	atomic_uint uses; /* of the private key, answered or not */
};

struct fake_data {
	struct card_data place;
	struct bytes value; /* borrowed */
	err_t err;	    /* instead of value */
	atomic_uint reads;
};

struct fake_card {
	const char *model;
	const char *serial;
	size_t count;
	struct fake_container containers[FAKE_CONTAINERS_MAX];
	struct fake_data data[FAKE_DATA_MAX];
	size_t data_count;
	err_t find_error; /* of card_find_data() */
	atomic_uint finds;
	err_t open_error;
	atomic_uint opens;
	atomic_uint verifies;
	/* Called inside card_read_certificate(), before it answers. */
	void (*reading)(struct fake_card *card, size_t index);

	/* What the card's holder chose; zeroes take any PIN, and never block.
	 */
	const char *pin;
	unsigned tries_max; /* 0: the card does not count */
	err_t login_error;  /* instead of a judgement of the PIN */
	err_t pad_error;
	const char *pad_pin;	 /* what is typed at the reader's own pad */
	const char *pad_new_pin; /* and what is to replace it */
	err_t change_error;
	err_t logout_error;
	err_t tries_error; /* of card_ask_pin_tries() */
	bool ask_first;

	/* Of private operations: instead of the answer, until it is 0 again. */
	err_t private_error;
	/* The key's answer, appended to out; without it CARD_ERR_NO_KEY. */
	err_t (*operate)(struct fake_card *card, size_t index,
	    const struct card_op *op, struct buf *out);

	/* What the card remembers. */
	atomic_bool verified;
	atomic_bool fresh; /* nothing has followed the VERIFY */
	atomic_uint wrong; /* PINs since the last right one */

	/* What reached the card. */
	atomic_uint logins; /* by card_login() */
	atomic_uint pad_logins;
	atomic_uint silent_logins; /* by card_private() */
	atomic_uint changes;
	atomic_uint logouts;
	atomic_uint asks; /* for the tries */
	size_t login_index;
	char last_pin[CARD_PIN_MAX + 1]; /* given to the card */
	char changed_pin[CARD_PIN_MAX + 1];
};

/* With a key that wants the PIN once. */
void fake_card_add(
    struct fake_card *card, const char *label, uint8_t id, struct bytes der);

/* As by a reset, or by others: the PIN is forgotten. */
void fake_card_forget(struct fake_card *card);

#endif
