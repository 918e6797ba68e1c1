/* SPDX-License-Identifier: BSD-2-Clause */
/* libcrypto, without the system's openssl.cnf, which may name our module. */
#ifndef CAC_TOOL_CRYPTO_H
#define CAC_TOOL_CRYPTO_H

#include <openssl/types.h>

#include "base/bytes.h"

#define SHA256_BYTES 32

/* Before anything else of libcrypto; made at the first call. */
OSSL_LIB_CTX *crypto_context(void);

void crypto_sha256(struct bytes in, uint8_t out[SHA256_BYTES]);

/* In lower-case hex; lives until tool_end(). */
char *crypto_hex(struct bytes in);
char *crypto_sha256_hex(struct bytes in);

#endif
