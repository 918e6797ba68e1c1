/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/card/error.h"
#include "tools/emulator/card/profile-parse.h"

#define LINE_MAX_LEN  1024
#define INCLUDE_DEPTH 4

static bool load_file(struct line *outer, const char *path);

bool
line_error(const struct line *line, const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return error_set("%s:%u: %s", line->file, line->number, text);
}

/* Cuts in place. Quotes stay on their word, to tell text from hex. */
static bool
line_split(struct line *line, char *text)
{
	char *p = text;

	line->n = 0;
	for (;;) {
		p += strspn(p, " \t\r\n");
		if (*p == '\0' || *p == '#')
			return true;
		if (line->n == WORDS_MAX)
			return line_error(line, "too many words");
		line->word[line->n++] = p;
		if (*p == '"') {
			p = strchr(p + 1, '"');
			if (!p)
				return line_error(line, "text without end");
			p++;
		} else {
			p += strcspn(p, " \t\r\n");
		}
		if (*p == '\0')
			return true;
		*p++ = '\0';
	}
}

static const struct keyword *
keyword_find(const struct keyword *table, const char *name)
{
	for (; table->name; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

static bool
line_include(struct line *line)
{
	const char *slash = strrchr(line->file, '/');
	char *path;
	int folder;
	bool ok;

	if (line->n != 2)
		return line_error(line, "include takes one file");
	if (line->depth == INCLUDE_DEPTH)
		return line_error(line, "include is too deep");
	folder = slash && line->word[1][0] != '/'
	    ? (int)(slash + 1 - line->file)
	    : 0;
	if (asprintf(&path, "%.*s%s", folder, line->file, line->word[1]) < 0)
		return line_error(line, "out of memory");
	ok = load_file(line, path);
	free(path);
	return ok;
}

static bool
line_parse(struct line *line)
{
	static const struct keyword *const tables[] = {profile_card_keywords,
	    profile_applet_keywords, profile_object_keywords,
	    profile_piv_keywords, profile_habit_keywords,
	    profile_wild_keywords};
	const struct keyword *k = NULL;
	const char *name = line->word[0];
	size_t i;

	if (strcmp(name, "include") == 0)
		return line_include(line);
	for (i = 0; !k && i < sizeof(tables) / sizeof(tables[0]); i++)
		k = keyword_find(tables[i], name);
	if (!k)
		return line_error(line, "unknown keyword %s", name);
	if (k->section == IN_APPLET && !line->applet)
		return line_error(line, "%s before any applet", name);
	if (k->section == IN_OBJECT && !line->object)
		return line_error(line, "%s before any object", name);
	if (k->section == IN_PIV && !line_in_piv(line))
		return line_error(line, "%s outside PIV", name);
	if (k->section == IN_PIV_OBJECT &&
	    (!line_in_piv(line) || !line->object))
		return line_error(line, "%s before any PIV object", name);
	if (line->n - 1 < k->least || line->n - 1 > k->most)
		return line_error(line, "wrong number of words for %s", name);
	return k->parse(line);
}

static bool
load_file(struct line *outer, const char *path)
{
	struct line line = *outer;
	char text[LINE_MAX_LEN];
	bool ok = true;
	FILE *f;

	f = fopen(path, "re");
	if (!f && outer->number)
		return line_error(outer, "%s: %s", path, strerror(errno));
	if (!f)
		return error_set("%s: %s", path, strerror(errno));
	line.file = path;
	line.number = 0;
	line.depth++;
	while (ok && fgets(text, sizeof(text), f)) {
		line.number++;
		if (strlen(text) == sizeof(text) - 1)
			ok = line_error(&line, "line is too long");
		else
			ok = line_split(&line, text) &&
			    (line.n == 0 || line_parse(&line));
	}
	if (ok && ferror(f))
		ok = error_set("%s: %s", path, strerror(errno));
	fclose(f);
	outer->applet = line.applet;
	outer->object = line.object;
	return ok;
}

static void
profile_defaults(struct profile *p)
{
	STAILQ_INIT(&p->rules);
	STAILQ_INIT(&p->providers);
	STAILQ_INIT(&p->applets);
	p->cla[0] = 0x00;
	p->cla[1] = 0x80;
	p->n_cla = 2;
	p->select_p2[0] = 0x00;
	p->select_p2[1] = 0x0C;
	p->n_select_p2 = 2;
	p->select_fci = true;
	p->status[STATUS_UNKNOWN_AID] = 0x6A82;
	p->status[STATUS_UNKNOWN_OBJECT] = 0x6A82;
	p->status[STATUS_UNKNOWN_INS] = 0x6D00;
	p->status[STATUS_UNKNOWN_CLA] = 0x6E00;
	p->status[STATUS_SELECT_P2] = 0x6A86;
	p->status[STATUS_NO_LOGIN] = 0x6982;
	p->status[STATUS_PIN_BLOCKED] = 0x6983;
	p->status[STATUS_PIN_P2] = 0x6A86;
	p->status[STATUS_READ_PAST_END] = 0x6A86;
	p->status[STATUS_READ_TOO_LONG] = 0x6A86;
	p->status[STATUS_UPDATE_BUFFER] = 0x6985;
	p->status[STATUS_OLD_PROPERTIES] = 0x6A86;
	p->status[STATUS_UNKNOWN_DATA] = 0x6A82;
	p->status[STATUS_PIN_FORM] = 0x6A80;
	p->status[STATUS_CHAINING] = 0x6884;
	p->status[STATUS_CHAIN_BROKEN] = 0x6883;
	p->status[STATUS_WRONG_PIN] = 0x63C0;
	STAILQ_INIT(&p->habits.scripted);
	p->habits.certificate_piece = 100;
	p->habits.select_more = 0x61;
	p->protocols = 1;
	p->voltages = 7;
	p->read_max = 255;
	memcpy(p->pin, "77777777", PIN_LEN);
	p->pin_min = 6;
	p->tries = 3;
	p->tries_left = 3;
	p->puk_tries = 3;
	p->keep_login = true;
}

static bool
access_known(
    const struct profile *p, const struct access_list *list, const char *path)
{
	const struct access *x;

	for (x = STAILQ_FIRST(list); x; x = STAILQ_NEXT(x, next))
		if (!profile_rule(p, x->acrid))
			return error_set(
			    "%s: access by missing rule %02X", path, x->acrid);
	return true;
}

static bool
profile_check(const struct profile *p, const char *path)
{
	const struct aid *first = &p->default_applet;
	const struct applet *a;
	const struct object *o;

	if (p->atr.len == 0 && !p->habits.mute)
		return error_set("%s: no atr", path);
	if (p->atr.protocols != p->protocols && !p->habits.mute)
		return error_set("%s: atr and protocol disagree", path);
	if (p->tries_left > p->tries)
		return error_set("%s: tries-left is above tries", path);
	if (first->len && !profile_applet(p, first->bytes, first->len))
		return error_set("%s: default-applet is missing", path);
	for (a = STAILQ_FIRST(&p->applets); a; a = STAILQ_NEXT(a, next)) {
		if (!access_known(p, &a->access, path))
			return false;
		for (o = STAILQ_FIRST(&a->objects); o; o = STAILQ_NEXT(o, next))
			if (!access_known(p, &o->access, path))
				return false;
		if (a->kind == APPLET_PIV && !profile_check_piv(p, a, path))
			return false;
	}
	return true;
}

struct profile *
profile_load(const char *path)
{
	struct line line = {.file = path};
	struct profile *p;

	p = calloc(1, sizeof(*p));
	if (!p) {
		error_set("out of memory");
		return NULL;
	}
	profile_defaults(p);
	line.profile = p;
	if (!load_file(&line, path) || !profile_check(p, path))
		profile_free(&p);
	return p;
}
