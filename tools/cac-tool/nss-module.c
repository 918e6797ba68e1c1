/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/cac-tool/edit.h"
#include "tools/cac-tool/module.h"
#include "tools/cac-tool/nss-module.h"
#include "tools/cac-tool/pkcs11-txt.h"
#include "tools/cac-tool/spawn.h"
#include "tools/cac-tool/tool.h"

/* Which stanzas are meant. */
struct chosen {
	const char *module;
	bool files_seen;
	bool rivals; /* and the dead, besides ours */
};

static char *
list_path(const struct database *d)
{
	return tool_print("%s/pkcs11.txt", d->dir);
}

static bool
files_seen(const struct database *d)
{
	return d->confined == CONFINED_NOT;
}

static bool
is_chosen(void *arg, const struct pkcs11_stanza *s)
{
	const struct chosen *c = arg;
	enum module_kind kind =
	    module_kind(s->library, s->name, c->module, c->files_seen);

	return kind == MODULE_OURS ||
	    (c->rivals && (kind == MODULE_DEAD || kind == MODULE_RIVAL));
}

static void
note_other(
    struct nss_view *v, const struct pkcs11_stanza *s, enum module_kind kind)
{
	if (v->others == NSS_OTHERS_MAX)
		return;
	v->other[v->others++] = (struct nss_other){
	    .name = tool_string(s->name),
	    .library = tool_string(s->library),
	    .dead = kind == MODULE_DEAD,
	};
}

char *
nss_words(const struct nss_other *other)
{
	return tool_print("%s (%s), %s", other->name, other->library,
	    other->dead ? "a file that is not there" : "for the same cards");
}

static void
look_at_list(struct bytes text, const struct database *d, const char *module,
    struct nss_view *out)
{
	struct pkcs11_stanza s;
	unsigned ours = 0;

	while (pkcs11_txt_next(&text, &s)) {
		enum module_kind kind =
		    module_kind(s.library, s.name, module, files_seen(d));

		if (kind == MODULE_OURS) {
			ours++;
			out->library = tool_string(s.library);
		} else if (kind == MODULE_PROXY) {
			out->by_proxy = true;
		} else if (kind == MODULE_DEAD || kind == MODULE_RIVAL) {
			note_other(out, &s, kind);
		}
	}
	out->right = ours == 1 && strcmp(out->library, module) == 0;
}

/* "pkcs11.txt: what is wrong" */
static const char *
check_list(struct bytes text)
{
	unsigned line = pkcs11_txt_check(text);

	if (line == 0)
		return NULL;
	return tool_print("pkcs11.txt is damaged in line %u: mend it, or move "
			  "it away and start the browser, which makes a new "
			  "one",
	    line);
}

void
nss_look(const struct database *d, const char *module, struct nss_view *out)
{
	struct file f;

	*out = (struct nss_view){0};
	out->wrong = file_read(list_path(d), PKCS11_TXT_MAX, &f);
	if (out->wrong == NULL)
		out->wrong = check_list(f.text);
	if (out->wrong != NULL)
		return;
	out->no_list = !f.exists;
	out->old_format = !f.exists &&
	    file_is_plain(tool_print("%s/cert8.db", d->dir)) &&
	    !file_is_plain(tool_print("%s/cert9.db", d->dir));
	look_at_list(f.text, d, module, out);
}

/* The text without the stanzas that are meant. */
static struct bytes
strip(struct bytes text, struct chosen *c)
{
	struct buf *out = tool_buf(2 * PKCS11_TXT_MAX);

	(void)pkcs11_txt_drop(text, is_chosen, c, out);
	return buf_bytes(out);
}

static const char *
open_list(const struct nss_job *job, const struct database *d, struct edit *e)
{
	const char *wrong =
	    edit_open(job->record, list_path(d), PKCS11_TXT_MAX, e);

	return wrong != NULL ? wrong : check_list(e->file.text);
}

/* Whether the stanzas are what registering would make of them. */
static bool
is_done(const struct nss_job *job, const struct nss_view *v)
{
	return v->right && (!job->replace || v->others == 0);
}

static const char *
write_list(const struct nss_job *job, const struct database *d, struct edit *e)
{
	struct chosen ours = {job->module, files_seen(d), false};
	struct chosen all = {job->module, files_seen(d), job->replace};
	struct buf *text = tool_buf(2 * PKCS11_TXT_MAX);
	bool was_there = e->untouched ? e->was_there : e->file.exists;
	struct bytes before =
	    e->untouched ? e->before : strip(e->file.text, &ours);

	pkcs11_txt_add(
	    strip(e->file.text, &all), job->module, MODULE_NAME, text);
	if (buf_err(text) != 0)
		return "too long";
	return edit_write(e, was_there ? &before : NULL, buf_bytes(text), 0600);
}

/* What a new database consists of is ours, until others change it. */
#define NEW_FILES 2
static const char *const new_files[NEW_FILES] = {"cert9.db", "key4.db"};

static void
note_new_files(struct record *r, const struct database *d)
{
	struct edit e;

	for (size_t i = 0; i < NEW_FILES; i++) {
		if (edit_open(r, tool_print("%s/%s", d->dir, new_files[i]),
			PKCS11_TXT_MAX, &e) == NULL &&
		    e.file.exists)
			(void)edit_write(&e, NULL, e.file.text, 0600);
	}
}

/*
 * NSS makes the rest of a database at its first use, but its tools do not when
 * they only read: where they are installed, they make it now.
 */
static const char *
make_database(const struct nss_job *job, const struct database *d)
{
	char certutil[] = "certutil", n[] = "-N", at[] = "-d",
	     empty[] = "--empty-password";
	char *argv[] = {
	    certutil, n, at, tool_print("sql:%s", d->dir), empty, NULL};
	const char *wrong =
	    file_make_folder(d->dir, 0700, record_made, job->record);
	struct spawned s;

	if (wrong != NULL)
		return wrong;
	if (program_exists(certutil)) {
		spawn(argv, bytes_of(NULL, 0), &s);
		if (s.status == 0)
			note_new_files(job->record, d);
	}
	return NULL;
}

/* As certutil wrote it; without ours it is no longer needed. */
static const char *
start_list(const struct nss_job *job, const struct database *d, struct edit *e)
{
	const char *wrong = make_database(job, d);

	if (wrong == NULL)
		wrong = open_list(job, d, e);
	if (wrong == NULL && e->file.exists) {
		wrong = edit_write(e, NULL, e->file.text, 0600);
		if (wrong == NULL)
			wrong = open_list(job, d, e);
	}
	return wrong;
}

static const char *
may_write_list(const struct database *d)
{
	struct file f;
	const char *wrong = file_read(list_path(d), PKCS11_TXT_MAX, &f);

	return wrong != NULL ? wrong : file_may_replace(&f);
}

enum nss_done
nss_register(
    const struct nss_job *job, const struct database *d, const char **wrong)
{
	struct nss_view v;
	struct edit e;

	nss_look(d, job->module, &v);
	*wrong = v.wrong;
	if (v.old_format)
		*wrong = "its databases are of an old kind: start the browser "
			 "once, which converts them";
	if (*wrong == NULL && is_done(job, &v))
		return NSS_UNCHANGED;
	if (*wrong == NULL && job->dry && d->exists)
		*wrong = may_write_list(d);
	if (*wrong == NULL && !job->dry) {
		*wrong =
		    d->exists ? open_list(job, d, &e) : start_list(job, d, &e);
		if (*wrong == NULL)
			*wrong = write_list(job, d, &e);
	}
	if (*wrong != NULL)
		return NSS_FAILED;
	return d->exists ? NSS_CHANGED : NSS_CREATED;
}

/* What was replaced comes back, unless it did by itself. */
static struct bytes
restore_others(
    const struct nss_job *job, const struct database *d, struct bytes text)
{
	struct chosen all = {job->module, files_seen(d), true};
	struct buf *out = tool_buf(2 * PKCS11_TXT_MAX);
	struct pkcs11_stanza s, known;
	struct file backup;

	buf_append(out, text);
	if (file_read(tool_print("%s%s", list_path(d), EDIT_BACKUP_SUFFIX),
		PKCS11_TXT_MAX, &backup) != NULL)
		return text;
	while (pkcs11_txt_next(&backup.text, &s)) {
		struct bytes rest = text;
		bool is_there = !is_chosen(&all, &s);

		while (!is_there && pkcs11_txt_next(&rest, &known))
			is_there = bytes_equal(known.name, s.name);
		if (!is_there)
			pkcs11_txt_add(bytes_of(NULL, 0),
			    tool_string(s.library), tool_string(s.name), out);
	}
	return buf_err(out) == 0 ? buf_bytes(out) : text;
}

/* Both or none: a browser that has used one needs the other. */
static void
remove_new_files(struct record *r, const struct database *d)
{
	struct edit e[NEW_FILES];

	for (size_t i = 0; i < NEW_FILES; i++) {
		if (edit_open(r, tool_print("%s/%s", d->dir, new_files[i]),
			PKCS11_TXT_MAX, &e[i]) != NULL ||
		    !e[i].untouched)
			return;
	}
	for (size_t i = 0; i < NEW_FILES; i++)
		(void)edit_undo(&e[i], e[i].file.text);
}

static void
forget_new_files(struct record *r, const struct database *d)
{
	struct edit e;

	remove_new_files(r, d);
	for (size_t i = 0; i < NEW_FILES; i++) {
		if (edit_open(r, tool_print("%s/%s", d->dir, new_files[i]),
			PKCS11_TXT_MAX, &e) == NULL &&
		    e.entry != NULL)
			record_drop(r, e.entry);
	}
}

enum nss_done
nss_unregister(
    const struct nss_job *job, const struct database *d, const char **wrong)
{
	struct chosen ours = {job->module, files_seen(d), false};
	struct bytes without;
	struct edit e;

	*wrong = open_list(job, d, &e);
	if (*wrong != NULL)
		return NSS_FAILED;
	without = strip(e.file.text, &ours);
	if (e.entry == NULL && bytes_equal(without, e.file.text))
		return NSS_UNCHANGED;
	if (job->dry)
		return NSS_CHANGED;
	if (e.entry != NULL && !e.untouched)
		without = restore_others(job, d, without);
	*wrong = edit_undo(&e, without);
	if (*wrong != NULL)
		return NSS_FAILED;
	forget_new_files(job->record, d);
	return NSS_CHANGED;
}
