/* SPDX-License-Identifier: BSD-2-Clause */
/* Any policies.json: what is put into a good text can be dropped again. */
#include "tests/fuzz/fuzz.h"
#include "tools/cac-tool/json-text.h"

#define ADDED 64

static void
put_and_drop(struct bytes text)
{
	struct buf with, without;
	struct bytes value;

	buf_init(&with, text.n + ADDED);
	buf_init(&without, text.n + ADDED);
	json_text_put_member(text, text, "fuzzed", "[]", &with);
	MUST(buf_err(&with) == 0 && json_text_check(buf_bytes(&with)));
	MUST(json_text_count(buf_bytes(&with)) == json_text_count(text) + 1);
	if (json_text_member(text, "fuzzed", &value) == JSON_TEXT_NONE) {
		json_text_drop_member(
		    buf_bytes(&with), buf_bytes(&with), "fuzzed", &without);
		MUST(bytes_equal(buf_bytes(&without), text));
	}
	buf_clear(&with);
	buf_clear(&without);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct bytes text = bytes_of(data, n), value;

	if (!json_text_check(text))
		return 0;
	if (json_text_member(text, "a", &value) == JSON_TEXT_ONE) {
		(void)touch(value);
		MUST(json_text_check(value));
	}
	(void)json_text_has(text, "a");
	if (data[0] == '{')
		put_and_drop(text);
	return 0;
}
