/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Borrowed bytes, passed by value. Nobody keeps one after returning. The
 * taking functions are the only way in which parsers walk through input from
 * cards and readers: each checks the length and leaves `in` as it was when
 * there is too little.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *p;
	size_t n;
};

#define BYTES(array) ((struct bytes){(array), sizeof(array)})

static inline struct bytes
bytes_of(const void *p, size_t n)
{
	return (struct bytes){p, n};
}

static inline bool
bytes_equal(struct bytes a, struct bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
bytes_take(struct bytes *in, size_t n, struct bytes *out)
{
	if (in->n < n)
		return false;
	*out = (struct bytes){in->p, n};
	/* Adding even 0 to NULL is undefined. */
	if (n > 0)
		in->p += n;
	in->n -= n;
	return true;
}

static inline bool
bytes_take_u8(struct bytes *in, uint8_t *out)
{
	if (in->n < 1)
		return false;
	*out = *in->p++;
	in->n--;
	return true;
}

static inline uint16_t
bytes_le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint16_t
bytes_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
bytes_le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static inline void
bytes_put_le32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16);
	p[3] = (uint8_t)(v >> 24);
}

static inline bool
bytes_take_le16(struct bytes *in, uint16_t *out)
{
	struct bytes b;

	if (!bytes_take(in, 2, &b))
		return false;
	*out = bytes_le16(b.p);
	return true;
}

#endif
