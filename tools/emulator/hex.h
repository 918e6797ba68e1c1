/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes as text: pairs of hexadecimal digits. */
#ifndef EMULATOR_HEX_H
#define EMULATOR_HEX_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Spaces and colons between the pairs are skipped. Returns the number of
 * bytes, or -1 when the text is no hex or needs more than room bytes.
 */
int hex_parse(const char *text, uint8_t *out, size_t room);

/* "AA BB CC", without a space at either end. */
void hex_print(FILE *out, const uint8_t *p, size_t n);

#endif
