/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/card/buffer.h"
#include "tools/emulator/card/compress.h"
#include "tools/emulator/card/error.h"

#define RECORD_KIND 0x14 /* third byte of a record, as on recorded cards */

static void
add_lrc(struct blob *value, const struct blob *v)
{
	uint8_t lrc = 0;
	size_t i;

	for (i = BUFFER_PREFIX; i < v->len; i++)
		lrc ^= v->data[i];
	for (i = 0; i < value->len; i++)
		lrc ^= value->data[i];
	blob_byte(value, lrc);
}

/* Bytes that do not compress well and are the same in each run. */
static void
add_fill(struct blob *value, const struct object *o, size_t n)
{
	uint32_t x = 0x9E3779B9u ^ o->id;

	while (n-- > 0 && !value->failed) {
		x = x * 1664525u + 1013904223u;
		blob_byte(value, x >> 24);
	}
}

static void
add_fill_to(struct blob *value, const struct object *o, const struct part *part)
{
	size_t full = o->v.len - BUFFER_PREFIX + value->len;

	if (full < part->number)
		add_fill(value, o, part->number - full);
}

/*
 * The length of the outer SEQUENCE in four bytes: BER, but not DER (X.690,
 * 10.1). Certificates have two bytes of it.
 */
static bool
add_long(struct blob *value, const struct blob *der)
{
	static const uint8_t header[] = {0x30, 0x84, 0x00, 0x00};

	if (der->len < 4 || der->data[1] != 0x82)
		return false;
	blob_add(value, header, sizeof(header));
	blob_add(value, der->data + 2, der->len - 2);
	return true;
}

static bool
add_certificate(
    struct blob *value, const struct part *part, const struct pki *pki)
{
	const struct blob *der = pki_certificate(pki, part->number);

	if (!der)
		return false;
	switch (part->packing) {
	case PACKING_PLAIN:
		blob_add(value, der->data, der->len);
		return true;
	case PACKING_ZLIB:
		return compress_add(value, WRAPPER_ZLIB, der->data, der->len);
	case PACKING_GZIP:
		return compress_add(value, WRAPPER_GZIP, der->data, der->len);
	case PACKING_LONG:
		return add_long(value, der);
	}
	return false;
}

static bool
add_zeros(struct blob *value, const struct part *part)
{
	unsigned n = part->number;

	switch (part->packing) {
	case PACKING_ZLIB:
		return compress_zeros(value, WRAPPER_ZLIB, n);
	case PACKING_GZIP:
		return compress_zeros(value, WRAPPER_GZIP, n);
	default:
		while (n-- > 0 && !value->failed)
			blob_byte(value, 0);
		return true;
	}
}

static bool
add_key_part(struct blob *value, const struct part *part, const struct pki *pki)
{
	char guid[PKI_MSCUID_LEN];
	uint8_t id[PKI_KEY_ID_LEN];

	switch (part->kind) {
	case PART_CERTIFICATE:
		return add_certificate(value, part, pki);
	case PART_MSCUID:
		if (!pki_mscuid(pki, part->number, guid))
			return false;
		blob_add(value, guid, sizeof(guid));
		return true;
	case PART_KEY_ID:
		if (!pki_key_id(pki, part->number, id))
			return false;
		blob_add(value, id, sizeof(id));
		return true;
	case PART_MODULUS:
		return pki_modulus(pki, part->number, value);
	default:
		return false;
	}
}

static bool
add_part(struct blob *value, const struct object *o, const struct part *part,
    const struct pki *pki)
{
	switch (part->kind) {
	case PART_BYTES:
		blob_add(value, part->bytes.data, part->bytes.len);
		return true;
	case PART_CARD_ID:
		blob_add(value, pki_card_id(pki), PKI_CARD_ID_LEN);
		return true;
	case PART_LRC:
		add_lrc(value, &o->v);
		return true;
	case PART_FILL:
		add_fill(value, o, part->number);
		return true;
	case PART_FILL_TO:
		add_fill_to(value, o, part);
		return true;
	case PART_ZEROS:
		return add_zeros(value, part);
	case PART_CERTIFICATE:
	case PART_MSCUID:
	case PART_KEY_ID:
	case PART_MODULUS:
		return add_key_part(value, part, pki);
	}
	return false;
}

/* The object ids in the CardURL count up. */
static void
put_urls(struct object *o, const struct element *e, const struct blob *url)
{
	uint8_t bytes[16];
	unsigned i, id;

	if (url->len != sizeof(bytes))
		return;
	memcpy(bytes, url->data, sizeof(bytes));
	for (i = 0; i < e->count; i++) {
		id = (unsigned)(url->data[6] << 8 | url->data[7]) + i;
		bytes[6] = (uint8_t)(id >> 8);
		bytes[7] = (uint8_t)id;
		blob_tag(&o->t, e->tag, sizeof(bytes));
		blob_add(&o->v, bytes, sizeof(bytes));
	}
}

static void
put_value(struct object *o, const struct element *e, const struct blob *value)
{
	if (e->record) {
		blob_le16(&o->t, e->index);
		blob_byte(&o->t, RECORD_KIND);
	}
	switch (e->form) {
	case FORM_RAW_T:
		blob_add(&o->t, value->data, value->len);
		return;
	case FORM_RAW_V:
		blob_add(&o->v, value->data, value->len);
		return;
	case FORM_URLS:
		put_urls(o, e, value);
		return;
	case FORM_NEXT:
		o->family_at = o->v.len + 8;
		break;
	case FORM_HONEST:
	case FORM_TOLD:
		break;
	}
	blob_tag(&o->t, e->tag, e->form == FORM_TOLD ? e->told : value->len);
	blob_add(&o->v, value->data, value->len);
}

bool
element_value(const struct object *object, const struct element *element,
    const struct pki *pki, struct blob *out)
{
	const struct part *part;

	for (part = STAILQ_FIRST(&element->parts); part;
	     part = STAILQ_NEXT(part, next))
		if (!add_part(out, object, part, pki) || out->failed)
			return false;
	return true;
}

static bool
add_element(struct object *o, const struct element *e, const struct pki *pki)
{
	struct blob value = {0};
	bool ok;

	ok = element_value(o, e, pki, &value);
	if (ok)
		put_value(o, e, &value);
	blob_clear(&value);
	return ok;
}

static bool
buffer_close(struct blob *b, unsigned capacity, int told)
{
	size_t len = b->len - BUFFER_PREFIX;

	if (b->failed || len > capacity)
		return false;
	if (told >= 0)
		len = (size_t)told;
	b->data[0] = (uint8_t)len;
	b->data[1] = (uint8_t)(len >> 8);
	return true;
}

bool
buffer_build(struct object *object, const struct pki *pki)
{
	const struct element *e;

	blob_le16(&object->t, 0);
	blob_le16(&object->v, 0);
	if (object->t.failed || object->v.failed)
		return error_set("out of memory");
	for (e = STAILQ_FIRST(&object->elements); e; e = STAILQ_NEXT(e, next))
		if (!add_element(object, e, pki))
			return error_set(
			    "object %04X: cannot make the value of tag %02X",
			    object->id, e->tag);
	if (!buffer_close(&object->t, object->t_capacity, object->t_told))
		return error_set(
		    "object %04X: T-buffer of %zu bytes is above its capacity",
		    object->id, object->t.len - BUFFER_PREFIX);
	if (!buffer_close(&object->v, object->v_capacity, object->v_told))
		return error_set(
		    "object %04X: V-buffer of %zu bytes is above its capacity",
		    object->id, object->v.len - BUFFER_PREFIX);
	return true;
}
