/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes taking turns at a device node. The node is a file in a folder of
 * our own; open() is wrapped by the linker, so that it stands for
 * /dev/bus/usb/003/017.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/trace.h"
#include "reader/usb-node.h"
#include "tests/unit/trace-file.h"
#include "tests/unit/unit.h"

#define NODE	 "/dev/bus/usb/003/017"
#define PATIENCE 20000 /* ms; only a failing test takes that long */
#define ROUNDS	 100

static char folder[64], file[80];
static struct usb_node *node;

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);

int
__wrap_open(const char *path, int flags, ...)
{
	va_list ap;
	int mode = 0;

	if ((flags & O_CREAT) != 0) {
		va_start(ap, flags);
		mode = va_arg(ap, int);
		va_end(ap);
	}
	return __real_open(strcmp(path, NODE) == 0 ? file : path, flags, mode);
}

static struct usb_node *
open_node(uint8_t interface)
{
	struct usb_node *n;

	assert_int_equal(usb_node_open(3, 17, interface, &n), 0);
	return n;
}

static int
a_node(void **state)
{
	const char *tmp = getenv("TMPDIR");
	int fd;

	(void)state;
	(void)snprintf(folder, sizeof(folder), "%.40s/cac-node-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	assert_non_null(mkdtemp(folder));
	(void)snprintf(file, sizeof(file), "%s/017", folder);
	fd = __real_open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	(void)close(fd);
	node = open_node(0);
	return 0;
}

static int
removed(void **state)
{
	(void)state;
	usb_node_close(&node);
	assert_null(node);
	(void)unlink(file);
	(void)rmdir(folder);
	return 0;
}

static err_t
try_lock(struct usb_node *n)
{
	return usb_node_lock(n, deadline_in(0));
}

/* A child that does one thing, says so, and does another when told. */
struct child {
	pid_t pid;
	int from, to;
};

static void
tell(int fd)
{
	if (write(fd, "x", 1) != 1)
		_exit(2);
}

static void
hear(int fd)
{
	char c;

	if (read(fd, &c, 1) != 1)
		_exit(3);
}

static void
start(struct child *c, void (*life)(int to, int from))
{
	int up[2], down[2];

	assert_int_equal(pipe2(up, O_CLOEXEC), 0);
	assert_int_equal(pipe2(down, O_CLOEXEC), 0);
	c->pid = fork();
	assert_true(c->pid >= 0);
	if (c->pid == 0) {
		(void)close(up[0]);
		(void)close(down[1]);
		life(up[1], down[0]);
		_exit(0);
	}
	(void)close(up[1]);
	(void)close(down[0]);
	c->from = up[0];
	c->to = down[1];
}

static void
listen_to(struct child *c)
{
	char x;

	assert_int_equal(read(c->from, &x, 1), 1);
}

static int
end(struct child *c)
{
	int status;

	(void)close(c->from);
	(void)close(c->to);
	assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
	return status;
}

static void
one_at_a_time(void **state)
{
	struct usb_node *other = open_node(0);

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(try_lock(node), 0);
		assert_int_equal(try_lock(other), ERR_TIMEOUT);
		usb_node_unlock(node);
		assert_int_equal(try_lock(other), 0);
		assert_int_equal(try_lock(node), ERR_TIMEOUT);
		usb_node_unlock(other);
	}
	usb_node_close(&other);
}

static void
interfaces_are_apart(void **state)
{
	struct usb_node *other = open_node(1), *last = open_node(255);

	(void)state;
	assert_int_equal(try_lock(node), 0);
	assert_int_equal(try_lock(other), 0);
	assert_int_equal(try_lock(last), 0);
	usb_node_close(&other);
	usb_node_close(&last);
}

static void
without_a_node_nothing_is_locked(void **state)
{
	struct usb_node *a, *b;

	(void)state;
	(void)unlink(file);
	a = open_node(0);
	b = open_node(0);
	assert_int_equal(try_lock(a), 0);
	assert_int_equal(try_lock(b), 0);
	usb_node_unlock(a);
	usb_node_unlock(b);
	usb_node_close(&a);
	usb_node_close(&b);
}

static void
closing_frees_it(void **state)
{
	struct usb_node *other = open_node(0);

	(void)state;
	assert_int_equal(try_lock(other), 0);
	assert_int_equal(try_lock(node), ERR_TIMEOUT);
	usb_node_close(&other);
	assert_int_equal(try_lock(node), 0);
}

static void
hold_until_told(int to, int from)
{
	struct usb_node *mine = open_node(0);

	if (usb_node_lock(mine, deadline_in(PATIENCE)) != 0)
		_exit(1);
	tell(to);
	hear(from);
	usb_node_unlock(mine);
	tell(to);
	hear(from);
	usb_node_close(&mine);
}

static void
two_processes(void **state)
{
	struct child c;

	(void)state;
	start(&c, hold_until_told);
	listen_to(&c);
	assert_int_equal(try_lock(node), ERR_TIMEOUT);
	tell(c.to);
	listen_to(&c);
	assert_int_equal(try_lock(node), 0);
	usb_node_unlock(node);
	tell(c.to);
	assert_int_equal(end(&c), 0);
}

static void
a_killed_holder_frees_it(void **state)
{
	struct child c;
	int status;

	(void)state;
	start(&c, hold_until_told);
	listen_to(&c);
	assert_int_equal(try_lock(node), ERR_TIMEOUT);
	assert_int_equal(kill(c.pid, SIGKILL), 0);
	status = end(&c);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(try_lock(node), 0);
}

static unsigned *count; /* shared, and never touched without the lock */

static void
count_up(int to, int from)
{
	struct usb_node *mine = open_node(0);

	tell(to);
	hear(from);
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
		start(&c[i], count_up);
		listen_to(&c[i]);
	}
	for (size_t i = 0; i < COUNT_OF(c); i++)
		tell(c[i].to);
	for (size_t i = 0; i < COUNT_OF(c); i++)
		assert_int_equal(end(&c[i]), 0);
	assert_int_equal(*count, COUNT_OF(c) * ROUNDS);
	(void)munmap(count, sizeof(*count));
}

static void
wait_in_line(int to, int from)
{
	struct usb_node *mine = open_node(0);

	if (usb_node_lock(mine, deadline_in(PATIENCE)) != 0)
		_exit(1);
	tell(to);
	hear(from);
	usb_node_close(&mine);
}

/* Somebody else holds a byte of the file besides the first. */
static bool
somebody_waits(void)
{
	struct flock l = {
	    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 1};
	int fd = __real_open(file, O_RDWR | O_CLOEXEC);
	bool waits;

	assert_true(fd >= 0);
	waits = fcntl(fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK;
	(void)close(fd);
	return waits;
}

static void
who_waits_comes_next(void **state)
{
	struct deadline until = deadline_in(PATIENCE);
	struct child c;

	(void)state;
	assert_int_equal(try_lock(node), 0);
	start(&c, wait_in_line);
	while (!somebody_waits() && !deadline_passed(until))
		(void)sched_yield();
	assert_true(somebody_waits());
	/* Who ends a transaction and wants the next stands behind. */
	usb_node_unlock(node);
	assert_int_equal(try_lock(node), ERR_TIMEOUT);
	listen_to(&c);
	assert_int_equal(try_lock(node), ERR_TIMEOUT);
	tell(c.to);
	assert_int_equal(end(&c), 0);
	assert_int_equal(try_lock(node), 0);
}

/* Killed in the line: the others must not wait for the dead. */
static void
a_killed_waiter_frees_the_line(void **state)
{
	struct deadline until = deadline_in(PATIENCE);
	struct child c;

	(void)state;
	assert_int_equal(try_lock(node), 0);
	start(&c, wait_in_line);
	while (!somebody_waits() && !deadline_passed(until))
		(void)sched_yield();
	assert_int_equal(kill(c.pid, SIGKILL), 0);
	(void)end(&c);
	usb_node_unlock(node);
	assert_int_equal(try_lock(node), 0);
}

static void
other_owners_are_named(void **state)
{
	struct trace_file trace;
	struct child c;
	char want[64], *text;

	(void)state;
	start(&c, hold_until_told);
	listen_to(&c);
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
	tell(c.to);
	listen_to(&c);
	tell(c.to);
	assert_int_equal(end(&c), 0);
}

#define NODE_TEST(sentence, function)                                          \
	TEST_WITH("usb-node: " sentence, function, a_node, removed)

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
	    NODE_TEST("who waits comes before who was just there",
		who_waits_comes_next),
	    NODE_TEST("who is killed while waiting blocks nobody",
		a_killed_waiter_frees_the_line),
	    NODE_TEST("the trace names other owners", other_owners_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
