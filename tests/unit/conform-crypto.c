/* SPDX-License-Identifier: BSD-2-Clause */
/* PKCS #11 2.40, 5.8 to 5.14. */
#include "tests/unit/conform.h"

#define S   a->session
#define IN  P(0, r->data), N(8)
#define OUT P(1, r->out), P(2, &r->n)
#define ALL P(0, r->out), P(1, &r->n)
#define KEY P(0, &r->mechanism), a->object

CALLER(C_EncryptInit, S, KEY)
CALLER(C_Encrypt, S, IN, OUT)
CALLER(C_EncryptUpdate, S, IN, OUT)
CALLER(C_EncryptFinal, S, ALL)
CALLER(C_DecryptInit, S, KEY)
CALLER(C_Decrypt, S, IN, OUT)
CALLER(C_DecryptUpdate, S, IN, OUT)
CALLER(C_DecryptFinal, S, ALL)
CALLER(C_DigestInit, S, P(0, &r->mechanism))
CALLER(C_Digest, S, IN, OUT)
CALLER(C_DigestUpdate, S, IN)
CALLER(C_DigestKey, S, a->object)
CALLER(C_DigestFinal, S, ALL)
CALLER(C_SignInit, S, KEY)
CALLER(C_Sign, S, IN, OUT)
CALLER(C_SignUpdate, S, IN)
CALLER(C_SignFinal, S, ALL)
CALLER(C_SignRecoverInit, S, KEY)
CALLER(C_SignRecover, S, IN, OUT)
CALLER(C_VerifyInit, S, KEY)
CALLER(C_Verify, S, IN, P(1, r->out), N(8))
CALLER(C_VerifyUpdate, S, IN)
CALLER(C_VerifyFinal, S, IN)
CALLER(C_VerifyRecoverInit, S, KEY)
CALLER(C_VerifyRecover, S, IN, OUT)
CALLER(C_DigestEncryptUpdate, S, IN, OUT)
CALLER(C_DecryptDigestUpdate, S, IN, OUT)
CALLER(C_SignEncryptUpdate, S, IN, OUT)
CALLER(C_DecryptVerifyUpdate, S, IN, OUT)
CALLER(C_GenerateKey, S, P(0, &r->mechanism), P(1, &r->template), N(1),
    P(2, r->handles))
CALLER(C_GenerateKeyPair, S, P(0, &r->mechanism), P(1, &r->template), N(1),
    P(2, &r->template), N(1), P(3, r->handles), P(4, r->handles + 1))
CALLER(C_WrapKey, S, P(0, &r->mechanism), a->object, a->object, OUT)
CALLER(C_UnwrapKey, S, P(0, &r->mechanism), a->object, P(1, r->data), N(8),
    P(2, &r->template), N(1), P(3, r->handles))
CALLER(C_DeriveKey, S, KEY, P(1, &r->template), N(1), P(2, r->handles))
CALLER(C_SeedRandom, S, IN)
CALLER(C_GenerateRandom, S, P(0, r->out), N(8))

/* Their own object is a certificate, which is no key. */
#define BEGINS                                                                 \
	OF_SESSION, NEEDS_0, .answer = CKR_KEY_HANDLE_INVALID,                 \
			     .no_object = CKR_KEY_HANDLE_INVALID,              \
			     .looks = true
#define IN_AND_OUT .needs = 1 | 4

static const struct conform_function functions[] = {
    {FUNCTION(C_EncryptInit), BEGINS},
    {FUNCTION(C_Encrypt), NOT_BEGUN, IN_AND_OUT},
    {FUNCTION(C_EncryptUpdate), NOT_BEGUN, IN_AND_OUT},
    {FUNCTION(C_EncryptFinal), NOT_BEGUN, NEEDS_1},
    {FUNCTION(C_DecryptInit), BEGINS},
    {FUNCTION(C_Decrypt), NOT_BEGUN, IN_AND_OUT},
    {FUNCTION(C_DecryptUpdate), NOT_BEGUN, IN_AND_OUT},
    {FUNCTION(C_DecryptFinal), NOT_BEGUN, NEEDS_1},
    {FUNCTION(C_DigestInit), OF_SESSION, NEEDS_0,
	.answer = CKR_MECHANISM_INVALID},
    {FUNCTION(C_Digest), NOT_BEGUN, IN_AND_OUT},
    {FUNCTION(C_DigestUpdate), NOT_BEGUN, NEEDS_0},
    {FUNCTION(C_DigestKey), NOT_BEGUN},
    {FUNCTION(C_DigestFinal), NOT_BEGUN, NEEDS_1},
    {FUNCTION(C_SignInit), BEGINS},
    {FUNCTION(C_Sign), NOT_BEGUN, IN_AND_OUT},
    {FUNCTION(C_SignUpdate), NOT_BEGUN, NEEDS_0},
    {FUNCTION(C_SignFinal), NOT_BEGUN, NEEDS_1},
    {FUNCTION(C_SignRecoverInit), REFUSED},
    {FUNCTION(C_SignRecover), REFUSED},
    {FUNCTION(C_VerifyInit), BEGINS},
    {FUNCTION(C_Verify), NOT_BEGUN, NEEDS_0_1},
    {FUNCTION(C_VerifyUpdate), NOT_BEGUN, NEEDS_0},
    {FUNCTION(C_VerifyFinal), NOT_BEGUN, NEEDS_0},
    {FUNCTION(C_VerifyRecoverInit), REFUSED},
    {FUNCTION(C_VerifyRecover), REFUSED},
    {FUNCTION(C_DigestEncryptUpdate), REFUSED},
    {FUNCTION(C_DecryptDigestUpdate), REFUSED},
    {FUNCTION(C_SignEncryptUpdate), REFUSED},
    {FUNCTION(C_DecryptVerifyUpdate), REFUSED},
    {FUNCTION(C_GenerateKey), REFUSED},
    {FUNCTION(C_GenerateKeyPair), REFUSED},
    {FUNCTION(C_WrapKey), REFUSED},
    {FUNCTION(C_UnwrapKey), REFUSED},
    {FUNCTION(C_DeriveKey), OF_SESSION, .needs = 1 | 2 | 4,
	.answer = CKR_KEY_HANDLE_INVALID, .no_object = CKR_KEY_HANDLE_INVALID,
	.looks = true},
    {FUNCTION(C_SeedRandom), OF_SESSION, NEEDS_0,
	.answer = CKR_RANDOM_SEED_NOT_SUPPORTED},
    {FUNCTION(C_GenerateRandom), OF_SESSION, NEEDS_0},
};

const struct conform_table conform_crypto = {functions, COUNT_OF(functions)};
