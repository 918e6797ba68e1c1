/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "reader/turn.h"

/* On the stack of the thread that waits. */
struct turn_waiter {
	struct turn_waiter *next;
	pthread_cond_t its_turn;
	bool called;
};

void
turn_init(struct turn *t)
{
	lock_init(&t->lock);
	t->taken = false;
	t->first = NULL;
	t->end = &t->first;
}

static void
line_up(struct turn *t, struct turn_waiter *w)
{
	pthread_condattr_t attr;

	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&w->its_turn, &attr);
	(void)pthread_condattr_destroy(&attr);
	*t->end = w;
	t->end = &w->next;
}

static void
leave_line(struct turn *t, struct turn_waiter *w)
{
	struct turn_waiter **at = &t->first;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	if (t->end == &w->next)
		t->end = at;
}

bool
turn_take(struct turn *t, struct deadline until)
{
	struct timespec at = {.tv_sec = until.at_ms / 1000,
	    .tv_nsec = (long)(until.at_ms % 1000) * 1000000};
	struct turn_waiter w = {.called = false};
	int rc = 0;

	lock_acquire(&t->lock);
	if (!t->taken) {
		t->taken = w.called = true;
	} else if (!deadline_passed(until)) {
		line_up(t, &w);
		while (!w.called && rc == 0)
			rc = pthread_cond_timedwait(
			    &w.its_turn, &t->lock.mutex, &at);
		if (!w.called)
			leave_line(t, &w);
		(void)pthread_cond_destroy(&w.its_turn);
	}
	lock_release(&t->lock);
	return w.called;
}

void
turn_give(struct turn *t)
{
	struct turn_waiter *next;

	lock_acquire(&t->lock);
	next = t->first;
	if (next != NULL) {
		leave_line(t, next);
		next->called = true;
		(void)pthread_cond_signal(&next->its_turn);
	} else {
		t->taken = false;
	}
	lock_release(&t->lock);
}

bool
turn_wanted(struct turn *t)
{
	bool wanted;

	lock_acquire(&t->lock);
	wanted = t->first != NULL;
	lock_release(&t->lock);
	return wanted;
}
