/* SPDX-License-Identifier: BSD-2-Clause */
/* Signatures: before the private key, and after the public one. */
#include "pkcs11/ec-public.h"
#include "pkcs11/random.h"
#include "pkcs11/rsa-pad.h"
#include "pkcs11/rsa-pss.h"
#include "pkcs11/scheme.h"

static CK_RV
pad_digest_info(
    enum digest_kind kind, struct bytes digest, uint8_t *out, size_t out_len)
{
	struct bytes head = digest_info_head(kind);
	uint8_t info[32 + DIGEST_MAX];

	memcpy(info, head.p, head.n);
	memcpy(info + head.n, digest.p, digest.n);
	return rsa_pad_sign(bytes_of(info, head.n + digest.n), out, out_len);
}

static struct pss
pss_of(const struct scheme *scheme, const struct key *key)
{
	return (struct pss){.hash = scheme->hash,
	    .mask = scheme->mask,
	    .salt_len = scheme->salt_len,
	    .bits = key->bits};
}

static CK_RV
encode_pss(const struct scheme *scheme, const struct key *key,
    struct bytes digest, uint8_t *out)
{
	struct pss pss = pss_of(scheme, key);
	uint8_t salt[SCHEME_BLOCK_MAX];
	CK_RV rv;

	if (digest.n != digest_len(pss.hash))
		return CKR_DATA_LEN_RANGE;
	rv = random_fill(salt, pss.salt_len);
	if (rv != CKR_OK)
		return rv;
	return pss_encode(&pss, digest, bytes_of(salt, pss.salt_len), out);
}

CK_RV
scheme_sign_block(const struct scheme *scheme, const struct key *key,
    struct bytes in, uint8_t *out)
{
	const struct mechanism *m = scheme->mechanism;
	size_t n = key_len(key);
	CK_RV rv;

	switch (m->padding) {
	case PADDING_PKCS1:
		return m->hashes ? pad_digest_info(m->digest, in, out, n)
				 : rsa_pad_sign(in, out, n);
	case PADDING_PSS:
		return encode_pss(scheme, key, in, out);
	case PADDING_NONE:
		rv = rsa_pad_left(in, out, n);
		if (rv == CKR_OK && !rsa_below(key->modulus, bytes_of(out, n)))
			rv = CKR_DATA_INVALID;
		return rv;
	case PADDING_ECDSA:
		if (in.n == 0)
			return CKR_DATA_LEN_RANGE;
		ecdsa_hash(key->bits, in, out);
		return CKR_OK;
	default:
		return CKR_MECHANISM_INVALID;
	}
}

static CK_RV
verify_rsa(const struct scheme *scheme, const struct key *key, struct bytes in,
    struct bytes signature)
{
	uint8_t got[SCHEME_BLOCK_MAX], want[SCHEME_BLOCK_MAX];
	struct pss pss = pss_of(scheme, key);
	size_t n = key_len(key);
	CK_RV rv = CKR_OK;

	if (scheme->mechanism->padding != PADDING_PSS)
		rv = scheme_sign_block(scheme, key, in, want);
	if (rv != CKR_OK)
		return rv;
	if (signature.n != n)
		return CKR_SIGNATURE_LEN_RANGE;
	rv = rsa_public(key->modulus, key->exponent, signature, got);
	if (rv == CKR_DATA_INVALID)
		return CKR_SIGNATURE_INVALID;
	if (rv != CKR_OK)
		return rv;
	if (scheme->mechanism->padding == PADDING_PSS)
		return pss_verify(&pss, in, bytes_of(got, n));
	return memcmp(got, want, n) == 0 ? CKR_OK : CKR_SIGNATURE_INVALID;
}

static CK_RV
verify_ec(const struct scheme *scheme, const struct key *key, struct bytes in,
    struct bytes signature)
{
	uint8_t hash[EC_FIELD_MAX];
	CK_RV rv = scheme_sign_block(scheme, key, in, hash);

	if (rv != CKR_OK)
		return rv;
	return ecdsa_verify(key->bits, ec_point_unwrap(key->ec_point),
	    bytes_of(hash, key_len(key)), signature);
}

CK_RV
scheme_verify(const struct scheme *scheme, const struct key *key,
    struct bytes in, struct bytes signature)
{
	return key->type == X509_KEY_RSA
	    ? verify_rsa(scheme, key, in, signature)
	    : verify_ec(scheme, key, in, signature);
}
