/* SPDX-License-Identifier: BSD-2-Clause */
/* A private folder with a short name; sockets must fit 108 characters. */
#ifndef EMULATOR_TEMPDIR_H
#define EMULATOR_TEMPDIR_H

#include <stdbool.h>

struct tempdir {
	char path[32]; /* empty: none */
};

/* False and errno on failure. */
bool tempdir_make(struct tempdir *dir);

/* With all that is in it. */
void tempdir_remove(struct tempdir *dir);

#endif
