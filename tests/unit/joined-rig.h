/* SPDX-License-Identifier: BSD-2-Clause */
/* A card that is CAC and PIV, or PIV alone, and what it shows. */
#ifndef TESTS_UNIT_JOINED_RIG_H
#define TESTS_UNIT_JOINED_RIG_H

#include "cac/card.h"
#include "tests/unit/cac-samples.h"

#define JOINED_CAC	  3 /* the first is empty */
#define JOINED_CONTAINERS (JOINED_CAC + 4)
#define JOINED_MAX	  16

struct joined_rig {
	struct sample_card sample;
	/* CCC, CHUID, then 9A, and 9C and 9D with what the applets hold. */
	struct sample_piv piv;
	struct buf authentication, retired;
	struct reader reader;
	struct card *card;
};

extern struct joined_rig rig;
extern const struct deadline rig_never;

struct listing {
	err_t open_err;
	size_t count;
	err_t err[JOINED_MAX];
	struct buf der[JOINED_MAX];
};

int joined_setup(void **state);
int joined_setup_piv(void **state); /* PIV alone */
int joined_teardown(void **state);

/* Entry i of the card that is open. */
void joined_read(struct listing *l, size_t i);

/* Open the card anew and read all; the log and counts start anew. */
void joined_list(struct listing *l, bool backwards);
void listing_clear(struct listing *l);

#endif
