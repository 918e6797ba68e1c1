/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walking through DER (X.690): definite lengths, tags of one byte. Nothing is
 * copied, nothing is trusted.
 */
#ifndef PKCS11_DER_H
#define PKCS11_DER_H

#include "base/bytes.h"

/* X.690, 8; the class and number of the tag in one byte. */
enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_OID = 0x06,
	DER_UTF8_STRING = 0x0C,
	DER_NUMERIC_STRING = 0x12,
	DER_PRINTABLE_STRING = 0x13,
	DER_TELETEX_STRING = 0x14,
	DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_VISIBLE_STRING = 0x1A,
	DER_UNIVERSAL_STRING = 0x1C,
	DER_BMP_STRING = 0x1E,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
};

#define DER_CONTEXT(n) (0xA0 | (n)) /* constructed */

struct der {
	uint8_t tag;
	struct bytes whole; /* with tag and length */
	struct bytes value;
};

/* The next element; false, and *in as it was, when it is not whole. */
bool der_take(struct bytes *in, struct der *out);

/* The same, but only if it has this tag. */
bool der_take_tag(struct bytes *in, uint8_t tag, struct der *out);

/* Its value alone. */
bool der_take_value(struct bytes *in, uint8_t tag, struct bytes *value);

/* An INTEGER's value as an unsigned number without leading zero bytes. */
struct bytes der_unsigned(struct bytes value);

/* Octets of a BIT STRING of whole bytes. */
bool der_bit_string(struct bytes value, struct bytes *octets);

/* Longest head of tag and length that der_head() writes. */
#define DER_HEAD_MAX 4

/* Tag and length for a value of n bytes, at most 65535; the length. */
size_t der_head(uint8_t tag, size_t n, uint8_t head[DER_HEAD_MAX]);

#endif
