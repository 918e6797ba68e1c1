/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mechanisms, and which of them a card's keys can serve (PKCS #11 Current
 * Mechanisms 2.40). The card does the arithmetic with a private key; padding,
 * digests and what a public key does are ours.
 */
#ifndef PKCS11_MECHANISM_H
#define PKCS11_MECHANISM_H

#include "pkcs11/digest.h"
#include "pkcs11/slot.h"

enum padding {
	PADDING_NONE,  /* CKM_RSA_X_509 */
	PADDING_PKCS1, /* RFC 8017, 7.2 and 8.2 */
	PADDING_PSS,   /* 8.1 */
	PADDING_OAEP,  /* 7.1 */
	PADDING_ECDSA,
	PADDING_ECDH,
	PADDING_DIGEST /* a digest by itself */
};

struct mechanism {
	CK_MECHANISM_TYPE type;
	enum padding padding;
	bool hashes; /* the data, with this: it works in parts */
	enum digest_kind digest;
	CK_FLAGS flags; /* what it may be used for: CKF_SIGN and so on */
};

/* NULL: none of ours. */
const struct mechanism *mechanism_find(CK_MECHANISM_TYPE type);

/*
 * C_GetMechanismList and C_GetMechanismInfo for the keys of the token, which
 * are read. While they cannot be read, what could be: the search for objects
 * is the place to say what is wrong. list NULL: only count.
 * CKR_BUFFER_TOO_SMALL; CKR_MECHANISM_INVALID: not with these keys.
 */
CK_RV mechanism_list(
    struct module *m, struct slot *s, CK_MECHANISM_TYPE *list, CK_ULONG *count);
CK_RV mechanism_info(struct module *m, struct slot *s, CK_MECHANISM_TYPE type,
    CK_MECHANISM_INFO *info);

#endif
