/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the objects of a certificate need to know of it (RFC 5280, 4).
 *
 * libcrypto's own parser is not used: decoding a certificate, in whatever
 * OSSL_LIB_CTX, looks up object identifiers, and the first look-up in a process
 * reads the host's openssl.cnf, which may name this very module. That would
 * then be called while it reads a card, by the thread that does.
 */
#ifndef PKCS11_X509_H
#define PKCS11_X509_H

#include "base/buf.h"

enum x509_key { X509_KEY_OTHER, X509_KEY_RSA, X509_KEY_EC };

/* Bits of keyUsage (RFC 5280, 4.2.1.3) by what the public key does. */
struct x509_usage {
	bool verify;
	bool encrypt; /* RSA only: keyEncipherment, dataEncipherment */
	bool derive;  /* EC only: keyAgreement */
};

#define X509_DATE_LEN  8
#define X509_CHECK_LEN 3

struct x509 {
	/* Copies of the bytes, with their tags. */
	struct bytes value; /* the whole certificate */
	struct bytes subject;
	struct bytes issuer;
	struct bytes serial;
	struct bytes spki;
	struct bytes cn; /* subject's common name in UTF-8; may be empty */

	uint8_t not_before[X509_DATE_LEN]; /* YYYYMMDD */
	uint8_t not_after[X509_DATE_LEN];
	bool dated;		       /* both could be read */
	uint8_t check[X509_CHECK_LEN]; /* first bytes of value's SHA-1 */

	bool ca;
	struct x509_usage usage;

	enum x509_key key;
	struct bytes modulus; /* RSA; no leading zero byte */
	struct bytes exponent;
	unsigned modulus_bits;
	struct bytes ec_params; /* EC; the algorithm's parameters */
	struct bytes ec_point;	/* DER OCTET STRING around the point */

	struct buf store; /* what the above point into */
};

/*
 * CARD_ERR_UNDECODABLE when der does not begin with a certificate; bytes behind
 * it are dropped. A name, date, key or extension that cannot be read is no
 * error. ERR_MEMORY. On any error *out is empty. x509_clear() ends its use.
 */
err_t x509_parse(struct bytes der, struct x509 *out) MUST_CHECK;
void x509_clear(struct x509 *x);

#endif
