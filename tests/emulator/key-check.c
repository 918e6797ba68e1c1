/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "tests/emulator/key-check.h"

X509 *
check_certificate(const char *pki, unsigned number)
{
	char path[256];
	X509 *x = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%02X.der", pki, number);
	f = fopen(path, "r");
	if (f) {
		x = d2i_X509_fp(f, NULL);
		fclose(f);
	}
	assert_non_null(x);
	return x;
}

void
check_template(
    struct blob *out, bool first, unsigned tag, const uint8_t *data, size_t n)
{
	struct blob body = {0};

	if (first)
		blob_ber(&body, 0x82, 0);
	blob_ber(&body, tag, n);
	blob_add(&body, data, n);
	if (!first)
		blob_ber(&body, 0x82, 0);
	blob_ber(out, 0x7C, body.len);
	blob_add(out, body.data, body.len);
	assert_false(out->failed);
	blob_clear(&body);
}

/* The value of 7C { 82 }; nothing else may be there. */
static void
response_take(const struct blob *answer, struct blob *value)
{
	struct blob head = {0};
	size_t n, inner;

	assert_true(answer->len > 4);
	/* The lengths are the shortest: try until they fit. */
	for (n = 1; n < answer->len; n++) {
		struct blob inside = {0};

		blob_ber(&inside, 0x82, n);
		inner = inside.len + n;
		blob_clear(&head);
		blob_ber(&head, 0x7C, inner);
		blob_add(&head, inside.data, inside.len);
		blob_clear(&inside);
		if (head.len + n == answer->len)
			break;
	}
	assert_true(n < answer->len);
	assert_memory_equal(answer->data, head.data, head.len);
	blob_add(value, answer->data + head.len, n);
	blob_clear(&head);
}

uint16_t
check_authenticate(struct apdu_host *h, uint8_t algorithm, uint8_t key,
    const struct blob *template, size_t piece, struct blob *value)
{
	const uint8_t header[] = {0x87, algorithm, key};
	struct blob answer = {0};
	uint16_t sw = apdu_chain(h, header, template, piece, &answer);

	if (sw == 0x9000)
		response_take(&answer, value);
	else
		assert_int_equal(answer.len, 0);
	blob_clear(&answer);
	return sw;
}

static const struct {
	size_t bytes;
	uint8_t algorithm;
} rsa[] = {{128, 0x06}, {256, 0x07}, {384, 0x05}, {512, 0x16}};

static uint8_t
rsa_algorithm(size_t bytes)
{
	size_t i = 0;

	while (rsa[i].bytes != bytes)
		assert_true(++i < sizeof(rsa) / sizeof(rsa[0]));
	return rsa[i].algorithm;
}

void
check_rsa(struct apdu_host *h, const char *pki, uint8_t key, unsigned number,
    size_t piece)
{
	X509 *x = check_certificate(pki, number);
	EVP_PKEY *public = X509_get0_pubkey(x);
	size_t n = (size_t)EVP_PKEY_get_size(public), len = n, i;
	struct blob template = {0}, value = {0};
	uint8_t block[512], back[512];
	EVP_PKEY_CTX *ctx;

	for (i = 0; i < n; i++)
		block[i] = (uint8_t)(i * 7);
	check_template(&template, key & 1, 0x81, block, n);
	assert_int_equal(check_authenticate(h, rsa_algorithm(n), key, &template,
			     piece, &value),
	    0x9000);
	assert_int_equal(value.len, n);
	ctx = EVP_PKEY_CTX_new(public, NULL);
	assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
	assert_int_equal(
	    EVP_PKEY_encrypt(ctx, back, &len, value.data, value.len), 1);
	assert_int_equal(len, n);
	assert_memory_equal(back, block, n);
	EVP_PKEY_CTX_free(ctx);
	blob_clear(&template);
	blob_clear(&value);
	X509_free(x);
}

void
check_ecdsa(struct apdu_host *h, const char *pki, uint8_t algorithm,
    uint8_t key, unsigned number)
{
	X509 *x = check_certificate(pki, number);
	EVP_PKEY *public = X509_get0_pubkey(x);
	size_t n = (size_t)EVP_PKEY_get_bits(public) / 8;
	struct blob template = {0}, value = {0};
	uint8_t hash[48];
	EVP_PKEY_CTX *ctx;

	memset(hash, 0xE1, sizeof(hash));
	check_template(&template, true, 0x81, hash, n);
	assert_int_equal(
	    check_authenticate(h, algorithm, key, &template, 255, &value),
	    0x9000);
	assert_int_equal(value.data[0], 0x30);
	ctx = EVP_PKEY_CTX_new(public, NULL);
	assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
	assert_int_equal(
	    EVP_PKEY_verify(ctx, value.data, value.len, hash, n), 1);
	EVP_PKEY_CTX_free(ctx);
	blob_clear(&template);
	blob_clear(&value);
	X509_free(x);
}

void
check_ecdh(struct apdu_host *h, const char *pki, uint8_t algorithm, uint8_t key,
    unsigned number)
{
	X509 *x = check_certificate(pki, number);
	EVP_PKEY *public = X509_get0_pubkey(x), *mine;
	size_t n = (size_t)EVP_PKEY_get_bits(public) / 8, point_len, len = 48;
	struct blob template = {0}, value = {0};
	uint8_t point[1 + 2 * 48], secret[48];
	EVP_PKEY_CTX *ctx;

	mine = EVP_EC_gen(n == 32 ? "P-256" : "P-384");
	assert_non_null(mine);
	assert_int_equal(
	    EVP_PKEY_get_octet_string_param(mine, OSSL_PKEY_PARAM_PUB_KEY,
		point, sizeof(point), &point_len),
	    1);
	assert_int_equal(point_len, 1 + 2 * n);
	check_template(&template, true, 0x85, point, point_len);
	assert_int_equal(
	    check_authenticate(h, algorithm, key, &template, 255, &value),
	    0x9000);
	ctx = EVP_PKEY_CTX_new(mine, NULL);
	assert_int_equal(EVP_PKEY_derive_init(ctx), 1);
	assert_int_equal(EVP_PKEY_derive_set_peer(ctx, public), 1);
	assert_int_equal(EVP_PKEY_derive(ctx, secret, &len), 1);
	assert_int_equal(value.len, n);
	assert_int_equal(len, n);
	assert_memory_equal(value.data, secret, n);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(mine);
	/* Not on the curve, at infinity, of the other form */
	blob_clear(&value);
	template.data[template.len - 1] ^= 1;
	assert_int_equal(
	    check_authenticate(h, algorithm, key, &template, 255, &value),
	    0x6A80);
	memset(template.data + template.len - 2 * n, 0, 2 * n);
	assert_int_equal(
	    check_authenticate(h, algorithm, key, &template, 255, &value),
	    0x6A80);
	blob_clear(&template);
	point[0] = 0x02;
	check_template(&template, true, 0x85, point, 1 + n);
	assert_int_equal(
	    check_authenticate(h, algorithm, key, &template, 255, &value),
	    0x6A80);
	blob_clear(&template);
	X509_free(x);
}
