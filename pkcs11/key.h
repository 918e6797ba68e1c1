/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys of a token, and the one way to use a private one: through the login of
 * its user, in a transaction of its own.
 */
#ifndef PKCS11_KEY_H
#define PKCS11_KEY_H

#include "cac/card.h"
#include "pkcs11/object.h"
#include "pkcs11/session.h"
#include "pkcs11/x509.h"

struct key {
	size_t container; /* its index on the card */
	enum card_key_rule rule;
	enum x509_key type; /* RSA or EC */
	unsigned bits;	    /* of the modulus, or of the curve's field */

	/* As x509.h has them; they live as long as the object. */
	struct bytes modulus, exponent;
	struct bytes ec_params, ec_point;

	/* Of a public key: verify, encrypt, derive. */
	bool sign, decrypt, derive;
};

/* A key that stays valid after its card has gone; key_release() ends its use.
 */
struct key_ref {
	const struct key *key;
	struct object_set *set;
};

/*
 * The key of this class (CKO_PRIVATE_KEY, CKO_PUBLIC_KEY) that the session
 * sees. CKR_KEY_HANDLE_INVALID; CKR_USER_NOT_LOGGED_IN for a private key that
 * is hidden until login.
 */
CK_RV key_find(struct module *m, struct session *s, CK_OBJECT_HANDLE handle,
    CK_OBJECT_CLASS class, struct key_ref *out);
void key_release(struct key_ref *ref);

/*
 * Use the private key on the card, once. authenticated: a CKU_CONTEXT_SPECIFIC
 * login was made for this use; a key that needs one and has none is served by a
 * CKU_USER login of this session that nothing has followed (OpenSSH relies on
 * it), else CKR_USER_NOT_LOGGED_IN, before anything reaches the card.
 * The result is appended to out as from card_private(), and was checked against
 * the public key: CKR_DEVICE_ERROR when it does not fit.
 */
CK_RV key_use(struct module *m, struct session *s, const struct key *key,
    bool authenticated, const struct card_op *op, struct buf *out);

#endif
