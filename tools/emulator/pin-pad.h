/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys of a PIN pad, as somebody will press them. */
#ifndef EMULATOR_PIN_PAD_H
#define EMULATOR_PIN_PAD_H

#include <stdbool.h>
#include <stddef.h>

#define PAD_ENTRIES_MAX 16
#define PAD_DIGITS_MAX	15

enum pad_end {
	PAD_OK,
	PAD_CANCEL, /* the cancel key */
	PAD_TIMEOUT /* nothing more is pressed */
};

struct pad_entry {
	enum pad_end end;
	char digits[PAD_DIGITS_MAX + 1];
};

struct pin_pad {
	struct pad_entry entry[PAD_ENTRIES_MAX];
	size_t n;
};

/*
 * Words between spaces or commas, each what is done at one prompt: digits and
 * the OK key, "cancel", or "timeout". False: none of these, or too many.
 */
bool pad_type(struct pin_pad *pad, const char *text);

/* The next one; PAD_TIMEOUT when nobody is there. */
void pad_next(struct pin_pad *pad, struct pad_entry *out);

/* Wipes. */
void pad_clear(struct pin_pad *pad);

#endif
