/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

void
buf_init(struct buf *b, size_t cap)
{
	*b = (struct buf){.cap = cap};
}

void
buf_clear(struct buf *b)
{
	size_t cap = b->cap;

	if (b->p != NULL)
		explicit_bzero(b->p, b->room);
	free(b->p);
	buf_init(b, cap);
}

void
buf_truncate(struct buf *b, size_t n)
{
	if (n >= b->n)
		return;
	explicit_bzero(b->p + n, b->n - n);
	b->n = n;
}

/* Not realloc(): it may leave a copy of the old bytes behind. */
static bool
grow(struct buf *b, size_t want)
{
	size_t room = b->room > 0 ? b->room : 64;
	uint8_t *p;

	while (room < want)
		room = room > b->cap / 2 ? b->cap : room * 2;
	p = malloc(room);
	if (p == NULL)
		return false;
	if (b->n > 0)
		memcpy(p, b->p, b->n);
	if (b->p != NULL)
		explicit_bzero(b->p, b->room);
	free(b->p);
	b->p = p;
	b->room = room;
	return true;
}

uint8_t *
buf_reserve(struct buf *b, size_t n)
{
	if (b->failed || n > b->cap - b->n ||
	    ((b->p == NULL || n > b->room - b->n) && !grow(b, b->n + n))) {
		b->failed = true;
		return NULL;
	}
	return b->p + b->n;
}

void
buf_commit(struct buf *b, size_t n)
{
	b->n += n <= b->room - b->n ? n : 0;
}

void
buf_append(struct buf *b, struct bytes in)
{
	uint8_t *p = buf_reserve(b, in.n);

	if (p == NULL || in.n == 0)
		return;
	memcpy(p, in.p, in.n);
	buf_commit(b, in.n);
}

void
buf_append_u8(struct buf *b, uint8_t v)
{
	buf_append(b, bytes_of(&v, 1));
}

struct bytes
buf_bytes(const struct buf *b)
{
	return bytes_of(b->p, b->n);
}

err_t
buf_err(const struct buf *b)
{
	return b->failed ? ERR_MEMORY : 0;
}
