/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads of this process taking turns, first come first served. A mutex would
 * let the thread that just left come back before those that wait.
 */
#ifndef READER_TURN_H
#define READER_TURN_H

#include "base/deadline.h"
#include "base/lock.h"

struct turn_waiter;

struct turn {
	struct lock lock; /* over what follows, never over a wait for others */
	bool taken;
	struct turn_waiter *first, **end; /* who waits, in order */
};

void turn_init(struct turn *t);

/* false when the deadline has passed; a free turn is taken even then. */
bool turn_take(struct turn *t, struct deadline until);
void turn_give(struct turn *t);

/* Whether another thread waits. */
bool turn_wanted(struct turn *t);

#endif
