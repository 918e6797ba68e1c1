/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a card generation must be able to do. card.c tries the edges in order
 * and keeps the first that recognises the card; the PIV application is asked
 * for as well, whatever was found before. All edges of a card share one
 * conversation, which knows what is selected.
 */
#ifndef CAC_CARD_EDGE_H
#define CAC_CARD_EDGE_H

#include "cac/cac-io.h"
#include "cac/card.h"

/* The CAC applets, and the PIV application. */
#define CARD_PARTS 2

/* What the probes learn of a card. */
struct card_info {
	char serial[65]; /* printable ASCII; empty: not known */
	struct card_container containers[CARD_PARTS * CARD_CONTAINERS_MAX];
	size_t count;
};

struct card_edge {
	const char *model;

	/*
	 * Recognise the card; on success *state is the edge's own, at most
	 * CARD_CONTAINERS_MAX containers are appended to info, and the serial
	 * is filled when it was empty and the card has one. info is as it was
	 * on any error.
	 *
	 * CARD_ERR_UNKNOWN: let the next edge try. CARD_ERR_UNDECODABLE: the
	 * same, but it is one of our cards, only its directory is no use.
	 */
	err_t (*probe)(struct cac_io *io, struct card_info *info, void **state);

	/* index within the edge. Errors as card_read_certificate(). */
	err_t (*read_certificate)(
	    void *state, struct cac_io *io, size_t index, struct buf *der);

	void (*free)(void *state);
};

#endif
