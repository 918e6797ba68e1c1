/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <limits.h>
#include <time.h>

#include "base/deadline.h"

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct deadline
deadline_in(unsigned wait_ms)
{
	return (struct deadline){now_ms() + wait_ms};
}

struct deadline
deadline_earlier(struct deadline a, struct deadline b)
{
	return a.at_ms < b.at_ms ? a : b;
}

unsigned
deadline_left_ms(struct deadline d)
{
	int64_t left = d.at_ms - now_ms();

	if (left <= 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (unsigned)left;
}

bool
deadline_passed(struct deadline d)
{
	return deadline_left_ms(d) == 0;
}

bool
deadline_sleep(struct deadline d, unsigned wait_ms)
{
	unsigned left = deadline_left_ms(d);
	struct timespec t;

	if (wait_ms > left)
		wait_ms = left;
	t.tv_sec = wait_ms / 1000;
	t.tv_nsec = (long)(wait_ms % 1000) * 1000000;
	while (nanosleep(&t, &t) != 0 && errno == EINTR)
		;
	return !deadline_passed(d);
}
