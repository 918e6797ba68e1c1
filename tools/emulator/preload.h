/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libumockdev-preload must be in this process from its start, so it executes
 * itself once more; and in the command, in the right order.
 */
#ifndef EMULATOR_PRELOAD_H
#define EMULATOR_PRELOAD_H

#include <stdbool.h>

/* Whether this is the process that was started by preload_again(). */
bool preload_is_done(void);

/* Execute this program with these arguments again; returns only on failure. */
void preload_again(char **argv);

/*
 * The environment for the command, to be freed with g_strfreev(): the
 * caller's LD_PRELOAD first, then umockdev's. NULL: no memory.
 */
char **preload_environment(void);

#endif
