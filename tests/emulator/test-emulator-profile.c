/* SPDX-License-Identifier: BSD-2-Clause */
/* Profiles: each mistake is named with its file and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/emulator/card-host.h"
#include "tools/emulator/card/error.h"
#include "tools/emulator/card/profile.h"

#define ATR   "atr 3B 65 00 00 9C 02 02 07 02\n"
#define OBJ   ATR "applet A0000000790100\nobject 0100\n"
#define WORDS "w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w "

static void
file_write(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", test_folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
refused(const char *text, const char *why)
{
	struct profile *p;
	char path[256], wanted[512];

	file_write("p", text);
	snprintf(path, sizeof(path), "%s/p", test_folder);
	p = profile_load(path);
	if (p)
		fail_msg("accepted, but: %s", why);
	snprintf(wanted, sizeof(wanted), "%s%s", path, why);
	assert_string_equal(error_text(), wanted);
}

static struct profile *
accepted(const char *text)
{
	struct profile *p;
	char path[256];

	file_write("p", text);
	snprintf(path, sizeof(path), "%s/p", test_folder);
	p = profile_load(path);
	if (!p)
		fail_msg("%s", error_text());
	return p;
}

static void
card_lines_are_checked(void **state)
{
	(void)state;
	refused("", ": no atr");
	refused("#\n\nfoo 1\n", ":3: unknown keyword foo");
	refused("atr 3B 65 00\n", ":1: this is not an ATR");
	refused("atr 3B 6\n", ":1: 6 is not hex bytes");
	refused("atr 3B D6 96 00 81 B1 FE 45 1F 87 80 31 C1 52 21 19 49",
	    ": atr and protocol disagree");
	refused("protocol t2\n", ":1: t2 is none of t0, t1, t0-t1");
	refused("voltage AD\n", ":1: AD is not of A, B, C");
	refused("wtx 42 256\n", ":1: 256 is not a number up to 255");
	refused("ifs 255\n", ":1: 255 is not a number up to 254");
	refused("t1-answer cut\n", ":1: cut is neither more nor whole");
	refused("protocol\n", ":1: wrong number of words for protocol");
	refused("status foo 6A82\n", ":1: unknown event foo");
	refused("status unknown-aid 1234\n", ":1: 1234 is no status word");
	refused("status unknown-aid 6082\n", ":1: 6082 is no status word");
	refused("status unknown-aid none\n", ":1: this event needs a status");
	refused("select-answer maybe\n", ":1: maybe is neither fci nor none");
	refused("read-max 256\n", ":1: 256 is not a number up to 255");
	refused("tries -1\n", ":1: -1 is not a number up to 15");
	refused("pin 123456789\n", ":1: pin is longer than 8");
	refused("nulls 1234 1\n", ":1: 1234 is not hex up to FF");
	refused("rule 06 06 1E-00\n", ":1: 1E-00 is not AMP:KEY");
	refused("rule 06 06\nrule 06 06\n", ":2: rule 06 is there already");
	refused("provider 1D A0\n", ":1: A0 is not an AID");
	refused("cla 00 0G\n", ":1: 0G is not hex bytes");
	refused("cla 000102030405060708\n", ":1: more than 8 bytes");
	refused(ATR "tries-left 4\n", ": tries-left is above tries");
	refused(
	    ATR "default-applet A000000079\n", ": default-applet is missing");
	refused("name \"x\n", ":1: text without end");
	refused("name " WORDS WORDS WORDS "\n", ":1: too many words");
	refused("name " WORDS WORDS "\n", ":1: name is too long");
}

static void
sections_are_checked(void **state)
{
	(void)state;
	refused("version 00 00 00 00 00\n", ":1: version before any applet");
	refused("applet A000000079\ntag 70\n", ":2: tag before any object");
	refused("applet A000000079 foo\n", ":1: unknown kind foo");
	refused("applet A000000079\napplet A000000079\n",
	    ":2: this applet is there already");
	refused("applet A000000079\nversion 01\n", ":2: a version has 5 bytes");
	refused(
	    "applet A000000079\naccess 52 p9 01 00\n", ":2: unknown word p9");
	refused("applet A000000079\naccess 52 p1 00\n",
	    ":2: wrong number of words for access");
	refused(OBJ "access 52 55\n", ": access by missing rule 55");
	refused(OBJ "key 00 identity 1000\n", ":4: no RSA key of 1000 bits");
	refused(OBJ "key 00 nothing 1024\n", ":4: unknown kind nothing");
	refused(OBJ "initialised 2 1\n", ":4: 2 is not hex up to 1");
	refused(OBJ "tag 00\n", ":4: 00 is not a Simple-TLV tag");
	refused(OBJ "tag FF\n", ":4: FF is not a Simple-TLV tag");
	refused(OBJ "tag 70 0\n", ":4: 0 is not a value");
	refused(OBJ "tag 70 fill:x\n", ":4: fill:x is not a value");
	refused(OBJ "tag 70 fill:-1\n", ":4: fill:-1 is not a value");
	refused(OBJ "tag 70 lrc1\n", ":4: lrc1 is not a value");
	refused(
	    OBJ "tag 70 certificate:00\n", ":4: certificate:00 is not a value");
	refused(
	    OBJ "tag 70 mscuid:00:zlib\n", ":4: mscuid:00:zlib is not a value");
	refused(OBJ "url foo 0100 A0000000790100\n", ":4: unknown type foo");
	refused(OBJ "url pki 0100 A00000007901\n",
	    ":4: a CardURL takes an AID of 7 bytes");
}

static void
includes_are_followed(void **state)
{
	struct profile *p;

	(void)state;
	refused("include a b\n", ":1: include takes one file");
	file_write("inc", "# one\napplet A0000000790100\nobject 0100\n");
	p = accepted(ATR "include inc\ntag 70 \"a # b\" 00 # rest\n");
	assert_int_equal(
	    STAILQ_FIRST(&STAILQ_FIRST(&p->applets)->objects)->id, 0x0100);
	profile_free(&p);
	assert_null(p);
}

static void
errors_name_the_included_file(void **state)
{
	char path[256], wanted[512];

	(void)state;
	file_write("p", ATR "include inc\n");
	file_write("inc", "\nfoo\n");
	snprintf(path, sizeof(path), "%s/p", test_folder);
	assert_null(profile_load(path));
	snprintf(wanted, sizeof(wanted), "%s/inc:2: unknown keyword foo",
	    test_folder);
	assert_string_equal(error_text(), wanted);
	file_write("inc", "include inc\n");
	assert_null(profile_load(path));
	snprintf(wanted, sizeof(wanted), "%s/inc:1: include is too deep",
	    test_folder);
	assert_string_equal(error_text(), wanted);
	file_write("p", "include missing\n");
	assert_null(profile_load(path));
	snprintf(wanted, sizeof(wanted),
	    "%s:1: %s/missing: No such file or directory", path, test_folder);
	assert_string_equal(error_text(), wanted);
}

static void
values_are_checked_when_made(void **state)
{
	const char *error = "";
	char path[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/p", test_folder);
	file_write("p", OBJ "capacity 4 4\ntag 70 mscuid:05\n");
	assert_null(card_new(path, NULL, &error));
	assert_string_equal(
	    error, "object 0100: cannot make the value of tag 70");
	file_write("p", OBJ "capacity 4 4\ntag 70 0102030405\n");
	assert_null(card_new(path, NULL, &error));
	assert_string_equal(
	    error, "object 0100: V-buffer of 5 bytes is above its capacity");
	file_write("p", OBJ "capacity 1 4\ntag 70 01020304\n");
	assert_null(card_new(path, NULL, &error));
	assert_string_equal(
	    error, "object 0100: T-buffer of 2 bytes is above its capacity");
	file_write("p",
	    OBJ "key 00 identity 1024\nobject 0101\nkey 00 signature 1024\n");
	assert_null(card_new(path, NULL, &error));
	assert_string_equal(error, "key 00 is given twice");
}

static void
lengths_have_one_or_three_bytes(void **state)
{
	static const uint8_t wanted[] = {0x70, 0x00, 0x70, 0xFE, 0x70, 0xFF,
	    0xFF, 0x00, 0x70, 0xFF, 0x00, 0x01};
	struct blob b = {0};

	(void)state;
	blob_tag(&b, 0x70, 0);
	blob_tag(&b, 0x70, 254);
	blob_tag(&b, 0x70, 255);
	blob_tag(&b, 0x70, 256);
	assert_int_equal(b.len, sizeof(wanted));
	assert_memory_equal(b.data, wanted, sizeof(wanted));
	blob_tag(&b, 0x70, 65536);
	assert_true(b.failed);
	blob_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(card_lines_are_checked),
	    cmocka_unit_test(sections_are_checked),
	    cmocka_unit_test(includes_are_followed),
	    cmocka_unit_test(errors_name_the_included_file),
	    cmocka_unit_test(values_are_checked_when_made),
	    cmocka_unit_test(lengths_have_one_or_three_bytes),
	};

	return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
