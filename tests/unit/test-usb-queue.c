/* SPDX-License-Identifier: BSD-2-Clause */
/* The queue in front of a device node: next come, next served. */
#include <sched.h>
#include <signal.h>

#include "tests/unit/node-rig.h"

static void
wait_in_line(int to, int from)
{
	struct usb_node *mine = node_open(0);

	if (usb_node_lock(mine, deadline_in(PATIENCE)) != 0)
		_exit(1);
	child_tell(to);
	child_hear(from);
	usb_node_close(&mine);
}

static void
who_waits_comes_next(void **state)
{
	struct deadline until = deadline_in(PATIENCE);
	struct child c;

	(void)state;
	assert_int_equal(node_try(node), 0);
	child_start(&c, wait_in_line);
	while (!node_somebody_waits() && !deadline_passed(until))
		(void)sched_yield();
	assert_true(node_somebody_waits());
	/* Who ends a transaction and wants the next stands behind. */
	usb_node_unlock(node);
	assert_int_equal(node_try(node), ERR_TIMEOUT);
	child_listen(&c);
	assert_int_equal(node_try(node), ERR_TIMEOUT);
	child_tell(c.to);
	assert_int_equal(child_end(&c), 0);
	assert_int_equal(node_try(node), 0);
}

/* Killed in the line: the others must not wait for the dead. */
static void
a_killed_waiter_frees_the_line(void **state)
{
	struct deadline until = deadline_in(PATIENCE);
	struct child c;

	(void)state;
	assert_int_equal(node_try(node), 0);
	child_start(&c, wait_in_line);
	while (!node_somebody_waits() && !deadline_passed(until))
		(void)sched_yield();
	assert_int_equal(kill(c.pid, SIGKILL), 0);
	(void)child_end(&c);
	usb_node_unlock(node);
	assert_int_equal(node_try(node), 0);
}

/* Nobody, the holder itself, and who waits at another interface do not count.
 */
static void
the_holder_knows_that_others_wait(void **state)
{
	struct deadline until = deadline_in(PATIENCE);
	struct usb_node *other = node_open(1);
	struct child c;

	(void)state;
	assert_false(usb_node_wanted(node));
	assert_int_equal(node_try(node), 0);
	assert_false(usb_node_wanted(node));
	/* Who only tried has left the queue. */
	assert_int_equal(node_try(other), 0);
	child_start(&c, wait_in_line);
	while (!node_somebody_waits() && !deadline_passed(until))
		(void)sched_yield();
	assert_false(usb_node_wanted(other));
	while (!usb_node_wanted(node) && !deadline_passed(until))
		(void)sched_yield();
	assert_true(usb_node_wanted(node));
	usb_node_unlock(node);
	child_listen(&c);
	/* It has what it waited for. */
	assert_false(usb_node_wanted(node));
	child_tell(c.to);
	assert_int_equal(child_end(&c), 0);
	assert_false(usb_node_wanted(node));
	usb_node_close(&other);
}

/* Without a node there is no queue either. */
static void
without_a_node_nobody_waits(void **state)
{
	struct usb_node *none;

	(void)state;
	node_remove();
	none = node_open(0);
	assert_int_equal(node_try(none), 0);
	assert_false(usb_node_wanted(none));
	usb_node_close(&none);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    NODE_TEST("who waits comes before who was just there",
		who_waits_comes_next),
	    NODE_TEST("who is killed while waiting blocks nobody",
		a_killed_waiter_frees_the_line),
	    NODE_TEST("the holder knows that others wait",
		the_holder_knows_that_others_wait),
	    NODE_TEST(
		"without a node nobody waits", without_a_node_nobody_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
