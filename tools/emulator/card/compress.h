/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EMULATOR_CARD_COMPRESS_H
#define EMULATOR_CARD_COMPRESS_H

#include "tools/emulator/card/blob.h"

enum wrapper { WRAPPER_ZLIB, WRAPPER_GZIP };

/* The same of so many zeros, which are never in memory at once. */
bool compress_zeros(struct blob *out, enum wrapper wrapper, size_t n);

/* Append the deflated bytes (RFC 1950 or RFC 1952). */
bool compress_add(
    struct blob *out, enum wrapper wrapper, const uint8_t *in, size_t len);

#endif
