/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A growing byte buffer with a hard cap. Callers own it, callees append. A
 * failed append leaves the content alone and sticks in `failed`, so that an
 * encoder checks once at the end. Memory that held bytes is wiped before it is
 * given back: any buffer may carry a secret.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

struct buf {
	uint8_t *p;
	size_t n;
	size_t room;
	size_t cap;
	bool failed;
};

/* An empty buffer that may grow to cap bytes; allocates nothing yet. */
void buf_init(struct buf *b, size_t cap);

/* Wipe and free; the buffer is empty and usable again, with the same cap. */
void buf_clear(struct buf *b);

/* Drop all bytes after the first n, wiped; the memory stays. */
void buf_truncate(struct buf *b, size_t n);

void buf_append(struct buf *b, struct bytes in);
void buf_append_u8(struct buf *b, uint8_t v);

/*
 * Room for n more bytes, to be filled by the caller and then committed with
 * buf_commit(). NULL when the cap or memory is exceeded (failed is set).
 */
uint8_t *buf_reserve(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);

struct bytes buf_bytes(const struct buf *b);

/* ERR_MEMORY once an append has failed. */
err_t buf_err(const struct buf *b) MUST_CHECK;

#endif
