/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where administrators put authorities of their own. Each system makes of them
 * the store that p11-kit's trust module and OpenSSL read.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "tools/cac-tool/file.h"
#include "tools/cac-tool/spawn.h"
#include "tools/cac-tool/trust.h"

static const struct store {
	const char *folder;
	const char *update; /* a program */
} stores[] = {
    {"/etc/pki/ca-trust/source/anchors", "update-ca-trust"},
    {"/etc/ca-certificates/trust-source/anchors", "update-ca-trust"},
    {"/usr/local/share/ca-certificates", "update-ca-certificates"},
};

static const struct store *
find_store(struct trust *t)
{
	for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
		if (file_is_folder(stores[i].folder) &&
		    program_exists(stores[i].update))
			return &stores[i];
	}
	t->tally.bad++;
	complain("no place for authorities is known here, and none of "
		 "update-ca-certificates, update-ca-trust");
	return NULL;
}

static void
update(struct trust *t, const struct store *store)
{
	char *argv[] = {tool_print("%s", store->update), NULL};
	struct spawned s;

	spawn(argv, bytes_of(NULL, 0), &s);
	if (s.status == 0)
		return;
	t->tally.bad++;
	complain("%s: %s", store->update,
	    *s.complaint != '\0' ? s.complaint : "failed");
}

static char *
file_of(const struct store *store, const struct certificate *c)
{
	return tool_print("%s/cac-tool-%.16s.crt", store->folder,
	    crypto_hex(BYTES(c->sha256)));
}

static const char *
add_one(struct trust *t, const char *path, const struct certificate *c)
{
	struct record *r = t->target.record;
	struct bytes pem = certificate_pem(c);
	const char *wrong;

	record_add(r,
	    (const char *[RECORD_FIELDS]){
		"anchor", path, crypto_sha256_hex(pem)});
	wrong = record_save(r);
	if (wrong == NULL)
		wrong = file_write(path, pem, 0644);
	if (wrong != NULL)
		record_drop(r, record_find(r->first, "anchor", path));
	return wrong;
}

void
trust_system_add(struct trust *t)
{
	const struct store *store = find_store(t);
	unsigned added = 0;

	for (size_t i = 0; store != NULL && i < t->named.n; i++) {
		const struct certificate *c = t->named.list[i];
		char *path = file_of(store, c);
		const char *wrong = NULL;

		/* A root that was left out is not among the good ones. */
		if (bundle_find(&t->good, c->sha256) == NULL)
			continue;
		t->tally.good++;
		if (file_is_plain(path)) {
			target_say("unchanged", "%s", path);
			continue;
		}
		if (!t->dry)
			wrong = add_one(t, path, c);
		if (wrong != NULL) {
			t->tally.good--;
			t->tally.bad++;
			complain("%s: %s", path, wrong);
			continue;
		}
		added++;
		target_say(t->dry ? "would add" : "added", "%s", path);
	}
	if (added > 0 && !t->dry)
		update(t, store);
	if (store != NULL && t->good.n > t->named.n)
		target_say("left out",
		    "%zu authorities below the roots: servers send them",
		    t->good.n - t->named.n);
}

static bool
is_meant(const struct trust *t, const char *path)
{
	for (size_t i = 0; i < t->files.n; i++) {
		if (strstr(path,
			tool_print("cac-tool-%.16s.crt",
			    crypto_hex(BYTES(t->files.list[i]->sha256)))) !=
		    NULL)
			return true;
	}
	return t->files.n == 0;
}

static const char *
remove_one(const struct record_entry *e)
{
	struct file f;
	const char *wrong = file_read(e->field[1], BUNDLE_FILE_MAX, &f);

	if (wrong != NULL || !f.exists)
		return wrong;
	if (strcmp(crypto_sha256_hex(f.text), e->field[2]) != 0)
		return "was changed by somebody else, and stays";
	return unlink(e->field[1]) != 0 ? strerror(errno) : NULL;
}

void
trust_system_remove(struct trust *t)
{
	struct record *r = t->target.record;
	struct record_entry *e = r->first, *next;
	const struct store *store = find_store(t);
	unsigned removed = 0;

	for (; store != NULL && (e = record_find(e, "anchor", NULL)) != NULL;
	     e = next) {
		const char *wrong;

		next = e->next;
		if (!is_meant(t, e->field[1]))
			continue;
		wrong = t->dry ? NULL : remove_one(e);
		if (wrong != NULL) {
			t->tally.bad++;
			complain("%s: %s", e->field[1], wrong);
			continue;
		}
		removed++;
		target_say(
		    t->dry ? "would remove" : "removed", "%s", e->field[1]);
		if (!t->dry)
			record_drop(r, e);
	}
	t->tally.good += removed;
	if (removed > 0 && !t->dry)
		update(t, store);
}

void
trust_system_status(struct trust *t)
{
	const struct store *store = find_store(t);

	for (size_t i = 0; store != NULL && i < t->files.n; i++) {
		char *path = file_of(store, t->files.list[i]);

		if (!file_is_plain(path))
			continue;
		t->tally.good++;
		target_say("has", "%s", path);
	}
}
