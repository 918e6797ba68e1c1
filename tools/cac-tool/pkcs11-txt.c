/* SPDX-License-Identifier: BSD-2-Clause */
#include <strings.h>

#include "tools/cac-tool/pkcs11-txt.h"

/* With its line end, if it has one. False at the end of the text. */
static bool
take_line(struct bytes *in, struct bytes *line)
{
	const uint8_t *end;

	if (in->n == 0)
		return false;
	end = memchr(in->p, '\n', in->n);
	return bytes_take(
	    in, end != NULL ? (size_t)(end - in->p) + 1 : in->n, line);
}

static struct bytes
without_end(struct bytes line)
{
	while (line.n > 0 &&
	    (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
		line.n--;
	return line;
}

/* What stands behind KEY=, without quotes; false: another key. */
static bool
value_of(struct bytes line, const char *key, struct bytes *value)
{
	size_t n = strlen(key);

	line = without_end(line);
	if (line.n < n + 1 || line.p[n] != '=' ||
	    strncasecmp((const char *)line.p, key, n) != 0)
		return false;
	*value = bytes_of(line.p + n + 1, line.n - n - 1);
	if (value->n >= 2 && (value->p[0] == '"' || value->p[0] == '\'') &&
	    value->p[value->n - 1] == value->p[0])
		*value = bytes_of(value->p + 1, value->n - 2);
	return true;
}

bool
pkcs11_txt_next(struct bytes *in, struct pkcs11_stanza *out)
{
	struct bytes line, value;

	*out = (struct pkcs11_stanza){.whole = bytes_of(in->p, 0)};
	while (take_line(in, &line)) {
		out->whole.n += line.n;
		if (value_of(line, "library", &value))
			out->library = value;
		else if (value_of(line, "name", &value))
			out->name = value;
		if (without_end(line).n == 0)
			return true;
	}
	return out->whole.n > 0;
}

/* A line that is not empty; seen counts library= and name=. */
static bool
line_is_good(struct bytes line, unsigned seen[2])
{
	struct bytes value;

	if (memchr(line.p, '\0', line.n) != NULL)
		return false;
	if (line.p[0] == '#')
		return true;
	if (value_of(line, "library", &value))
		return seen[0]++ == 0;
	if (value_of(line, "name", &value))
		return seen[1]++ == 0;
	return memchr(line.p, '=', line.n) != NULL && line.p[0] != '=';
}

unsigned
pkcs11_txt_check(struct bytes text)
{
	unsigned number = 0, seen[2] = {0, 0};
	struct bytes line;

	while (take_line(&text, &line)) {
		number++;
		line = without_end(line);
		if (line.n == 0)
			seen[0] = seen[1] = 0;
		else if (!line_is_good(line, seen))
			return number;
	}
	return 0;
}

bool
pkcs11_txt_is(struct bytes value, const char *text)
{
	return bytes_equal(value, bytes_of(text, strlen(text)));
}

static void
append_text(struct buf *out, const char *text)
{
	buf_append(out, bytes_of(text, strlen(text)));
}

static bool
ends_with(struct bytes text, const char *end)
{
	size_t n = strlen(end);

	return text.n >= n && memcmp(text.p + text.n - n, end, n) == 0;
}

/* Whether the last line is empty; true also for no line at all. */
static bool
is_ended(struct bytes text)
{
	return text.n == 0 || ends_with(text, "\n\n") ||
	    ends_with(text, "\n\r\n") || (text.n == 1 && text.p[0] == '\n');
}

void
pkcs11_txt_add(
    struct bytes text, const char *library, const char *name, struct buf *out)
{
	buf_append(out, text);
	if (!is_ended(text))
		append_text(out, ends_with(text, "\n") ? "\n" : "\n\n");
	append_text(out, "library=");
	append_text(out, library);
	append_text(out, "\nname=");
	append_text(out, name);
	append_text(out, "\n\n");
}

size_t
pkcs11_txt_drop(struct bytes text,
    bool (*drop)(void *arg, const struct pkcs11_stanza *s), void *arg,
    struct buf *out)
{
	struct pkcs11_stanza s;
	size_t dropped = 0;

	while (pkcs11_txt_next(&text, &s)) {
		if (drop(arg, &s))
			dropped++;
		else
			buf_append(out, s.whole);
	}
	return dropped;
}

bool
pkcs11_txt_can_hold(const char *value)
{
	size_t n = strlen(value);

	if (n == 0 || value[0] == ' ' || value[n - 1] == ' ')
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)value[i];

		if (c < ' ' || c == 127 || c == '"' || c == '\'')
			return false;
	}
	return true;
}
