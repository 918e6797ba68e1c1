/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What cac-tool has changed, so that it can be undone: lines of fields behind
 * a word, in a file of its own.
 *
 *	made FOLDER                        one that was not there
 *	file PATH SHA256 old|new           as we left it; old has a backup
 *	cert DATABASE SHA256 NICKNAME TRUST   "-" for one that is new there
 *	anchor FILE SHA256                 for p11-kit's trust
 */
#ifndef CAC_TOOL_RECORD_H
#define CAC_TOOL_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#define RECORD_FIELDS 5

struct record_entry {
	const char *field[RECORD_FIELDS]; /* the word first; NULL: no more */
	struct record_entry *next;
};

struct record {
	char *path;
	bool changed;
	struct record_entry *first;
};

/* NULL after one line on stderr: it cannot be read, or was damaged. */
struct record *record_open(const char *path);

/* The first entry from e on with this word, and this next field if any. */
struct record_entry *
record_find(struct record_entry *e, const char *word, const char *second);

/* At the end of the list; fields are copied, NULL ends them. */
void record_add(struct record *r, const char *const fields[RECORD_FIELDS]);
void record_drop(struct record *r, struct record_entry *e);

/* NULL, or what is wrong. Folders for it are made, and noted. */
const char *record_save(struct record *r);

/*
 * Remove the folders that were made, as far as they are empty; then save, or
 * remove the record as well when nothing is left in it.
 */
const char *record_close(struct record *r);

/* For file_make_folder(): arg is the record. */
void record_made(void *arg, const char *path);

#endif
