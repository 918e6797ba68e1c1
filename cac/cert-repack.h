/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAC_CERT_REPACK_H
#define CAC_CERT_REPACK_H

#include "cac/cert-inflate.h"

/*
 * How a card would store the same certificate in another packing: its issuer
 * has compressed it once, and put zlib's or gzip's ends around the same stream
 * (RFC 1950, 2.2; RFC 1952, 2.3). in is one stored form, der is what it unpacks
 * to; appended to out, whose first bytes may differ from the card's. Pure.
 *
 * CARD_ERR_UNDECODABLE: not possible from this form.
 */
err_t cert_repack(struct bytes in, struct bytes der, enum cert_packing packing,
    struct buf *out) MUST_CHECK;

#endif
