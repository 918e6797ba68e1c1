/* SPDX-License-Identifier: BSD-2-Clause */
/* The PIV application: SELECT, GET DATA, and what else ends its selection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/emulator/apdu-host.h"

#define SELECT_PIV "00 A4 04 00 09 A0 00 00 03 08 00 00 10 00 00"
#define SELECT_ID  "00 A4 04 00 07 A0 00 00 00 79 01 00 00"
#define SELECT_NO  "00 A4 04 00 0F D2 33 00 00 00 45 73 74 45 49 44 20 76 33 35"
#define LOGIN	   "00 20 00 80 08 37 37 37 37 37 37 37 37"
#define LOGIN_CAC  "00 20 00 00 08 37 37 37 37 37 37 37 37"
#define ASK	   "00 20 00 80"
#define ASK_CAC	   "00 20 00 00"

#define FULL                                                                   \
	"61 16 4F 0B A0 00 00 03 08 00 00 10 00 01 00 79 07 4F 05 A0 00 00 "   \
	"03 08 90 00"
#define PIX "61 11 4F 06 00 00 10 00 01 00 79 07 4F 05 A0 00 00 03 08 90 00"
#define FCI "6F 0B 84 07 A0 00 00 00 79 01 00 A5 00 90 00"

/* dual-oberthur-v5.5 with other habits. */
static void
begin(struct apdu_host *h, const char *lines)
{
	apdu_open_habit(h, test_folder, "dual-oberthur-v5.5", lines, test_pki);
}

static void
select_takes_aids_of_5_9_and_11_bytes(void **state)
{
	struct apdu_host h;

	(void)state;
	begin(&h, "");
	apdu_expect(&h, "00 A4 04 00 05 A0 00 00 03 08", FULL);
	apdu_expect(&h, "00 A4 04 00 09 A0 00 00 03 08 00 00 10 00", FULL);
	apdu_expect(
	    &h, "00 A4 04 00 0B A0 00 00 03 08 00 00 10 00 01 00", FULL);
	apdu_expect(&h, "00 A4 04 00 06 A0 00 00 03 08 00", "6A 82");
	apdu_expect(&h, "00 A4 04 00 04 A0 00 00 03", "6A 82");
	apdu_expect(
	    &h, "00 A4 04 00 0C A0 00 00 03 08 00 00 10 00 01 00 00", "6A 82");
	apdu_expect(
	    &h, "00 A4 04 00 0B A0 00 00 03 08 00 00 10 00 02 00", "6A 82");
	apdu_expect(&h, "00 A4 04 00 09 A0 00 00 03 08 00 10 00 01", "6A 82");
	apdu_expect(&h, "00 A4 04 00", "6A 82");
	/* T=0 tells the length first. */
	apdu_exact(&h, SELECT_PIV, "61 18");
	/* Inside PIV nothing is selected but applications. */
	apdu_expect(&h, "00 A4 02 00 02 01 01", "6A 81");
	apdu_expect(&h, "00 A4 00 00 02 3F 00", "6A 81");
	apdu_close(&h);
	begin(&h, "aid-lengths 9\n");
	apdu_expect(&h, "00 A4 04 00 05 A0 00 00 03 08", "6A 82");
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_close(&h);
}

static void
select_answers_in_many_forms(void **state)
{
	struct apdu_host h;

	(void)state;
	begin(&h, "template pix\n");
	apdu_expect(&h, SELECT_PIV, PIX);
	apdu_close(&h);
	begin(&h, "template none\n");
	apdu_exact(&h, SELECT_PIV, "90 00");
	apdu_expect(&h, ASK, "63 C3");
	apdu_close(&h);
	begin(&h, "template 61 0F 4F 06 00 10 00 01 00 00 79 05 A0000003 08\n");
	apdu_expect(&h, SELECT_PIV,
	    "61 0F 4F 06 00 10 00 01 00 00 79 05 A0 00 00 03 08 90 00");
	apdu_close(&h);
}

static void
get_data_wants_a_tag_list(void **state)
{
	struct apdu_host h;

	(void)state;
	begin(&h, "");
	/* No PIV here: a CAC applet is selected after a reset. */
	apdu_expect(&h, "00 CB 3F FF 03 5C 01 7E", "6D 00");
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_expect(&h, "00 CB 00 FF 05 5C 03 5F C1 07", "6A 86");
	apdu_expect(&h, "00 CB 3F 00 05 5C 03 5F C1 07", "6A 86");
	apdu_expect(&h, "00 CB 3F FF", "67 00");
	apdu_expect(&h, "00 CB 3F FF 02 5C 00", "6A 80");
	apdu_expect(&h, "00 CB 3F FF 05 5D 03 5F C1 07", "6A 80");
	apdu_expect(&h, "00 CB 3F FF 05 5C 02 5F C1 07", "6A 80");
	apdu_expect(&h, "00 CB 3F FF 05 5C 04 5F C1 07", "6A 80");
	apdu_expect(&h, "00 CB 3F FF 06 5C 04 5F C1 07 00", "6A 80");
	apdu_expect(&h, "00 CB 3F FF 05 5C 03 5F C1 0C", "6A 82");
	apdu_expect(&h, "00 CB 3F FF 05 5C 03 5F FF 01", "6A 82");
	apdu_expect(&h, "00 CB 3F FF 04 5C 02 7F 61", "6A 82");
	/* Classes and commands of elsewhere */
	apdu_expect(&h, "80 CB 3F FF 05 5C 03 5F C1 07", "6E 00");
	apdu_expect(&h, "0C CB 3F FF 05 5C 03 5F C1 07", "6E 00");
	apdu_expect(&h, "10 CB 3F FF 05 5C 03 5F C1 07", "68 84");
	apdu_expect(&h, "00 CA DF 30 05", "6D 00");
	apdu_expect(&h, "00 52 00 00 02 01 02", "6D 00");
	apdu_expect(&h, "00 42 00 00 01 00", "6D 00");
	apdu_expect(&h, "00 84 00 00 08", "6D 00");
	apdu_close(&h);
}

/* The CCC: its known bytes around the random card id. */
static void
get_data_answers_objects(void **state)
{
	static const uint8_t head[] = {
	    0x53, 0x82, 0x01, 0x3E, 0xF0, 0x15, 0xA0, 0x00, 0x00, 0x00, 0x79};
	static const uint8_t url[] = {0xF3, 0x10, 0xA0, 0x00, 0x00, 0x00, 0x79,
	    0x04, 0x01, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
	struct blob out = {0};
	struct apdu_host h;

	(void)state;
	begin(&h,
	    "object 5FC109\nobject 7F61\ntag 02 01\n"
	    "tag 7F60 fill:300\n");
	apdu_expect(&h, SELECT_PIV, FULL);
	assert_int_equal(
	    apdu_hex(&h, "00 CB 3F FF 05 5C 03 5F C1 07", &out), 0x9000);
	assert_int_equal(out.len, 4 + 0x13E);
	assert_memory_equal(out.data, head, sizeof(head));
	assert_memory_equal(out.data + 4 + 23 + 6 + 5 * 18, url, sizeof(url));
	blob_clear(&out);
	apdu_expect(&h, "00 CB 3F FF 05 5C 03 5F C1 09", "53 00 90 00");
	assert_int_equal(
	    apdu_hex(&h, "00 CB 3F FF 04 5C 02 7F 61", &out), 0x9000);
	assert_int_equal(out.len, 5 + 3 + 5 + 300);
	assert_memory_equal(out.data,
	    "\x7F\x61\x82\x01\x34\x02\x01\x01\x7F\x60\x82\x01\x2C", 13);
	blob_clear(&out);
	/* More than 256 bytes, as T=0 has them. */
	apdu_exact(&h, "00 CB 3F FF 05 5C 03 5F C1 07", "61 00");
	assert_int_equal(apdu_hex(&h, "00 C0 00 00 00", &out), 0x9000);
	assert_int_equal(out.len, 4 + 0x13E);
	blob_clear(&out);
	apdu_exact(&h, "00 C0 00 00 00", "6A 88");
	apdu_close(&h);
}

static void
get_data_may_want_the_pin(void **state)
{
	struct apdu_host h;

	(void)state;
	/* The order of recording #624: absence shows before the PIN. */
	begin(&h, "object 5FC121 pin\nabsent 6A82\n");
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_expect(&h, "00 CB 3F FF 05 5C 03 5F C1 09", "6A 82");
	apdu_expect(&h, "00 CB 3F FF 05 5C 03 5F C1 03", "69 82");
	apdu_expect(&h, "00 CB 3F FF 05 5C 03 5F C1 08", "69 82");
	apdu_expect(&h, "00 CB 3F FF 05 5C 03 5F C1 21", "69 82");
	apdu_expect(&h, LOGIN, "90 00");
	apdu_expect(&h, "00 CB 3F FF 05 5C 03 5F C1 09", "6A 82");
	assert_int_equal(
	    apdu_hex(&h, "00 CB 3F FF 05 5C 03 5F C1 03", NULL), 0x9000);
	assert_int_equal(
	    apdu_hex(&h, "00 CB 3F FF 05 5C 03 5F C1 08", NULL), 0x9000);
	apdu_expect(&h, "00 CB 3F FF 05 5C 03 5F C1 21", "6A 82");
	apdu_reset(&h);
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_expect(&h, "00 CB 3F FF 05 5C 03 5F C1 03", "69 82");
	apdu_close(&h);
}

static void
unfinished_answers_may_have_to_be_fetched(void **state)
{
	struct apdu_host h;

	(void)state;
	begin(&h, "status mid-chain 6883\n");
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_exact(&h, "00 CB 3F FF 05 5C 03 5F C1 05", "61 00");
	/* Not begun yet, it is dropped. */
	apdu_exact(&h, "00 CB 3F FF 05 5C 03 5F C1 07", "61 00");
	assert_int_equal(apdu_hex(&h, "00 C0 00 00 FF", NULL), 0x9000);
	apdu_exact(&h, "00 CB 3F FF 05 5C 03 5F C1 07", "61 00");
	apdu_exact(&h, "00 C0 00 00 04", "53 82 01 3E 61 00");
	apdu_exact(&h, "00 CB 3F FF 05 5C 03 5F C1 02", "68 83");
	apdu_exact(&h, ASK, "68 83");
	assert_int_equal(apdu_hex(&h, "00 C0 00 00 00", NULL), 0x9000);
	apdu_exact(&h, ASK, "63 C3");
	apdu_close(&h);
}

static void
select_may_end_the_login_of_piv(void **state)
{
	struct apdu_host h;

	(void)state;
	/* Recording #1460, but for the number of tries. */
	begin(&h, "tries 7\n");
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_expect(&h, LOGIN, "90 00");
	apdu_expect(&h, ASK, "90 00");
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_expect(&h, ASK, "63 C7");
	apdu_close(&h);
	begin(&h, "select-again keep\n");
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_expect(&h, LOGIN, "90 00");
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_expect(&h, ASK, "90 00");
	/* A CAC applet always ends it. */
	apdu_expect(&h, SELECT_ID, FCI);
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_expect(&h, ASK, "63 C3");
	apdu_close(&h);
}

static void
logins_of_cac_and_piv_are_two(void **state)
{
	struct apdu_host h;

	(void)state;
	begin(&h, "");
	apdu_expect(&h, LOGIN_CAC, "90 00");
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_expect(&h, ASK, "63 C3");
	apdu_expect(&h, "00 CB 3F FF 05 5C 03 5F C1 03", "69 82");
	/* Back: the CAC applets' login was kept. */
	apdu_expect(&h, SELECT_ID, FCI);
	apdu_expect(&h, ASK_CAC, "90 00");
	apdu_reset(&h);
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_expect(&h, LOGIN, "90 00");
	apdu_expect(&h, SELECT_ID, FCI);
	apdu_expect(&h, ASK_CAC, "63 C3");
	apdu_expect(&h, LOGIN, "6A 86");
	apdu_expect(&h, ASK, "6A 86");
	apdu_close(&h);
	begin(&h, "cac-login drop\n");
	apdu_expect(&h, LOGIN_CAC, "90 00");
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_expect(&h, SELECT_ID, FCI);
	apdu_expect(&h, ASK_CAC, "63 C3");
	apdu_close(&h);
}

static void
unknown_aids_leave_piv_or_not(void **state)
{
	struct apdu_host h;

	(void)state;
	/* Recording #624 */
	begin(&h, "");
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_expect(&h, "00 20 00 80 08 31 32 33 34 35 36 FF FF", "63 C2");
	apdu_expect(&h, ASK, "63 C2");
	apdu_exact(&h, "00 A4 04 00 09 A0 00 00 03 08 00 00 10 00", "61 18");
	apdu_expect(&h, ASK, "63 C2");
	apdu_expect(&h, SELECT_NO, "6A 82");
	apdu_expect(&h, ASK, "63 C2");
	apdu_expect(&h, LOGIN, "90 00");
	apdu_expect(&h, SELECT_NO, "6A 82");
	apdu_expect(&h, ASK, "90 00");
	apdu_close(&h);
	begin(&h, "foreign-aid logout\n");
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_expect(&h, LOGIN, "90 00");
	apdu_expect(&h, SELECT_NO, "6A 82");
	apdu_expect(&h, ASK, "63 C3");
	apdu_close(&h);
	begin(&h, "foreign-aid leave\n");
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_expect(&h, SELECT_NO, "6A 82");
	apdu_expect(&h, ASK, "6D 00");
	apdu_expect(&h, "00 CB 3F FF 03 5C 01 7E", "6D 00");
	apdu_expect(&h, "00 A4 02 00 02 01 01", "6D 00");
	apdu_expect(&h, SELECT_PIV, FULL);
	apdu_expect(&h, ASK, "63 C3");
	apdu_close(&h);
}

static void
renewed_certificates_are_told(void **state)
{
	static const char get[] = "00 CB 3F FF 05 5C 03 5F C1 0A";
	struct blob old = {0}, new = {0}, other = {0};
	struct apdu_host h;

	(void)state;
	apdu_open(&h, "dual-oberthur-v5.5", NULL);
	apdu_expect(&h, SELECT_PIV, FULL);
	assert_int_equal(apdu_hex(&h, get, &old), 0x9000);
	assert_int_equal(apdu_hex(&h, get, &other), 0x9000);
	assert_int_equal(old.len, other.len);
	assert_memory_equal(old.data, other.data, old.len);
	assert_true(card_renew(h.card, 0x01, false, NULL));
	assert_int_equal(apdu_hex(&h, get, &new), 0x9000);
	/* 53 82, 70 82, gzip; not twice in a row */
	assert_memory_equal(new.data, "\x53\x82", 2);
	assert_int_equal(new.data[2] << 8 | new.data[3], new.len - 4);
	assert_memory_equal(new.data + 8, "\x1F\x8B\x08", 3);
	assert_true(
	    new.len != old.len || memcmp(new.data, old.data, new.len) != 0);
	blob_clear(&old);
	blob_clear(&new);
	blob_clear(&other);
	apdu_close(&h);
}

static void
profile_lines_are_checked(void **state)
{
#define BAD(lines, why)                                                        \
	{                                                                      \
		"applet A000000308000010000100 piv\n" lines, why               \
	}
	static const struct {
		const char *lines, *why;
	} bad[] = {
	    BAD("object 5FC105\nobject 5FC105\n", ": object 5FC105 twice"),
	    BAD("object 5FC105\nreference 9A\n",
		": object 5FC105: reference without key"),
	    BAD("object 5FC105\nkey 00 card p256\nreference 9A\n"
		"object 5FC10A\nkey 00 card p256\nreference 9A\n",
		": reference 9A twice"),
	    BAD("object 0100\n", ":4: 100 is not a PIV object"),
	    BAD("object 7E puk\n", ":4: unknown word puk"),
	    BAD("object 7E\nreference 96\n", ":5: 96 is not a PIV key"),
	    BAD("object 7E\nkey 00 card p521\n",
		":5: p521 is not a number up to 4096"),
	    BAD("object 7E\nabsent 1234\n", ":5: 1234 is no status word"),
	    BAD("object 7E\naccess 87 06\n",
		":5: the rules of PIV are its own"),
	    BAD("object 7E\ntag 5F2F 60 20\n",
		": global-pin and Discovery disagree"),
	    BAD("global-pin 123456\n", ": global-pin and Discovery disagree"),
	    BAD("aid-lengths 12\n", ":4: 12 is not a number up to 11"),
	    BAD("aid-lengths 4\n", ":4: an AID has 5 bytes or more"),
	    BAD("foreign-aid go\n", ":4: go is none of stay, logout, leave"),
	    BAD("template 6\n", ":4: 6 is not hex bytes"),
	    {"template none\n", ":3: template outside PIV"},
	    {"applet A000000079\nobject 0100\nabsent 6A82\n",
		":5: absent before any PIV object"},
	    {"applet A000000079\nobject 0100\nkey 00 identity p256\n",
		":5: EC keys are for PIV"},
	    {"applet A000000079\nobject 5FC105\n",
		":4: 5FC105 is not hex up to FFFF"},
	    {"applet A000000308 piv\n", ":3: a PIV AID has more than 5 bytes"},
	};
	char path[256], wanted[512];
	const char *error;
	size_t i;
	FILE *f;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(path, sizeof(path), "%s/bad", test_folder);
		f = fopen(path, "w");
		assert_non_null(f);
		fprintf(
		    f, "atr 3B 65 00 00 9C 02 02 07 02\n\n%s", bad[i].lines);
		assert_int_equal(fclose(f), 0);
		error = NULL;
		assert_null(card_new(path, NULL, &error));
		snprintf(wanted, sizeof(wanted), "%s%s", path, bad[i].why);
		assert_string_equal(error, wanted);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(select_takes_aids_of_5_9_and_11_bytes),
	    cmocka_unit_test(select_answers_in_many_forms),
	    cmocka_unit_test(get_data_wants_a_tag_list),
	    cmocka_unit_test(get_data_answers_objects),
	    cmocka_unit_test(get_data_may_want_the_pin),
	    cmocka_unit_test(unfinished_answers_may_have_to_be_fetched),
	    cmocka_unit_test(select_may_end_the_login_of_piv),
	    cmocka_unit_test(logins_of_cac_and_piv_are_two),
	    cmocka_unit_test(unknown_aids_leave_piv_or_not),
	    cmocka_unit_test(renewed_certificates_are_told),
	    cmocka_unit_test(profile_lines_are_checked),
	};

	return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
