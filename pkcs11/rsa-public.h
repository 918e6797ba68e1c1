/* SPDX-License-Identifier: BSD-2-Clause */
/* What a public RSA key does (RFC 8017, 5.1.1 and 5.2.2). Pure. */
#ifndef PKCS11_RSA_PUBLIC_H
#define PKCS11_RSA_PUBLIC_H

#include "base/bytes.h"
#include "pkcs11/cryptoki.h"

#define RSA_PUBLIC_MAX 512 /* bytes of a modulus */

/*
 * in to the power of exponent; in and out are as long as the modulus, which
 * begins with no zero byte. CKR_DATA_INVALID: in is not below the modulus.
 * CKR_ARGUMENTS_BAD: no such key or length. CKR_HOST_MEMORY.
 */
CK_RV rsa_public(
    struct bytes modulus, struct bytes exponent, struct bytes in, uint8_t *out);

/* Whether in, as long as the modulus, is below it. */
bool rsa_below(struct bytes modulus, struct bytes in);

#endif
