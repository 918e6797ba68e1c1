/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tests/unit/unit.h"
#include "tools/cac-tool/profiles-ini.h"

static struct bytes
text(const char *s)
{
	return bytes_of(s, strlen(s));
}

static void
assert_profile(
    struct bytes *in, const char *name, const char *path, bool relative)
{
	struct profile p;

	assert_true(profiles_ini_next(in, &p));
	assert_bytes(p.name, text(name));
	assert_bytes(p.path, text(path));
	assert_int_equal(p.relative, relative);
}

static void
assert_no_more(struct bytes *in)
{
	struct profile p;

	assert_false(profiles_ini_next(in, &p));
	assert_false(profiles_ini_next(in, &p));
}

static void
as_firefox_writes_it(void **state)
{
	struct bytes in =
	    text("[Install4F96D1932A9F858E]\n"
		 "Default=q.default-release\nLocked=1\n\n"
		 "[Profile1]\nName=default\nIsRelative=1\n"
		 "Path=p.default\nDefault=1\n\n"
		 "[Profile0]\nName=default-release\n"
		 "IsRelative=1\nPath=q.default-release\n\n"
		 "[General]\nStartWithLastProfile=1\nVersion=2\n");

	(void)state;
	assert_profile(&in, "default", "p.default", true);
	assert_profile(&in, "default-release", "q.default-release", true);
	assert_no_more(&in);
}

static void
absolute_paths_and_other_line_ends(void **state)
{
	struct bytes in = text("[Profile0]\r\nname=a b\r\nisrelative=0\r\n"
			       "path=/x/y z\r\n[Profile1]\r\n Path=last");

	(void)state;
	assert_profile(&in, "a b", "/x/y z", false);
	assert_profile(&in, "", "last", true);
	assert_no_more(&in);
}

static void
sections_without_a_path_are_passed_over(void **state)
{
	struct bytes in = text("Path=before any section\n[Profile0]\nName=a\n"
			       "[Other]\nPath=x\n[Profile]\nPath=y\n"
			       "[Profile2]\nPath=\n[Profile3]\nPath=z\n");

	(void)state;
	assert_profile(&in, "", "y", true);
	assert_profile(&in, "", "z", true);
	assert_no_more(&in);
}

static void
hostile_files(void **state)
{
	static const char nul[] = "[Profile0]\nPath=a\0b\n[Profile1]\nPath=c\n";
	static const char *const none[] = {"", "\n", "[", "[Profile0",
	    "[Profile0]", "[Profile0]\n=\n===\n[", "Path", "\r\r\r",
	    "[Profile0]\nPath", "[Profile0]\nPath=\r"};
	struct bytes in;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(none); i++) {
		in = text(none[i]);
		assert_no_more(&in);
	}
	in = bytes_of(nul, sizeof(nul) - 1);
	assert_profile(&in, "", "c", true);
	assert_no_more(&in);
}

static void
every_cut_ends(void **state)
{
	const char *whole = "[Profile0]\nName=n\nPath=p\n\n[Profile1]\nPath=q";
	struct profile p;

	(void)state;
	for (size_t n = 0; n <= strlen(whole); n++) {
		struct bytes in = bytes_of(whole, n);
		unsigned count = 0;

		while (profiles_ini_next(&in, &p))
			count++;
		assert_true(count <= 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("profiles.ini: as Firefox writes it", as_firefox_writes_it),
	    TEST("profiles.ini: absolute paths and other line ends",
		absolute_paths_and_other_line_ends),
	    TEST("profiles.ini: sections without a path are passed over",
		sections_without_a_path_are_passed_over),
	    TEST("profiles.ini: hostile files", hostile_files),
	    TEST("profiles.ini: every cut of it ends", every_cut_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
