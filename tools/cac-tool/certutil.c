/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/cac-tool/certutil.h"
#include "tools/cac-tool/spawn.h"
#include "tools/cac-tool/tool.h"

#define ARGUMENTS_MAX 16
#define ENTRIES_MAX   4096

/* The arguments behind certutil and its database; NULL ends them. */
static const char *
run(const struct certutil *db, const char *const arguments[],
    struct bytes input, struct spawned *s)
{
	char *argv[ARGUMENTS_MAX] = {tool_print("certutil"), tool_print("-d"),
	    tool_print("sql:%s", db->dir)};
	size_t n = 3;

	if (db->password_file != NULL) {
		argv[n++] = tool_print("-f");
		argv[n++] = tool_print("%s", db->password_file);
	}
	for (size_t i = 0; arguments[i] != NULL && n + 1 < ARGUMENTS_MAX; i++)
		argv[n++] = tool_print("%s", arguments[i]);
	spawn(argv, input, s);
	if (s->status == 0)
		return NULL;
	return *s->complaint != '\0'
	    ? s->complaint
	    : tool_print("certutil ended with %d", s->status);
}

/* "nickname     CT,C," cut in two; false: another kind of line. */
static bool
split_line(char *line, char **nickname, char **trust)
{
	char *end = line + strlen(line);
	unsigned commas = 0;

	while (end > line && end[-1] == ' ')
		*--end = '\0';
	*trust = strrchr(line, ' ');
	if (*trust == NULL)
		return false;
	end = (*trust)++;
	for (const char *p = *trust; *p != '\0'; p++) {
		if (*p == ',')
			commas++;
		else if (strchr("pPcCTuw", *p) == NULL)
			return false;
	}
	while (end > line && end[-1] == ' ')
		end--;
	*end = '\0';
	*nickname = line;
	return commas == 2 && *line != '\0';
}

/* All certificates that go by this nickname's subject, as PEM. */
static void
read_subject(const struct certutil *db, const char *nickname, struct bundle *b)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	struct spawned s;

	b->n = 0;
	if (run(db, (const char *const[]){"-L", "-n", nickname, "-a", NULL},
		bytes_of(NULL, 0), &s) == NULL &&
	    memmem(s.out.p, s.out.n, begin, sizeof(begin) - 1) != NULL)
		(void)bundle_add_pem(b, s.out);
}

static bool
is_listed(const struct certutil_list *all, const struct certificate *c)
{
	for (size_t i = 0; i < all->n; i++) {
		if (memcmp(all->list[i].certificate->sha256, c->sha256,
			SHA256_BYTES) == 0)
			return true;
	}
	return false;
}

static void
note(struct certutil_list *all, char *nickname, char *trust,
    const struct bundle *b)
{
	for (size_t i = 0; i < b->n && all->n < ENTRIES_MAX; i++) {
		if (is_listed(all, b->list[i]))
			continue;
		all->list[all->n++] = (struct certutil_entry){
		    .nickname = nickname,
		    .trust = trust,
		    .certificate = b->list[i],
		    .alone = b->n == 1,
		};
	}
}

const char *
certutil_read(const struct certutil *db, struct certutil_list *out)
{
	struct bundle *b = tool_alloc(sizeof(*b));
	char *line, *rest, *nickname, *trust;
	const char *wrong;
	struct spawned s;

	*out = (struct certutil_list){
	    .list = tool_alloc(ENTRIES_MAX * sizeof(out->list[0]))};
	wrong =
	    run(db, (const char *const[]){"-L", NULL}, bytes_of(NULL, 0), &s);
	if (wrong != NULL)
		return wrong;
	rest = tool_string(s.out);
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (!split_line(line, &nickname, &trust))
			continue;
		read_subject(db, nickname, b);
		note(out, nickname, trust, b);
	}
	return NULL;
}

const struct certutil_entry *
certutil_find(const struct certutil_list *all, const char *sha256)
{
	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(crypto_hex(BYTES(all->list[i].certificate->sha256)),
			sha256) == 0)
			return &all->list[i];
	}
	return NULL;
}

const char *
certutil_add(const struct certutil *db, const char *nickname, const char *trust,
    struct bytes der)
{
	struct spawned s;

	return run(db,
	    (const char *const[]){"-A", "-n", nickname, "-t", trust, NULL}, der,
	    &s);
}

const char *
certutil_delete(const struct certutil *db, const char *nickname)
{
	struct spawned s;

	return run(db, (const char *const[]){"-D", "-n", nickname, NULL},
	    bytes_of(NULL, 0), &s);
}

const char *
certutil_trust(
    const struct certutil *db, const char *nickname, const char *trust)
{
	struct spawned s;

	return run(db,
	    (const char *const[]){"-M", "-n", nickname, "-t", trust, NULL},
	    bytes_of(NULL, 0), &s);
}
