/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tests/unit/unit.h"
#include "tools/cac-tool/json-scan.h"
#include "tools/cac-tool/json-text.h"

static struct bytes
text(const char *s)
{
	return bytes_of(s, strlen(s));
}

static void
values_that_are_json(void **state)
{
	static const char *const good[] = {"{}", "[]", " { } ", "null", "-0.5",
	    "1e+9", "0", "\"\\u00e9\\n\"", "[1,[2,{\"a\":[]}],\"]\"]",
	    "{\"a\":{\"b\":[true,false,null]},\"c\":-12.5E-3}\n"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(json_text_check(text(good[i])));
}

static void
values_that_are_not(void **state)
{
	static const char *const bad[] = {"", " ", "{", "}", "[", "[1,]",
	    "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "01", "1.",
	    "1e", "-", "+1", "tru", "nullx", "\"", "\"\\x\"", "\"\\u12\"",
	    "\"\n\"", "[1 2]", "{} {}", "[}", "{]", "[1}", "{\"a\":1]",
	    "// x\n{}", "{\"a\":1 \"b\":2}", ",", "[,1]"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(json_text_check(text(bad[i])));
	assert_false(json_text_check(bytes_of("{}\0", 3)));
}

static void
depth_has_an_end(void **state)
{
	char deep[4 * JSON_SCAN_DEPTH];

	(void)state;
	memset(deep, '[', JSON_SCAN_DEPTH);
	memset(deep + JSON_SCAN_DEPTH, ']', JSON_SCAN_DEPTH);
	/* The innermost one is empty, and is not counted. */
	assert_true(json_text_check(bytes_of(deep, 2 * JSON_SCAN_DEPTH)));
	memset(deep, '[', sizeof(deep) / 2);
	memset(deep + sizeof(deep) / 2, ']', sizeof(deep) / 2);
	assert_false(json_text_check(bytes_of(deep, sizeof(deep))));
}

static void
members_are_found(void **state)
{
	struct bytes in =
	    text(" {\"a\" : 1, \"b\":{\"a\":[2]}, \"c\":\"x\", \"c\":0}");
	struct bytes value;

	(void)state;
	assert_int_equal(json_text_member(in, "a", &value), JSON_TEXT_ONE);
	assert_bytes(value, text("1"));
	assert_int_equal(json_text_member(in, "b", &value), JSON_TEXT_ONE);
	assert_bytes(value, text("{\"a\":[2]}"));
	assert_int_equal(json_text_member(value, "b", &value), JSON_TEXT_NONE);
	assert_int_equal(json_text_member(in, "c", &value), JSON_TEXT_MANY);
	assert_int_equal(
	    json_text_member(text("[\"a\"]"), "a", &value), JSON_TEXT_NONE);
	assert_int_equal(json_text_count(in), 4);
	assert_int_equal(json_text_count(text("[1, [2, 3], \"4\"]")), 3);
	assert_int_equal(json_text_count(text("{ }")), 0);
	assert_true(json_text_has(text("[1, \"x\", \"y\"]"), "y"));
	assert_false(json_text_has(text("[1, \"x\", {\"y\":\"y\"}]"), "y"));
}

static void
assert_put_member(const char *before, const char *want)
{
	struct buf out;

	buf_init(&out, 4096);
	json_text_put_member(text(before), text(before), "k", "\"v\"", &out);
	assert_bytes(buf_bytes(&out), text(want));
	assert_true(json_text_check(buf_bytes(&out)));
	buf_clear(&out);
}

static void
members_are_put_and_dropped(void **state)
{
	static const char *const around[] = {
	    "{}", "{ }", "{\"a\":1}", "{\n\t\"a\": 1,\n\t\"b\": [1, 2]\n}"};

	(void)state;
	assert_put_member("{}", "{\n\"k\": \"v\"}");
	assert_put_member("{\"a\":1}", "{\n\"k\": \"v\",\"a\":1}");
	for (size_t i = 0; i < COUNT_OF(around); i++) {
		struct bytes all = text(around[i]);
		struct buf with, without;

		buf_init(&with, 4096);
		buf_init(&without, 4096);
		json_text_put_member(all, all, "k", "[0]", &with);
		json_text_drop_member(
		    buf_bytes(&with), buf_bytes(&with), "k", &without);
		assert_bytes(buf_bytes(&without), all);
		buf_clear(&with);
		buf_clear(&without);
	}
}

static void
assert_drop(const char *before, const char *want)
{
	struct buf out;

	buf_init(&out, 4096);
	if (before[0] == '{')
		json_text_drop_member(text(before), text(before), "k", &out);
	else
		json_text_drop_string(text(before), text(before), "k", &out);
	assert_bytes(buf_bytes(&out), text(want));
	assert_true(json_text_check(buf_bytes(&out)));
	buf_clear(&out);
}

static void
one_comma_goes_with_what_is_dropped(void **state)
{
	(void)state;
	assert_drop("{\"k\":1}", "{}");
	assert_drop("{\"k\":1, \"a\":2}", "{ \"a\":2}");
	assert_drop("{\"a\":2, \"k\":1}", "{\"a\":2}");
	assert_drop(
	    "{\"a\":2, \"k\":{\"x\":[]} , \"b\":3}", "{\"a\":2 , \"b\":3}");
	assert_drop("[\"k\"]", "[]");
	assert_drop("[\"a\",\"k\",\"b\"]", "[\"a\",\"b\"]");
	assert_drop("[\"a\",\"kk\"]", "[\"a\",\"kk\"]");
	assert_drop("{\"a\":\"k\"}", "{\"a\":\"k\"}");
}

static void
strings_are_put_and_quoted(void **state)
{
	struct bytes all = text("[ \"a\" ]");
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	json_text_put_string(all, all, "x\"y\\\n\303\251", &out);
	assert_bytes(
	    buf_bytes(&out), text("[\"x\\\"y\\\\\\u000a\303\251\", \"a\" ]"));
	assert_true(json_text_check(buf_bytes(&out)));
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("JSON: values that are", values_that_are_json),
	    TEST("JSON: values that are not", values_that_are_not),
	    TEST("JSON: depth has an end", depth_has_an_end),
	    TEST("JSON: members are found", members_are_found),
	    TEST("JSON: members are put, and dropped without a trace",
		members_are_put_and_dropped),
	    TEST("JSON: one comma goes with what is dropped",
		one_comma_goes_with_what_is_dropped),
	    TEST(
		"JSON: strings are put and quoted", strings_are_put_and_quoted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
