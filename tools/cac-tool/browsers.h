/* SPDX-License-Identifier: BSD-2-Clause */
/* Which browsers there are, what they are called, and which of them run. */
#ifndef CAC_TOOL_BROWSERS_H
#define CAC_TOOL_BROWSERS_H

#include "tools/cac-tool/home.h"

enum browser {
	BROWSER_CHROMIUM = 1, /* and all that are made of it */
	BROWSER_FIREFOX = 2,
	BROWSER_THUNDERBIRD = 4,
	BROWSER_OTHER = 8 /* named by --database */
};

#define BROWSERS_ALL 15u

/* "Firefox", "Chrome and Chromium". */
const char *browser_name(enum browser browser);

/* As --browser has it: "firefox", "chrome". */
const char *browser_word(enum browser browser);

/* From what a user calls it; 0 after one line on stderr. */
unsigned browser_parse(const char *name);

/* Whether one is installed as a program, or has settings in this home. */
bool browser_exists(enum browser browser, const struct home *home);

/* The process that has a profile open, or Chromium's settings; 0: none seen. */
long browser_mozilla_pid(const char *profile);
long browser_chromium_pid(const struct home *home);

/* Whether a program that is named so can be found in PATH. */
bool program_exists(const char *name);

#endif
