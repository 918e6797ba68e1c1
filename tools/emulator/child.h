/* SPDX-License-Identifier: BSD-2-Clause */
/* The command that sees the reader, and the signals meant for it. */
#ifndef EMULATOR_CHILD_H
#define EMULATOR_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

struct child {
	pid_t pid;
	int signals; /* signalfd */
	int status;  /* exit status as a shell would say it, once it ended */
};

/* Block the signals, for this thread and all that come after it. */
bool child_signals(struct child *child);

/* Start argv with this environment; the message is printed on failure. */
bool child_start(struct child *child, char **argv, char **environment);

/*
 * Handle what the signalfd has: SIGCHLD, or a signal to pass on. True when
 * the child has ended.
 */
bool child_handle_signal(struct child *child);

#endif
