/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside the test PKI. */
#ifndef EMULATOR_CARD_PKI_STATE_H
#define EMULATOR_CARD_PKI_STATE_H

#include <openssl/evp.h>

#include "tools/emulator/card/pki.h"

struct leaf {
	struct pki_want want;
	EVP_PKEY *key;
	unsigned edition; /* times it was renewed */
	struct blob der;
};

struct pki {
	OSSL_LIB_CTX *lib;
	EVP_PKEY *root_key;
	EVP_PKEY *ca_key;
	uint8_t card_id[PKI_CARD_ID_LEN];
	bool has_card_id;
	struct leaf leaf[PKI_LEAVES_MAX];
	size_t n;
	char *dir;	/* NULL: nothing is kept */
	unsigned renew; /* number of the key to renew, RENEW_NONE */
	bool renew_key;
};

#define RENEW_NONE 0x100

/* NULL when there is none with this number. */
const struct leaf *leaf_find(const struct pki *pki, unsigned number);

#endif
