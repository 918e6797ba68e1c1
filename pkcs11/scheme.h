/* SPDX-License-Identifier: BSD-2-Clause */
/* A mechanism with its parameters, as an operation begins with it. */
#ifndef PKCS11_SCHEME_H
#define PKCS11_SCHEME_H

#include "pkcs11/key.h"
#include "pkcs11/mechanism.h"
#include "pkcs11/rsa-public.h"

/* Bytes of the longest modulus. */
#define SCHEME_BLOCK_MAX RSA_PUBLIC_MAX

struct scheme {
	const struct mechanism *mechanism;
	enum digest_kind hash;	   /* of PSS and OAEP */
	enum digest_kind mask;	   /* of their MGF1 */
	size_t salt_len;	   /* of PSS */
	uint8_t label[DIGEST_MAX]; /* of OAEP: the digest of its label */
};

/*
 * For one use: CKF_SIGN and so on. CKR_MECHANISM_INVALID: unknown, or not for
 * that. CKR_MECHANISM_PARAM_INVALID.
 */
CK_RV
scheme_parse(const CK_MECHANISM *mechanism, CK_FLAGS use, struct scheme *out);

/*
 * Whether the key serves it. CKR_KEY_TYPE_INCONSISTENT,
 * CKR_KEY_FUNCTION_NOT_PERMITTED; CKR_KEY_SIZE_RANGE: too short for the digest;
 * CKR_MECHANISM_PARAM_INVALID: too short for the salt.
 */
CK_RV scheme_check_key(
    const struct scheme *scheme, CK_FLAGS use, const struct key *key);

/* Bytes that the key's modulus has; of EC, that its order has. */
size_t key_len(const struct key *key);

/* What the use yields at most: a signature, a ciphertext, a plaintext. */
size_t scheme_out_len(
    const struct scheme *scheme, CK_FLAGS use, const struct key *key);

/*
 * What the key's arithmetic is to work on for a signature over in: data, or its
 * digest if the mechanism hashes. out has room for key_len() bytes. But for
 * PSS, the same each time. CKR_DATA_LEN_RANGE, CKR_DATA_INVALID (not below the
 * modulus), CKR_FUNCTION_FAILED (no random).
 */
CK_RV scheme_sign_block(const struct scheme *scheme, const struct key *key,
    struct bytes in, uint8_t *out);

/* CKR_SIGNATURE_INVALID, CKR_SIGNATURE_LEN_RANGE, CKR_DATA_LEN_RANGE. */
CK_RV scheme_verify(const struct scheme *scheme, const struct key *key,
    struct bytes in, struct bytes signature);

#endif
