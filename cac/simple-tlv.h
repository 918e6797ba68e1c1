/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two buffers of a GSC-IS container, walked together: T holds tags and
 * lengths, V the values in the same order (GSC-IS 2.1, 8.4). Pure.
 */
#ifndef CAC_SIMPLE_TLV_H
#define CAC_SIMPLE_TLV_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/err.h"

/* Both buffers without their length prefixes; what is left of them. */
struct simple_tlv {
	struct bytes t;
	struct bytes v;
};

struct simple_tlv_entry {
	uint8_t tag;
	struct bytes value;
};

static inline bool
simple_tlv_more(const struct simple_tlv *tlv)
{
	return tlv->t.n > 0;
}

/*
 * The next entry; a tag may come again. When T has ended, values may be left
 * in V: what they mean is for the caller.
 *
 * CARD_ERR_DATA: T ends within an entry, the tag is 00 or FF, or the value
 * passes the end of V. Then tlv is as it was.
 */
err_t simple_tlv_next(
    struct simple_tlv *tlv, struct simple_tlv_entry *out) MUST_CHECK;

/*
 * The same where each value stands behind its length (GSC-IS 2.1, answers to
 * GET PROPERTIES and GET ACR): the first entry of in.
 */
err_t
simple_tlv_take(struct bytes *in, struct simple_tlv_entry *out) MUST_CHECK;

/* The same of T alone: take an entry off, *length is its value's. */
err_t simple_tlv_length(struct bytes *t, size_t *length) MUST_CHECK;

/*
 * How long V is by what T says, both without prefixes. CARD_ERR_DATA: T ends
 * within an entry, or a tag is 00 or FF.
 */
err_t simple_tlv_sum(struct bytes t, size_t *sum) MUST_CHECK;

#endif
