/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/card.h"
#include "cac/simple-tlv.h"
#include "tests/unit/unit.h"

static struct simple_tlv tlv;
static struct simple_tlv_entry entry;

static void
start(struct bytes t, struct bytes v)
{
	tlv = (struct simple_tlv){t, v};
	entry = (struct simple_tlv_entry){0};
}

static void
assert_refused(struct bytes t, struct bytes v)
{
	start(t, v);
	assert_int_equal(simple_tlv_next(&tlv, &entry), CARD_ERR_DATA);
	assert_int_equal(tlv.t.n, t.n);
	assert_int_equal(tlv.v.n, v.n);
}

static void
in_order(void **state)
{
	static const uint8_t t[] = {0xF0, 2, 0xFE, 0, 0xF4, 1};
	static const uint8_t v[] = {0x11, 0x22, 0x33};

	(void)state;
	start(BYTES(t), BYTES(v));
	assert_int_equal(simple_tlv_next(&tlv, &entry), 0);
	assert_int_equal(entry.tag, 0xF0);
	assert_true(bytes_equal(entry.value, bytes_of(v, 2)));
	assert_int_equal(simple_tlv_next(&tlv, &entry), 0);
	assert_int_equal(entry.tag, 0xFE);
	assert_int_equal(entry.value.n, 0);
	assert_int_equal(simple_tlv_next(&tlv, &entry), 0);
	assert_int_equal(entry.tag, 0xF4);
	assert_true(bytes_equal(entry.value, bytes_of(v + 2, 1)));
	assert_false(simple_tlv_more(&tlv));
	assert_int_equal(tlv.v.n, 0);
}

static void
long_length(void **state)
{
	static const uint8_t t[] = {0x70, 0xFF, 0x02, 0x01};
	static const uint8_t v[0x102];

	(void)state;
	start(BYTES(t), BYTES(v));
	assert_int_equal(simple_tlv_next(&tlv, &entry), 0);
	assert_int_equal(entry.value.n, 0x102);
	assert_false(simple_tlv_more(&tlv));
}

static void
repeated(void **state)
{
	static const uint8_t t[] = {0xF3, 1, 0xF3, 1};
	static const uint8_t v[] = {1, 2};

	(void)state;
	start(BYTES(t), BYTES(v));
	assert_int_equal(simple_tlv_next(&tlv, &entry), 0);
	assert_int_equal(simple_tlv_next(&tlv, &entry), 0);
	assert_int_equal(entry.tag, 0xF3);
	assert_int_equal(entry.value.p[0], 2);
}

static void
truncated(void **state)
{
	static const uint8_t t[] = {0x70, 0xFF, 0x02, 0x01};
	static const uint8_t v[0x102];

	(void)state;
	for (size_t n = 0; n < sizeof(t); n++)
		assert_refused(bytes_of(t, n), BYTES(v));
}

static void
past_v(void **state)
{
	static const uint8_t t[] = {0x70, 3};
	static const uint8_t v[] = {1, 2};

	(void)state;
	assert_refused(BYTES(t), BYTES(v));
	assert_refused(BYTES(t), bytes_of(NULL, 0));
}

static void
reserved_tags(void **state)
{
	static const uint8_t zero[] = {0x00, 0};
	static const uint8_t ones[] = {0xFF, 0};

	(void)state;
	assert_refused(BYTES(zero), bytes_of(NULL, 0));
	assert_refused(BYTES(ones), bytes_of(NULL, 0));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("simple-tlv: tags and values are walked together", in_order),
	    TEST(
		"simple-tlv: length FF is followed by two bytes, low one first",
		long_length),
	    TEST("simple-tlv: a tag may come again", repeated),
	    TEST("simple-tlv: T that ends within an entry is an error",
		truncated),
	    TEST("simple-tlv: a value past the end of V is an error", past_v),
	    TEST("simple-tlv: tags 00 and FF are errors", reserved_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
