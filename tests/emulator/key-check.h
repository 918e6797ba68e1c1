/* SPDX-License-Identifier: BSD-2-Clause */
/* GENERAL AUTHENTICATE, and libcrypto's opinion of what it answers. */
#ifndef TESTS_EMULATOR_KEY_CHECK_H
#define TESTS_EMULATOR_KEY_CHECK_H

#include <openssl/x509.h>

#include "tests/emulator/apdu-host.h"

/* NN.der of the PKI's folder; the caller frees it. */
X509 *check_certificate(const char *pki, unsigned number);

/* Append 7C { 82 00, tag data }, or the other way round. */
void check_template(
    struct blob *out, bool first, unsigned tag, const uint8_t *data, size_t n);

/* Send a template in pieces; value gets what is in 7C { 82 }. */
uint16_t check_authenticate(struct apdu_host *h, uint8_t algorithm, uint8_t key,
    const struct blob *template, size_t piece, struct blob *value);

/* A block through the card and back by the public key is itself. */
void check_rsa(struct apdu_host *h, const char *pki, uint8_t key,
    unsigned number, size_t piece);

void check_ecdsa(struct apdu_host *h, const char *pki, uint8_t algorithm,
    uint8_t key, unsigned number);

/* Both sides come to the same X; points off the curve are refused. */
void check_ecdh(struct apdu_host *h, const char *pki, uint8_t algorithm,
    uint8_t key, unsigned number);

#endif
