/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files card*.c share about a card. */
#ifndef CAC_CARD_PRIVATE_H
#define CAC_CARD_PRIVATE_H

#include "cac/card-edge.h"

/*
 * The PIN of one part: the CAC applets and the PIV application each know for
 * themselves whether it was verified, and count wrong ones together.
 */
struct pin_domain {
	/* True as of the rest, which are the counts of then. */
	bool verified;
	unsigned memory; /* reader_memory() */
	unsigned selects;
	unsigned commands;

	size_t at; /* the container whose key was asked for last */

	/* Learned. */
	bool suspected; /* a SELECT, or something unseen, has cost the login */
	bool dropped;	/* any SELECT costs it */
	bool apart;	/* the other part's login did not help */
};

struct part {
	const struct card_edge *edge;
	void *state;
	size_t first; /* of its containers */
	size_t count;
	struct pin_domain pin;
};

/* The counter of wrong PINs, as last heard. */
struct pin_count {
	bool known;
	unsigned tries;
	bool asked; /* or told unasked, which is not worth a question */
	unsigned memory;
};

/* What the last reading of a container has proved. */
struct known {
	bool read;
	bool failed;	/* it could not be read */
	bool ahead;	/* it was read before anybody asked for it */
	err_t err;	/* 0, or why there is no certificate */
	struct buf der; /* empty: there is none */
};

struct card {
	struct cac_io io;
	struct part parts[CARD_PARTS];
	size_t part_count;
	struct card_info info; /* part after part; see card_place() */
	size_t order[CARD_PARTS * CARD_CONTAINERS_MAX]; /* in which it shows */
	struct known known[CARD_PARTS * CARD_CONTAINERS_MAX];
	struct pin_count count;
	bool counts;		/* see pin_recount() */
	bool pin_spoilt;	/* a silent VERIFY has failed */
	struct data_list *data; /* once they were looked for */
};

/*
 * Where a container of the card.h functions is. Their indices are not those of
 * info: PIV Authentication comes before the CAC applets.
 */
struct place {
	struct part *part;
	size_t index; /* within the part, as the edge has it */
	/* Not NULL: no key is meant, but this container. */
	const struct cac_path *data;
};

/* index must be below info.count. */
struct place card_place(struct card *card, size_t index);

/* What card_find_data() has found. */
void card_data_free(struct card *card);

/* Once all parts are known. */
void card_view_order(struct card *card);

/* The start of a call that is for a PIN or a key: see cac_io_resume(). */
void card_resume(struct card *card, struct deadline until);

/* Whether the keys of the part are known to want the PIN first. */
bool card_pin_lost(const struct card *card, const struct part *part);

/* The card was reset, or is another. */
void card_forget_pin(struct card *card);

/* Whether nothing has followed a VERIFY of the part. */
bool card_pin_fresh(const struct card *card, const struct part *part);

/*
 * One VERIFY where the key at this place asks for it. After a reset that comes
 * before it the place is selected again. Errors as card_login().
 */
err_t
card_give_pin(struct card *card, struct place key, struct bytes pin) MUST_CHECK;

#endif
