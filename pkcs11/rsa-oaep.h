/* SPDX-License-Identifier: BSD-2-Clause */
/* EME-OAEP (RFC 8017, 7.1). Blocks are as long as the modulus. */
#ifndef PKCS11_RSA_OAEP_H
#define PKCS11_RSA_OAEP_H

#include "pkcs11/cryptoki.h"
#include "pkcs11/digest.h"

struct oaep {
	enum digest_kind hash;
	enum digest_kind mask; /* of MGF1 */
	const uint8_t *label;  /* the digest of the label, by hash */
};

/* The longest message in a block; false: no room even for an empty one. */
bool oaep_message_max(size_t em_len, enum digest_kind hash, size_t *max);

/* CKR_DATA_LEN_RANGE; CKR_KEY_SIZE_RANGE: no room. */
CK_RV oaep_encode(
    const struct oaep *oaep, struct bytes message, uint8_t *em, size_t em_len);

/*
 * em is changed; it is the caller's to wipe. out has room for the longest
 * message, and all of it is written: *n bytes of message, then zeros. Time and
 * memory accesses depend on em_len alone. CKR_ENCRYPTED_DATA_INVALID: it is
 * none, which says nothing of what was wrong; all is zero.
 */
CK_RV oaep_decode(const struct oaep *oaep, uint8_t *em, size_t em_len,
    uint8_t *out, size_t *n);

#endif
