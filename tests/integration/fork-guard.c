/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * To be preloaded beside libumockdev-preload, which is not made for a program
 * that forks while it has threads: if one of them is opening a file then, its
 * lock stays locked in the child, and there the next open() never returns.
 */
#include <pthread.h>

/* Of libumockdev-preload; not there in a program without it */
extern pthread_mutex_t trap_path_lock __attribute__((weak));

static pthread_mutex_t unlocked;

static void
before_fork(void)
{
	(void)pthread_mutex_lock(&trap_path_lock);
}

static void
after_fork(void)
{
	(void)pthread_mutex_unlock(&trap_path_lock);
}

/* The owner was a thread of the parent, so nobody here could unlock it. */
static void
in_child(void)
{
	trap_path_lock = unlocked;
}

static void __attribute__((constructor)) fork_guard(void)
{
	if (&trap_path_lock == NULL)
		return;
	unlocked = trap_path_lock;
	(void)pthread_atfork(before_fork, after_fork, in_child);
}
