/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a card generation must be able to do. card.c tries the edges in order
 * and keeps the first that recognises the card.
 */
#ifndef CAC_CARD_EDGE_H
#define CAC_CARD_EDGE_H

#include "cac/card.h"

/* What a probe learns of a card. */
struct card_info {
	char serial[65]; /* printable ASCII */
	struct card_container containers[CARD_CONTAINERS_MAX];
	size_t count;
};

struct card_edge {
	const char *model;

	/*
	 * Recognise the card; on success *state is the edge's own, and
	 * info is filled. CARD_ERR_UNKNOWN: let the next edge try.
	 */
	err_t (*probe)(struct reader *r, struct deadline until,
	    struct card_info *info, void **state);

	/* Errors as card_read_certificate(). */
	err_t (*read_certificate)(void *state, struct reader *r, size_t index,
	    struct deadline until, struct buf *der);

	void (*free)(void *state);
};

#endif
