/* SPDX-License-Identifier: BSD-2-Clause */
/* Points in monotonic time. Every wait takes one; none is ever extended. */
#ifndef BASE_DEADLINE_H
#define BASE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct deadline {
	int64_t at_ms; /* CLOCK_MONOTONIC */
};

struct deadline deadline_in(unsigned wait_ms);
struct deadline deadline_earlier(struct deadline a, struct deadline b);

/* Milliseconds left, 0 when it has passed. */
unsigned deadline_left_ms(struct deadline d);
bool deadline_passed(struct deadline d);

/* Sleep for wait_ms, but never past d; false when d has passed. */
bool deadline_sleep(struct deadline d, unsigned wait_ms);

#endif
