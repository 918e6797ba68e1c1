/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>

#include "tests/unit/crypto-oracle.h"

static const char *const names[] = {
    "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"};

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "libcrypto: %s\n", what);
	ERR_print_errors_fp(stderr);
	abort();
}

static OSSL_LIB_CTX *
context(void)
{
	static OSSL_LIB_CTX *ctx;

	if (ctx == NULL) {
		ctx = OSSL_LIB_CTX_new();
		must(ctx != NULL, "context");
		must(OSSL_PROVIDER_load(ctx, "default") != NULL, "provider");
	}
	return ctx;
}

EVP_PKEY *
oracle_rsa(unsigned bits)
{
	static struct {
		unsigned bits;
		EVP_PKEY *key;
	} made[8];
	size_t i = 0;

	while (made[i].bits != 0 && made[i].bits != bits)
		i++;
	must(i < sizeof(made) / sizeof(made[0]), "too many keys");
	if (made[i].key == NULL) {
		made[i].key =
		    EVP_PKEY_Q_keygen(context(), NULL, "RSA", (size_t)bits);
		must(made[i].key != NULL, "RSA key");
		made[i].bits = bits;
	}
	return made[i].key;
}

struct bytes
oracle_number(EVP_PKEY *key, const char *name, uint8_t *room)
{
	BIGNUM *number = NULL;
	int n;

	must(EVP_PKEY_get_bn_param(key, name, &number) == 1, name);
	n = BN_bn2bin(number, room);
	BN_free(number);
	return bytes_of(room, (size_t)n);
}

static const EVP_MD *
fetch(enum digest_kind kind)
{
	static EVP_MD *made[DIGEST_SHA512 + 1];

	if (made[kind] == NULL)
		made[kind] = EVP_MD_fetch(context(), names[kind], NULL);
	must(made[kind] != NULL, names[kind]);
	return made[kind];
}

static void
set_digest(EVP_PKEY_CTX *ctx, const struct oracle_pad *pad, bool sign)
{
	const char *hash = names[pad->hash], *mask = names[pad->mask];
	int n = (int)pad->label.n;
	void *label;

	if (strcmp(pad->mode, "pss") == 0) {
		must(EVP_PKEY_CTX_set_signature_md(ctx, fetch(pad->hash)) == 1,
		    hash);
		must(EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, mask, NULL) == 1,
		    mask);
		must(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, pad->salt_len) == 1,
		    "salt");
	} else if (strcmp(pad->mode, "oaep") == 0) {
		must(EVP_PKEY_CTX_set_rsa_oaep_md_name(ctx, hash, NULL) == 1,
		    hash);
		must(EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, mask, NULL) == 1,
		    mask);
		if (n == 0)
			return;
		label = OPENSSL_memdup(pad->label.p, pad->label.n);
		must(EVP_PKEY_CTX_set0_rsa_oaep_label(ctx, label, n) == 1,
		    "label");
	} else if (strcmp(pad->mode, "pkcs1") == 0 && sign && !pad->bare) {
		must(EVP_PKEY_CTX_set_signature_md(ctx, fetch(pad->hash)) == 1,
		    hash);
	}
}

static int
mode_of(const struct oracle_pad *pad)
{
	if (strcmp(pad->mode, "none") == 0)
		return RSA_NO_PADDING;
	if (strcmp(pad->mode, "pss") == 0)
		return RSA_PKCS1_PSS_PADDING;
	return strcmp(pad->mode, "oaep") == 0 ? RSA_PKCS1_OAEP_PADDING
					      : RSA_PKCS1_PADDING;
}

static EVP_PKEY_CTX *
begin(EVP_PKEY *key, const struct oracle_pad *pad,
    int (*init)(EVP_PKEY_CTX *ctx), bool sign)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(context(), key, NULL);

	must(ctx != NULL && init(ctx) == 1, "init");
	must(EVP_PKEY_CTX_set_rsa_padding(ctx, mode_of(pad)) == 1, "padding");
	set_digest(ctx, pad, sign);
	return ctx;
}

size_t
oracle_sign(EVP_PKEY *key, const struct oracle_pad *pad, struct bytes digest,
    uint8_t *out)
{
	EVP_PKEY_CTX *ctx = begin(key, pad, EVP_PKEY_sign_init, true);
	size_t n = ORACLE_MAX;

	must(EVP_PKEY_sign(ctx, out, &n, digest.p, digest.n) == 1, "sign");
	EVP_PKEY_CTX_free(ctx);
	return n;
}

bool
oracle_verify(EVP_PKEY *key, const struct oracle_pad *pad, struct bytes digest,
    struct bytes signature)
{
	EVP_PKEY_CTX *ctx = begin(key, pad, EVP_PKEY_verify_init, true);
	bool ok = EVP_PKEY_verify(
		      ctx, signature.p, signature.n, digest.p, digest.n) == 1;

	EVP_PKEY_CTX_free(ctx);
	return ok;
}

size_t
oracle_encrypt(EVP_PKEY *key, const struct oracle_pad *pad,
    struct bytes message, uint8_t *out)
{
	static const uint8_t nothing[1];
	EVP_PKEY_CTX *ctx = begin(key, pad, EVP_PKEY_encrypt_init, false);
	size_t n = ORACLE_MAX;

	must(EVP_PKEY_encrypt(ctx, out, &n, message.n > 0 ? message.p : nothing,
		 message.n) == 1,
	    "encrypt");
	EVP_PKEY_CTX_free(ctx);
	return n;
}

bool
oracle_decrypt(EVP_PKEY *key, const struct oracle_pad *pad,
    struct bytes ciphertext, uint8_t *out, size_t *n)
{
	EVP_PKEY_CTX *ctx = begin(key, pad, EVP_PKEY_decrypt_init, false);
	bool ok;

	*n = ORACLE_MAX;
	ok = EVP_PKEY_decrypt(ctx, out, n, ciphertext.p, ciphertext.n) == 1;
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

void
oracle_digest(enum digest_kind kind, struct bytes in, uint8_t *out)
{
	size_t n;

	must(EVP_Q_digest(context(), names[kind], NULL, in.p, in.n, out, &n) ==
		1,
	    "digest");
}

void
oracle_ecdsa(EVP_PKEY *key, struct bytes hash, size_t n, uint8_t *signature)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(context(), key, NULL);
	uint8_t der[256];
	const uint8_t *p = der;
	size_t len = sizeof(der);
	ECDSA_SIG *sig;

	must(EVP_PKEY_sign_init(ctx) == 1, "init");
	must(EVP_PKEY_sign(ctx, der, &len, hash.p, hash.n) == 1, "ECDSA");
	sig = d2i_ECDSA_SIG(NULL, &p, (long)len);
	must(sig != NULL, "ECDSA-Sig-Value");
	must(BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature, (int)n) > 0, "r");
	must(BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + n, (int)n) > 0,
	    "s");
	ECDSA_SIG_free(sig);
	EVP_PKEY_CTX_free(ctx);
}

bool
oracle_ecdsa_verify(EVP_PKEY *key, struct bytes hash, struct bytes signature)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(context(), key, NULL);
	int half = (int)signature.n / 2, n;
	ECDSA_SIG *sig = ECDSA_SIG_new();
	uint8_t *der = NULL;
	bool ok;

	must(ECDSA_SIG_set0(sig, BN_bin2bn(signature.p, half, NULL),
		 BN_bin2bn(signature.p + half, half, NULL)) == 1,
	    "r and s");
	n = i2d_ECDSA_SIG(sig, &der);
	must(n > 0 && EVP_PKEY_verify_init(ctx) == 1, "init");
	ok = EVP_PKEY_verify(ctx, der, (size_t)n, hash.p, hash.n) == 1;
	OPENSSL_free(der);
	ECDSA_SIG_free(sig);
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

size_t
oracle_point(EVP_PKEY *key, uint8_t *out)
{
	size_t n = 0;

	must(EVP_PKEY_get_octet_string_param(
		 key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, out, 256, &n) == 1,
	    "point");
	return n;
}

EVP_PKEY *
oracle_ec(const char *curve)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(context(), NULL, "EC", curve);

	must(key != NULL, curve);
	return key;
}

/* One in 256 has it. */
size_t
oracle_point_with_x(uint8_t first, uint8_t *out)
{
	for (unsigned tries = 0; tries < 100000; tries++) {
		EVP_PKEY *key = oracle_ec("P-256");
		size_t n = oracle_point(key, out);

		EVP_PKEY_free(key);
		if (out[1] == first)
			return n;
	}
	must(false, "no such point");
	return 0;
}

size_t
oracle_ecdh(EVP_PKEY *key, struct bytes peer, uint8_t *out)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(context(), key, NULL);
	EVP_PKEY *other = EVP_PKEY_new();
	size_t n = ORACLE_MAX;

	must(EVP_PKEY_copy_parameters(other, key) == 1, "curve");
	must(EVP_PKEY_set1_encoded_public_key(other, peer.p, peer.n) == 1,
	    "peer");
	must(EVP_PKEY_derive_init(ctx) == 1 &&
		EVP_PKEY_derive_set_peer(ctx, other) == 1 &&
		EVP_PKEY_derive(ctx, out, &n) == 1,
	    "ECDH");
	EVP_PKEY_free(other);
	EVP_PKEY_CTX_free(ctx);
	return n;
}
