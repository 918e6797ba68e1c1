/* SPDX-License-Identifier: BSD-2-Clause */
/* Private keys in use, below the functions of PKCS#11. */
#ifndef TESTS_UNIT_USE_RIG_H
#define TESTS_UNIT_USE_RIG_H

#include "pkcs11/key.h"
#include "tests/unit/pkcs11-fixture.h"

#define PIN "123456"
#define MAX 32

enum { WITH_RSA, WITH_EC };

#define silent() ((unsigned)fixture_inserted.silent_logins)
#define sent()	 ((unsigned)fixture_inserted.logins)

extern bool use_spoil; /* the card's answer */

/* A card with keys and this PIN; for each test. */
int use_setup(void **state);

/* The handle of one of its three private keys. */
CK_OBJECT_HANDLE use_private(CK_SESSION_HANDLE session, size_t index);

/* key_find() in a session. */
CK_RV use_find(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE handle,
    CK_OBJECT_CLASS class, struct key_ref *ref);

/* With input of the right form; the result is checked for length only. */
CK_RV use_key(
    CK_SESSION_HANDLE session, const struct key_ref *ref, bool authenticated);

/* That key, after a login. */
struct key_ref use_logged_in(CK_SESSION_HANDLE session, size_t index);

#endif
