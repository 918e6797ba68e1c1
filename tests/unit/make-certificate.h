/* SPDX-License-Identifier: BSD-2-Clause */
/* Certificates for tests, made by libcrypto in a context of their own. */
#ifndef TESTS_UNIT_MAKE_CERTIFICATE_H
#define TESTS_UNIT_MAKE_CERTIFICATE_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/buf.h"

enum make_key { MAKE_RSA, MAKE_P256, MAKE_P384, MAKE_ED25519 };

struct make_spec {
	enum make_key key;
	const char *cn;	   /* NULL: a subject without common name */
	int cn_type;	   /* V_ASN1_UTF8STRING when 0 */
	int cn_len;	   /* strlen(cn) when 0 */
	const char *usage; /* as in openssl.cnf; NULL: no extension */
	bool ca;
	const char *serial;	/* hex; "01" when NULL */
	const char *not_before; /* "20240229120000Z" when NULL */
	const char *not_after;	/* "20540101000000Z" when NULL */
};

/* The process's one key of this kind. */
EVP_PKEY *make_key(enum make_key kind);

/* DER, written to *der, which is initialised here; buf_clear() it. */
void make_certificate(const struct make_spec *spec, struct buf *der);

#endif
