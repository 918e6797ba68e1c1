/* SPDX-License-Identifier: BSD-2-Clause */
/* Running another program and reading what it says. */
#ifndef CAC_TOOL_SPAWN_H
#define CAC_TOOL_SPAWN_H

#include "base/bytes.h"

struct spawned {
	int status;	  /* of exit(); 127: not executed; 128 + signal */
	struct bytes out; /* live until tool_end() */
	char *complaint;  /* what it wrote to stderr, in one line */
};

/*
 * Run argv[0], found in PATH, with input. With no input it has the terminal, if
 * there is one, so that it can ask for a password.
 */
void spawn(char *const argv[], struct bytes input, struct spawned *out);

#endif
