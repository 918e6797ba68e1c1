/* SPDX-License-Identifier: BSD-2-Clause */
/* Elliptic curve keys of the card. */
#include <openssl/core_names.h>
#include <openssl/params.h>
#include <string.h>

#include "tools/emulator/card/pki-state.h"

#define COORDINATE_MAX 48
#define DER_MAX	       (8 + 2 * (COORDINATE_MAX + 1))
#define UNCOMPRESSED   0x04 /* SEC 1, 2.3.3 */

static const struct leaf *
ec_find(const struct pki *pki, unsigned number)
{
	const struct leaf *leaf = leaf_find(pki, number);

	return leaf && leaf->want.algorithm == PKI_EC ? leaf : NULL;
}

bool
pki_ec_sign(const struct pki *pki, unsigned number, const uint8_t *hash,
    size_t len, struct blob *out)
{
	const struct leaf *leaf = ec_find(pki, number);
	size_t der_len = DER_MAX;
	uint8_t der[DER_MAX];
	EVP_PKEY_CTX *ctx;
	bool ok;

	if (!leaf || len != leaf->want.bits / 8)
		return false;
	ctx = EVP_PKEY_CTX_new_from_pkey(pki->lib, leaf->key, NULL);
	ok = ctx && EVP_PKEY_sign_init(ctx) == 1 &&
	    EVP_PKEY_sign(ctx, der, &der_len, hash, len) == 1;
	if (ok)
		blob_add(out, der, der_len);
	EVP_PKEY_CTX_free(ctx);
	return ok && !out->failed;
}

/* NULL when the point is not on the curve. */
static EVP_PKEY *
peer_new(const struct pki *pki, const struct leaf *leaf, const uint8_t *point,
    size_t len)
{
	char group[] = "P-256", big[] = "P-384";
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
		leaf->want.bits == 256 ? group : big, 0),
	    /* libcrypto only reads it. */
	    {OSSL_PKEY_PARAM_PUB_KEY, OSSL_PARAM_OCTET_STRING,
		(void *)(uintptr_t)point, len, OSSL_PARAM_UNMODIFIED},
	    OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(pki->lib, "EC", NULL);
	EVP_PKEY_CTX *check = NULL;
	EVP_PKEY *peer = NULL;

	if (ctx && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &peer, EVP_PKEY_PUBLIC_KEY, params) == 1)
		check = EVP_PKEY_CTX_new_from_pkey(pki->lib, peer, NULL);
	if (!check || EVP_PKEY_public_check(check) != 1) {
		EVP_PKEY_free(peer);
		peer = NULL;
	}
	EVP_PKEY_CTX_free(check);
	EVP_PKEY_CTX_free(ctx);
	return peer;
}

bool
pki_ec_derive(const struct pki *pki, unsigned number, const uint8_t *point,
    size_t len, struct blob *out)
{
	const struct leaf *leaf = ec_find(pki, number);
	size_t x_len = COORDINATE_MAX;
	uint8_t x[COORDINATE_MAX];
	EVP_PKEY_CTX *ctx = NULL;
	EVP_PKEY *peer;
	bool ok;

	if (!leaf || len != 1 + 2 * (leaf->want.bits / 8) ||
	    point[0] != UNCOMPRESSED)
		return false;
	peer = peer_new(pki, leaf, point, len);
	if (peer)
		ctx = EVP_PKEY_CTX_new_from_pkey(pki->lib, leaf->key, NULL);
	ok = ctx && EVP_PKEY_derive_init(ctx) == 1 &&
	    EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
	    EVP_PKEY_derive(ctx, x, &x_len) == 1 &&
	    x_len == leaf->want.bits / 8;
	if (ok)
		blob_add(out, x, x_len);
	explicit_bzero(x, sizeof(x));
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
	return ok && !out->failed;
}
