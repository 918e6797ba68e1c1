/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PIN at rest: a page of its own that is locked in memory, in no core dump,
 * empty in a child of fork(), and wiped before it is given back.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/bytes.h"
#include "base/err.h"

#define SECRET_MAX 256 /* bytes */

struct secret;

/* Copies at most SECRET_MAX bytes. ERR_MEMORY, then *out is NULL. */
err_t secret_new(struct bytes in, struct secret **out) MUST_CHECK;

/* Valid until secret_free(); empty for NULL, and in a child. */
struct bytes secret_bytes(const struct secret *s);

/* Accepts NULL. */
void secret_free(struct secret **s);

#endif
