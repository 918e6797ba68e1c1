/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "tools/cac-tool/json-scan.h"
#include "tools/cac-tool/json-text.h"

bool
json_text_check(struct bytes text)
{
	if (text.n > JSON_TEXT_MAX || !json_scan_value(&text))
		return false;
	json_scan_blanks(&text);
	return text.n == 0;
}

/* One member or element, and where it is. */
struct item {
	struct bytes key; /* without quotes; empty in an array */
	struct bytes value;
	struct bytes whole;
};

/* in stands behind the opening bracket, or behind the item before. */
static bool
next_item(struct bytes *in, bool object, struct item *out)
{
	const uint8_t *start;

	json_scan_blanks(in);
	if (json_scan_byte(in, ','))
		json_scan_blanks(in);
	*out = (struct item){.whole = bytes_of(in->p, 0)};
	if (object) {
		start = in->p;
		if (!json_scan_string(in))
			return false;
		out->key = bytes_of(start + 1, (size_t)(in->p - start) - 2);
		json_scan_blanks(in);
		if (!json_scan_byte(in, ':'))
			return false;
		json_scan_blanks(in);
	}
	start = in->p;
	if (in->n == 0 || in->p[0] == ']' || !json_scan_value(in))
		return false;
	out->value = bytes_of(start, (size_t)(in->p - start));
	out->whole.n = (size_t)(in->p - out->whole.p);
	return true;
}

/* Into an object or array; false: it is neither. */
static bool
enter(struct bytes *value, bool *object)
{
	json_scan_blanks(value);
	*object = value->n > 0 && value->p[0] == '{';
	return json_scan_byte(value, '{') || json_scan_byte(value, '[');
}

static bool
key_is(const struct item *item, const char *key)
{
	return bytes_equal(item->key, bytes_of(key, strlen(key)));
}

/* A string is compared without its quotes. */
static bool
value_is(const struct item *item, const char *string)
{
	size_t n = strlen(string);

	return item->value.n == n + 2 && item->value.p[0] == '"' &&
	    memcmp(item->value.p + 1, string, n) == 0;
}

enum json_text_found
json_text_member(struct bytes object, const char *key, struct bytes *value)
{
	enum json_text_found found = JSON_TEXT_NONE;
	struct item item;
	bool is_object;

	if (!enter(&object, &is_object) || !is_object)
		return found;
	while (next_item(&object, true, &item)) {
		if (!key_is(&item, key))
			continue;
		if (found != JSON_TEXT_NONE)
			return JSON_TEXT_MANY;
		found = JSON_TEXT_ONE;
		*value = item.value;
	}
	return found;
}

size_t
json_text_count(struct bytes value)
{
	struct item item;
	bool object;
	size_t n = 0;

	if (!enter(&value, &object))
		return 0;
	while (next_item(&value, object, &item))
		n++;
	return n;
}

bool
json_text_has(struct bytes array, const char *string)
{
	struct item item;
	bool object;

	if (!enter(&array, &object) || object)
		return false;
	while (next_item(&array, false, &item)) {
		if (value_is(&item, string))
			return true;
	}
	return false;
}

void
json_text_quote(const char *string, struct buf *out)
{
	buf_append_u8(out, '"');
	for (; *string != '\0'; string++) {
		unsigned char c = (unsigned char)*string;
		char code[8];

		if (c == '"' || c == '\\')
			buf_append_u8(out, '\\');
		if (c >= ' ') {
			buf_append_u8(out, c);
			continue;
		}
		(void)snprintf(code, sizeof(code), "\\u%04x", c);
		buf_append(out, bytes_of(code, 6));
	}
	buf_append_u8(out, '"');
}

static void
append_text(struct buf *out, const char *text)
{
	buf_append(out, bytes_of(text, strlen(text)));
}

/* The text up to behind the opening bracket of value. */
static void
append_head(struct bytes text, struct bytes value, struct buf *out)
{
	json_scan_blanks(&value);
	buf_append(out, bytes_of(text.p, (size_t)(value.p - text.p) + 1));
}

/* The rest, behind that bracket, in front of which something was put. */
static void
append_rest(struct bytes text, struct bytes value, struct buf *out)
{
	const uint8_t *end = text.p + text.n;

	if (json_text_count(value) > 0)
		append_text(out, ",");
	json_scan_blanks(&value);
	buf_append(out, bytes_of(value.p + 1, (size_t)(end - value.p) - 1));
}

void
json_text_put_member(struct bytes text, struct bytes object, const char *key,
    const char *value, struct buf *out)
{
	append_head(text, object, out);
	append_text(out, "\n");
	json_text_quote(key, out);
	append_text(out, ": ");
	append_text(out, value);
	append_rest(text, object, out);
}

void
json_text_put_string(
    struct bytes text, struct bytes array, const char *string, struct buf *out)
{
	append_head(text, array, out);
	json_text_quote(string, out);
	append_rest(text, array, out);
}

/*
 * Append text without what is from begin to the end of an item, where begin is
 * behind the item before, and without a comma behind the first one.
 */
static void
append_without(struct bytes text, const uint8_t *begin, const struct item *item,
    bool first, struct buf *out)
{
	const uint8_t *end = item->whole.p + item->whole.n;
	struct bytes rest = bytes_of(end, (size_t)(text.p + text.n - end));
	struct bytes behind = rest;

	json_scan_blanks(&behind);
	if (first && json_scan_byte(&behind, ','))
		rest = behind;
	buf_append(out, bytes_of(text.p, (size_t)(begin - text.p)));
	buf_append(out, rest);
}

static void
drop(struct bytes text, struct bytes value, const char *key, const char *string,
    struct buf *out)
{
	struct item item;
	bool object, first = true;
	const uint8_t *begin;

	if (!enter(&value, &object))
		goto whole;
	for (begin = value.p; next_item(&value, object, &item);
	     begin = value.p, first = false) {
		if (key != NULL ? key_is(&item, key)
				: value_is(&item, string)) {
			append_without(text, begin, &item, first, out);
			return;
		}
	}
whole:
	buf_append(out, text);
}

void
json_text_drop_member(
    struct bytes text, struct bytes object, const char *key, struct buf *out)
{
	drop(text, object, key, NULL, out);
}

void
json_text_drop_string(
    struct bytes text, struct bytes array, const char *string, struct buf *out)
{
	drop(text, array, NULL, string, out);
}
