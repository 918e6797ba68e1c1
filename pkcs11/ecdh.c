/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/ecdh.h"

static bool
find_kdf(CK_ULONG kdf, struct ecdh *out)
{
	static const struct {
		CK_ULONG kdf;
		enum digest_kind digest;
	} known[] = {
	    {CKD_SHA1_KDF, DIGEST_SHA1},
	    {CKD_SHA224_KDF, DIGEST_SHA224},
	    {CKD_SHA256_KDF, DIGEST_SHA256},
	    {CKD_SHA384_KDF, DIGEST_SHA384},
	    {CKD_SHA512_KDF, DIGEST_SHA512},
	};

	out->hashes = kdf != CKD_NULL;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].kdf != kdf)
			continue;
		out->digest = known[i].digest;
		return true;
	}
	return !out->hashes;
}

CK_RV
ecdh_parse(const CK_MECHANISM *mechanism, unsigned bits, struct ecdh *out)
{
	CK_ECDH1_DERIVE_PARAMS params;
	CK_RV rv;

	if (mechanism->pParameter == NULL ||
	    mechanism->ulParameterLen != sizeof(params))
		return CKR_MECHANISM_PARAM_INVALID;
	memcpy(&params, mechanism->pParameter, sizeof(params));
	*out = (struct ecdh){
	    .shared = bytes_of(params.pSharedData, params.ulSharedDataLen),
	    .peer = bytes_of(params.pPublicData, params.ulPublicDataLen),
	};
	if (!find_kdf(params.kdf, out) || out->peer.p == NULL ||
	    (out->shared.p == NULL && out->shared.n > 0) ||
	    (!out->hashes && out->shared.n > 0))
		return CKR_MECHANISM_PARAM_INVALID;
	/* By its length, as an X may begin like the wrapping. */
	if (out->peer.n != 1 + 2 * (size_t)(bits / 8))
		out->peer = ec_point_unwrap(out->peer);
	rv = ec_point_check(bits, out->peer);
	return rv == CKR_DATA_INVALID ? CKR_MECHANISM_PARAM_INVALID : rv;
}

size_t
ecdh_default_len(const struct ecdh *ecdh, unsigned bits)
{
	return ecdh->hashes ? digest_len(ecdh->digest) : bits / 8;
}

/* ANSI X9.63, 5.6.3: digests of the secret, a counter, and the shared data. */
static void
expand(const struct ecdh *ecdh, struct bytes secret, uint8_t *out, size_t n)
{
	size_t len = digest_len(ecdh->digest);
	uint8_t block[DIGEST_MAX], counter[4] = {0};
	struct digest d;

	for (size_t at = 0; at < n; at += len) {
		counter[2] = (uint8_t)((at / len + 1) >> 8);
		counter[3] = (uint8_t)(at / len + 1);
		digest_begin(&d, ecdh->digest);
		digest_update(&d, secret);
		digest_update(&d, BYTES(counter));
		digest_update(&d, ecdh->shared);
		digest_end(&d, block);
		memcpy(out + at, block, len < n - at ? len : n - at);
	}
	explicit_bzero(block, sizeof(block));
}

CK_RV
ecdh_derive(
    const struct ecdh *ecdh, struct bytes secret, size_t n, struct buf *out)
{
	uint8_t *to;

	if (n == 0 || n > ECDH_KEY_MAX || (!ecdh->hashes && n > secret.n))
		return CKR_KEY_SIZE_RANGE;
	to = buf_reserve(out, n);
	if (to == NULL)
		return CKR_HOST_MEMORY;
	if (ecdh->hashes)
		expand(ecdh, secret, to, n);
	else
		memcpy(to, secret.p + secret.n - n, n);
	buf_commit(out, n);
	return CKR_OK;
}
