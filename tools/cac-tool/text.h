/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text for a terminal. Whatever comes from a card, a reader or a file passes
 * through here: control characters, bytes that are no UTF-8, and characters
 * that change the direction of writing are replaced. Results live until
 * tool_end().
 */
#ifndef CAC_TOOL_TEXT_H
#define CAC_TOOL_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Learn what the locale can show. */
void text_begin(void);

#define TEXT_NOT_A_CHARACTER 0xFFFFFFFFU

/*
 * The next character of a string that is not at its end. A byte that begins
 * none (RFC 3629) is skipped as TEXT_NOT_A_CHARACTER.
 */
uint32_t text_take(const char **s);

/* Whether a terminal may see it: no control, format or direction character. */
bool text_is_plain(uint32_t c);

char *text_clean(const char *s);

/* The same, but line ends stay. */
char *text_clean_lines(const char *s);

/* Columns of a cleaned text. */
unsigned text_width(const char *s);

/* Cleaned, and cut at its end to what fits; columns 0: not cut. */
char *text_fit(const char *s, unsigned columns);

/* To stdout: cleaned, cut and filled with blanks. */
void text_cell(const char *s, unsigned columns);

/* Columns of the terminal behind a stream; 0: it is none. */
unsigned text_columns(FILE *f);

#endif
