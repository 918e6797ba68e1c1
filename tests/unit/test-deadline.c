/* SPDX-License-Identifier: BSD-2-Clause */
#include <limits.h>

#include "base/deadline.h"
#include "tests/unit/unit.h"

static void
the_past_has_passed(void **state)
{
	struct deadline past = {0}, now = deadline_in(0);

	(void)state;
	assert_true(deadline_passed(past));
	assert_int_equal(deadline_left_ms(past), 0);
	assert_true(deadline_passed(now));
	assert_false(deadline_sleep(past, 1000000));
}

static void
the_future_has_not(void **state)
{
	struct deadline d = deadline_in(3600000);

	(void)state;
	assert_false(deadline_passed(d));
	assert_true(deadline_left_ms(d) > 0);
	assert_true(deadline_left_ms(d) <= 3600000);
	assert_true(deadline_sleep(d, 1));
}

static void
far_ones_do_not_wrap(void **state)
{
	struct deadline most = deadline_in(UINT_MAX);
	struct deadline end = {INT64_MAX};

	(void)state;
	assert_false(deadline_passed(most));
	assert_int_equal(deadline_left_ms(end), INT_MAX);
}

static void
the_earlier_one_wins(void **state)
{
	struct deadline a = {5}, b = {7};

	(void)state;
	assert_int_equal(deadline_earlier(a, b).at_ms, 5);
	assert_int_equal(deadline_earlier(b, a).at_ms, 5);
}

static void
sleep_ends_with_the_deadline(void **state)
{
	(void)state;
	assert_false(deadline_sleep(deadline_in(2), 1000000));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("deadline: the past has passed", the_past_has_passed),
	    TEST("deadline: the future has not", the_future_has_not),
	    TEST("deadline: far ones do not wrap", far_ones_do_not_wrap),
	    TEST("deadline: the earlier one wins", the_earlier_one_wins),
	    TEST(
		"deadline: a sleep ends with it", sleep_ends_with_the_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
