/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cac-tool/text.h"
#include "tools/cac-tool/tool.h"

struct owned {
	struct owned *next;
	void *p;
	void (*release)(void *p);
};

static struct owned *all;

static void
no_memory(void)
{
	fputs("cac-tool: out of memory\n", stderr);
	exit(STATUS_FAILED);
}

void
tool_own(void *p, void (*release)(void *p))
{
	struct owned *o = malloc(sizeof(*o));

	if (o == NULL || p == NULL)
		no_memory();
	*o = (struct owned){all, p, release};
	all = o;
}

void
tool_end(void)
{
	while (all != NULL) {
		struct owned *o = all;

		all = o->next;
		o->release(o->p);
		free(o);
	}
}

void *
tool_alloc(size_t n)
{
	void *p = calloc(1, n > 0 ? n : 1);

	tool_own(p, free);
	return p;
}

static void
release_buf(void *b)
{
	buf_clear(b);
}

struct buf *
tool_buf(size_t cap)
{
	struct buf *b = tool_alloc(sizeof(*b));

	buf_init(b, cap);
	tool_own(b, release_buf);
	return b;
}

char *
tool_string(struct bytes b)
{
	char *text = tool_alloc(b.n + 1);

	if (b.n > 0)
		memcpy(text, b.p, b.n);
	return text;
}

static char *
print(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

static char *
print(const char *format, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		no_memory();
	tool_own(text, free);
	return text;
}

char *
tool_print(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = print(format, args);
	va_end(args);
	return text;
}

void
complain(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = print(format, args);
	va_end(args);
	fflush(stdout);
	fprintf(stderr, "cac-tool: %s\n", text_clean_lines(text));
}
