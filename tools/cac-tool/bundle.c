/* SPDX-License-Identifier: BSD-2-Clause */
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>
#include <string.h>

#include "tools/cac-tool/bundle.h"
#include "tools/cac-tool/file.h"
#include "tools/cac-tool/tool.h"

struct certificate *
bundle_find(const struct bundle *b, const uint8_t sha256[SHA256_BYTES])
{
	for (size_t i = 0; i < b->n; i++) {
		if (memcmp(b->list[i]->sha256, sha256, SHA256_BYTES) == 0)
			return b->list[i];
	}
	return NULL;
}

bool
bundle_add(struct bundle *b, struct certificate *c)
{
	if (bundle_find(b, c->sha256) != NULL)
		return true;
	if (b->n == BUNDLE_MAX)
		return false;
	b->list[b->n++] = c;
	return true;
}

static bool
add_der(struct bundle *b, struct bytes der)
{
	struct certificate *c = certificate_new(der);

	return c != NULL && bundle_add(b, c);
}

/* SignedData without content or signers (RFC 2315, 9.1) */
static bool
add_pkcs7(struct bundle *b, struct bytes der)
{
	const unsigned char *p = der.p;
	PKCS7 *p7 = PKCS7_new_ex(crypto_context(), NULL);
	STACK_OF(X509) *all = NULL;
	bool ok = p7 != NULL && d2i_PKCS7(&p7, &p, (long)der.n) != NULL;

	if (ok && PKCS7_type_is_signed(p7) && p7->d.sign != NULL)
		all = p7->d.sign->cert;
	ok = ok && sk_X509_num(all) > 0;
	for (int i = 0; ok && i < sk_X509_num(all); i++) {
		unsigned char *one = NULL;
		int n = i2d_X509(sk_X509_value(all, i), &one);

		ok = n > 0 && add_der(b, bytes_of(one, (size_t)n));
		OPENSSL_free(one);
	}
	PKCS7_free(p7);
	return ok;
}

static bool
add_pem_block(struct bundle *b, const char *name, struct bytes data)
{
	if (strcmp(name, PEM_STRING_X509) == 0 ||
	    strcmp(name, PEM_STRING_X509_OLD) == 0)
		return add_der(b, data);
	if (strcmp(name, PEM_STRING_PKCS7) == 0 ||
	    strcmp(name, PEM_STRING_PKCS7_SIGNED) == 0)
		return add_pkcs7(b, data);
	/* Keys, lists of revoked ones: not meant. */
	return true;
}

bool
bundle_add_pem(struct bundle *b, struct bytes text)
{
	BIO *bio = BIO_new_mem_buf(text.p, (int)text.n);
	unsigned char *data = NULL;
	char *name = NULL, *header = NULL;
	size_t before = b->n;
	bool ok = bio != NULL;
	long n;

	while (ok && PEM_read_bio(bio, &name, &header, &data, &n) == 1) {
		ok = n > 0 && add_pem_block(b, name, bytes_of(data, (size_t)n));
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_free(data);
	}
	BIO_free(bio);
	return ok && b->n > before;
}

bool
bundle_read(struct bundle *b, const char *path)
{
	struct file f;
	const char *wrong = file_read(path, BUNDLE_FILE_MAX, &f);
	size_t before = b->n;
	bool ok;

	if (wrong == NULL && !f.exists)
		wrong = "no such file";
	if (wrong != NULL) {
		complain("%s: %s", path, wrong);
		return false;
	}
	if (memmem(f.text.p, f.text.n, "-----BEGIN ", 11) != NULL)
		ok = bundle_add_pem(b, f.text);
	else
		ok = f.text.n > 0 &&
		    (add_der(b, f.text) || add_pkcs7(b, f.text));
	if (!ok)
		complain("%s: %s", path,
		    b->n - before == BUNDLE_MAX
			? "too many certificates"
			: "no certificates, neither PEM, DER nor PKCS#7");
	return ok;
}

struct certificate *
bundle_issuer(const struct bundle *b, const struct certificate *c)
{
	if (c->self_issued)
		return NULL;
	for (size_t i = 0; i < b->n; i++) {
		if (b->list[i]->authority &&
		    certificate_issued_by(c, b->list[i]))
			return b->list[i];
	}
	return NULL;
}
