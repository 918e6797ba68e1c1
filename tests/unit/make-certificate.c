/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "cac/card.h"
#include "tests/unit/make-certificate.h"

static OSSL_LIB_CTX *
context(void)
{
	static OSSL_LIB_CTX *ctx;

	if (ctx == NULL) {
		ctx = OSSL_LIB_CTX_new();
		assert(ctx != NULL);
		assert(OSSL_PROVIDER_load(ctx, "default") != NULL);
	}
	return ctx;
}

static EVP_PKEY *
generate(enum make_key kind)
{
	switch (kind) {
	case MAKE_RSA:
		return EVP_PKEY_Q_keygen(context(), NULL, "RSA", (size_t)2048);
	case MAKE_P256:
		return EVP_PKEY_Q_keygen(context(), NULL, "EC", "P-256");
	case MAKE_P384:
		return EVP_PKEY_Q_keygen(context(), NULL, "EC", "P-384");
	case MAKE_ED25519:
		return EVP_PKEY_Q_keygen(context(), NULL, "ED25519");
	}
	return NULL;
}

EVP_PKEY *
make_key(enum make_key kind)
{
	static EVP_PKEY *keys[MAKE_ED25519 + 1];

	if (keys[kind] == NULL)
		keys[kind] = generate(kind);
	assert(keys[kind] != NULL);
	return keys[kind];
}

static void
set_names(X509 *cert, const struct make_spec *spec)
{
	X509_NAME *subject = X509_get_subject_name(cert);
	X509_NAME *issuer = X509_get_issuer_name(cert);
	int type = spec->cn_type != 0 ? spec->cn_type : V_ASN1_UTF8STRING;
	int n = spec->cn_len;

	assert(X509_NAME_add_entry_by_txt(subject, "C", V_ASN1_PRINTABLESTRING,
	    (const unsigned char *)"US", -1, -1, 0));
	if (spec->cn != NULL) {
		n = n != 0 ? n : (int)strlen(spec->cn);
		assert(X509_NAME_add_entry_by_NID(subject, NID_commonName, type,
		    (const unsigned char *)spec->cn, n, -1, 0));
	}
	assert(X509_NAME_add_entry_by_txt(issuer, "CN", V_ASN1_PRINTABLESTRING,
	    (const unsigned char *)"DOD ID CA-59", -1, -1, 0));
}

static void
set_serial(X509 *cert, const char *hex)
{
	BIGNUM *number = NULL;

	assert(BN_hex2bn(&number, hex != NULL ? hex : "01") > 0);
	assert(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL);
	BN_free(number);
}

static void
add_extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	assert(ext != NULL);
	assert(X509_add_ext(cert, ext, -1));
	X509_EXTENSION_free(ext);
}

static void
set_dates(X509 *cert, const struct make_spec *spec)
{
	const char *from = spec->not_before, *to = spec->not_after;

	assert(ASN1_TIME_set_string_X509(X509_getm_notBefore(cert),
	    from != NULL ? from : "20240229120000Z"));
	assert(ASN1_TIME_set_string_X509(
	    X509_getm_notAfter(cert), to != NULL ? to : "20540101000000Z"));
}

static void
sign(X509 *cert)
{
	EVP_MD *md = EVP_MD_fetch(context(), "SHA256", NULL);

	assert(md != NULL);
	assert(X509_sign(cert, make_key(MAKE_P256), md) > 0);
	EVP_MD_free(md);
}

void
make_certificate(const struct make_spec *spec, struct buf *der)
{
	X509 *cert = X509_new_ex(context(), NULL);
	unsigned char *out = NULL;
	int n;

	assert(cert != NULL);
	assert(X509_set_version(cert, X509_VERSION_3));
	set_serial(cert, spec->serial);
	set_names(cert, spec);
	set_dates(cert, spec);
	assert(X509_set_pubkey(cert, make_key(spec->key)));
	if (spec->usage != NULL)
		add_extension(cert, NID_key_usage, spec->usage);
	if (spec->ca)
		add_extension(cert, NID_basic_constraints, "critical,CA:TRUE");
	sign(cert);
	n = i2d_X509(cert, &out);
	assert(n > 0);
	buf_init(der, CARD_CERT_MAX);
	buf_append(der, bytes_of(out, (size_t)n));
	assert(buf_err(der) == 0);
	OPENSSL_free(out);
	X509_free(cert);
}
