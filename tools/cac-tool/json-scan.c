/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/cac-tool/json-scan.h"

void
json_scan_blanks(struct bytes *in)
{
	while (in->n > 0 && memchr(" \t\r\n", in->p[0], 4) != NULL) {
		in->p++;
		in->n--;
	}
}

bool
json_scan_byte(struct bytes *in, char want)
{
	struct bytes taken;

	return in->n > 0 && in->p[0] == (uint8_t)want &&
	    bytes_take(in, 1, &taken);
}

static bool
is_hex(uint8_t c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

static bool
skip_escape(struct bytes *in)
{
	struct bytes taken;

	if (in->n == 0)
		return false;
	if (in->p[0] != 'u')
		return memchr("\"\\/bfnrt", in->p[0], 8) != NULL &&
		    bytes_take(in, 1, &taken);
	if (!bytes_take(in, 5, &taken))
		return false;
	return is_hex(taken.p[1]) && is_hex(taken.p[2]) && is_hex(taken.p[3]) &&
	    is_hex(taken.p[4]);
}

bool
json_scan_string(struct bytes *in)
{
	uint8_t c;

	if (!json_scan_byte(in, '"'))
		return false;
	while (bytes_take_u8(in, &c)) {
		if (c == '"')
			return true;
		if (c < ' ' || (c == '\\' && !skip_escape(in)))
			return false;
	}
	return false;
}

static bool
skip_digits(struct bytes *in)
{
	size_t n = 0;

	while (n < in->n && in->p[n] >= '0' && in->p[n] <= '9')
		n++;
	in->p += n;
	in->n -= n;
	return n > 0;
}

static bool
skip_number(struct bytes *in)
{
	(void)json_scan_byte(in, '-');
	if (!json_scan_byte(in, '0') && !skip_digits(in))
		return false;
	if (json_scan_byte(in, '.') && !skip_digits(in))
		return false;
	if (!json_scan_byte(in, 'e') && !json_scan_byte(in, 'E'))
		return true;
	if (!json_scan_byte(in, '+'))
		(void)json_scan_byte(in, '-');
	return skip_digits(in);
}

static bool
skip_word(struct bytes *in)
{
	static const char *const words[] = {"true", "false", "null"};
	struct bytes taken;

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(words[i]);

		if (in->n >= n && memcmp(in->p, words[i], n) == 0)
			return bytes_take(in, n, &taken);
	}
	return false;
}

/* What is open, innermost last: } or ] */
struct nest {
	char close[JSON_SCAN_DEPTH];
	size_t n;
};

/* "key": in front of a member's value. */
static bool
skip_key(struct bytes *in)
{
	json_scan_blanks(in);
	if (!json_scan_string(in))
		return false;
	json_scan_blanks(in);
	return json_scan_byte(in, ':');
}

/* The start of a value; *ended: it is whole. */
static bool
skip_start(struct bytes *in, struct nest *nest, bool *ended)
{
	char close;

	json_scan_blanks(in);
	if (in->n == 0)
		return false;
	*ended = true;
	if (in->p[0] == '"')
		return json_scan_string(in);
	if (in->p[0] != '{' && in->p[0] != '[')
		return skip_word(in) || skip_number(in);
	if (nest->n == JSON_SCAN_DEPTH)
		return false;
	close = in->p[0] == '{' ? '}' : ']';
	(void)json_scan_byte(in, (char)in->p[0]);
	json_scan_blanks(in);
	if (json_scan_byte(in, close))
		return true;
	nest->close[nest->n++] = close;
	*ended = false;
	return close == ']' || skip_key(in);
}

/* Behind a whole value: the ends of what it closes, or a comma. */
static bool
skip_ends(struct bytes *in, struct nest *nest)
{
	while (nest->n > 0) {
		char close = nest->close[nest->n - 1];

		json_scan_blanks(in);
		if (json_scan_byte(in, ','))
			return close == ']' || skip_key(in);
		if (!json_scan_byte(in, close))
			return false;
		nest->n--;
	}
	return true;
}

bool
json_scan_value(struct bytes *in)
{
	struct nest nest = {.n = 0};
	bool ended;

	do {
		if (!skip_start(in, &nest, &ended))
			return false;
		if (ended && !skip_ends(in, &nest))
			return false;
	} while (nest.n > 0);
	return true;
}
