/* SPDX-License-Identifier: BSD-2-Clause */
/* The parameters of CKM_ECDH1_DERIVE, and what makes a key of its secret. */
#ifndef PKCS11_ECDH_H
#define PKCS11_ECDH_H

#include "base/buf.h"
#include "pkcs11/cryptoki.h"
#include "pkcs11/digest.h"
#include "pkcs11/ec-public.h"

#define ECDH_KEY_MAX 256 /* bytes of a derived key */

struct ecdh {
	bool hashes; /* ANSI X9.63 with this; else the secret as it is */
	enum digest_kind digest;
	struct bytes shared; /* by the caller, for X9.63 */
	struct bytes peer;   /* 04 X Y */
};

/* Borrows from the mechanism. CKR_MECHANISM_PARAM_INVALID. */
CK_RV
ecdh_parse(const CK_MECHANISM *mechanism, unsigned bits, struct ecdh *out);

/* Bytes of the key when the caller does not say. */
size_t ecdh_default_len(const struct ecdh *ecdh, unsigned bits);

/*
 * n bytes, appended. Without X9.63 the last n of the secret (PKCS #11 Current
 * Mechanisms 2.40, 2.3.9). CKR_KEY_SIZE_RANGE, CKR_HOST_MEMORY.
 */
CK_RV ecdh_derive(
    const struct ecdh *ecdh, struct bytes secret, size_t n, struct buf *out);

#endif
