/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tests/unit/unit.h"
#include "tools/cac-tool/pkcs11-txt.h"

static struct bytes
text(const char *s)
{
	return bytes_of(s, strlen(s));
}

static const char internal[] = "library=\n"
			       "name=NSS Internal PKCS #11 Module\n"
			       "parameters=configdir='sql:.' flags=\n"
			       "NSS=Flags=internal,critical\n"
			       "\n";

static void
assert_stanza(struct bytes *in, const char *library, const char *name)
{
	struct pkcs11_stanza s;

	assert_true(pkcs11_txt_next(in, &s));
	assert_bytes(s.library, text(library));
	assert_bytes(s.name, text(name));
}

static void
stanzas_end_at_empty_lines(void **state)
{
	struct bytes in = text("library=/a.so\nname=a\n\n"
			       "# two\nname=b\nlibrary=/b.so\nNSS=x=y\n\n"
			       "library=/c.so\nname=c");
	struct pkcs11_stanza s;

	(void)state;
	assert_stanza(&in, "/a.so", "a");
	assert_stanza(&in, "/b.so", "b");
	assert_stanza(&in, "/c.so", "c");
	assert_false(pkcs11_txt_next(&in, &s));
}

static void
keys_are_in_any_case_and_values_in_quotes(void **state)
{
	struct bytes in = text("LIBRARY=\"/with blank/a.so\"\r\nName='a b'\r\n"
			       "\r\nlibrary=\"/b.so\nname='\n");

	(void)state;
	assert_stanza(&in, "/with blank/a.so", "a b");
	assert_stanza(&in, "\"/b.so", "'");
}

static void
the_internal_module_has_no_library(void **state)
{
	struct bytes in = text(internal);

	(void)state;
	assert_int_equal(pkcs11_txt_check(in), 0);
	assert_stanza(&in, "", "NSS Internal PKCS #11 Module");
	assert_int_equal(in.n, 0);
}

static void
an_empty_text_has_no_stanza(void **state)
{
	struct bytes in = text("");
	struct pkcs11_stanza s;

	(void)state;
	assert_int_equal(pkcs11_txt_check(in), 0);
	assert_false(pkcs11_txt_next(&in, &s));
}

static void
comments_and_unknown_keys_are_no_damage(void **state)
{
	(void)state;
	assert_int_equal(
	    pkcs11_txt_check(text("# library=/x\n#\n\n\n"
				  "library=/a.so\n#c\nname=a\nfuture=1\n")),
	    0);
}

static void
damage_is_told_by_its_line(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
	} cases[] = {
	    {"garbage\n", 1},
	    {"\nlibrary=/a\nname=a\n \n", 4},
	    {"library=/a\nname=a\nlibrary=/b\n", 3},
	    {"library=/a\nname=a\nNAME=b\n", 3},
	    {"=x\n", 1},
	    {"library=/a\nname=a\n\nlibrary=/b\nname", 5},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(
		    pkcs11_txt_check(text(cases[i].text)), cases[i].line);
	assert_int_equal(pkcs11_txt_check(bytes_of("a=\0\n", 4)), 1);
	assert_int_equal(pkcs11_txt_check(bytes_of("\0\0\0", 3)), 1);
}

static void
assert_added(const char *before, const char *want)
{
	struct buf out;

	buf_init(&out, 4096);
	pkcs11_txt_add(text(before), "/m.so", "m", &out);
	assert_bytes(buf_bytes(&out), text(want));
	buf_clear(&out);
}

static void
a_stanza_is_added_behind_an_empty_line(void **state)
{
	(void)state;
	assert_added("", "library=/m.so\nname=m\n\n");
	assert_added("\n", "\nlibrary=/m.so\nname=m\n\n");
	assert_added("library=/a\nname=a\n\n",
	    "library=/a\nname=a\n\nlibrary=/m.so\nname=m\n\n");
	/* NSS would drop these two. */
	assert_added("library=/a\nname=a\n",
	    "library=/a\nname=a\n\nlibrary=/m.so\nname=m\n\n");
	assert_added("library=/a\nname=a",
	    "library=/a\nname=a\n\nlibrary=/m.so\nname=m\n\n");
	assert_added(
	    "name=a\r\n\r\n", "name=a\r\n\r\nlibrary=/m.so\nname=m\n\n");
}

static bool
is_named(void *arg, const struct pkcs11_stanza *s)
{
	return pkcs11_txt_is(s->name, arg);
}

static void
assert_dropped(const char *before, const char *want, size_t count)
{
	char name[] = "m";
	struct buf out;

	buf_init(&out, 4096);
	assert_int_equal(
	    pkcs11_txt_drop(text(before), is_named, name, &out), count);
	assert_bytes(buf_bytes(&out), text(want));
	buf_clear(&out);
}

static void
what_is_not_dropped_stays_byte_for_byte(void **state)
{
	(void)state;
	assert_dropped("# top\nname=a\r\n\n\n\nlibrary=/m\nname=m\n\nname=b",
	    "# top\nname=a\r\n\n\n\nname=b", 1);
	assert_dropped("name=m\n\nname=m", "", 2);
	assert_dropped("name=n\n", "name=n\n", 0);
	assert_dropped("", "", 0);
}

static void
what_was_added_can_be_dropped(void **state)
{
	struct buf added, dropped;
	char name[] = "m";

	(void)state;
	buf_init(&added, 4096);
	buf_init(&dropped, 4096);
	pkcs11_txt_add(text(internal), "/m.so", name, &added);
	assert_int_equal(pkcs11_txt_check(buf_bytes(&added)), 0);
	assert_int_equal(
	    pkcs11_txt_drop(buf_bytes(&added), is_named, name, &dropped), 1);
	assert_bytes(buf_bytes(&dropped), text(internal));
	buf_clear(&added);
	buf_clear(&dropped);
}

static void
not_every_path_can_be_written(void **state)
{
	static const char *const bad[] = {"", " /a", "/a ", "/a\nlibrary=/b",
	    "/a\tb", "/\"a", "/it's", "/\177"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(pkcs11_txt_can_hold(bad[i]));
	assert_true(pkcs11_txt_can_hold("/usr/lib/a b/\303\251.so"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("pkcs11.txt: stanzas end at empty lines",
		stanzas_end_at_empty_lines),
	    TEST("pkcs11.txt: keys are in any case, and values in quotes",
		keys_are_in_any_case_and_values_in_quotes),
	    TEST("pkcs11.txt: the internal module has no library",
		the_internal_module_has_no_library),
	    TEST("pkcs11.txt: an empty text has no stanza",
		an_empty_text_has_no_stanza),
	    TEST("pkcs11.txt: comments and unknown keys are no damage",
		comments_and_unknown_keys_are_no_damage),
	    TEST("pkcs11.txt: damage is told by its line",
		damage_is_told_by_its_line),
	    TEST("pkcs11.txt: a stanza is added behind an empty line",
		a_stanza_is_added_behind_an_empty_line),
	    TEST("pkcs11.txt: what is not dropped stays byte for byte",
		what_is_not_dropped_stays_byte_for_byte),
	    TEST("pkcs11.txt: what was added can be dropped",
		what_was_added_can_be_dropped),
	    TEST("pkcs11.txt: not every path can be written into it",
		not_every_path_can_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
