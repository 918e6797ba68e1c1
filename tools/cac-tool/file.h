/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole files: read within a limit, replaced in one step. */
#ifndef CAC_TOOL_FILE_H
#define CAC_TOOL_FILE_H

#include <sys/stat.h>

#include "base/buf.h"

struct file {
	char *path; /* behind symbolic links */
	bool exists;
	struct stat st;	   /* when it was read */
	struct bytes text; /* lives until tool_end() */
};

/*
 * Read a file of at most max bytes; one that is not there is empty. NULL, or
 * what is wrong: too long, not a plain file, the system's words.
 */
const char *file_read(const char *path, size_t max, struct file *out);

/*
 * Put text in the place of what file_read() saw, with its mode, or make the
 * file with this mode. The folder is there. It happens as a whole or not at
 * all; not when the file has changed since, belongs to somebody else, or is
 * protected from writing, also against root.
 */
const char *file_may_replace(const struct file *f);
const char *file_may_write_in(const char *folder);
const char *file_replace(struct file *f, struct bytes text, mode_t mode);

/* A new file beside, for whoever; an old one of that name is replaced. */
const char *file_write(const char *path, struct bytes text, mode_t mode);

/*
 * Make a folder and those above it that are missing, with mode 0700 or what
 * mode says; made() is called for each, from the top.
 */
const char *file_make_folder(const char *path, mode_t mode,
    void (*made)(void *arg, const char *path), void *arg);

/* The path from the root, whether it is there or not. */
char *file_absolute(const char *path);

bool file_is_folder(const char *path);
bool file_is_plain(const char *path);

/* Whether both names lead to the same file, or are the same. */
bool file_is_same(const char *a, const char *b);

#endif
