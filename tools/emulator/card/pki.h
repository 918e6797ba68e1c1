/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The test PKI of a card: a root, an issuing authority and one certificate per
 * key of the card. Only keys are random: a certificate is a function of the
 * keys, so it is made again at each start and is the same each time.
 *
 * A folder holds root.der, root.pem, ca.der, ca.pem, per key NN.der and
 * NN.key.pem (NN two hex digits), the authorities' keys, and card-id. Key
 * files have mode 0600. Keys of another kind or size than wanted are replaced.
 * NN.edition counts how often a certificate was renewed.
 */
#ifndef EMULATOR_CARD_PKI_H
#define EMULATOR_CARD_PKI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/emulator/card/blob.h"

#define PKI_CARD_ID_LEN 14
#define PKI_MSCUID_LEN	38
#define PKI_KEY_ID_LEN	20
#define PKI_LEAVES_MAX	32

enum pki_kind {
	PKI_IDENTITY,
	PKI_SIGNATURE,
	PKI_ENCRYPTION,
	PKI_AUTHENTICATION, /* PIV authentication */
	PKI_CARD,	    /* PIV card authentication */
	PKI_RETIRED,	    /* former encryption key */
	PKI_KINDS
};

enum pki_algorithm { PKI_RSA, PKI_EC };

struct pki_want {
	uint8_t number;
	enum pki_kind kind;
	enum pki_algorithm algorithm;
	unsigned bits; /* EC: 256 is P-256, 384 is P-384 */
};

struct pki;

/*
 * dir NULL: nothing is kept. A folder that does not exist appears whole or
 * not at all; an existing one is completed under a lock.
 * NULL with error_set on failure.
 */
struct pki *pki_new(const char *dir, const struct pki_want *want, size_t n);
void pki_free(struct pki **pki);

/*
 * Another certificate for the same holder, in the folder too: its edition goes
 * up, and with it serial number and dates; its length stays. False with
 * error_set when there is no such number.
 */
bool pki_renew(struct pki *pki, unsigned number, bool new_key);

/* 14 bytes, random once per folder. */
const uint8_t *pki_card_id(const struct pki *pki);

/* The certificate in DER; NULL when there is no such number. */
const struct blob *pki_certificate(const struct pki *pki, unsigned number);

/* Append the modulus of an RSA key, most significant byte first. */
bool pki_modulus(const struct pki *pki, unsigned number, struct blob *out);

/* SHA-1 of the modulus, or of the EC point. */
bool
pki_key_id(const struct pki *pki, unsigned number, uint8_t id[PKI_KEY_ID_LEN]);

/* A GUID in braces, made from the public key; not terminated. */
bool
pki_mscuid(const struct pki *pki, unsigned number, char guid[PKI_MSCUID_LEN]);

/* Length of the modulus in bytes, 0 when there is no such RSA key. */
size_t pki_block(const struct pki *pki, unsigned number);

/*
 * RSA private operation without padding on exactly pki_block() bytes; out has
 * as many. False when in is not below the modulus.
 */
bool pki_private(
    const struct pki *pki, unsigned number, const uint8_t *in, uint8_t *out);

/*
 * ECDSA over a hash as long as the curve; appends the DER SEQUENCE of r and s.
 * False for another length or key.
 */
bool pki_ec_sign(const struct pki *pki, unsigned number, const uint8_t *hash,
    size_t len, struct blob *out);

/*
 * ECDH with an uncompressed point; appends the X coordinate. False when the
 * point is not on the key's curve.
 */
bool pki_ec_derive(const struct pki *pki, unsigned number, const uint8_t *point,
    size_t len, struct blob *out);

/*
 * After any use, in the thread that used it: a thread may end after the PKI
 * is gone, and must not have anything of it then.
 */
void pki_rest(const struct pki *pki);

/* size random bytes. */
bool pki_random(const struct pki *pki, uint8_t *out, size_t size);

#endif
