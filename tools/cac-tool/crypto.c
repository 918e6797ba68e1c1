/* SPDX-License-Identifier: BSD-2-Clause */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "tools/cac-tool/crypto.h"
#include "tools/cac-tool/tool.h"

static OSSL_LIB_CTX *context;

static void
release(void *p)
{
	OSSL_LIB_CTX_free(p);
	context = NULL;
}

OSSL_LIB_CTX *
crypto_context(void)
{
	if (context != NULL)
		return context;
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	context = OSSL_LIB_CTX_new();
	tool_own(context, release);
	return context;
}

void
crypto_sha256(struct bytes in, uint8_t out[SHA256_BYTES])
{
	size_t n = 0;

	if (EVP_Q_digest(
		crypto_context(), "SHA256", NULL, in.p, in.n, out, &n) != 1) {
		complain("libcrypto has no SHA-256");
		exit(STATUS_FAILED);
	}
}

char *
crypto_hex(struct bytes in)
{
	static const char digits[] = "0123456789abcdef";
	char *text = tool_alloc(2 * in.n + 1);

	for (size_t i = 0; i < in.n; i++) {
		text[2 * i] = digits[in.p[i] >> 4];
		text[2 * i + 1] = digits[in.p[i] & 15];
	}
	return text;
}

char *
crypto_sha256_hex(struct bytes in)
{
	uint8_t digest[SHA256_BYTES];

	crypto_sha256(in, digest);
	return crypto_hex(BYTES(digest));
}
