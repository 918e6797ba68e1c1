/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/node-rig.h"

static char folder[64], file[80];
struct usb_node *node;

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

struct usb_node *
node_open(uint8_t interface)
{
	struct usb_node *n;

	assert_int_equal(usb_node_open(3, 17, interface, &n), 0);
	return n;
}

int
node_set_up(void **state)
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
	node = node_open(0);
	return 0;
}

int
node_tear_down(void **state)
{
	(void)state;
	usb_node_close(&node);
	assert_null(node);
	(void)unlink(file);
	(void)rmdir(folder);
	return 0;
}

err_t
node_try(struct usb_node *n)
{
	return usb_node_lock(n, deadline_in(0));
}

void
child_tell(int fd)
{
	if (write(fd, "x", 1) != 1)
		_exit(2);
}

void
child_hear(int fd)
{
	char c;

	if (read(fd, &c, 1) != 1)
		_exit(3);
}

void
child_start(struct child *c, void (*life)(int to, int from))
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

void
child_listen(struct child *c)
{
	char x;

	assert_int_equal(read(c->from, &x, 1), 1);
}

int
child_end(struct child *c)
{
	int status;

	(void)close(c->from);
	(void)close(c->to);
	assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
	return status;
}

bool
node_somebody_waits(void)
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

void
node_remove(void)
{
	(void)unlink(file);
}
