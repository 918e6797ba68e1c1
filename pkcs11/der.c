/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/der.h"

/* X.690, 8.1.3; more than three bytes of length is no certificate of ours. */
static bool
take_length(struct bytes *in, size_t *n)
{
	uint8_t first, byte;

	if (!bytes_take_u8(in, &first))
		return false;
	if (first < 0x80) {
		*n = first;
		return true;
	}
	*n = 0;
	if (first == 0x80 || first > 0x83)
		return false;
	for (unsigned i = 0; i < (first & 0x7FU); i++) {
		if (!bytes_take_u8(in, &byte))
			return false;
		*n = *n << 8 | byte;
	}
	return true;
}

bool
der_take(struct bytes *in, struct der *out)
{
	struct bytes rest = *in;
	size_t n;

	if (!bytes_take_u8(&rest, &out->tag) || (out->tag & 0x1F) == 0x1F)
		return false;
	if (!take_length(&rest, &n) || !bytes_take(&rest, n, &out->value))
		return false;
	out->whole = bytes_of(in->p, in->n - rest.n);
	*in = rest;
	return true;
}

bool
der_take_tag(struct bytes *in, uint8_t tag, struct der *out)
{
	struct bytes rest = *in;

	if (!der_take(&rest, out) || out->tag != tag)
		return false;
	*in = rest;
	return true;
}

bool
der_take_value(struct bytes *in, uint8_t tag, struct bytes *value)
{
	struct der element;

	if (!der_take_tag(in, tag, &element))
		return false;
	*value = element.value;
	return true;
}

struct bytes
der_unsigned(struct bytes value)
{
	while (value.n > 0 && value.p[0] == 0) {
		value.p++;
		value.n--;
	}
	return value;
}

bool
der_bit_string(struct bytes value, struct bytes *octets)
{
	uint8_t unused;

	if (!bytes_take_u8(&value, &unused) || unused != 0)
		return false;
	*octets = value;
	return true;
}

size_t
der_head(uint8_t tag, size_t n, uint8_t head[DER_HEAD_MAX])
{
	size_t at = 0;

	head[at++] = tag;
	if (n > 0xFF) {
		head[at++] = 0x82;
		head[at++] = (uint8_t)(n >> 8);
	} else if (n > 0x7F) {
		head[at++] = 0x81;
	}
	head[at++] = (uint8_t)n;
	return at;
}
