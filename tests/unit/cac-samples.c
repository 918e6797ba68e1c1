/* SPDX-License-Identifier: BSD-2-Clause */
#define ZLIB_CONST
#include <zlib.h>

#include "tests/unit/cac-samples.h"
#include "tests/unit/unit.h"

void
sample_der(struct buf *out, size_t n, unsigned seed)
{
	uint32_t x = 0x9E3779B9U + seed;
	size_t content = n - 4;
	const uint8_t head[] = {
	    0x30, 0x82, (uint8_t)(content >> 8), (uint8_t)content};

	buf_init(out, SAMPLE_MAX);
	buf_append(out, BYTES(head));
	while (out->n < n) {
		x = x * 1664525U + 1013904223U;
		buf_append_u8(out, (uint8_t)(x >> 24));
	}
	assert_int_equal(buf_err(out), 0);
}

void
sample_pack(struct buf *out, struct bytes in, int window_bits)
{
	z_stream z = {.next_in = in.p, .avail_in = (uInt)in.n};

	buf_init(out, SAMPLE_MAX);
	assert_int_equal(deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
			     window_bits, 8, Z_DEFAULT_STRATEGY),
	    Z_OK);
	z.next_out = buf_reserve(out, SAMPLE_MAX);
	z.avail_out = SAMPLE_MAX;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	buf_commit(out, z.total_out);
	assert_int_equal(deflateEnd(&z), Z_OK);
}

static void
append_entry(struct buf *t, struct buf *v, uint8_t tag, struct bytes value)
{
	buf_append_u8(t, tag);
	if (value.n < 0xFF) {
		buf_append_u8(t, (uint8_t)value.n);
	} else {
		buf_append_u8(t, 0xFF);
		buf_append_u8(t, (uint8_t)value.n);
		buf_append_u8(t, (uint8_t)(value.n >> 8));
	}
	buf_append(v, value);
}

static void
make_ccc(struct buf *t, struct buf *v, size_t count)
{
	uint8_t id[21] = {0xA0, 0, 0, 0, 0x79, 0x03, 0x02, 0xCA, 0xC0};
	uint8_t url[16] = {0xA0, 0, 0, 0, 0x79, 0x04, 1, 0, 1, 0};

	append_entry(t, v, 0xF0, BYTES(id));
	for (size_t i = 0; i < count; i++) {
		url[7] = url[9] = (uint8_t)i;
		append_entry(t, v, 0xF3, BYTES(url));
	}
	append_entry(t, v, 0xFE, bytes_of(NULL, 0));
}

static void
make_container(struct sample_card *card, size_t i, enum sample_packing packing)
{
	static const uint8_t mscuid[38] =
	    "{01234567-89AB-CDEF-0123-456789ABCDEF}";
	static const uint8_t zero[1];
	uint8_t certinfo = packing != SAMPLE_PLAIN;
	struct buf packed = {0};

	if (packing == SAMPLE_HOLE)
		return;
	sample_der(&card->der[i], 500 + 150 * i, (unsigned)i);
	if (packing != SAMPLE_PLAIN)
		sample_pack(&packed, buf_bytes(&card->der[i]),
		    packing == SAMPLE_ZLIB ? 15 : 31);
	append_entry(&card->t[i], &card->v[i], 0x71, bytes_of(&certinfo, 1));
	append_entry(&card->t[i], &card->v[i], 0x70,
	    buf_bytes(packing == SAMPLE_PLAIN ? &card->der[i] : &packed));
	append_entry(&card->t[i], &card->v[i], 0x72, BYTES(mscuid));
	append_entry(&card->t[i], &card->v[i], 0xFE, BYTES(zero));
	buf_clear(&packed);
}

void
sample_card_init(
    struct sample_card *card, const enum sample_packing *packings, size_t count)
{
	*card = (struct sample_card){.count = 1 + count};
	for (size_t i = 0; i < card->count; i++) {
		buf_init(&card->t[i], SAMPLE_MAX);
		buf_init(&card->v[i], SAMPLE_MAX);
		buf_init(&card->der[i], SAMPLE_MAX);
	}
	make_ccc(&card->t[0], &card->v[0], count);
	for (size_t i = 1; i < card->count; i++)
		make_container(card, i, packings[i - 1]);
	for (size_t i = 0; i < card->count; i++) {
		uint8_t n = (uint8_t)(i - 1);

		card->containers[i] = (struct fake_container){
		    .aid = {0xA0, 0, 0, 0, 0x79, 1, n},
		    .object = {1, n},
		    .needs_object = true,
		    .t = buf_bytes(&card->t[i]),
		    .v = buf_bytes(&card->v[i]),
		};
	}
	memcpy(card->containers[0].aid,
	    (const uint8_t[]){0xA0, 0, 0, 1, 0x16, 0xDB, 0}, 7);
	card->containers[0].needs_object = false;
}

void
sample_card_clear(struct sample_card *card)
{
	for (size_t i = 0; i < card->count; i++) {
		buf_clear(&card->t[i]);
		buf_clear(&card->v[i]);
		buf_clear(&card->der[i]);
	}
}

void
sample_piv_init(struct sample_piv *piv)
{
	*piv = (struct sample_piv){0};
}

void
sample_piv_clear(struct sample_piv *piv)
{
	for (size_t i = 0; i < piv->count; i++)
		buf_clear(&piv->data[i]);
	piv->count = 0;
}

static void
append_ber(struct buf *out, uint8_t tag, struct bytes value)
{
	buf_append_u8(out, tag);
	if (value.n > 0xFF) {
		buf_append_u8(out, 0x82);
		buf_append_u8(out, (uint8_t)(value.n >> 8));
	} else if (value.n > 0x7F) {
		buf_append_u8(out, 0x81);
	}
	buf_append_u8(out, (uint8_t)value.n);
	buf_append(out, value);
}

void
sample_piv_add(struct sample_piv *piv, uint32_t tag, struct bytes content)
{
	struct buf *data = &piv->data[piv->count];

	assert_true(piv->count < SAMPLE_OBJECTS);
	buf_init(data, SAMPLE_MAX);
	append_ber(data, 0x53, content);
	assert_int_equal(buf_err(data), 0);
	piv->objects[piv->count++] =
	    (struct fake_object){.tag = tag, .data = buf_bytes(data)};
}

void
sample_piv_certificate(struct sample_piv *piv, uint32_t tag, struct bytes der,
    enum sample_packing packing)
{
	uint8_t certinfo = packing != SAMPLE_PLAIN;
	struct buf packed = {0}, content;

	if (packing != SAMPLE_PLAIN)
		sample_pack(&packed, der, packing == SAMPLE_ZLIB ? 15 : 31);
	buf_init(&content, SAMPLE_MAX);
	append_ber(
	    &content, 0x70, packing == SAMPLE_PLAIN ? der : buf_bytes(&packed));
	append_ber(&content, 0x71, bytes_of(&certinfo, 1));
	append_ber(&content, 0xFE, bytes_of(NULL, 0));
	sample_piv_add(piv, tag, buf_bytes(&content));
	buf_clear(&content);
	buf_clear(&packed);
}

void
sample_piv_insert(const struct sample_piv *piv, struct reader *r)
{
	r->piv = FAKE_PIV_GOOD;
	r->piv_objects = piv->objects;
	r->piv_count = piv->count;
}
