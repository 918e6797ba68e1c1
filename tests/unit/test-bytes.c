/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/unit.h"

static void
taking_leaves_the_rest(void **state)
{
	struct bytes in = HEX("01 02 03 04 05"), out;

	(void)state;
	assert_true(bytes_take(&in, 2, &out));
	assert_bytes(out, HEX("01 02"));
	assert_bytes(in, HEX("03 04 05"));
	assert_true(bytes_take(&in, 3, &out));
	assert_bytes(out, HEX("03 04 05"));
	assert_int_equal(in.n, 0);
}

static void
taking_too_much_changes_nothing(void **state)
{
	struct bytes in = HEX("01 02 03"), out = {NULL, 77};
	const uint8_t *p = in.p;

	(void)state;
	assert_false(bytes_take(&in, 4, &out));
	assert_false(bytes_take(&in, SIZE_MAX, &out));
	assert_ptr_equal(in.p, p);
	assert_int_equal(in.n, 3);
	assert_int_equal(out.n, 77);
}

static void
taking_nothing_from_nothing_works(void **state)
{
	struct bytes in = {NULL, 0}, out;
	uint8_t u8 = 9;
	uint16_t u16 = 9;

	(void)state;
	assert_true(bytes_take(&in, 0, &out));
	assert_int_equal(out.n, 0);
	assert_false(bytes_take_u8(&in, &u8));
	assert_false(bytes_take_le16(&in, &u16));
	assert_int_equal(u8, 9);
	assert_int_equal(u16, 9);
}

static void
numbers_have_the_right_byte_order(void **state)
{
	struct bytes in = HEX("34 12 FF");
	uint8_t out[4], u8;
	uint16_t u16;

	(void)state;
	assert_int_equal(bytes_le16(HEX("34 12").p), 0x1234);
	assert_int_equal(bytes_be16(HEX("12 34").p), 0x1234);
	assert_int_equal(bytes_le32(HEX("78 56 34 F2").p), 0xF2345678u);
	bytes_put_le32(out, 0xF2345678u);
	assert_bytes(BYTES(out), HEX("78 56 34 F2"));
	assert_true(bytes_take_le16(&in, &u16));
	assert_int_equal(u16, 0x1234);
	assert_true(bytes_take_u8(&in, &u8));
	assert_int_equal(u8, 0xFF);
}

static void
equal_means_length_and_content(void **state)
{
	(void)state;
	assert_true(bytes_equal(HEX("01 02"), HEX("01 02")));
	assert_false(bytes_equal(HEX("01 02"), HEX("01 03")));
	assert_false(bytes_equal(HEX("01 02"), HEX("01")));
	assert_true(bytes_equal((struct bytes){NULL, 0}, HEX("")));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("bytes: taking returns the front and leaves the rest",
		taking_leaves_the_rest),
	    TEST("bytes: taking more than there is changes nothing",
		taking_too_much_changes_nothing),
	    TEST("bytes: taking nothing from nothing works",
		taking_nothing_from_nothing_works),
	    TEST("bytes: numbers have the right byte order",
		numbers_have_the_right_byte_order),
	    TEST("bytes: equal means the same length and content",
		equal_means_length_and_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
