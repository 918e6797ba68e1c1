/* SPDX-License-Identifier: BSD-2-Clause */
/* A card whose keys work, by libcrypto, and a session with its user. */
#ifndef TESTS_UNIT_CRYPTO_RIG_H
#define TESTS_UNIT_CRYPTO_RIG_H

#include "tests/unit/crypto-oracle.h"
#include "tests/unit/make-certificate.h"
#include "tests/unit/pkcs11-fixture.h"

#define RIG_PIN "123456"
#define RIG_RSA 256 /* bytes of its moduli */

/* Its containers. All RSA keys are one, and so are those of one curve. */
enum {
	RIG_SIGN, /* RSA */
	RIG_DECRYPT,
	RIG_ALWAYS, /* RSA for signatures, with the PIN each time */
	RIG_P256,   /* for signatures */
	RIG_P384,
	RIG_P256_DERIVE,
	RIG_P384_DERIVE,
	RIG_KEYS
};

/* Put it into the reader of pkcs11-fixture.h, and initialise. */
int rig_setup(void **state);
#define rig_teardown fixture_teardown

EVP_PKEY *rig_key(unsigned index);

/* A session that has logged in, with its login used. */
CK_SESSION_HANDLE rig_session(void);
CK_OBJECT_HANDLE
rig_object(CK_SESSION_HANDLE session, unsigned index, CK_OBJECT_CLASS class);
#define rig_private(session, index) rig_object(session, index, CKO_PRIVATE_KEY)
#define rig_public(session, index)  rig_object(session, index, CKO_PUBLIC_KEY)

/* How often the card has used a key. */
unsigned rig_uses(unsigned index);

/* Called inside the use of a key. */
extern void (*rig_inside)(void);

#define RIG_MECHANISM(type) (&(CK_MECHANISM){type, NULL, 0})
#define RIG_MECHANISM_WITH(type, params)                                       \
	(&(CK_MECHANISM){type, &(params), sizeof(params)})

#endif
