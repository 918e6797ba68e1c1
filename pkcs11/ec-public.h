/* SPDX-License-Identifier: BSD-2-Clause */
/* P-256 and P-384 (SEC 2, 2.4.2 and 2.5.1), as far as a public key goes. Pure.
 */
#ifndef PKCS11_EC_PUBLIC_H
#define PKCS11_EC_PUBLIC_H

#include "base/bytes.h"
#include "pkcs11/cryptoki.h"

#define EC_FIELD_MAX 48			    /* bytes of a coordinate or order */
#define EC_POINT_MAX (1 + 2 * EC_FIELD_MAX) /* 04 X Y */

/* Bits of the curve that CKA_EC_PARAMS names; 0: none of ours. */
unsigned ec_curve_bits(struct bytes params);

/* 04 X Y out of CKA_EC_POINT, which wraps it; empty when it does not. */
struct bytes ec_point_unwrap(struct bytes point);

/*
 * Whether 04 X Y is a point of the curve. CKR_DATA_INVALID: it is not;
 * CKR_ARGUMENTS_BAD: no such curve; CKR_HOST_MEMORY.
 */
CK_RV ec_point_check(unsigned bits, struct bytes point);

/*
 * A hash of any length, of which the leftmost bits count (FIPS 186-4, 6.4), as
 * a number of the order's length.
 */
void ecdsa_hash(unsigned bits, struct bytes hash, uint8_t *out);

/*
 * signature: r and s, each as long as the order; hash: of that length, too.
 * CKR_SIGNATURE_INVALID, CKR_SIGNATURE_LEN_RANGE; others as above.
 */
CK_RV ecdsa_verify(unsigned bits, struct bytes point, struct bytes hash,
    struct bytes signature);

#endif
