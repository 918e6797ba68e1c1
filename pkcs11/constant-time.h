/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Choices without branches, for what was decrypted and is not yet known to be
 * well-formed. Masks are all ones for true and 0 for false.
 */
#ifndef PKCS11_CONSTANT_TIME_H
#define PKCS11_CONSTANT_TIME_H

#include <stddef.h>
#include <stdint.h>

/* So that no compiler finds out what a mask stands for, and branches on it. */
static inline size_t
ct_hide(size_t v)
{
	__asm__("" : "+r"(v));
	return v;
}

static inline size_t
ct_top_bit(size_t v)
{
	return ct_hide((size_t)0 - (v >> (sizeof(v) * 8 - 1)));
}

static inline size_t
ct_is_zero(size_t v)
{
	return ct_top_bit(~v & (v - 1));
}

static inline size_t
ct_equal(size_t a, size_t b)
{
	return ct_is_zero(a ^ b);
}

/* a < b, both below half of what a size_t holds. */
static inline size_t
ct_less(size_t a, size_t b)
{
	return ct_top_bit(a - b);
}

static inline size_t
ct_select(size_t mask, size_t yes, size_t no)
{
	return (mask & yes) | (~mask & no);
}

/*
 * Move p[by..n) to the front, and zeros behind; by <= n. The time depends on
 * n alone.
 */
void ct_shift(uint8_t *p, size_t n, size_t by);

/* All of p becomes zero unless the mask is true. */
void ct_keep(uint8_t *p, size_t n, size_t mask);

/* As a mask, whether both have the same n bytes. */
size_t ct_same(const uint8_t *a, const uint8_t *b, size_t n);

#endif
