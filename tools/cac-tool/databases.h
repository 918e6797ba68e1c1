/* SPDX-License-Identifier: BSD-2-Clause */
/* The NSS databases of a home, and the browsers that are shut in. */
#ifndef CAC_TOOL_DATABASES_H
#define CAC_TOOL_DATABASES_H

#include <stddef.h>

#include "tools/cac-tool/home.h"

enum browser {
	BROWSER_CHROMIUM = 1, /* and all that are made of it */
	BROWSER_FIREFOX = 2,
	BROWSER_THUNDERBIRD = 4,
	BROWSER_OTHER = 8 /* named by --database */
};

#define BROWSERS_ALL 15u

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

/* "Firefox", "Chromium". */
const char *browser_name(enum browser browser);

/* From what a user calls it; 0 after one line on stderr. */
unsigned browser_parse(const char *name);

/* Whether a program that is named so can be found in PATH. */
bool program_exists(const char *name);

#endif
