/* SPDX-License-Identifier: BSD-2-Clause */
#include <locale.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "tools/cac-tool/text.h"
#include "tools/cac-tool/tool.h"
#include "tools/cac-tool/uri.h"

#define FFFD "\357\277\275"

static void
use_locale(const char *name)
{
	assert_int_equal(setenv("LC_ALL", name, 1), 0);
	text_begin();
}

static void
plain_text_stays(void **state)
{
	static const char *const plain[] = {"", "CAC ID Certificate",
	    "M\303\274ller", "\346\274\242\345\255\227"};

	(void)state;
	use_locale("C.UTF-8");
	for (size_t i = 0; i < COUNT_OF(plain); i++)
		assert_string_equal(text_clean(plain[i]), plain[i]);
}

static void
controls_never_pass(void **state)
{
	(void)state;
	use_locale("C.UTF-8");
	assert_string_equal(text_clean("\033[31mred"), FFFD "[31mred");
	assert_string_equal(
	    text_clean("a\rb\nc\td"), "a" FFFD "b" FFFD "c" FFFD "d");
	assert_string_equal(text_clean("\177"), FFFD);
	/* CSI as one character, and an override of direction */
	assert_string_equal(text_clean("\302\233x"), FFFD "x");
	assert_string_equal(text_clean("\342\200\256txt.exe"), FFFD "txt.exe");
	assert_string_equal(text_clean_lines("a\n\033b"), "a\n" FFFD "b");
}

static void
what_is_no_utf8_is_replaced(void **state)
{
	static const char *const bad[] = {"\377", "\300\200", "\355\240\200",
	    "\370\210\200\200\200", "\303", "\342\202"};

	(void)state;
	use_locale("C.UTF-8");
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_true(strncmp(text_clean(bad[i]), FFFD, 3) == 0);
	assert_string_equal(text_clean("\342\202x"), FFFD FFFD "x");
}

static void
another_locale_sees_ascii(void **state)
{
	(void)state;
	use_locale("C");
	assert_string_equal(text_clean("M\303\274ller\033"), "M?ller?");
	assert_string_equal(text_fit("abcdef", 4), "abc~");
}

static void
text_is_cut_by_columns(void **state)
{
	(void)state;
	use_locale("C.UTF-8");
	assert_int_equal(text_width("M\303\274ller"), 6);
	assert_int_equal(text_width("\346\274\242\345\255\227"), 4);
	assert_string_equal(text_fit("abcdef", 6), "abcdef");
	assert_string_equal(text_fit("abcdef", 5), "abcd\342\200\246");
	assert_string_equal(text_fit("\346\274\242\345\255\227", 3),
	    "\346\274\242\342\200\246");
	assert_string_equal(text_fit("abcdef", 0), "abcdef");
}

static void
uris_are_written_as_p11_kit_does(void **state)
{
	const struct uri_token token = {
	    "CAC v2, no CCC", "0123", uri_token_label("A:B\033 \303\251")};

	(void)state;
	assert_string_equal(
	    uri_certificate(&token, HEX("00 01"), "CAC ID (x)~"),
	    "pkcs11:model=CAC%20v2%2C%20no%20CCC;"
	    "manufacturer=Common%20Access%20Card;serial=0123;"
	    "token=A.B.%20%C3%A9;id=%00%01;object=CAC%20ID%20%28x%29%7E;"
	    "type=cert");
}

static void
token_fields_are_cut_as_the_module_does(void **state)
{
	(void)state;
	assert_string_equal(
	    uri_token_label("0123456789012345678901234567890\303\251"),
	    "0123456789012345678901234567890");
	assert_string_equal(
	    uri_token_label("012345678901234567890123456789 xyz"),
	    "012345678901234567890123456789 x");
	assert_string_equal(
	    uri_token_serial("00112233445566778899"), "2233445566778899");
	assert_string_equal(uri_token_serial("12"), "12");
}

static int
end(void **state)
{
	(void)state;
	tool_end();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("text: plain text stays", plain_text_stays),
	    TEST("text: controls never pass", controls_never_pass),
	    TEST("text: what is no UTF-8 is replaced",
		what_is_no_utf8_is_replaced),
	    TEST("text: another locale sees ASCII", another_locale_sees_ascii),
	    TEST("text: it is cut by columns", text_is_cut_by_columns),
	    TEST("URI: written as p11-kit does",
		uris_are_written_as_p11_kit_does),
	    TEST("URI: token fields are cut as the module does",
		token_fields_are_cut_as_the_module_does),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
