/* SPDX-License-Identifier: BSD-2-Clause */
/* libcrypto's EVP as a second opinion, in a context of its own. */
#ifndef TESTS_UNIT_CRYPTO_ORACLE_H
#define TESTS_UNIT_CRYPTO_ORACLE_H

#include <openssl/evp.h>

#include "pkcs11/digest.h"

#define ORACLE_MAX 512

/* The process's one RSA key of that size, and its public numbers. */
EVP_PKEY *oracle_rsa(unsigned bits);
struct bytes oracle_number(EVP_PKEY *key, const char *name, uint8_t *room);
#define oracle_modulus(key, room)  oracle_number(key, "n", room)
#define oracle_exponent(key, room) oracle_number(key, "e", room)

/* How EVP is to pad: "none", "pkcs1", "pss", "oaep". */
struct oracle_pad {
	const char *mode;
	enum digest_kind hash; /* of PSS and OAEP; of a DigestInfo for pkcs1 */
	enum digest_kind mask;
	int salt_len; /* -2 when verifying: find out */
	struct bytes label;
	bool bare; /* pkcs1 over the data as it is */
};

/* Bytes written; the program ends on a failure of libcrypto. */
size_t oracle_sign(EVP_PKEY *key, const struct oracle_pad *pad,
    struct bytes digest, uint8_t *out);
bool oracle_verify(EVP_PKEY *key, const struct oracle_pad *pad,
    struct bytes digest, struct bytes signature);
size_t oracle_encrypt(EVP_PKEY *key, const struct oracle_pad *pad,
    struct bytes message, uint8_t *out);
/* False: libcrypto finds it wrong. */
bool oracle_decrypt(EVP_PKEY *key, const struct oracle_pad *pad,
    struct bytes ciphertext, uint8_t *out, size_t *n);

void oracle_digest(enum digest_kind kind, struct bytes in, uint8_t *out);

/* A signature as r and s, each of n bytes. */
void
oracle_ecdsa(EVP_PKEY *key, struct bytes hash, size_t n, uint8_t *signature);
bool
oracle_ecdsa_verify(EVP_PKEY *key, struct bytes hash, struct bytes signature);

/* X of the point shared with a peer's 04 X Y; bytes. */
size_t oracle_ecdh(EVP_PKEY *key, struct bytes peer, uint8_t *out);

/* A new key on "P-256" or such. */
EVP_PKEY *oracle_ec(const char *curve);

/* 04 X Y; bytes. */
size_t oracle_point(EVP_PKEY *key, uint8_t *out);

/* Of a new key on P-256 whose X begins with this byte. */
size_t oracle_point_with_x(uint8_t first, uint8_t *out);

#endif
