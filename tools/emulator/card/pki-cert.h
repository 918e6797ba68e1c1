/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Certificates of the test PKI, shaped like those of a CAC (names, extensions
 * and so sizes) but plainly tests: all names are of the TEST GOVERNMENT. Dates
 * and serial numbers are functions of the keys.
 */
#ifndef EMULATOR_CARD_PKI_CERT_H
#define EMULATOR_CARD_PKI_CERT_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "tools/emulator/card/pki.h"

enum cert_role {
	CERT_ROOT,
	CERT_CA,
	CERT_IDENTITY,
	CERT_SIGNATURE,
	CERT_ENCRYPTION,
	CERT_AUTHENTICATION,
	CERT_CARD,
	CERT_RETIRED
};

struct cert_signer {
	OSSL_LIB_CTX *lib;
	EVP_PKEY *key;
	X509 *certificate; /* NULL: self-signed */
};

/* Editions of a certificate differ in serial number and dates; below this. */
#define CERT_EDITIONS 30

/* NULL on failure; the caller frees it. key is the subject's. */
X509 *cert_make(const struct cert_signer *signer, enum cert_role role,
    unsigned edition, EVP_PKEY *key);

/* Append DER. */
bool cert_der(X509 *certificate, struct blob *out);

#endif
