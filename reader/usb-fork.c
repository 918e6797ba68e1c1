/* SPDX-License-Identifier: BSD-2-Clause */
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

#include "reader/usb-fork.h"

#define FDS_MAX 256

/*
 * Process-wide, as what it guards. The module is never unmapped (-z nodelete),
 * so the handlers stay valid.
 */
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int fds[FDS_MAX];
static size_t fds_n;

static void
before_fork(void)
{
	(void)pthread_mutex_lock(&guard);
}

static void
in_parent(void)
{
	(void)pthread_mutex_unlock(&guard);
}

/* Only the child's reference goes: claim and lock stay the parent's. */
static void
in_child(void)
{
	for (size_t i = 0; i < fds_n; i++)
		(void)close(fds[i]);
	fds_n = 0;
	(void)pthread_mutex_unlock(&guard);
}

static void
register_handlers(void)
{
	(void)pthread_atfork(before_fork, in_parent, in_child);
}

void
usb_fork_guard(void)
{
	(void)pthread_once(&once, register_handlers);
	(void)pthread_mutex_lock(&guard);
}

void
usb_fork_unguard(void)
{
	(void)pthread_mutex_unlock(&guard);
}

void
usb_fork_note(int fd)
{
	if (fd >= 0 && fds_n < FDS_MAX)
		fds[fds_n++] = fd;
}

bool
usb_fork_noted(int fd)
{
	for (size_t i = 0; i < fds_n; i++) {
		if (fds[i] == fd)
			return true;
	}
	return false;
}

void
usb_fork_forget(int fd)
{
	for (size_t i = 0; i < fds_n; i++) {
		if (fds[i] == fd) {
			fds[i] = fds[--fds_n];
			return;
		}
	}
}
