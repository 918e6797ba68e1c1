/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changing a file that others own as well, so that it can be undone: byte for
 * byte while nobody else has changed it, and else by taking out our part.
 */
#ifndef CAC_TOOL_EDIT_H
#define CAC_TOOL_EDIT_H

#include "tools/cac-tool/file.h"
#include "tools/cac-tool/record.h"

/* Beside a file: its text before us. */
#define EDIT_BACKUP_SUFFIX ".before-cac-tool"

struct edit {
	struct record *record;
	struct record_entry *entry; /* NULL: not changed by us so far */
	struct file file;
	bool untouched;	     /* by others, since we changed it */
	bool was_there;	     /* before us; when untouched */
	struct bytes before; /* the text before us; when untouched */
};

/* NULL, or what is wrong with the file. */
const char *
edit_open(struct record *r, const char *path, size_t max, struct edit *e);

/*
 * Write text. Its backup is before, if there was a file then. The record is
 * saved first. NULL, or what is wrong; then nothing has changed.
 */
const char *edit_write(
    struct edit *e, const struct bytes *before, struct bytes text, mode_t mode);

/* Treat it as untouched: a file that is ours as a whole. */
const char *edit_claim(struct edit *e, size_t max);

/*
 * Back to what it was before us. without_us is for a file that others have
 * changed: what they would have without us.
 */
const char *edit_undo(struct edit *e, struct bytes without_us);

#endif
