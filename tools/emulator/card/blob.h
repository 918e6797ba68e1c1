/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Growing bytes. A failed append (no memory, above BLOB_MAX) sticks until
 * blob_clear and leaves the bytes as they were: look at failed once, at the
 * end. A zeroed blob is an empty one.
 */
#ifndef EMULATOR_CARD_BLOB_H
#define EMULATOR_CARD_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BLOB_MAX 131072

struct blob {
	uint8_t *data;
	size_t len;
	size_t size;
	bool failed;
};

void blob_add(struct blob *b, const void *data, size_t len);
void blob_byte(struct blob *b, unsigned byte);

/* Least significant byte first. */
void blob_le16(struct blob *b, size_t value);

/*
 * Simple-TLV tag and length: one byte up to FE, else FF and two bytes, least
 * significant first (GSC-IS 2.1, 8.4; unlike ISO/IEC 7816-4).
 */
void blob_tag(struct blob *b, unsigned tag, size_t len);

/* blob_tag and the value. */
void blob_tlv(struct blob *b, unsigned tag, const void *value, size_t len);

/* BER-TLV tag of one to three bytes and length (ISO/IEC 7816-4, 5.2.2). */
void blob_ber(struct blob *b, uint32_t tag, size_t len);

/* Wipes and frees. */
void blob_clear(struct blob *b);

#endif
