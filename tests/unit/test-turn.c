/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads in line; for -fsanitize=thread as well. */
#include <pthread.h>
#include <sched.h>

#include "reader/turn.h"
#include "tests/unit/unit.h"

#define THREADS	 6
#define ROUNDS	 200
#define PATIENCE 20000 /* ms; only a failing test takes that long */

static struct turn turn;
static unsigned order[THREADS], ordered; /* under the turn */

static int
fresh(void **state)
{
	(void)state;
	turn_init(&turn);
	ordered = 0;
	return 0;
}

/* The end of the line moves with each thread that joins it. */
static void
wait_for_another(const void *end)
{
	struct deadline until = deadline_in(PATIENCE);
	bool moved = false;

	while (!moved && !deadline_passed(until)) {
		lock_acquire(&turn.lock);
		moved = turn.end != end;
		lock_release(&turn.lock);
		(void)sched_yield();
	}
	assert_true(moved);
}

static const void *
end_of_line(void)
{
	const void *end;

	lock_acquire(&turn.lock);
	end = turn.end;
	lock_release(&turn.lock);
	return end;
}

static void *
take_once(void *arg)
{
	if (!turn_take(&turn, deadline_in(PATIENCE)))
		return NULL;
	order[ordered++] = (unsigned)(uintptr_t)arg;
	turn_give(&turn);
	return arg;
}

static void
first_come_first_served(void **state)
{
	pthread_t id[THREADS];

	(void)state;
	assert_true(turn_take(&turn, deadline_in(0)));
	assert_false(turn_wanted(&turn));
	for (unsigned i = 0; i < THREADS; i++) {
		const void *end = end_of_line();

		assert_int_equal(pthread_create(&id[i], NULL, take_once,
				     (void *)(uintptr_t)i),
		    0);
		wait_for_another(end);
		assert_true(turn_wanted(&turn));
	}
	turn_give(&turn);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(id[i], NULL), 0);
	assert_int_equal(ordered, THREADS);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(order[i], i);
	assert_false(turn_wanted(&turn));
}

/* Who gives and wants again stands behind those that wait. */
static void
nobody_comes_back_first(void **state)
{
	const void *end;
	pthread_t id;

	(void)state;
	assert_true(turn_take(&turn, deadline_in(0)));
	end = end_of_line();
	assert_int_equal(
	    pthread_create(&id, NULL, take_once, (void *)(uintptr_t)1), 0);
	wait_for_another(end);
	turn_give(&turn);
	assert_true(turn_take(&turn, deadline_in(PATIENCE)));
	assert_int_equal(ordered, 1);
	turn_give(&turn);
	assert_int_equal(pthread_join(id, NULL), 0);
}

static void *
give_up(void *arg)
{
	return turn_take(&turn, deadline_in(1)) ? NULL : arg;
}

static void
who_gives_up_leaves_no_gap(void **state)
{
	pthread_t id[3];
	void *gave_up;

	(void)state;
	assert_true(turn_take(&turn, deadline_in(0)));
	assert_false(turn_take(&turn, deadline_in(0)));
	assert_false(turn_wanted(&turn));
	for (unsigned round = 0; round < 20; round++) {
		const void *end = end_of_line();

		/* One that stays, between two that do not. */
		assert_int_equal(
		    pthread_create(&id[0], NULL, give_up, &turn), 0);
		assert_int_equal(
		    pthread_create(&id[1], NULL, take_once, &turn), 0);
		assert_int_equal(
		    pthread_create(&id[2], NULL, give_up, &turn), 0);
		(void)pthread_join(id[0], &gave_up);
		assert_non_null(gave_up);
		(void)pthread_join(id[2], &gave_up);
		assert_non_null(gave_up);
		wait_for_another(end);
		assert_true(turn_wanted(&turn));
		ordered = 0;
		turn_give(&turn);
		(void)pthread_join(id[1], &gave_up);
		assert_non_null(gave_up);
		assert_int_equal(ordered, 1);
		assert_true(turn_take(&turn, deadline_in(0)));
		assert_false(turn_wanted(&turn));
	}
	turn_give(&turn);
}

static unsigned counted; /* never touched without the turn */

static void *
count_up(void *arg)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		if (!turn_take(&turn, deadline_in(PATIENCE)))
			return NULL;
		counted++;
		turn_give(&turn);
	}
	return arg;
}

static void
one_at_a_time(void **state)
{
	pthread_t id[THREADS];
	void *done;

	(void)state;
	counted = 0;
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&id[i], NULL, count_up, &turn), 0);
	for (unsigned i = 0; i < THREADS; i++) {
		(void)pthread_join(id[i], &done);
		assert_non_null(done);
	}
	assert_int_equal(counted, THREADS * ROUNDS);
}

#define TURN(sentence, function)                                               \
	TEST_WITH("turn: " sentence, function, fresh, NULL)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TURN("first come, first served", first_come_first_served),
	    TURN("who comes back stands behind", nobody_comes_back_first),
	    TURN("who gives up leaves no gap", who_gives_up_leaves_no_gap),
	    TURN("one at a time", one_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
