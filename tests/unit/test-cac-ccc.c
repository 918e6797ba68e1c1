/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-ccc.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/unit.h"

static struct bytes t, v;
static struct cac_ccc ccc;

static err_t
parse(struct bytes in_t, struct bytes in_v)
{
	t = in_t;
	v = in_v;
	return cac_ccc_parse(t, v, &ccc);
}

static void
published(void **state)
{
	(void)state;
	assert_int_equal(parse(HEX(SAMPLE_CCC_T), HEX(SAMPLE_CCC_V)), 0);
	assert_int_equal(t.n, 0x34);
	assert_int_equal(v.n, 0x010A);
	assert_int_equal(ccc.card_identifier.n, 21);
	assert_int_equal(ccc.card_identifier.p[7], 0x01);
	assert_int_equal(ccc.pki_count, 3);
	for (uint8_t i = 0; i < 3; i++) {
		const uint8_t aid[] = {0xA0, 0, 0, 0, 0x79, 1, i};
		const uint8_t object[] = {1, i};
		const struct cac_path *path = &ccc.pki[i];

		assert_memory_equal(path->aid, aid, sizeof(aid));
		assert_memory_equal(path->object, object, sizeof(object));
		assert_true(path->has_object);
	}
}

/* Recorded from an Oberthur ID-One Cosmo v5.2D. */
static void
second_recorded(void **state)
{
	(void)state;
	assert_int_equal(parse(HEX("F0 15 F1 01 F2 01 F3 10 F3 10 F3 10 F3 10 "
				   "F3 10 F3 10 F3 10 "
				   "F3 10 F3 10 F3 10 F4 01 F5 01 F6 11 F7 00 "
				   "FA 00 FB 00 FC 00 "
				   "FD 00 FE 00"),
			     HEX("A0 00 00 00 79 02 02 01 02 03 04 05 06 07 08 "
				 "09 0A 0B 0C 0D "
				 "0E 21 21 A0 00 00 00 79 01 02 FB 02 FB 00 00 "
				 "00 00 00 00 A0 "
				 "00 00 00 79 01 02 FE 02 FE 00 00 00 00 00 00 "
				 "A0 00 00 00 79 "
				 "01 02 FD 02 FD 00 00 00 00 00 00 A0 00 00 00 "
				 "79 01 02 00 02 "
				 "00 00 00 00 00 00 00 A0 00 00 00 79 01 02 01 "
				 "02 01 00 00 00 "
				 "00 00 00 A0 00 00 00 79 04 01 00 01 00 00 00 "
				 "00 00 00 00 A0 "
				 "00 00 00 79 04 01 01 01 01 00 00 00 00 00 00 "
				 "A0 00 00 00 79 "
				 "04 01 02 01 02 00 00 00 00 00 00 A0 00 00 00 "
				 "79 01 12 01 12 "
				 "01 00 00 00 00 00 00 A0 00 00 00 79 01 12 02 "
				 "12 02 00 00 00 "
				 "00 00 00 00 02 07 A0 00 00 00 79 03 00 00 00 "
				 "00 00 00 00 00 "
				 "00 00")),
	    0);
	assert_int_equal(t.n, 0x2C);
	assert_int_equal(v.n, 0xCA);
	assert_int_equal(ccc.pki_count, 3);
	assert_memory_equal(ccc.pki[2].aid, "\xA0\x00\x00\x00\x79\x01\x02", 7);
}

static void
object_first(void **state)
{
	(void)state;
	assert_int_equal(
	    parse(HEX("F3 10"),
		HEX("A0 00 00 00 79 04 12 34 56 78 00 00 00 00 00 00")),
	    0);
	assert_int_equal(ccc.pki_count, 1);
	assert_memory_equal(ccc.pki[0].aid, "\xA0\x00\x00\x00\x79\x56\x78", 7);
	assert_memory_equal(ccc.pki[0].object, "\x12\x34", 2);
}

static void
type_is_equal(void **state)
{
	(void)state;
	assert_int_equal(
	    parse(HEX("F3 10 F3 10"),
		HEX("A0 00 00 00 79 05 01 00 01 00 00 00 00 00 00 00 "
		    "A0 00 00 00 79 06 01 01 01 01 00 00 00 00 00 00")),
	    0);
	assert_int_equal(ccc.pki_count, 0);
}

static void
empty_url(void **state)
{
	(void)state;
	assert_int_equal(
	    parse(HEX("F0 01 F1 01 F3 00 F4 01 FE 00"), HEX("AA 21 00")), 0);
	assert_int_equal(ccc.pki_count, 0);
	assert_int_equal(ccc.card_identifier.n, 1);
}

static void
nothing(void **state)
{
	(void)state;
	assert_int_equal(parse(HEX(""), HEX("")), 0);
	assert_int_equal(ccc.pki_count, 0);
	assert_int_equal(ccc.card_identifier.n, 0);
}

static void
short_url(void **state)
{
	(void)state;
	assert_int_equal(
	    parse(HEX("F3 0F"),
		HEX("A0 00 00 00 79 04 01 00 01 00 00 00 00 00 00")),
	    CARD_ERR_DATA);
}

static void
every_cut(void **state)
{
	(void)state;
	assert_int_equal(parse(HEX(SAMPLE_CCC_T), HEX(SAMPLE_CCC_V)), 0);
	/* The last four tags have no value. */
	for (size_t n = 0; n < t.n - 12; n++)
		assert_int_equal(
		    cac_ccc_parse(bytes_of(t.p, n), v, &ccc), CARD_ERR_DATA);
	for (size_t n = 0; n < v.n; n++)
		assert_int_equal(
		    cac_ccc_parse(t, bytes_of(v.p, n), &ccc), CARD_ERR_DATA);
}

static void
left_over(void **state)
{
	(void)state;
	assert_int_equal(parse(HEX("F1 01"), HEX("21 A0")), CARD_ERR_DATA);
	assert_int_equal(parse(HEX(""), HEX("21")), CARD_ERR_DATA);
}

static err_t
parse_urls(size_t count)
{
	static const uint8_t url[16] = {0xA0, 0, 0, 0, 0x79, 4, 1, 0, 1, 0};
	struct buf many_t, many_v;
	err_t err;

	buf_init(&many_t, SAMPLE_MAX);
	buf_init(&many_v, SAMPLE_MAX);
	for (size_t i = 0; i < count; i++) {
		buf_append_u8(&many_t, 0xF3);
		buf_append_u8(&many_t, sizeof(url));
		buf_append(&many_v, BYTES(url));
	}
	err = cac_ccc_parse(buf_bytes(&many_t), buf_bytes(&many_v), &ccc);
	buf_clear(&many_t);
	buf_clear(&many_v);
	return err;
}

static void
too_many(void **state)
{
	(void)state;
	assert_int_equal(parse_urls(CARD_CONTAINERS_MAX), 0);
	assert_int_equal(ccc.pki_count, CARD_CONTAINERS_MAX);
	assert_int_equal(parse_urls(CARD_CONTAINERS_MAX + 1), CARD_ERR_TOO_BIG);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("ccc: a published CCC names three PKI containers", published),
	    TEST("ccc: that of another maker's card, too", second_recorded),
	    TEST("ccc: a CardURL's object id stands before its application id",
		object_first),
	    TEST("ccc: PKI is type 04 and no other with that bit",
		type_is_equal),
	    TEST("ccc: a CardURL of length 0 is no container", empty_url),
	    TEST("ccc: an empty CCC names nothing", nothing),
	    TEST("ccc: a CardURL that is too short is an error", short_url),
	    TEST("ccc: cut anywhere, it is an error and no shorter list",
		every_cut),
	    TEST("ccc: values without a tag are an error", left_over),
	    TEST("ccc: more containers than we hold are an error", too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
