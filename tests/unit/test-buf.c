/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/buf.h"
#include "tests/unit/unit.h"

static void
appending_grows(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100000);
	assert_null(b.p);
	for (unsigned i = 0; i < 100000; i++)
		buf_append_u8(&b, (uint8_t)(i * 7));
	assert_int_equal(buf_err(&b), 0);
	assert_int_equal(buf_bytes(&b).n, 100000);
	for (unsigned i = 0; i < 100000; i++)
		assert_int_equal(b.p[i], (uint8_t)(i * 7));
	buf_clear(&b);
	assert_null(b.p);
	assert_int_equal(b.n, 0);
	assert_int_equal(b.cap, 100000);
}

static void
the_cap_holds_to_the_byte(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 5);
	buf_append(&b, HEX("01 02 03 04 05"));
	assert_int_equal(buf_err(&b), 0);
	buf_append_u8(&b, 6);
	assert_int_equal(buf_err(&b), ERR_MEMORY);
	assert_bytes(buf_bytes(&b), HEX("01 02 03 04 05"));
	buf_clear(&b);
	assert_int_equal(buf_err(&b), 0);
}

static void
a_failed_append_sticks(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4);
	buf_append(&b, HEX("01 02"));
	buf_append(&b, HEX("03 04 05"));
	buf_append(&b, HEX("06"));
	assert_int_equal(buf_err(&b), ERR_MEMORY);
	assert_bytes(buf_bytes(&b), HEX("01 02"));
	buf_clear(&b);
	buf_append(&b, HEX("03 04"));
	assert_int_equal(buf_err(&b), 0);
	assert_bytes(buf_bytes(&b), HEX("03 04"));
	buf_clear(&b);
}

static void
a_huge_append_does_not_wrap(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 64);
	buf_append(&b, HEX("01 02"));
	assert_null(buf_reserve(&b, SIZE_MAX));
	assert_int_equal(buf_err(&b), ERR_MEMORY);
	assert_int_equal(b.n, 2);
	buf_clear(&b);
}

static void
nothing_can_be_appended(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 3);
	buf_append(&b, (struct bytes){NULL, 0});
	assert_int_equal(buf_err(&b), 0);
	assert_int_equal(b.n, 0);
	buf_append(&b, HEX("01 02 03"));
	buf_append(&b, (struct bytes){NULL, 0});
	assert_int_equal(buf_err(&b), 0);
	assert_int_equal(b.n, 3);
	buf_clear(&b);
}

static void
reserved_room_counts_when_committed(void **state)
{
	struct buf b;
	uint8_t *p;

	(void)state;
	buf_init(&b, 10);
	buf_append_u8(&b, 0xAA);
	p = buf_reserve(&b, 4);
	assert_non_null(p);
	memcpy(p, HEX("01 02 03 04").p, 4);
	assert_int_equal(b.n, 1);
	buf_commit(&b, 3);
	assert_bytes(buf_bytes(&b), HEX("AA 01 02 03"));
	/* A caller that overdoes it gains nothing. */
	buf_commit(&b, 1000);
	assert_int_equal(b.n, 4);
	buf_clear(&b);
}

static void
truncated_bytes_are_wiped(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	buf_append(&b, HEX("31 32 33 34 35 36"));
	buf_truncate(&b, 2);
	assert_bytes(buf_bytes(&b), HEX("31 32"));
	assert_bytes(bytes_of(b.p, 6), HEX("31 32 00 00 00 00"));
	buf_truncate(&b, 100);
	assert_int_equal(b.n, 2);
	buf_clear(&b);
}

static void
clearing_an_empty_one_is_fine(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1);
	buf_clear(&b);
	buf_clear(&b);
	buf_append_u8(&b, 1);
	assert_int_equal(buf_err(&b), 0);
	buf_clear(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("buf: appending grows it and keeps the content",
		appending_grows),
	    TEST("buf: the cap holds to the byte", the_cap_holds_to_the_byte),
	    TEST("buf: a failed append changes nothing and sticks until clear",
		a_failed_append_sticks),
	    TEST("buf: a huge append does not wrap around",
		a_huge_append_does_not_wrap),
	    TEST("buf: nothing can be appended, also when full",
		nothing_can_be_appended),
	    TEST("buf: reserved room counts when it is committed",
		reserved_room_counts_when_committed),
	    TEST("buf: truncated bytes are wiped", truncated_bytes_are_wiped),
	    TEST("buf: clearing an empty one is fine",
		clearing_an_empty_one_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
