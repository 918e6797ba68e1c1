/* SPDX-License-Identifier: BSD-2-Clause */
/* Digests (5.10) and random numbers (5.14) of PKCS #11 2.40: none. */
#include "pkcs11/call.h"

static bool
is_missing(const void *p, CK_ULONG n)
{
	return p == NULL && n > 0;
}

/* No mechanism is offered, so none is valid and no digest ever begins. */
CK_RV
C_DigestInit(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism)
{
	struct call call;
	CK_RV rv = call_begin_session(&call, __func__, session);

	if (rv == CKR_OK)
		rv = mechanism == NULL ? CKR_ARGUMENTS_BAD
				       : CKR_MECHANISM_INVALID;
	return call_end(&call, rv);
}

static CK_RV
digest_not_begun(const char *name, CK_SESSION_HANDLE session, bool arguments)
{
	struct call call;
	CK_RV rv = call_begin_session(&call, name, session);

	if (rv == CKR_OK)
		rv = arguments ? CKR_OPERATION_NOT_INITIALIZED
			       : CKR_ARGUMENTS_BAD;
	return call_end(&call, rv);
}

CK_RV
C_Digest(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG n,
    unsigned char *digest, CK_ULONG *digest_len)
{
	(void)digest;
	return digest_not_begun(
	    __func__, session, !is_missing(data, n) && digest_len != NULL);
}

CK_RV
C_DigestUpdate(CK_SESSION_HANDLE session, unsigned char *part, CK_ULONG n)
{
	return digest_not_begun(__func__, session, !is_missing(part, n));
}

CK_RV
C_DigestFinal(
    CK_SESSION_HANDLE session, unsigned char *digest, CK_ULONG *digest_len)
{
	(void)digest;
	return digest_not_begun(__func__, session, digest_len != NULL);
}

static CK_RV
no_rng(const char *name, CK_SESSION_HANDLE session, bool arguments)
{
	struct call call;
	CK_RV rv = call_begin_session(&call, name, session);

	if (rv == CKR_OK)
		rv = arguments ? CKR_RANDOM_NO_RNG : CKR_ARGUMENTS_BAD;
	return call_end(&call, rv);
}

CK_RV
C_SeedRandom(CK_SESSION_HANDLE session, unsigned char *seed, CK_ULONG n)
{
	return no_rng(__func__, session, !is_missing(seed, n));
}

CK_RV
C_GenerateRandom(CK_SESSION_HANDLE session, unsigned char *random, CK_ULONG n)
{
	return no_rng(__func__, session, !is_missing(random, n));
}
