/* SPDX-License-Identifier: BSD-2-Clause */
/* What a card does with the keys and certificates of its PKI. */
#include <openssl/core_names.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <string.h>

#include "tools/emulator/card/pki-state.h"

const struct leaf *
leaf_find(const struct pki *pki, unsigned number)
{
	size_t i;

	for (i = 0; i < pki->n; i++)
		if (pki->leaf[i].want.number == number)
			return &pki->leaf[i];
	return NULL;
}

const uint8_t *
pki_card_id(const struct pki *pki)
{
	return pki->card_id;
}

const struct blob *
pki_certificate(const struct pki *pki, unsigned number)
{
	const struct leaf *leaf = leaf_find(pki, number);

	return leaf ? &leaf->der : NULL;
}

size_t
pki_block(const struct pki *pki, unsigned number)
{
	const struct leaf *leaf = leaf_find(pki, number);

	if (!leaf || leaf->want.algorithm != PKI_RSA)
		return 0;
	return (size_t)EVP_PKEY_get_size(leaf->key);
}

bool
pki_modulus(const struct pki *pki, unsigned number, struct blob *out)
{
	const struct leaf *leaf = leaf_find(pki, number);
	uint8_t modulus[512];
	BIGNUM *n = NULL;
	int len = -1;

	if (leaf && leaf->want.algorithm == PKI_RSA &&
	    EVP_PKEY_get_bn_param(leaf->key, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
	    BN_num_bytes(n) <= (int)sizeof(modulus))
		len = BN_bn2bin(n, modulus);
	BN_free(n);
	if (len > 0)
		blob_add(out, modulus, (size_t)len);
	return len > 0 && !out->failed;
}

static bool
add_point(const struct leaf *leaf, struct blob *out)
{
	uint8_t point[1 + 2 * 48];
	size_t len;

	if (EVP_PKEY_get_octet_string_param(leaf->key, OSSL_PKEY_PARAM_PUB_KEY,
		point, sizeof(point), &len) != 1)
		return false;
	blob_add(out, point, len);
	return !out->failed;
}

static bool
public_digest(const struct pki *pki, unsigned number, const char *name,
    uint8_t md[EVP_MAX_MD_SIZE])
{
	const struct leaf *leaf = leaf_find(pki, number);
	struct blob public = {0};
	bool ok;

	if (leaf && leaf->want.algorithm == PKI_EC)
		ok = add_point(leaf, &public);
	else
		ok = pki_modulus(pki, number, &public);
	ok = ok &&
	    EVP_Q_digest(
		pki->lib, name, NULL, public.data, public.len, md, NULL) == 1;
	blob_clear(&public);
	return ok;
}

bool
pki_key_id(const struct pki *pki, unsigned number, uint8_t id[PKI_KEY_ID_LEN])
{
	uint8_t md[EVP_MAX_MD_SIZE];

	if (!public_digest(pki, number, "SHA1", md))
		return false;
	memcpy(id, md, PKI_KEY_ID_LEN);
	return true;
}

bool
pki_mscuid(const struct pki *pki, unsigned number, char guid[PKI_MSCUID_LEN])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t md[EVP_MAX_MD_SIZE];
	size_t i, at = 0;

	if (!public_digest(pki, number, "SHA256", md))
		return false;
	guid[at++] = '{';
	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			guid[at++] = '-';
		guid[at++] = digits[md[i] >> 4];
		guid[at++] = digits[md[i] & 0x0F];
	}
	guid[at] = '}';
	return true;
}

bool
pki_private(
    const struct pki *pki, unsigned number, const uint8_t *in, uint8_t *out)
{
	const struct leaf *leaf = leaf_find(pki, number);
	EVP_PKEY_CTX *ctx;
	size_t len, block;
	bool ok;

	len = block = pki_block(pki, number);
	if (block == 0)
		return false;
	ctx = EVP_PKEY_CTX_new_from_pkey(pki->lib, leaf->key, NULL);
	ok = ctx && EVP_PKEY_decrypt_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1 &&
	    EVP_PKEY_decrypt(ctx, out, &len, in, block) == 1 && len == block;
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

bool
pki_random(const struct pki *pki, uint8_t *out, size_t size)
{
	return RAND_bytes_ex(pki->lib, out, size, 0) == 1;
}
