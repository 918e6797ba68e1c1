/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time that passes only when somebody waits. Linked before libbase, it takes
 * the place of base/deadline.c: waits cost nothing, and how long they would
 * have been can be asked.
 */
#ifndef TESTS_FAKE_CLOCK_H
#define TESTS_FAKE_CLOCK_H

#include "base/deadline.h"

/* Milliseconds since the program began. */
int64_t fake_clock_now(void);

void fake_clock_pass(unsigned ms);

/* Wait for a deadline; one that has passed costs nothing. */
void fake_clock_pass_to(struct deadline d);

#endif
