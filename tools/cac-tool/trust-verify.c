/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <openssl/x509_vfy.h>
#include <string.h>

#include "tools/cac-tool/file.h"
#include "tools/cac-tool/trust.h"

/* A SHA-256 as people write it: with colons or blanks, in any case. */
static bool
parse_fingerprint(const char *text, uint8_t out[SHA256_BYTES])
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		unsigned c = (unsigned)tolower((unsigned char)*text);
		unsigned digit;

		if (c == ':' || c == ' ')
			continue;
		if (!isxdigit((int)c) || n == 2 * SHA256_BYTES)
			return false;
		digit = c <= '9' ? c - '0' : c - 'a' + 10;
		out[n / 2] =
		    (uint8_t)(n % 2 == 0 ? digit << 4 : out[n / 2] | digit);
		n++;
	}
	return n == 2 * SHA256_BYTES;
}

static bool
add_root(struct trust *t, const char *root)
{
	uint8_t sha256[SHA256_BYTES];
	struct certificate *c;

	if (!parse_fingerprint(root, sha256))
		return bundle_read(&t->named, root);
	c = bundle_find(&t->files, sha256);
	if (c == NULL) {
		complain("--root %s: the files hold no such certificate", root);
		return false;
	}
	return bundle_add(&t->named, c);
}

bool
trust_find_roots(struct trust *t)
{
	for (size_t i = 0; i < t->roots.n; i++) {
		if (!add_root(t, t->roots.list[i]))
			return false;
	}
	for (size_t i = 0; i < t->named.n; i++) {
		if (t->named.list[i]->authority)
			continue;
		complain("--root: %s is not a certificate of an authority",
		    t->named.list[i]->subject);
		return false;
	}
	return true;
}

bool
trust_is_root(const struct trust *t, const struct certificate *c)
{
	return bundle_find(&t->named, c->sha256) != NULL;
}

char *
trust_describe(const struct certificate *c)
{
	return tool_print("%s, %s, SHA-256 %s",
	    c->common_name != NULL ? c->common_name : c->subject,
	    certificate_validity(c, time(NULL)), crypto_hex(BYTES(c->sha256)));
}

/* NULL: c chains to one of the roots, through what the files hold. */
static const char *
verify(const struct certificate *c, X509_STORE *roots, STACK_OF(X509) * others)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new_ex(crypto_context(), NULL);
	const char *wrong = "libcrypto cannot verify";

	if (ctx != NULL &&
	    X509_STORE_CTX_init(ctx, roots, c->x509, others) == 1) {
		/* A root is what was named, self-signed or not. */
		X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_PARTIAL_CHAIN);
		wrong = X509_verify_cert(ctx) == 1
		    ? NULL
		    : X509_verify_cert_error_string(
			  X509_STORE_CTX_get_error(ctx));
	}
	X509_STORE_CTX_free(ctx);
	return wrong;
}

static void
verify_all(struct trust *t, X509_STORE *roots, STACK_OF(X509) * others)
{
	const struct bundle *lists[] = {&t->named, &t->files};

	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < lists[k]->n; i++) {
			struct certificate *c = lists[k]->list[i];
			const char *wrong = c->authority
			    ? verify(c, roots, others)
			    : "not a certificate of an authority";

			if (wrong == NULL) {
				(void)bundle_add(&t->good, c);
			} else if (k == 0 || !trust_is_root(t, c)) {
				complain("left out: %s: %s", c->subject, wrong);
				t->left_out++;
			}
		}
	}
}

void
trust_verify(struct trust *t)
{
	X509_STORE *roots = X509_STORE_new();
	STACK_OF(X509) *others = sk_X509_new_null();
	bool ok = roots != NULL && others != NULL;

	for (size_t i = 0; ok && i < t->named.n; i++)
		ok = X509_STORE_add_cert(roots, t->named.list[i]->x509) == 1;
	for (size_t i = 0; ok && i < t->files.n; i++)
		ok = sk_X509_push(others, t->files.list[i]->x509) > 0;
	if (ok)
		verify_all(t, roots, others);
	else
		complain("out of memory");
	sk_X509_free(others);
	X509_STORE_free(roots);
}
