/* SPDX-License-Identifier: BSD-2-Clause */
/* What people are told of a certificate's dates. */
#include "tests/unit/unit.h"
#include "tools/cac-tool/certificate.h"
#include "tools/cac-tool/tool.h"

#define DAY  86400
#define NOON 1782561600 /* 2026-06-27, 12:00 UTC */

/* From a year before noon to so many seconds behind it. */
static struct certificate
ending(long seconds)
{
	return (struct certificate){
	    .dated = true,
	    .not_before = NOON - 365L * DAY,
	    .not_after = NOON + seconds,
	};
}

static void
assert_said(long seconds, const char *want)
{
	struct certificate c = ending(seconds);

	assert_string_equal(certificate_validity(&c, NOON), want);
}

static void
a_long_one_has_its_end(void **state)
{
	(void)state;
	assert_said(61L * DAY, "until 2026-08-27");
	assert_said(3650L * DAY, "until 2036-06-24");
}

static void
the_last_sixty_days_are_counted(void **state)
{
	(void)state;
	assert_said(60L * DAY, "expires in 60 days");
	assert_said(2L * DAY, "expires in 2 days");
	assert_said(2L * DAY - 1, "expires in 1 day");
}

static void
the_last_day_is_today(void **state)
{
	(void)state;
	assert_said(DAY - 1, "expires today");
	assert_said(1, "expires today");
}

static void
an_old_one_has_expired(void **state)
{
	struct certificate c = ending(-1);

	(void)state;
	assert_said(-1, "expired 2026-06-27");
	assert_said(-400L * DAY, "expired 2025-05-23");
	assert_true(certificate_days_left(&c, NOON) < 0);
}

static void
a_new_one_is_not_valid_yet(void **state)
{
	struct certificate c = ending(365L * DAY);

	(void)state;
	c.not_before = NOON + DAY;
	assert_string_equal(
	    certificate_validity(&c, NOON), "valid from 2026-06-28");
}

static void
one_without_dates_says_so(void **state)
{
	struct certificate c = {.dated = false};

	(void)state;
	assert_string_equal(certificate_validity(&c, NOON), "no dates");
}

static int
end_tool(void **state)
{
	(void)state;
	tool_end();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    {"validity: a long one has its end", a_long_one_has_its_end, NULL,
		end_tool, NULL},
	    {"validity: the last sixty days are counted",
		the_last_sixty_days_are_counted, NULL, end_tool, NULL},
	    {"validity: the last day is today", the_last_day_is_today, NULL,
		end_tool, NULL},
	    {"validity: an old one has expired", an_old_one_has_expired, NULL,
		end_tool, NULL},
	    {"validity: a new one is not valid yet", a_new_one_is_not_valid_yet,
		NULL, end_tool, NULL},
	    {"validity: one without dates says so", one_without_dates_says_so,
		NULL, end_tool, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
