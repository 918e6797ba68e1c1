/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/cac-tool/file.h"
#include "tools/cac-tool/record.h"
#include "tools/cac-tool/tool.h"

#define RECORD_MAX 1048576 /* bytes of its file */

static const struct {
	const char *word;
	size_t fields;
} words[] = {{"made", 2}, {"file", 4}, {"cert", 5}, {"anchor", 3}};

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Undo escape(). */
static char *
unescape(struct bytes in)
{
	char *text = tool_string(in), *to = text;

	for (const char *p = text; *p != '\0'; p++) {
		if (p[0] == '%' && hex(p[1]) >= 0 && hex(p[2]) >= 0) {
			*to++ = (char)(hex(p[1]) << 4 | hex(p[2]));
			p += 2;
		} else {
			*to++ = *p;
		}
	}
	*to = '\0';
	return text;
}

static void
escape(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		char code[4];

		if (c > ' ' && c != '%' && c != 127) {
			buf_append_u8(out, c);
			continue;
		}
		(void)snprintf(code, sizeof(code), "%%%02X", c);
		buf_append(out, bytes_of(code, 3));
	}
}

static bool
take_field(struct bytes *line, struct bytes *field)
{
	size_t n = 0;
	uint8_t blank;

	while (n < line->n && line->p[n] != ' ')
		n++;
	if (n == 0)
		return false;
	(void)bytes_take(line, n, field);
	(void)bytes_take_u8(line, &blank);
	return true;
}

static bool
read_line(struct record *r, struct bytes line)
{
	const char *fields[RECORD_FIELDS] = {NULL};
	struct bytes field;
	size_t n = 0;

	while (n < RECORD_FIELDS && take_field(&line, &field))
		fields[n++] = unescape(field);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (n > 0 && strcmp(fields[0], words[i].word) == 0 &&
		    n == words[i].fields && line.n == 0) {
			record_add(r, fields);
			return true;
		}
	}
	return false;
}

struct record *
record_open(const char *path)
{
	struct record *r = tool_alloc(sizeof(*r));
	struct file f;
	struct bytes line = {NULL, 0};
	const char *wrong = file_read(path, RECORD_MAX, &f);

	r->path = tool_print("%s", path);
	for (const uint8_t *end; wrong == NULL && f.text.n > 0;) {
		end = memchr(f.text.p, '\n', f.text.n);
		if (end == NULL) {
			wrong = "its end is missing";
			break;
		}
		(void)bytes_take(&f.text, (size_t)(end - f.text.p) + 1, &line);
		line.n--;
		if (!read_line(r, line))
			wrong = "has a line that is none of its own";
	}
	if (wrong != NULL) {
		complain("%s: %s; remove it to forget what was changed", path,
		    wrong);
		return NULL;
	}
	r->changed = false;
	return r;
}

struct record_entry *
record_find(struct record_entry *e, const char *word, const char *second)
{
	for (; e != NULL; e = e->next) {
		if (strcmp(e->field[0], word) == 0 &&
		    (second == NULL || strcmp(e->field[1], second) == 0))
			return e;
	}
	return NULL;
}

void
record_add(struct record *r, const char *const fields[RECORD_FIELDS])
{
	struct record_entry *e = tool_alloc(sizeof(*e)), **at = &r->first;

	for (size_t i = 0; i < RECORD_FIELDS && fields[i] != NULL; i++)
		e->field[i] = tool_print("%s", fields[i]);
	while (*at != NULL)
		at = &(*at)->next;
	*at = e;
	r->changed = true;
}

void
record_drop(struct record *r, struct record_entry *e)
{
	struct record_entry **at = &r->first;

	while (*at != NULL && *at != e)
		at = &(*at)->next;
	if (*at != NULL)
		*at = e->next;
	r->changed = true;
}

void
record_made(void *arg, const char *path)
{
	record_add(arg, (const char *[RECORD_FIELDS]){"made", path});
}

const char *
record_save(struct record *r)
{
	struct buf *text = tool_buf(RECORD_MAX);
	const char *wrong = NULL;
	char *folder = tool_print("%s", r->path);

	if (!r->changed)
		return NULL;
	*strrchr(folder, '/') = '\0';
	wrong = file_make_folder(folder, 0700, record_made, r);
	for (struct record_entry *e = r->first; e != NULL; e = e->next) {
		for (size_t i = 0; i < RECORD_FIELDS && e->field[i] != NULL;
		     i++) {
			if (i > 0)
				buf_append_u8(text, ' ');
			escape(text, e->field[i]);
		}
		buf_append_u8(text, '\n');
	}
	if (wrong == NULL && buf_err(text) != 0)
		wrong = "too much to remember";
	if (wrong == NULL)
		wrong = file_write(r->path, buf_bytes(text), 0600);
	if (wrong == NULL)
		r->changed = false;
	return wrong != NULL ? tool_print("%s: %s", r->path, wrong) : NULL;
}

/* From the last one made; one with something in it stays, and is kept. */
static void
remove_made(struct record *r)
{
	struct record_entry *last, *e;
	struct record_entry *kept = NULL;

	do {
		last = NULL;
		for (e = r->first; e != kept && e != NULL; e = e->next) {
			if (strcmp(e->field[0], "made") == 0)
				last = e;
		}
		if (last == NULL)
			break;
		if (rmdir(last->field[1]) == 0 || errno == ENOENT)
			record_drop(r, last);
		else
			kept = last;
	} while (true);
}

static bool
only_folders(const struct record *r)
{
	for (const struct record_entry *e = r->first; e != NULL; e = e->next) {
		if (strcmp(e->field[0], "made") != 0)
			return false;
	}
	return true;
}

const char *
record_close(struct record *r)
{
	remove_made(r);
	if (!only_folders(r))
		return record_save(r);
	if (unlink(r->path) != 0 && errno != ENOENT)
		return tool_print("%s: %s", r->path, strerror(errno));
	remove_made(r);
	return NULL;
}
