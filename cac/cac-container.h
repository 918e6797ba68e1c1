/* SPDX-License-Identifier: BSD-2-Clause */
/* What a PKI container's two buffers hold (GSC-IS 2.1, 8.4). Pure. */
#ifndef CAC_CAC_CONTAINER_H
#define CAC_CAC_CONTAINER_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/err.h"

struct cac_container {
	struct bytes certificate; /* as stored; points into v */
	bool has_certinfo;
	uint8_t certinfo;
};

/*
 * Find the certificate by its tag, in whatever order the tags come. t and v
 * are without their prefixes.
 *
 * CARD_ERR_EMPTY  V is empty, or tag 70 is missing or has length 0
 * CARD_ERR_DATA   the buffers do not agree, or values without a tag are left
 *                 and no certificate was found: nothing is proved
 */
err_t cac_container_parse(
    struct bytes t, struct bytes v, struct cac_container *out) MUST_CHECK;

/*
 * How long the certificate is by what T says, and *start, where in V it begins.
 * 0: there is none, or T is no Simple-TLV.
 */
size_t cac_container_certificate(struct bytes t, size_t *start);

/*
 * How many bytes of V hold all that cac_container_parse() looks for, by what T
 * says; *t_need bytes of T tell of them. 0: none, or T is no Simple-TLV.
 */
size_t cac_container_need(struct bytes t, size_t *t_need);

#endif
