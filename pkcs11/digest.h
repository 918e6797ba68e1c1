/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-1 and SHA-2 (FIPS 180-4), which every mechanism here is made of. */
#ifndef PKCS11_DIGEST_H
#define PKCS11_DIGEST_H

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "base/bytes.h"

enum digest_kind {
	DIGEST_SHA1,
	DIGEST_SHA224,
	DIGEST_SHA256,
	DIGEST_SHA384,
	DIGEST_SHA512
};

#define DIGEST_MAX 64 /* bytes of the longest result */

struct digest {
	enum digest_kind kind;
	union {
		SHA_CTX sha1;
		SHA256_CTX sha256;
		SHA512_CTX sha512;
	} state;
};

/* Bytes of the result. */
size_t digest_len(enum digest_kind kind);

void digest_begin(struct digest *d, enum digest_kind kind);
void digest_update(struct digest *d, struct bytes in);

/* Writes digest_len() bytes and wipes the state. */
void digest_end(struct digest *d, uint8_t *out);

/* All at once; out may overlap in. */
void digest_of(enum digest_kind kind, struct bytes in, uint8_t *out);

/* What DER puts before the digest in a DigestInfo (RFC 8017, 9.2, note 1). */
struct bytes digest_info_head(enum digest_kind kind);

/* MGF1 (RFC 8017, B.2.1): out ^= mask, n bytes. */
void
digest_mask(enum digest_kind kind, struct bytes seed, uint8_t *out, size_t n);

#endif
