/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/card.h"
#include "cac/gscis-spec.h"
#include "cac/simple-tlv.h"

static bool
take_length(struct bytes *t, size_t *out)
{
	uint16_t long_length;
	uint8_t length;

	if (!bytes_take_u8(t, &length))
		return false;
	*out = length;
	if (length != GSCIS_LONG_LENGTH)
		return true;
	if (!bytes_take_le16(t, &long_length))
		return false;
	*out = long_length;
	return true;
}

/* t and v may be the same bytes. */
static bool
take_entry(struct bytes *t, struct bytes *v, struct simple_tlv_entry *out)
{
	size_t length;

	return bytes_take_u8(t, &out->tag) && out->tag != 0x00 &&
	    out->tag != 0xFF && take_length(t, &length) &&
	    bytes_take(v, length, &out->value);
}

err_t
simple_tlv_next(struct simple_tlv *tlv, struct simple_tlv_entry *out)
{
	struct simple_tlv left = *tlv;

	if (!take_entry(&left.t, &left.v, out))
		return CARD_ERR_DATA;
	*tlv = left;
	return 0;
}

err_t
simple_tlv_take(struct bytes *in, struct simple_tlv_entry *out)
{
	struct bytes left = *in;

	if (!take_entry(&left, &left, out))
		return CARD_ERR_DATA;
	*in = left;
	return 0;
}

err_t
simple_tlv_length(struct bytes *t, size_t *length)
{
	uint8_t tag;

	if (!bytes_take_u8(t, &tag) || tag == 0x00 || tag == 0xFF ||
	    !take_length(t, length))
		return CARD_ERR_DATA;
	return 0;
}

err_t
simple_tlv_sum(struct bytes t, size_t *sum)
{
	size_t length;

	*sum = 0;
	while (t.n > 0) {
		err_t err = simple_tlv_length(&t, &length);

		if (err != 0)
			return err;
		*sum += length;
	}
	return 0;
}
