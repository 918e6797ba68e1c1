/* SPDX-License-Identifier: BSD-2-Clause */
/* The NSS databases of a home, and the browsers that are shut in. */
#ifndef CAC_TOOL_DATABASES_H
#define CAC_TOOL_DATABASES_H

#include <stddef.h>

#include "tools/cac-tool/browsers.h"

enum confinement { CONFINED_NOT, CONFINED_SNAP, CONFINED_FLATPAK };

#define DATABASES_MAX 128

struct database {
	enum browser browser;
	enum confinement confined;
	char *title;   /* "Firefox profile default-release" */
	char *dir;     /* where pkcs11.txt is, or will be */
	bool exists;   /* the folder does */
	long user_pid; /* a program that has it open; 0: none seen */
};

struct databases {
	struct database list[DATABASES_MAX];
	size_t n;
	bool too_many;
};

/*
 * All databases of these browsers, also those in snaps and Flatpaks. One for
 * Chromium is named also when there is none yet, if one of its kind is
 * installed, or wanted says so.
 */
struct databases *
databases_find(const struct home *home, unsigned browsers, unsigned wanted);

/* One more, of some other program. */
void databases_add(struct databases *all, const char *dir);

#endif
