/* SPDX-License-Identifier: BSD-2-Clause */
/* The Card Capability Container and its CardURLs (GSC-IS 2.1, 7.3). Pure. */
#ifndef CAC_CAC_CCC_H
#define CAC_CAC_CCC_H

#include "cac/cac-io.h"
#include "cac/card.h"

struct cac_ccc {
	/* Tag F0, of any length; empty without one. Points into v. */
	struct bytes card_identifier;
	/* CardURLs of type PKI, in the card's order. */
	struct cac_path pki[CARD_CONTAINERS_MAX];
	size_t pki_count;
	/* All others; what is too much is left out. */
	struct cac_path others[CARD_CONTAINERS_MAX];
	size_t other_count;
	struct cac_path next; /* tag FD: another CCC */
	bool has_next;
	uint8_t aca[GSCIS_AID_LENGTH]; /* tag F6 */
	bool has_aca;
};

/*
 * t and v are the buffers without their prefixes; both empty is a CCC that
 * names nothing.
 *
 * CARD_ERR_DATA     the buffers do not agree, values are left over, or a
 *                   CardURL is too short: the list would not be whole. What
 *                   came before is in out.
 * CARD_ERR_TOO_BIG  more than CARD_CONTAINERS_MAX PKI containers
 */
err_t
cac_ccc_parse(struct bytes t, struct bytes v, struct cac_ccc *out) MUST_CHECK;

/*
 * How many bytes of V hold the card's id, all CardURLs and the next CCC, by
 * what T says; *t_need bytes of T tell of them. The whole where there is no
 * card id: then all of it is the card's name. 0: T is no Simple-TLV.
 */
size_t cac_ccc_need(struct bytes t, size_t *t_need);

/*
 * Take over what another CCC of the same card names; what is named already is
 * not named again. CARD_ERR_TOO_BIG as above.
 */
err_t
cac_ccc_append(struct cac_ccc *ccc, const struct cac_ccc *more) MUST_CHECK;

/* Mark the PKI applets that have one object. */
void cac_ccc_find_lone(struct cac_ccc *ccc);

#endif
