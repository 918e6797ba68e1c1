/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/ber-tlv.h"
#include "cac/card.h"

#define LONG_LENGTH   0x80
#define LENGTH_OCTETS 3

static bool
take_length(struct bytes *in, size_t *out)
{
	struct bytes octets;
	uint8_t first;

	if (!bytes_take_u8(in, &first))
		return false;
	*out = first;
	if (first < LONG_LENGTH)
		return true;
	if (first == LONG_LENGTH || first > LONG_LENGTH + LENGTH_OCTETS ||
	    !bytes_take(in, first - LONG_LENGTH, &octets))
		return false;
	*out = 0;
	for (size_t i = 0; i < octets.n; i++)
		*out = *out << 8 | octets.p[i];
	return true;
}

err_t
ber_tlv_next(struct bytes *in, struct ber_tlv *out)
{
	struct bytes left = *in;
	size_t length;

	if (!bytes_take_u8(&left, &out->tag) || !take_length(&left, &length) ||
	    !bytes_take(&left, length, &out->value))
		return CARD_ERR_DATA;
	*in = left;
	return 0;
}

err_t
ber_tlv_begin(struct bytes in, struct ber_tlv *out)
{
	size_t length;

	if (!bytes_take_u8(&in, &out->tag) || !take_length(&in, &length))
		return CARD_ERR_DATA;
	out->value = bytes_of(in.p, in.n < length ? in.n : length);
	return 0;
}
