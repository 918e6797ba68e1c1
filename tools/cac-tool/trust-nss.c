/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/cac-tool/certutil.h"
#include "tools/cac-tool/file.h"
#include "tools/cac-tool/trust.h"

/* Trusted to issue to servers and clients, and for mail (certutil(1), -t). */
#define TRUST_ROOT "CT,C,"
#define TRUST_NONE ",,"
#define TRUST_NEW  "-"

bool
trust_nss_ready(void)
{
	if (program_exists("certutil"))
		return true;
	complain("certutil is not installed: it alone writes certificates into "
		 "the browsers' databases (Debian: libnss3-tools, Fedora: "
		 "nss-tools)");
	return false;
}

/* Its own, so that it can be deleted without harm to others. */
static char *
nickname_of(const struct certificate *c)
{
	char *name = tool_print("%s (%.16s)",
	    c->common_name != NULL ? c->common_name : c->subject,
	    crypto_hex(BYTES(c->sha256)));

	/* NSS takes what stands before a colon for a token. */
	for (char *p = name; *p != '\0'; p++) {
		if (*p == ':' || (unsigned char)*p < ' ')
			*p = '.';
	}
	return name;
}

static struct record_entry *
recorded(const struct trust *t, const char *dir, const char *sha256)
{
	struct record_entry *e = t->target.record->first;

	while ((e = record_find(e, "cert", dir)) != NULL) {
		if (strcmp(e->field[2], sha256) == 0)
			return e;
		e = e->next;
	}
	return NULL;
}

/* certutil asks nobody whose files it changes. */
static const char *
read_own(const struct certutil *db, struct certutil_list *all)
{
	const char *wrong = file_may_write_in(db->dir);

	if (wrong != NULL)
		return wrong;
	if (!file_is_plain(tool_print("%s/cert9.db", db->dir)))
		return "it holds no certificates yet: start the program once, "
		       "and do this again";
	return certutil_read(db, all);
}

/* The record first: what was done must be known, and not more than that. */
static const char *
add_new(struct trust *t, const struct certutil *db, const struct certificate *c,
    const char *trust)
{
	struct record *r = t->target.record;
	char *name = nickname_of(c), *sha256 = crypto_hex(BYTES(c->sha256));
	const char *wrong;

	record_add(r,
	    (const char *[RECORD_FIELDS]){
		"cert", db->dir, sha256, name, TRUST_NEW});
	wrong = record_save(r);
	if (wrong == NULL)
		wrong = certutil_add(db, name, trust, c->der);
	if (wrong != NULL)
		record_drop(r, recorded(t, db->dir, sha256));
	return wrong;
}

/* A certificate of the user's that lacks the trust of a root. */
static const char *
add_trust(struct trust *t, const struct certutil *db,
    const struct certutil_entry *e, const char *sha256)
{
	struct record *r = t->target.record;
	const char *wrong;

	record_add(r,
	    (const char *[RECORD_FIELDS]){
		"cert", db->dir, sha256, e->nickname, e->trust});
	wrong = record_save(r);
	if (wrong == NULL)
		wrong = certutil_trust(db, e->nickname, TRUST_ROOT);
	if (wrong != NULL)
		record_drop(r, recorded(t, db->dir, sha256));
	return wrong;
}

static const char *
add_one(struct trust *t, const struct certutil *db,
    const struct certutil_list *all, const struct certificate *c, bool *changed)
{
	const char *sha256 = crypto_hex(BYTES(c->sha256));
	const struct certutil_entry *e = certutil_find(all, sha256);
	bool root = trust_is_root(t, c);

	*changed =
	    e == NULL || (root && strncmp(e->trust, "C", 1) != 0 && e->alone);
	if (!*changed || t->dry)
		return NULL;
	if (e == NULL)
		return add_new(t, db, c, root ? TRUST_ROOT : TRUST_NONE);
	return add_trust(t, db, e, sha256);
}

static void
add_to(struct trust *t, const struct database *d)
{
	struct certutil db = {d->dir, t->password_file};
	char *name = target_name(&t->target, d);
	struct certutil_list all;
	unsigned added = 0;
	const char *wrong = read_own(&db, &all);

	for (size_t i = 0; wrong == NULL && i < t->good.n; i++) {
		bool changed;

		wrong = add_one(t, &db, &all, t->good.list[i], &changed);
		added += wrong == NULL && changed;
	}
	if (wrong != NULL) {
		t->tally.bad++;
		complain("%s: %s", name, wrong);
	} else {
		t->tally.good++;
	}
	target_say(t->dry ? "would add" : "added", "%u of %zu to %s%s", added,
	    t->good.n, name,
	    added > 0 && d->user_pid != 0 ? " (restart the browser)" : "");
}

void
trust_nss_add(struct trust *t)
{
	for (size_t i = 0; i < t->target.databases->n; i++) {
		const struct database *d = &t->target.databases->list[i];

		if (d->exists)
			add_to(t, d);
		else
			target_say("left out",
			    "%s, which is not there yet: start the browser "
			    "once",
			    target_name(&t->target, d));
	}
}

static bool
is_meant(const struct trust *t, const char *sha256)
{
	for (size_t i = 0; i < t->files.n; i++) {
		if (strcmp(crypto_hex(BYTES(t->files.list[i]->sha256)),
			sha256) == 0)
			return true;
	}
	return t->files.n == 0;
}

/* What is no longer there needs no removing. */
static const char *
remove_one(struct trust *t, const struct record_entry *e)
{
	struct certutil db = {e->field[1], t->password_file};
	const struct certutil_entry *found;
	struct certutil_list all;
	const char *wrong = read_own(&db, &all);

	if (wrong != NULL)
		return wrong;
	found = certutil_find(&all, e->field[2]);
	if (found == NULL)
		return NULL;
	if (strcmp(e->field[4], TRUST_NEW) == 0)
		return certutil_delete(&db, e->field[3]);
	return certutil_trust(&db, e->field[3], e->field[4]);
}

void
trust_nss_remove(struct trust *t)
{
	struct record *r = t->target.record;
	struct record_entry *e = r->first, *next;
	unsigned removed = 0;

	for (; (e = record_find(e, "cert", NULL)) != NULL; e = next) {
		const char *wrong = NULL;

		next = e->next;
		if (!is_meant(t, e->field[2]))
			continue;
		if (!t->dry)
			wrong = remove_one(t, e);
		if (wrong != NULL) {
			t->tally.bad++;
			complain("%s, %s: %s", e->field[1], e->field[3], wrong);
			continue;
		}
		removed++;
		target_say(t->dry ? "would remove" : "removed", "%s from %s",
		    e->field[3], home_short(&t->target.home, e->field[1]));
		if (!t->dry)
			record_drop(r, e);
	}
	t->tally.good += removed;
}

static void
status_of(struct trust *t, const struct database *d)
{
	struct certutil db = {d->dir, t->password_file};
	unsigned there = 0, ours = 0;
	struct certutil_list all;
	const char *wrong = certutil_read(&db, &all);

	if (wrong != NULL) {
		t->tally.bad++;
		complain("%s: %s", target_name(&t->target, d), wrong);
		return;
	}
	for (size_t i = 0; i < t->files.n; i++) {
		const char *sha256 =
		    crypto_hex(BYTES(t->files.list[i]->sha256));

		there += certutil_find(&all, sha256) != NULL;
		ours += recorded(t, d->dir, sha256) != NULL;
	}
	t->tally.good++;
	target_say("has", "%u of %zu, %u by cac-tool: %s", there, t->files.n,
	    ours, target_name(&t->target, d));
}

void
trust_nss_status(struct trust *t)
{
	for (size_t i = 0; i < t->target.databases->n; i++) {
		if (t->target.databases->list[i].exists)
			status_of(t, &t->target.databases->list[i]);
	}
}
