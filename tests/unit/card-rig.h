/* SPDX-License-Identifier: BSD-2-Clause */
/* A card with a hole and a certificate of each packing, and what it shows. */
#ifndef TESTS_UNIT_CARD_RIG_H
#define TESTS_UNIT_CARD_RIG_H

#include "cac/card.h"
#include "tests/unit/cac-samples.h"

#define CARD_RIG_CONTAINERS 4

/* In their order; in the sample they start at 1. */
extern const enum sample_packing card_rig_packings[CARD_RIG_CONTAINERS];

struct card_rig {
	struct sample_card sample;
	struct reader reader;
	struct card *card;
};

extern struct card_rig rig;
extern const struct deadline rig_never;

/* All that a caller learns of a card. */
struct listing {
	err_t open_err;
	size_t count;
	err_t err[SAMPLE_CONTAINERS];
	struct buf der[SAMPLE_CONTAINERS];
};

int card_rig_setup(void **state);
int card_rig_teardown(void **state);

/* Open the card anew and read all; the log and counts start anew. */
void card_rig_list(struct listing *l);
void listing_clear(struct listing *l);

/* Whether entry i is what the card holds there; how many are. */
bool listing_right_at(const struct listing *l, size_t i);
size_t listing_right(const struct listing *l);

/* List, and all is right. */
void card_rig_assert_right(void);

#endif
