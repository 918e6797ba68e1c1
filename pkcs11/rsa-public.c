/* SPDX-License-Identifier: BSD-2-Clause */
/* libcrypto's numbers are pure: no context, no random, no configuration. */
#include <openssl/bn.h>

#include "pkcs11/rsa-public.h"

/* An exponent above the modulus's own size is no key, but a long loop. */
#define EXPONENT_MAX 32

bool
rsa_below(struct bytes modulus, struct bytes in)
{
	return in.n == modulus.n && in.n > 0 &&
	    memcmp(in.p, modulus.p, in.n) < 0;
}

static BIGNUM *
number(struct bytes b)
{
	return BN_bin2bn(b.p, (int)b.n, NULL);
}

CK_RV
rsa_public(
    struct bytes modulus, struct bytes exponent, struct bytes in, uint8_t *out)
{
	BIGNUM *n = NULL, *e = NULL, *b = NULL;
	CK_RV rv = CKR_HOST_MEMORY;
	BN_CTX *ctx;

	if (modulus.n == 0 || modulus.n > RSA_PUBLIC_MAX || modulus.p[0] == 0 ||
	    (modulus.p[modulus.n - 1] & 1) == 0 || exponent.n == 0 ||
	    exponent.n > EXPONENT_MAX || in.n != modulus.n)
		return CKR_ARGUMENTS_BAD;
	if (!rsa_below(modulus, in))
		return CKR_DATA_INVALID;
	ctx = BN_CTX_new();
	n = number(modulus);
	e = number(exponent);
	b = number(in);
	if (ctx != NULL && n != NULL && e != NULL && b != NULL &&
	    BN_mod_exp(b, b, e, n, ctx) == 1 &&
	    BN_bn2binpad(b, out, (int)modulus.n) == (int)modulus.n)
		rv = CKR_OK;
	/* What is encrypted is secret. */
	BN_clear_free(b);
	BN_free(e);
	BN_free(n);
	BN_CTX_free(ctx);
	return rv;
}
