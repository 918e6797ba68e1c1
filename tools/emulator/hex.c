/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>

#include "tools/emulator/hex.h"

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
hex_parse(const char *text, uint8_t *out, size_t room)
{
	size_t n = 0;

	while (*text != '\0') {
		int high, low;

		if (isspace((unsigned char)*text) || *text == ':') {
			text++;
			continue;
		}
		high = nibble(text[0]);
		low = high < 0 ? -1 : nibble(text[1]);
		if (low < 0 || n == room)
			return -1;
		out[n++] = (uint8_t)(high << 4 | low);
		text += 2;
	}
	return (int)n;
}

void
hex_print(FILE *out, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(out, i == 0 ? "%02X" : " %02X", p[i]);
}
