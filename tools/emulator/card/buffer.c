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
	}
	return false;
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
	case PART_CERTIFICATE:
	case PART_MSCUID:
	case PART_KEY_ID:
	case PART_MODULUS:
		return add_key_part(value, part, pki);
	}
	return false;
}

static bool
add_element(struct object *o, const struct element *e, const struct pki *pki)
{
	struct blob value = {0};
	const struct part *part;
	bool ok = true;

	for (part = STAILQ_FIRST(&e->parts); part;
	     part = STAILQ_NEXT(part, next)) {
		ok = add_part(&value, o, part, pki) && !value.failed;
		if (!ok)
			break;
	}
	if (ok && e->record) {
		blob_le16(&o->t, e->index);
		blob_byte(&o->t, RECORD_KIND);
	}
	if (ok) {
		blob_tag(&o->t, e->tag, value.len);
		blob_add(&o->v, value.data, value.len);
	}
	blob_clear(&value);
	return ok;
}

static bool
buffer_close(struct blob *b, unsigned capacity)
{
	size_t len = b->len - BUFFER_PREFIX;

	if (b->failed || len > capacity)
		return false;
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
	if (!buffer_close(&object->t, object->t_capacity))
		return error_set(
		    "object %04X: T-buffer of %zu bytes is above its capacity",
		    object->id, object->t.len - BUFFER_PREFIX);
	if (!buffer_close(&object->v, object->v_capacity))
		return error_set(
		    "object %04X: V-buffer of %zu bytes is above its capacity",
		    object->id, object->v.len - BUFFER_PREFIX);
	return true;
}
