/* SPDX-License-Identifier: BSD-2-Clause */
/* ECDH with a stranger's key, and values for templates. */
#ifndef TESTS_UNIT_DERIVE_RIG_H
#define TESTS_UNIT_DERIVE_RIG_H

#include "tests/unit/crypto-rig.h"

#define RULE(sentence, function)                                               \
	TEST_WITH(sentence, function, rig_setup, rig_teardown)

extern CK_BBOOL yes, no;
extern CK_OBJECT_CLASS secret_key, data_class;
extern CK_KEY_TYPE generic, aes, rsa;
extern unsigned char peer[256], info[5];

/* A stranger's key on the curve of the card's; in peer. */
CK_ECDH1_DERIVE_PARAMS derive_params(unsigned key);

/* C_DeriveKey with a key of the card. */
CK_RV derive_with(CK_SESSION_HANDLE s, unsigned key, CK_ECDH1_DERIVE_PARAMS *p,
    CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *made);

/* Without a template, asserted. */
CK_OBJECT_HANDLE
derive(CK_SESSION_HANDLE s, unsigned key, CK_ECDH1_DERIVE_PARAMS *p);

#endif
