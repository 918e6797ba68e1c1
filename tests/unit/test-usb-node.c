/* SPDX-License-Identifier: BSD-2-Clause */
/* One holder of a device node at a time, among processes that may die. */
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/trace.h"
#include "tests/unit/node-rig.h"
#include "tests/unit/trace-file.h"

#define ROUNDS 100

static void
one_at_a_time(void **state)
{
	struct usb_node *other = node_open(0);

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(node_try(node), 0);
		assert_int_equal(node_try(other), ERR_TIMEOUT);
		usb_node_unlock(node);
		assert_int_equal(node_try(other), 0);
		assert_int_equal(node_try(node), ERR_TIMEOUT);
		usb_node_unlock(other);
	}
	usb_node_close(&other);
}

static void
interfaces_are_apart(void **state)
{
	struct usb_node *other = node_open(1), *last = node_open(255);

	(void)state;
	assert_int_equal(node_try(node), 0);
	assert_int_equal(node_try(other), 0);
	assert_int_equal(node_try(last), 0);
	usb_node_close(&other);
	usb_node_close(&last);
}

static void
without_a_node_nothing_is_locked(void **state)
{
	struct usb_node *a, *b;

	(void)state;
	node_remove();
	a = node_open(0);
	b = node_open(0);
	assert_int_equal(node_try(a), 0);
	assert_int_equal(node_try(b), 0);
	usb_node_unlock(a);
	usb_node_unlock(b);
	usb_node_close(&a);
	usb_node_close(&b);
}

static void
closing_frees_it(void **state)
{
	struct usb_node *other = node_open(0);

	(void)state;
	assert_int_equal(node_try(other), 0);
	assert_int_equal(node_try(node), ERR_TIMEOUT);
	usb_node_close(&other);
	assert_int_equal(node_try(node), 0);
}

static void
hold_until_told(int to, int from)
{
	struct usb_node *mine = node_open(0);

	if (usb_node_lock(mine, deadline_in(PATIENCE)) != 0)
		_exit(1);
	child_tell(to);
	child_hear(from);
	usb_node_unlock(mine);
	child_tell(to);
	child_hear(from);
	usb_node_close(&mine);
}

static void
two_processes(void **state)
{
	struct child c;

	(void)state;
	child_start(&c, hold_until_told);
	child_listen(&c);
	assert_int_equal(node_try(node), ERR_TIMEOUT);
	child_tell(c.to);
	child_listen(&c);
	assert_int_equal(node_try(node), 0);
	usb_node_unlock(node);
	child_tell(c.to);
	assert_int_equal(child_end(&c), 0);
}

static void
a_killed_holder_frees_it(void **state)
{
	struct child c;
	int status;

	(void)state;
	child_start(&c, hold_until_told);
	child_listen(&c);
	assert_int_equal(node_try(node), ERR_TIMEOUT);
	assert_int_equal(kill(c.pid, SIGKILL), 0);
	status = child_end(&c);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(node_try(node), 0);
}

static unsigned *count; /* shared, and never touched without the lock */

static void
count_up(int to, int from)
{
	struct usb_node *mine = node_open(0);

	child_tell(to);
	child_hear(from);
	for (unsigned i = 0; i < ROUNDS; i++) {
		unsigned before;

		if (usb_node_lock(mine, deadline_in(PATIENCE)) != 0)
			_exit(1);
		before = *(volatile unsigned *)count;
		(void)sched_yield();
		*(volatile unsigned *)count = before + 1;
		usb_node_unlock(mine);
	}
	usb_node_close(&mine);
}

static void
many_turns(void **state)
{
	struct child c[3];

	(void)state;
	count = mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(count != MAP_FAILED);
	for (size_t i = 0; i < COUNT_OF(c); i++) {
		child_start(&c[i], count_up);
		child_listen(&c[i]);
	}
	for (size_t i = 0; i < COUNT_OF(c); i++)
		child_tell(c[i].to);
	for (size_t i = 0; i < COUNT_OF(c); i++)
		assert_int_equal(child_end(&c[i]), 0);
	assert_int_equal(*count, COUNT_OF(c) * ROUNDS);
	(void)munmap(count, sizeof(*count));
}

static void
other_owners_are_named(void **state)
{
	struct trace_file trace;
	struct child c;
	char want[64], *text;

	(void)state;
	child_start(&c, hold_until_told);
	child_listen(&c);
	trace_file_begin(&trace);
	usb_node_trace_owner(node);
	text = trace_file_text(&trace);
	(void)snprintf(want, sizeof(want), "(pid %d)", (int)c.pid);
	assert_non_null(strstr(text, NODE " is open in "));
	assert_non_null(strstr(text, want));
	(void)snprintf(want, sizeof(want), "(pid %d)", (int)getpid());
	assert_null(strstr(text, want));
	free(text);
	trace_file_end(&trace);
	child_tell(c.to);
	child_listen(&c);
	child_tell(c.to);
	assert_int_equal(child_end(&c), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    NODE_TEST("one holder at a time", one_at_a_time),
	    NODE_TEST("interfaces of a device are apart", interfaces_are_apart),
	    NODE_TEST("without a node nothing is locked",
		without_a_node_nothing_is_locked),
	    NODE_TEST("closing frees it", closing_frees_it),
	    NODE_TEST("two processes exclude each other", two_processes),
	    NODE_TEST("a holder killed by SIGKILL frees it",
		a_killed_holder_frees_it),
	    NODE_TEST("three processes take many turns", many_turns),
	    NODE_TEST("the trace names other owners", other_owners_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
