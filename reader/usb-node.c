/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/trace.h"
#include "reader/usb-fork.h"
#include "reader/usb-node.h"

#define POLL_MIN_MS 1
#define POLL_MAX_MS 8
#define OWNERS_MAX  4096 /* processes looked at */

struct usb_node {
	int fd; /* -1: not to be had */
	uint8_t interface;
	char path[40];
};

/*
 * One-byte ranges for each interface: the transaction, and a queue in front of
 * it. Who wants the transaction enters the queue at its end, and leaves a place
 * only for the next one: nobody overtakes, and the gap of one that dies closes.
 */
#define RANGE_TRANSACTION 0
#define RANGE_QUEUE_END	  15
#define RANGES		  (RANGE_QUEUE_END + 1)

err_t
usb_node_open(
    uint8_t bus, uint8_t address, uint8_t interface, struct usb_node **out)
{
	struct usb_node *node = calloc(1, sizeof(*node));

	*out = node;
	if (node == NULL)
		return ERR_MEMORY;
	node->interface = interface;
	(void)snprintf(node->path, sizeof(node->path), "/dev/bus/usb/%03u/%03u",
	    bus, address);
	usb_fork_guard();
	node->fd = open(node->path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	usb_fork_note(node->fd);
	usb_fork_unguard();
	return 0;
}

void
usb_node_close(struct usb_node **node)
{
	if (*node != NULL && (*node)->fd >= 0) {
		usb_fork_guard();
		usb_fork_forget((*node)->fd);
		(void)close((*node)->fd);
		usb_fork_unguard();
	}
	free(*node);
	*node = NULL;
}

/* 0, EAGAIN when another has it, or an errno that means: no locks here. */
static int
set_lock(const struct usb_node *node, unsigned range, short type)
{
	struct flock l = {.l_type = type,
	    .l_whence = SEEK_SET,
	    .l_start = (off_t)node->interface * RANGES + range,
	    .l_len = 1};

	if (fcntl(node->fd, F_OFD_SETLK, &l) == 0)
		return 0;
	return errno == EACCES ? EAGAIN : errno;
}

static err_t
wait_lock(const struct usb_node *node, unsigned range, struct deadline until)
{
	/* Who comes next must not leave the reader idle. */
	unsigned most_ms =
	    range == RANGE_TRANSACTION ? POLL_MIN_MS : POLL_MAX_MS;
	unsigned rest_ms = POLL_MIN_MS;

	while (set_lock(node, range, F_WRLCK) == EAGAIN) {
		if (!deadline_sleep(until, rest_ms))
			return ERR_TIMEOUT;
		if (rest_ms < most_ms)
			rest_ms *= 2;
	}
	return 0;
}

err_t
usb_node_lock(struct usb_node *node, struct deadline until)
{
	err_t err;

	if (node->fd < 0)
		return 0;
	err = wait_lock(node, RANGE_QUEUE_END, until);
	for (unsigned at = RANGE_QUEUE_END; err == 0 && at > 0; at--) {
		err = wait_lock(node, at - 1, until);
		(void)set_lock(node, at, F_UNLCK);
	}
	return err;
}

void
usb_node_unlock(struct usb_node *node)
{
	if (node->fd >= 0)
		(void)set_lock(node, RANGE_TRANSACTION, F_UNLCK);
}

bool
usb_node_wanted(const struct usb_node *node)
{
	struct flock queue = {.l_type = F_WRLCK,
	    .l_whence = SEEK_SET,
	    .l_start = (off_t)node->interface * RANGES + RANGE_TRANSACTION + 1,
	    .l_len = RANGE_QUEUE_END};

	return node->fd >= 0 && fcntl(node->fd, F_OFD_GETLK, &queue) == 0 &&
	    queue.l_type != F_UNLCK;
}

uint64_t
usb_node_last_use(const struct usb_node *node)
{
	struct stat st;

	if (node->fd < 0 || fstat(node->fd, &st) != 0)
		return 0;
	return (uint64_t)st.st_mtim.tv_sec * 1000000000u +
	    (uint64_t)st.st_mtim.tv_nsec;
}

/* By what it is: another process may see it under another name. */
static bool
same_file(const struct stat *a, const struct stat *b)
{
	return (a->st_dev == b->st_dev && a->st_ino == b->st_ino) ||
	    (S_ISCHR(a->st_mode) && S_ISCHR(b->st_mode) &&
		a->st_rdev == b->st_rdev);
}

static bool
has_open(const char *pid, const struct stat *node)
{
	char name[64];
	struct dirent *e;
	struct stat st;
	bool found = false;
	DIR *dir;

	(void)snprintf(name, sizeof(name), "/proc/%.16s/fd", pid);
	dir = opendir(name);
	if (dir == NULL)
		return false;
	while (!found && (e = readdir(dir)) != NULL)
		found = fstatat(dirfd(dir), e->d_name, &st, 0) == 0 &&
		    same_file(&st, node);
	(void)closedir(dir);
	return found;
}

static void
trace_process(const char *pid, const char *path)
{
	char name[64], comm[32] = "?";
	FILE *f;

	(void)snprintf(name, sizeof(name), "/proc/%.16s/comm", pid);
	f = fopen(name, "re");
	if (f != NULL) {
		if (fgets(comm, sizeof(comm), f) == NULL)
			comm[0] = '\0';
		comm[strcspn(comm, "\n")] = '\0';
		(void)fclose(f);
	}
	trace_text(
	    0, TRACE_USB, '-', "%s is open in %s (pid %.16s)", path, comm, pid);
}

void
usb_node_trace_owner(const struct usb_node *node)
{
	struct dirent *e;
	struct stat st;
	DIR *proc;

	if (!trace_on() || node->fd < 0 || fstat(node->fd, &st) != 0 ||
	    (proc = opendir("/proc")) == NULL)
		return;
	for (unsigned i = 0; i < OWNERS_MAX; i++) {
		e = readdir(proc);
		if (e == NULL)
			break;
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' &&
		    atol(e->d_name) != getpid() && has_open(e->d_name, &st))
			trace_process(e->d_name, node->path);
	}
	(void)closedir(proc);
}
