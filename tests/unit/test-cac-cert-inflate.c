/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/card.h"
#include "cac/cert-inflate.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/unit.h"

#define ZLIB 15
#define GZIP 31

static struct buf der, out;

static int
setup(void **state)
{
	(void)state;
	sample_der(&der, 1200, 1);
	buf_init(&out, 2 * CARD_CERT_MAX);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	buf_clear(&der);
	buf_clear(&out);
	return 0;
}

static void
assert_unpacks(struct bytes in)
{
	buf_truncate(&out, 0);
	buf_append_u8(&out, 0xEE);
	assert_int_equal(cert_inflate(in, &out), 0);
	assert_int_equal(out.p[0], 0xEE);
	assert_int_equal(out.n, 1 + der.n);
	assert_memory_equal(out.p + 1, der.p, der.n);
}

static void
assert_fails(struct bytes in, err_t err)
{
	buf_truncate(&out, 0);
	buf_append_u8(&out, 0xEE);
	assert_int_equal(cert_inflate(in, &out), err);
	assert_int_equal(out.n, 1);
	assert_int_equal(buf_err(&out), 0);
}

static void
plain(void **state)
{
	(void)state;
	assert_int_equal(cert_packing(buf_bytes(&der)), CERT_PLAIN);
	assert_unpacks(buf_bytes(&der));
}

static void
packed(void **state)
{
	struct buf in;

	(void)state;
	sample_pack(&in, buf_bytes(&der), ZLIB);
	assert_int_equal(in.p[0], 0x78);
	assert_int_equal(cert_packing(buf_bytes(&in)), CERT_ZLIB);
	assert_unpacks(buf_bytes(&in));
	buf_clear(&in);
	sample_pack(&in, buf_bytes(&der), GZIP);
	assert_int_equal(cert_packing(buf_bytes(&in)), CERT_GZIP);
	assert_unpacks(buf_bytes(&in));
	buf_clear(&in);
}

static void
trimmed(void **state)
{
	size_t n = der.n;
	struct buf in;

	(void)state;
	buf_append(&der, BYTES(((const uint8_t[]){0x30, 0x82, 0, 0, 0xFF})));
	sample_pack(&in, buf_bytes(&der), ZLIB);
	buf_append(&in, BYTES(((const uint8_t[]){0, 0, 0})));
	der.n = n;
	assert_unpacks(buf_bytes(&in));
	assert_unpacks(bytes_of(der.p, n + 5));
	buf_clear(&in);
}

static void
truncated(void **state)
{
	struct buf in;

	(void)state;
	for (size_t n = 0; n < der.n; n++)
		assert_fails(bytes_of(der.p, n), CARD_ERR_UNDECODABLE);
	for (int bits = ZLIB; bits <= GZIP; bits += GZIP - ZLIB) {
		sample_pack(&in, buf_bytes(&der), bits);
		for (size_t n = 0; n < in.n; n++) {
			/* A copy of exact size, for the sanitizer to watch. */
			uint8_t *copy = malloc(n + 1);

			assert_non_null(copy);
			memcpy(copy, in.p, n);
			assert_fails(bytes_of(copy, n), CARD_ERR_UNDECODABLE);
			free(copy);
		}
		buf_clear(&in);
	}
}

static void
damaged(void **state)
{
	struct buf in;

	(void)state;
	sample_pack(&in, buf_bytes(&der), ZLIB);
	for (size_t i = 2; i < in.n; i++) {
		in.p[i] ^= 0x10;
		buf_truncate(&out, 0);
		/* A block's padding bits carry nothing. */
		if (cert_inflate(buf_bytes(&in), &out) == 0)
			assert_unpacks(buf_bytes(&in));
		else
			assert_fails(buf_bytes(&in), CARD_ERR_UNDECODABLE);
		in.p[i] ^= 0x10;
	}
	buf_clear(&in);
}

static void
bomb(void **state)
{
	static const uint8_t zeros[60000];
	struct buf in;

	(void)state;
	sample_pack(&in, BYTES(zeros), ZLIB);
	assert_true(in.n < 200);
	assert_fails(buf_bytes(&in), CARD_ERR_TOO_BIG);
	buf_clear(&in);
	sample_pack(&in, BYTES(zeros), GZIP);
	assert_fails(buf_bytes(&in), CARD_ERR_TOO_BIG);
	buf_clear(&in);
}

static void
ceiling(void **state)
{
	struct buf in;

	(void)state;
	buf_clear(&der);
	sample_der(&der, CARD_CERT_MAX, 2);
	assert_unpacks(buf_bytes(&der));
	sample_pack(&in, buf_bytes(&der), ZLIB);
	assert_unpacks(buf_bytes(&in));
	buf_clear(&in);
	buf_clear(&der);
	sample_der(&der, CARD_CERT_MAX + 1, 2);
	assert_fails(buf_bytes(&der), CARD_ERR_TOO_BIG);
	sample_pack(&in, buf_bytes(&der), ZLIB);
	assert_fails(buf_bytes(&in), CARD_ERR_TOO_BIG);
	buf_clear(&in);
}

static void
strange(void **state)
{
	static const uint8_t dictionary[] = {0x78, 0xBB, 0, 0, 0, 1, 0x03, 0};
	static const uint8_t inputs[][6] = {
	    {0, 0, 0, 0, 0, 0}, {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
	    {0x78, 0x9D, 0, 0, 0, 0},	       /* header check */
	    {0x30, 0x80, 0, 0, 0, 0},	       /* no length */
	    {0x30, 0x84, 0, 0, 0, 1},	       /* 4 bytes of length */
	    {0x30, 0x81, 0, 0, 0, 0},	       /* nothing inside */
	    {0x30, 0x83, 0xFF, 0xFF, 0xFF, 0}, /* more than there is */
	};
	struct buf in;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(inputs); i++)
		assert_fails(BYTES(inputs[i]), CARD_ERR_UNDECODABLE);
	assert_fails(BYTES(dictionary), CARD_ERR_UNDECODABLE);
	/* Whole and undamaged, but no SEQUENCE. */
	sample_pack(&in, BYTES(inputs[0]), ZLIB);
	assert_fails(buf_bytes(&in), CARD_ERR_UNDECODABLE);
	buf_clear(&in);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH(
		"inflate: plain DER is taken as it is", plain, setup, teardown),
	    TEST_WITH("inflate: zlib and gzip are known by their content",
		packed, setup, teardown),
	    TEST_WITH("inflate: nothing after the SEQUENCE is kept", trimmed,
		setup, teardown),
	    TEST_WITH("inflate: cut anywhere, it is undecodable", truncated,
		setup, teardown),
	    TEST_WITH("inflate: one wrong bit never makes another certificate",
		damaged, setup, teardown),
	    TEST_WITH(
		"inflate: a bomb stops at the ceiling", bomb, setup, teardown),
	    TEST_WITH("inflate: the ceiling itself is allowed", ceiling, setup,
		teardown),
	    TEST_WITH("inflate: what is no certificate is undecodable", strange,
		setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
