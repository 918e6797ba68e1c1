/* SPDX-License-Identifier: BSD-2-Clause */
/* Random bytes from the operating system: salts, seeds, C_GenerateRandom. */
#ifndef PKCS11_RANDOM_H
#define PKCS11_RANDOM_H

#include "base/bytes.h"
#include "pkcs11/cryptoki.h"

/* CKR_FUNCTION_FAILED: the system has none. */
CK_RV random_fill(uint8_t *out, size_t n);

/* None of them zero (RFC 8017, 7.2.1). */
CK_RV random_fill_nonzero(uint8_t *out, size_t n);

#endif
