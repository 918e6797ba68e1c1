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

err_t
simple_tlv_next(struct simple_tlv *tlv, struct simple_tlv_entry *out)
{
	struct simple_tlv left = *tlv;
	size_t length;

	if (!bytes_take_u8(&left.t, &out->tag) || out->tag == 0x00 ||
	    out->tag == 0xFF || !take_length(&left.t, &length) ||
	    !bytes_take(&left.v, length, &out->value))
		return CARD_ERR_DATA;
	*tlv = left;
	return 0;
}
