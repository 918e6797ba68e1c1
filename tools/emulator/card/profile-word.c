/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of a profile line as numbers and bytes. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/card/profile-parse.h"

static bool
word_number(const char *word, int base, unsigned max, unsigned *value)
{
	unsigned long v;
	char *end;

	if (!isxdigit((unsigned char)word[0]) || strlen(word) > 8)
		return false;
	v = strtoul(word, &end, base);
	if (*end || v > max)
		return false;
	*value = (unsigned)v;
	return true;
}

bool
line_hex(const struct line *line, size_t i, unsigned max, unsigned *value)
{
	if (word_number(line->word[i], 16, max, value))
		return true;
	return line_error(line, "%s is not hex up to %X", line->word[i], max);
}

bool
line_decimal(const struct line *line, size_t i, unsigned max, unsigned *value)
{
	if (word_number(line->word[i], 10, max, value))
		return true;
	return line_error(
	    line, "%s is not a number up to %u", line->word[i], max);
}

bool
line_status(const struct line *line, size_t i, unsigned *sw)
{
	if (!line_hex(line, i, 0xFFFF, sw))
		return false;
	/* ISO/IEC 7816-3, 10.3.3: SW1 is 6X or 9X, not 60. */
	if ((*sw >> 12 == 6 || *sw >> 12 == 9) && *sw >> 8 != 0x60)
		return true;
	return line_error(line, "%04X is no status word", *sw);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool
hex_word(const char *word, struct blob *out)
{
	for (; *word; word += 2) {
		int high = hex_digit(word[0]);
		int low = high < 0 ? -1 : hex_digit(word[1]);

		if (low < 0)
			return false;
		blob_byte(out, (unsigned)(high << 4 | low));
	}
	return !out->failed;
}

bool
line_bytes(
    const struct line *line, size_t i, uint8_t *out, size_t max, size_t *len)
{
	struct blob b = {0};
	bool ok = true;

	for (; ok && i < line->n; i++)
		if (!hex_word(line->word[i], &b))
			ok = line_error(
			    line, "%s is not hex bytes", line->word[i]);
	if (ok && b.len > max)
		ok = line_error(line, "more than %zu bytes", max);
	if (ok && b.len > 0)
		memcpy(out, b.data, b.len);
	*len = b.len;
	blob_clear(&b);
	return ok;
}

bool
line_aid(const struct line *line, size_t i, struct aid *aid)
{
	struct blob b = {0};
	bool ok = hex_word(line->word[i], &b);

	/* 5 to 16 bytes (ISO/IEC 7816-5). */
	if (!ok || b.len < 5 || b.len > AID_MAX)
		ok = line_error(line, "%s is not an AID", line->word[i]);
	if (ok) {
		memcpy(aid->bytes, b.data, b.len);
		aid->len = b.len;
	}
	blob_clear(&b);
	return ok;
}
