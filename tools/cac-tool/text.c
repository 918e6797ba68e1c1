/* SPDX-License-Identifier: BSD-2-Clause */
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "tools/cac-tool/text.h"
#include "tools/cac-tool/tool.h"

#define REPLACEMENT   0xFFFDU
#define COLUMNS_LEAST 40

static bool utf8;

void
text_begin(void)
{
	utf8 = setlocale(LC_CTYPE, "") != NULL &&
	    strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

uint32_t
text_take(const char **s)
{
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	unsigned char byte = (unsigned char)*(*s)++;
	const char *p = *s;
	unsigned more;
	uint32_t c;

	if (byte < 0x80)
		return byte;
	if (byte < 0xC0 || byte > 0xF7)
		return TEXT_NOT_A_CHARACTER;
	more = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
	c = byte & (0x3FU >> more);
	for (unsigned i = 0; i < more; i++) {
		byte = (unsigned char)*p++;
		if ((byte & 0xC0) != 0x80)
			return TEXT_NOT_A_CHARACTER;
		c = c << 6 | (byte & 0x3F);
	}
	if (c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return TEXT_NOT_A_CHARACTER;
	*s = p;
	return c;
}

bool
text_is_plain(uint32_t c)
{
	if (c == TEXT_NOT_A_CHARACTER || c < 0x20 || (c >= 0x7F && c < 0xA0))
		return false;
	/* Joiners, marks and overrides of direction, separators, tags. */
	return c != 0xAD && c != 0x61C && c != 0x180E && c != 0xFEFF &&
	    (c < 0x200B || c > 0x200F) && (c < 0x2028 || c > 0x202E) &&
	    (c < 0x2060 || c > 0x206F) && (c < 0xFFF9 || c > 0xFFFB) &&
	    (c < 0xE0000 || c > 0xE0FFF);
}

/* What is shown for c. */
static uint32_t
shown(uint32_t c, bool lines)
{
	if (lines && c == '\n')
		return c;
	if (!text_is_plain(c))
		c = REPLACEMENT;
	return c < 0x80 || utf8 ? c : '?';
}

static unsigned
width_of(uint32_t c)
{
	int w = wcwidth((wchar_t)c);

	return w > 0 ? (unsigned)w : w == 0 ? 0 : 1;
}

static char *
put(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
		return to;
	}
	if (c < 0x800) {
		*to++ = (char)(0xC0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*to++ = (char)(0xE0 | c >> 12);
		} else {
			*to++ = (char)(0xF0 | c >> 18);
			*to++ = (char)(0x80 | (c >> 12 & 0x3F));
		}
		*to++ = (char)(0x80 | (c >> 6 & 0x3F));
	}
	*to++ = (char)(0x80 | (c & 0x3F));
	return to;
}

static char *
clean(const char *s, bool lines)
{
	/* A bad byte becomes a replacement of three. */
	char *out = tool_alloc(3 * strlen(s) + 1);
	char *to = out;

	while (*s != '\0')
		to = put(to, shown(text_take(&s), lines));
	*to = '\0';
	return out;
}

char *
text_clean(const char *s)
{
	return clean(s, false);
}

char *
text_clean_lines(const char *s)
{
	return clean(s, true);
}

unsigned
text_width(const char *s)
{
	unsigned width = 0;

	while (*s != '\0')
		width += width_of(shown(text_take(&s), false));
	return width;
}

char *
text_fit(const char *s, unsigned columns)
{
	char *all = text_clean(s), *end = all;
	const char *p = all;
	unsigned used = 0;

	if (columns == 0 || text_width(all) <= columns)
		return all;
	while (*p != '\0') {
		used += width_of(text_take(&p));
		if (used + 1 > columns)
			break;
		end = all + (p - all);
	}
	/* What is cut off is longer than the mark, or as long. */
	*end = '\0';
	return tool_print("%s%s", all, utf8 ? "\u2026" : "~");
}

void
text_cell(const char *s, unsigned columns)
{
	char *text = text_fit(s, columns);
	unsigned width = text_width(text);

	printf("%s%*s", text, width < columns ? (int)(columns - width) : 0, "");
}

unsigned
text_columns(FILE *f)
{
	struct winsize size;

	if (!isatty(fileno(f)))
		return 0;
	if (ioctl(fileno(f), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return 80;
	return size.ws_col < COLUMNS_LEAST ? COLUMNS_LEAST : size.ws_col;
}
