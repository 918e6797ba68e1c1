/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/der.h"
#include "pkcs11/x509-name.h"

#define NOT_A_CHARACTER 0xFFFFFFFFU

/* id-at-commonName, 2.5.4.3 */
static const uint8_t common_name[] = {0x55, 0x04, 0x03};

static bool
is_character(uint32_t c)
{
	return c < 0x110000 && (c < 0xD800 || c > 0xDFFF);
}

static void
append_utf8(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_append_u8(out, (uint8_t)c);
		return;
	}
	if (c < 0x800) {
		buf_append_u8(out, (uint8_t)(0xC0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_append_u8(out, (uint8_t)(0xE0 | c >> 12));
		} else {
			buf_append_u8(out, (uint8_t)(0xF0 | c >> 18));
			buf_append_u8(out, (uint8_t)(0x80 | (c >> 12 & 0x3F)));
		}
		buf_append_u8(out, (uint8_t)(0x80 | (c >> 6 & 0x3F)));
	}
	buf_append_u8(out, (uint8_t)(0x80 | (c & 0x3F)));
}

/* RFC 3629, 4: no overlong forms, no surrogates. */
static uint32_t
take_utf8(struct bytes *in)
{
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	uint8_t byte = 0;
	unsigned more;
	uint32_t c;

	(void)bytes_take_u8(in, &byte);
	if (byte < 0x80)
		return byte;
	if (byte < 0xC0 || byte > 0xF7)
		return NOT_A_CHARACTER;
	more = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
	c = byte & (0x3FU >> more);
	for (unsigned i = 0; i < more; i++) {
		if (!bytes_take_u8(in, &byte) || (byte & 0xC0) != 0x80)
			return NOT_A_CHARACTER;
		c = c << 6 | (byte & 0x3F);
	}
	return c >= least[more] ? c : NOT_A_CHARACTER;
}

static uint32_t
take_fixed(struct bytes *in, size_t width)
{
	struct bytes unit;
	uint32_t c = 0;

	if (!bytes_take(in, width, &unit)) {
		in->n = 0;
		return NOT_A_CHARACTER;
	}
	for (size_t i = 0; i < width; i++)
		c = c << 8 | unit.p[i];
	return c;
}

/* Teletex strings hold Latin-1 in practice. */
static uint32_t
take_character(struct bytes *in, uint8_t tag)
{
	switch (tag) {
	case DER_UTF8_STRING:
		return take_utf8(in);
	case DER_BMP_STRING:
		return take_fixed(in, 2);
	case DER_UNIVERSAL_STRING:
		return take_fixed(in, 4);
	default:
		return take_fixed(in, 1);
	}
}

static bool
is_string(uint8_t tag)
{
	switch (tag) {
	case DER_UTF8_STRING:
	case DER_NUMERIC_STRING:
	case DER_PRINTABLE_STRING:
	case DER_TELETEX_STRING:
	case DER_IA5_STRING:
	case DER_VISIBLE_STRING:
	case DER_UNIVERSAL_STRING:
	case DER_BMP_STRING:
		return true;
	default:
		return false;
	}
}

static void
convert(const struct der *string, struct buf *utf8)
{
	struct bytes in = string->value;
	size_t start = utf8->n;
	uint32_t c;

	if (!is_string(string->tag))
		return;
	while (in.n > 0) {
		c = take_character(&in, string->tag);
		if (!is_character(c)) {
			buf_truncate(utf8, start);
			return;
		}
		append_utf8(utf8, c);
	}
}

/* AttributeTypeAndValue ::= SEQUENCE { type, value } */
static bool
is_common_name(struct bytes pair, struct der *value)
{
	struct bytes type;

	return der_take_value(&pair, DER_OID, &type) &&
	    bytes_equal(type, BYTES(common_name)) && der_take(&pair, value);
}

void
x509_common_name(struct bytes name, struct buf *utf8)
{
	struct bytes set, pair;
	struct der value;

	while (der_take_value(&name, DER_SET, &set)) {
		while (der_take_value(&set, DER_SEQUENCE, &pair)) {
			if (is_common_name(pair, &value)) {
				convert(&value, utf8);
				return;
			}
		}
	}
}
