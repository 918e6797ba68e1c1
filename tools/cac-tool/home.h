/* SPDX-License-Identifier: BSD-2-Clause */
/* The user's folders (XDG Base Directory Specification 0.8). */
#ifndef CAC_TOOL_HOME_H
#define CAC_TOOL_HOME_H

#include <stdbool.h>

struct home {
	char *dir;
	char *config; /* ~/.config */
	char *data;   /* ~/.local/share */
	char *state;  /* ~/.local/state */
};

/* False, after one line on stderr, when there is none. */
bool home_find(struct home *out);

/*
 * Whether to write into it. Root has no business in somebody's home: what it
 * leaves there its owner cannot use, and browsers then pass over it. False
 * after a message that says what to run instead.
 */
bool home_may_write(const struct home *home, const char *command);

/* The path as people write it, with ~. */
char *home_short(const struct home *home, const char *path);

#endif
