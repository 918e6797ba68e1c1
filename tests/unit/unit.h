/* SPDX-License-Identifier: BSD-2-Clause */
/* What every test program needs: cmocka, sentences as names, hex as bytes. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/err.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A test whose name is a sentence. */
#define TEST(sentence, function)                                               \
	{                                                                      \
		sentence, function, NULL, NULL, NULL                           \
	}
/* The same with a state that is set up and torn down around it. */
#define TEST_WITH(sentence, function, setup, teardown)                         \
	{                                                                      \
		sentence, function, setup, teardown, NULL                      \
	}

/* Bytes from a string literal of hex pairs; blanks and | are skipped. */
#define HEX(literal) hex_parse(literal, (uint8_t[sizeof(literal)]){0})

static inline int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* room holds at least strlen(text) / 2 bytes. */
static inline struct bytes
hex_parse(const char *text, uint8_t *room)
{
	size_t n = 0;

	while (*text != '\0') {
		if (*text == ' ' || *text == '|') {
			text++;
			continue;
		}
		if (hex_digit(text[0]) < 0 || hex_digit(text[1]) < 0)
			fail_msg("not hex: %s", text);
		room[n++] =
		    (uint8_t)(hex_digit(text[0]) << 4 | hex_digit(text[1]));
		text += 2;
	}
	return bytes_of(room, n);
}

#define assert_bytes(got, want)                                                \
	assert_bytes_at(got, want, #got, __FILE__, __LINE__)

static inline void
assert_bytes_at(struct bytes got, struct bytes want, const char *what,
    const char *file, int line)
{
	if (bytes_equal(got, want))
		return;
	print_error("%s:%d: %s is", file, line, what);
	for (size_t i = 0; i < got.n; i++)
		print_error(" %02X", got.p[i]);
	print_error("\n  wanted");
	for (size_t i = 0; i < want.n; i++)
		print_error(" %02X", want.p[i]);
	print_error("\n");
	_fail(file, line);
}

#endif
