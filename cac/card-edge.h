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

enum pin_use { PIN_VERIFY, PIN_CHANGE, PIN_ASK };

/* How the PIN commands are sent to the applet that is selected for them. */
struct pin_place {
	uint8_t cla, p1, p2;
	bool piv;
};

struct card_edge {
	const char *model;

	/*
	 * Recognise the card; on success *state is the edge's own, at most
	 * CARD_CONTAINERS_MAX containers are appended to info, and the serial
	 * is filled when it was empty and the card has one. On any error
	 * info is as it was, but for a serial that it has learned.
	 *
	 * CARD_ERR_UNKNOWN: let the next edge try. CARD_ERR_UNDECODABLE: the
	 * same, but it is one of our cards, only its directory is no use.
	 */
	err_t (*probe)(struct cac_io *io, struct card_info *info, void **state);

	/* index within the edge. Errors as card_read_certificate(). */
	err_t (*read_certificate)(
	    void *state, struct cac_io *io, size_t index, struct buf *der);

	/*
	 * The rest is for PINs and keys; index is below the edge's count. The
	 * functions that talk to the card return errors as cac_select(), after
	 * READER_ERR_RESET they are called again.
	 */
	bool tells_tries; /* an empty VERIFY is known not to cost one */
	bool rsa_only;	  /* keys of another kind are not known there */

	/* Pure. */
	enum card_key_rule (*key_rule)(const void *state, size_t index);

	/* Select where the PIN for this key is checked, or changed. */
	err_t (*select_pin)(void *state, struct cac_io *io, size_t index,
	    enum pin_use use, struct pin_place *place);

	err_t (*select_key)(void *state, struct cac_io *io, size_t index);

	/*
	 * Use the selected key, once. op is of a possible form. The result,
	 * checked for its length, is appended to out, which has room.
	 *
	 * CARD_ERR_NOT_VERIFIED: refused for want of the PIN. CARD_ERR_NO_KEY,
	 * CARD_ERR_INPUT, CARD_ERR_STATUS: for another reason. CARD_ERR_DATA:
	 * the result is none. Others as cac_exchange(): perhaps it was done.
	 */
	err_t (*operate)(void *state, struct cac_io *io, size_t index,
	    const struct card_op *op, struct buf *out);

	/* Containers besides those with certificates; NULL: not known. Pure. */
	size_t (*data)(const void *state, const struct cac_path **paths);

	void (*free)(void *state);
};

#endif
