/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random numbers (PKCS #11 2.40, 5.14) from the operating system. CKF_RNG is
 * set, as programs that ask are then answered at once: NSS takes 32 bytes each
 * time it sees a token, for which a card's GET CHALLENGE would cost a second,
 * and how good a card's generator is nobody can tell.
 */
#include "pkcs11/call.h"
#include "pkcs11/random.h"

CK_RV
C_SeedRandom(CK_SESSION_HANDLE session, unsigned char *seed, CK_ULONG n)
{
	struct call call;
	CK_RV rv = call_begin_session(&call, __func__, session);

	if (rv == CKR_OK)
		rv = seed == NULL && n > 0 ? CKR_ARGUMENTS_BAD
					   : CKR_RANDOM_SEED_NOT_SUPPORTED;
	return call_end(&call, rv);
}

CK_RV
C_GenerateRandom(CK_SESSION_HANDLE session, unsigned char *random, CK_ULONG n)
{
	struct call call;
	CK_RV rv = call_begin_session(&call, __func__, session);

	if (rv == CKR_OK)
		rv = random == NULL && n > 0 ? CKR_ARGUMENTS_BAD
					     : random_fill(random, n);
	return call_end(&call, rv);
}
