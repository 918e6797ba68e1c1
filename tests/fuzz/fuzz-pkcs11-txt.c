/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any pkcs11.txt: its stanzas are the whole text, and one that is added to a
 * good text leaves a good one, from which it can be dropped again.
 */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tools/cac-tool/pkcs11-txt.h"

#define ADDED 64 /* bytes that pkcs11_txt_add() puts around, at most */

static bool
is_ours(void *arg, const struct pkcs11_stanza *s)
{
	unsigned *count = arg;

	++*count;
	return pkcs11_txt_is(s->name, "fuzzed") &&
	    pkcs11_txt_is(s->library, "/fuzzed.so");
}

static bool
is_none(void *arg, const struct pkcs11_stanza *s)
{
	(void)arg;
	(void)touch(s->library);
	(void)touch(s->name);
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct bytes text = bytes_of(data, n);
	struct buf same, added, dropped;
	unsigned stanzas = 0;

	buf_init(&same, n);
	buf_init(&added, n + ADDED);
	buf_init(&dropped, n + ADDED);
	MUST(pkcs11_txt_drop(text, is_none, NULL, &same) == 0);
	MUST(buf_err(&same) == 0 && bytes_equal(buf_bytes(&same), text));
	pkcs11_txt_add(text, "/fuzzed.so", "fuzzed", &added);
	MUST(buf_err(&added) == 0);
	if (pkcs11_txt_check(text) == 0) {
		MUST(pkcs11_txt_check(buf_bytes(&added)) == 0);
		MUST(pkcs11_txt_drop(
			 buf_bytes(&added), is_ours, &stanzas, &dropped) >= 1);
		MUST(stanzas >= 1 && dropped.n <= n + 2);
	}
	buf_clear(&same);
	buf_clear(&added);
	buf_clear(&dropped);
	return 0;
}
