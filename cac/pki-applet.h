/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cards without a usable CCC: the PKI applets at A0 00 00 00 79 01 00 to
 * 01 0F, found by asking for them.
 */
#ifndef CAC_PKI_APPLET_H
#define CAC_PKI_APPLET_H

#include "cac/card-edge.h"

#define PKI_APPLETS 16

/* Found containers; the state of the edges that use this file. */
struct pki_list {
	struct cac_path paths[CARD_CONTAINERS_MAX];
	/* For labels and ids: 0 for the first. */
	size_t places[CARD_CONTAINERS_MAX];
	size_t count;
	/* The Access Control Applet, where it alone takes the PIN. */
	struct cac_path aca;
	bool has_aca;
};

/*
 * What the selected applet answers to a first command of its generation.
 * CARD_ERR_NOT_FOUND: it is none. Other errors end the search.
 */
typedef err_t (*pki_ask)(struct cac_io *io);

/*
 * Look for the applets that answer, the place being the applet's number. The
 * first one decides: without it the others are not asked for, so that foreign
 * cards are left alone. CARD_ERR_UNKNOWN: there is none.
 */
err_t
pki_search(struct cac_io *io, pki_ask ask, struct pki_list *list) MUST_CHECK;

/* CARD_ERR_TOO_BIG: no room in the list. */
err_t pki_add(struct pki_list *list, const struct cac_path *path,
    size_t place) MUST_CHECK;

/* Append the list's containers to info, and copy the list to *state. */
err_t pki_take(const struct pki_list *list, struct card_info *info,
    void **state) MUST_CHECK;

/* As card_edge.read_certificate(), by READ BUFFER. */
err_t pki_read_certificate(
    void *state, struct cac_io *io, size_t index, struct buf *der) MUST_CHECK;

/* As the functions of card_edge. */
enum card_key_rule pki_key_rule(const void *state, size_t index);
err_t pki_select_pin(void *state, struct cac_io *io, size_t index,
    enum pin_use use, struct pin_place *place) MUST_CHECK;
err_t pki_select_key(void *state, struct cac_io *io, size_t index) MUST_CHECK;
err_t pki_operate(void *state, struct cac_io *io, size_t index,
    const struct card_op *op, struct buf *out) MUST_CHECK;

#endif
