/* SPDX-License-Identifier: BSD-2-Clause */
#include <limits.h>

#include "tests/unit/fake-clock.h"

static int64_t now_ms = 1000;

int64_t
fake_clock_now(void)
{
	return now_ms;
}

void
fake_clock_pass(unsigned ms)
{
	now_ms += ms;
}

void
fake_clock_pass_to(struct deadline d)
{
	if (d.at_ms > now_ms)
		now_ms = d.at_ms;
}

struct deadline
deadline_in(unsigned wait_ms)
{
	return (struct deadline){now_ms + wait_ms};
}

struct deadline
deadline_earlier(struct deadline a, struct deadline b)
{
	return a.at_ms < b.at_ms ? a : b;
}

unsigned
deadline_left_ms(struct deadline d)
{
	int64_t left = d.at_ms - now_ms;

	if (left <= 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (unsigned)left;
}

bool
deadline_passed(struct deadline d)
{
	return d.at_ms <= now_ms;
}

bool
deadline_sleep(struct deadline d, unsigned wait_ms)
{
	unsigned left = deadline_left_ms(d);

	now_ms += wait_ms < left ? wait_ms : left;
	return !deadline_passed(d);
}
