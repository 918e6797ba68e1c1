/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/cac-tool/crypto.h"
#include "tools/cac-tool/edit.h"
#include "tools/cac-tool/tool.h"

static char *
backup_path(const struct edit *e)
{
	return tool_print("%s%s", e->file.path, EDIT_BACKUP_SUFFIX);
}

static const char *
read_backup(struct edit *e, size_t max)
{
	struct file f;
	const char *wrong;

	e->was_there = strcmp(e->entry->field[3], "old") == 0;
	if (!e->was_there)
		return NULL;
	wrong = file_read(backup_path(e), max, &f);
	/* Without its backup it is as good as changed by others. */
	e->untouched = wrong == NULL && f.exists;
	e->before = f.text;
	return wrong;
}

const char *
edit_open(struct record *r, const char *path, size_t max, struct edit *e)
{
	const char *wrong;

	*e = (struct edit){.record = r};
	wrong = file_read(path, max, &e->file);
	if (wrong != NULL)
		return wrong;
	e->entry = record_find(r->first, "file", e->file.path);
	e->untouched = e->entry != NULL && e->file.exists &&
	    strcmp(crypto_sha256_hex(e->file.text), e->entry->field[2]) == 0;
	return e->untouched ? read_backup(e, max) : NULL;
}

const char *
edit_claim(struct edit *e, size_t max)
{
	e->untouched = true;
	return read_backup(e, max);
}

const char *
edit_write(
    struct edit *e, const struct bytes *before, struct bytes text, mode_t mode)
{
	struct record_entry *entry = e->entry;
	bool had_backup = entry != NULL && strcmp(entry->field[3], "old") == 0;
	const char *wrong = NULL;

	record_add(e->record,
	    (const char *[RECORD_FIELDS]){"file", e->file.path,
		crypto_sha256_hex(text), before != NULL ? "old" : "new"});
	if (before != NULL)
		wrong = file_write(backup_path(e), *before,
		    e->file.exists ? e->file.st.st_mode & 07777 : mode);
	if (wrong == NULL)
		wrong = record_save(e->record);
	if (wrong == NULL)
		wrong = file_replace(&e->file, text, mode);
	if (wrong == NULL) {
		if (entry != NULL)
			record_drop(e->record, entry);
		return NULL;
	}
	/* As it was: the entry that was just added goes again. */
	e->entry = record_find(entry != NULL ? entry->next : e->record->first,
	    "file", e->file.path);
	if (e->entry != NULL)
		record_drop(e->record, e->entry);
	if (before != NULL && !had_backup)
		(void)unlink(backup_path(e));
	return wrong;
}

static const char *
put_back(struct edit *e)
{
	const char *wrong;

	if (e->was_there) {
		wrong = file_replace(&e->file, e->before, 0600);
	} else {
		wrong = unlink(e->file.path) != 0 && errno != ENOENT
		    ? strerror(errno)
		    : NULL;
	}
	return wrong;
}

const char *
edit_undo(struct edit *e, struct bytes without_us)
{
	const char *wrong = NULL;

	if (e->untouched)
		wrong = put_back(e);
	else if (e->file.exists && !bytes_equal(without_us, e->file.text))
		wrong = file_replace(&e->file, without_us, 0600);
	if (wrong != NULL)
		return wrong;
	if (e->entry != NULL) {
		if (strcmp(e->entry->field[3], "old") == 0)
			(void)unlink(backup_path(e));
		record_drop(e->record, e->entry);
		e->entry = NULL;
	}
	return NULL;
}
