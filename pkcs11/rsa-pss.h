/* SPDX-License-Identifier: BSD-2-Clause */
/* EMSA-PSS (RFC 8017, 9.1). */
#ifndef PKCS11_RSA_PSS_H
#define PKCS11_RSA_PSS_H

#include "pkcs11/cryptoki.h"
#include "pkcs11/digest.h"

struct pss {
	enum digest_kind hash;
	enum digest_kind mask; /* of MGF1 */
	size_t salt_len;
	unsigned bits; /* of the modulus */
};

/* The longest salt for this modulus; false: no room even without one. */
bool pss_salt_max(unsigned bits, enum digest_kind hash, size_t *max);

/*
 * Encode a digest; em is as long as the modulus. CKR_DATA_LEN_RANGE: the digest
 * or the salt is not as long as pss says. CKR_KEY_SIZE_RANGE: no room.
 */
CK_RV pss_encode(
    const struct pss *pss, struct bytes digest, struct bytes salt, uint8_t *em);

/* CKR_SIGNATURE_INVALID, and as pss_encode(). */
CK_RV pss_verify(const struct pss *pss, struct bytes digest, struct bytes em);

#endif
