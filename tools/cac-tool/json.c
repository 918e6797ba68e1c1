/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "tools/cac-tool/json.h"
#include "tools/cac-tool/text.h"

static void
escape(uint32_t c)
{
	if (c > 0xFFFF) {
		c -= 0x10000;
		printf("\\u%04x\\u%04x", (unsigned)(0xD800 + (c >> 10)),
		    (unsigned)(0xDC00 + (c & 0x3FF)));
	} else {
		printf("\\u%04x", (unsigned)c);
	}
}

static void
string(const char *s)
{
	putchar('"');
	while (*s != '\0') {
		const char *start = s;
		uint32_t c = text_take(&s);

		if (c == TEXT_NOT_A_CHARACTER)
			escape(0xFFFD);
		else if (!text_is_plain(c))
			escape(c);
		else if (c == '"' || c == '\\')
			printf("\\%c", (char)c);
		else
			fwrite(start, 1, (size_t)(s - start), stdout);
	}
	putchar('"');
}

static void
begin(struct json *j, const char *key)
{
	if (j->some)
		putchar(',');
	if (j->depth > 0)
		printf("\n%*s", (int)(2 * j->depth), "");
	if (key != NULL) {
		string(key);
		fputs(": ", stdout);
	}
	j->some = true;
}

void
json_open(struct json *j, const char *key, char open)
{
	begin(j, key);
	putchar(open);
	j->depth++;
	j->some = false;
}

void
json_close(struct json *j, char close)
{
	j->depth--;
	if (j->some)
		printf("\n%*s", (int)(2 * j->depth), "");
	putchar(close);
	j->some = true;
	if (j->depth == 0)
		putchar('\n');
}

void
json_text(struct json *j, const char *key, const char *value)
{
	begin(j, key);
	if (value != NULL)
		string(value);
	else
		fputs("null", stdout);
}

void
json_number(struct json *j, const char *key, long long value)
{
	begin(j, key);
	printf("%lld", value);
}

void
json_bool(struct json *j, const char *key, bool value)
{
	begin(j, key);
	fputs(value ? "true" : "false", stdout);
}

void
json_null(struct json *j, const char *key)
{
	begin(j, key);
	fputs("null", stdout);
}
