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
};

/*
 * t and v are the buffers without their prefixes; both empty is a CCC that
 * names nothing.
 *
 * CARD_ERR_DATA     the buffers do not agree, values are left over, or a
 *                   CardURL is too short: the list would not be whole
 * CARD_ERR_TOO_BIG  more than CARD_CONTAINERS_MAX PKI containers
 */
err_t
cac_ccc_parse(struct bytes t, struct bytes v, struct cac_ccc *out) MUST_CHECK;

#endif
