/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/pin-pad.h"

#define BETWEEN " \t,"

static bool
word_is(const char *word, size_t n, const char *name)
{
	return n == strlen(name) && memcmp(word, name, n) == 0;
}

static bool
take_word(struct pad_entry *e, const char *word, size_t n)
{
	memset(e, 0, sizeof(*e));
	if (word_is(word, n, "cancel")) {
		e->end = PAD_CANCEL;
		return true;
	}
	if (word_is(word, n, "timeout")) {
		e->end = PAD_TIMEOUT;
		return true;
	}
	if (n > PAD_DIGITS_MAX || strspn(word, "0123456789") < n)
		return false;
	memcpy(e->digits, word, n);
	return true;
}

bool
pad_type(struct pin_pad *pad, const char *text)
{
	struct pin_pad more = *pad;
	size_t n;
	bool ok = false;

	for (text += strspn(text, BETWEEN); *text != '\0';
	     text += n, text += strspn(text, BETWEEN)) {
		n = strcspn(text, BETWEEN);
		if (more.n == PAD_ENTRIES_MAX ||
		    !take_word(&more.entry[more.n], text, n))
			goto out;
		more.n++;
	}
	ok = more.n > pad->n;
	if (ok)
		*pad = more;
out:
	pad_clear(&more);
	return ok;
}

void
pad_next(struct pin_pad *pad, struct pad_entry *out)
{
	if (pad->n == 0) {
		*out = (struct pad_entry){.end = PAD_TIMEOUT};
		return;
	}
	*out = pad->entry[0];
	pad->n--;
	memmove(&pad->entry[0], &pad->entry[1], pad->n * sizeof(pad->entry[0]));
	explicit_bzero(&pad->entry[pad->n], sizeof(pad->entry[0]));
}

void
pad_clear(struct pin_pad *pad)
{
	explicit_bzero(pad, sizeof(*pad));
}
