/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a card has the PIV application, and what of it. */
#ifndef CAC_PIV_LEARN_H
#define CAC_PIV_LEARN_H

#include "cac/card-edge.h"
#include "cac/piv-object.h"

struct piv_learned {
	unsigned retired; /* certificates, at most */
	bool pin_known;	  /* Discovery was looked for on the way */
	uint8_t pin;	  /* see piv_data_pin() */
};

/*
 * Prove PIV by an object of it, name the card by it when it has no name yet,
 * and count its retired certificates, at most. CARD_ERR_UNKNOWN: there is no
 * PIV. Others as cac_exchange().
 */
err_t piv_learn(struct cac_io *io, struct card_info *info,
    struct piv_learned *out) MUST_CHECK;

/*
 * Read an object into answer, whose former content is dropped. What is unclear
 * twice is the card's own way of saying no. Errors as piv_object_read().
 */
err_t piv_read_patiently(struct cac_io *io, piv_object_reading read,
    uint32_t tag, struct buf *answer, struct bytes *content) MUST_CHECK;

/* The card says that it has no such object, or is not understood. */
bool piv_refused(err_t err);

#endif
