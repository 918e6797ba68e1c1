/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The paddings of PKCS #1 v1.5 (RFC 8017, 7.2 and 9.2), and the one without.
 * Blocks are em_len bytes, as long as the modulus.
 */
#ifndef PKCS11_RSA_PAD_H
#define PKCS11_RSA_PAD_H

#include "base/bytes.h"
#include "pkcs11/cryptoki.h"

#define RSA_PAD_OVERHEAD 11 /* 00 BT, eight bytes of padding, 00 */

/* For a signature, 00 01 FF .. FF 00 data. CKR_DATA_LEN_RANGE. */
CK_RV rsa_pad_sign(struct bytes data, uint8_t *em, size_t em_len);

/* For encryption, 00 02 random 00 data. CKR_DATA_LEN_RANGE. */
CK_RV rsa_pad_encrypt(struct bytes data, uint8_t *em, size_t em_len);

/* Zeros, data: for CKM_RSA_X_509. CKR_DATA_LEN_RANGE. */
CK_RV rsa_pad_left(struct bytes data, uint8_t *em, size_t em_len);

/*
 * Take the padding of encryption off. out has room for em_len -
 * RSA_PAD_OVERHEAD bytes, and all are written: *n of data, then zeros. Time and
 * memory accesses depend on em_len alone.
 *
 * CKR_ENCRYPTED_DATA_INVALID: not padded like that; all is zero. The caller is
 * told so, and no random plaintext takes its place ("implicit rejection"):
 * mail programs try one recipient's key after the other by this error, no TLS
 * server keeps its key on a personal card, and what stands in would have to be
 * derived from the private key to be the same each time, which never leaves the
 * card. Whoever can call this has the PIN, and may decrypt anyway.
 */
CK_RV rsa_unpad_encrypt(struct bytes em, uint8_t *out, size_t *n);

#endif
