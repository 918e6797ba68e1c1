/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/emulator/child.h"
#include "tools/emulator/options.h"

#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND	    127

static const int handled[] = {
    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD};

bool
child_signals(struct child *child)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(handled) / sizeof(*handled); i++)
		sigaddset(&set, handled[i]);
	child->signals = -1;
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return false;
	child->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return child->signals >= 0;
}

bool
child_start(struct child *child, char **argv, char **environment)
{
	posix_spawnattr_t attr;
	sigset_t none;
	int err = posix_spawnattr_init(&attr);

	if (err != 0) {
		complain("%s", strerror(err));
		return false;
	}
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	err =
	    posix_spawnp(&child->pid, argv[0], NULL, &attr, argv, environment);
	posix_spawnattr_destroy(&attr);
	if (err == 0)
		return true;
	complain("%s: %s", argv[0], strerror(err));
	child->status = err == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
	return false;
}

static bool
has_ended(struct child *child)
{
	int status;

	if (waitpid(child->pid, &status, WNOHANG) != child->pid)
		return false;
	child->status =
	    WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return true;
}

bool
child_handle_signal(struct child *child)
{
	struct signalfd_siginfo info;

	while (read(child->signals, &info, sizeof(info)) ==
	    (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD) {
			if (has_ended(child))
				return true;
		} else if (info.ssi_code != SI_KERNEL) {
			/* A terminal has sent it to the child already. */
			kill(child->pid, (int)info.ssi_signo);
		}
	}
	return false;
}
