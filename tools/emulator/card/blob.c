/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/card/blob.h"

static bool
blob_grow(struct blob *b, size_t more)
{
	uint8_t *data;
	size_t size;

	if (more > BLOB_MAX || b->len + more > BLOB_MAX)
		return false;
	if (b->len + more <= b->size)
		return true;
	size = 2 * (b->len + more);
	/* Not realloc: the old bytes may be a key. */
	data = malloc(size);
	if (!data)
		return false;
	if (b->data) {
		memcpy(data, b->data, b->len);
		explicit_bzero(b->data, b->size);
		free(b->data);
	}
	b->data = data;
	b->size = size;
	return true;
}

void
blob_add(struct blob *b, const void *data, size_t len)
{
	if (b->failed || len == 0)
		return;
	if (!blob_grow(b, len)) {
		b->failed = true;
		return;
	}
	memcpy(b->data + b->len, data, len);
	b->len += len;
}

void
blob_byte(struct blob *b, unsigned byte)
{
	uint8_t value = (uint8_t)byte;

	blob_add(b, &value, 1);
}

void
blob_le16(struct blob *b, size_t value)
{
	blob_byte(b, value & 0xFF);
	blob_byte(b, (value >> 8) & 0xFF);
}

void
blob_tag(struct blob *b, unsigned tag, size_t len)
{
	blob_byte(b, tag);
	if (len > 0xFFFF) {
		b->failed = true;
	} else if (len > 0xFE) {
		blob_byte(b, 0xFF);
		blob_le16(b, len);
	} else {
		blob_byte(b, (unsigned)len);
	}
}

void
blob_tlv(struct blob *b, unsigned tag, const void *value, size_t len)
{
	blob_tag(b, tag, len);
	blob_add(b, value, len);
}

void
blob_ber(struct blob *b, uint32_t tag, size_t len)
{
	if (tag > 0xFFFF)
		blob_byte(b, tag >> 16);
	if (tag > 0xFF)
		blob_byte(b, tag >> 8 & 0xFF);
	blob_byte(b, tag & 0xFF);
	if (len > 0xFFFF) {
		b->failed = true;
	} else if (len > 0xFF) {
		blob_byte(b, 0x82);
		blob_byte(b, (unsigned)(len >> 8));
	} else if (len > 0x7F) {
		blob_byte(b, 0x81);
	}
	blob_byte(b, len & 0xFF);
}

void
blob_clear(struct blob *b)
{
	if (b->data)
		explicit_bzero(b->data, b->size);
	free(b->data);
	memset(b, 0, sizeof(*b));
}
