/* SPDX-License-Identifier: BSD-2-Clause */
/* The emulated card's commands: what they answer and what they refuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/emulator/card-host.h"

#define WRONG_PIN "00 20 00 00 08 31 32 33 34 35 36 FF FF"
#define RIGHT_PIN "00 20 00 00 08 37 37 37 37 37 37 37 37"
#define ASK_PIN	  "00 20 00 00 00"

static void
reset_answers_the_atr(void **state)
{
	static const uint8_t atr[] = {0x3B, 0x7D, 0x96, 0x00, 0x00, 0x80, 0x31,
	    0x80, 0x65, 0xB0, 0x83, 0x11, 0x17, 0xD6, 0x83, 0x00, 0x90, 0x00};
	struct card *card = host_card("cac-v2", test_pki);
	const uint8_t *got;
	size_t len;

	(void)state;
	got = card_reset(card, &len);
	assert_int_equal(len, sizeof(atr));
	assert_memory_equal(got, atr, sizeof(atr));
	assert_int_equal(card_fidi(card), 0x11);
	/* The applet selected by default takes VERIFY. */
	host_expect(card, ASK_PIN, "63 C3");
	card_free(&card);
	assert_null(card);
}

static void
without_power_nothing_works(void **state)
{
	struct card *card = host_card("cac-v2", test_pki);

	(void)state;
	card_power_off(card);
	host_expect(card, ASK_PIN, "6F 00");
	card_free(&card);
}

static void
select_takes_aid_and_object(void **state)
{
	struct card *card = host_card("cac-v2", test_pki);

	(void)state;
	host_expect(card, "80 A4 04 0C 07 A0 00 00 00 79 01 01", "61 0D");
	host_expect(card, "00 C0 00 00 0D",
	    "6F 0B 84 07 A0 00 00 00 79 01 01 A5 00 90 00");
	host_expect(card, "00 A4 02 0C 02 01 01", "90 00");
	host_expect(card, "00 A4 02 00 02 01 02", "6A 82");
	host_expect(card, "00 A4 02 00 03 01 01 00", "69 84");
	host_expect(card, "00 A4 02 00 00", "69 84");
	host_expect(card, "00 A4 00 00 02 3F 00", "6A 81");
	host_expect(card, "00 A4 04 01 07 A0 00 00 00 79 01 00", "6A 86");
	host_expect(card, "00 A4 04 00 07 A0 00 00 00 79 77 77", "6A 82");
	host_expect(card, "00 A4 04 00 00", "6A 82");
	/* A SELECT that failed leaves the applet selected. */
	host_expect(card, "00 A4 02 00 02 01 01", "90 00");
	card_free(&card);
}

static void
unknown_commands_are_refused(void **state)
{
	struct card *card = host_card("cac-v2", test_pki);

	(void)state;
	host_expect(card, "00 CB 3F FF 03 5C 01 7E", "6D 00");
	host_expect(card, "00 36 00 00 64", "6D 00");
	host_expect(card, "0C A4 04 00 07 A0 00 00 00 79 01 00", "6E 00");
	host_select(card, "00 79 01 00");
	host_expect(card, "80 4C 21 00 00", "6D 00");
	card_free(&card);
	card = host_habit("cac-v2",
	    "cla 00\nstatus unknown-ins 6D01\n"
	    "status unknown-cla 6E01\nselect-p2 00\n"
	    "status select-p2 6D00\nselect-answer none\n");
	host_expect(card, "00 CB 3F FF 03 5C 01 7E", "6D 01");
	host_expect(card, "80 A4 04 00 07 A0 00 00 00 79 01 00", "6E 01");
	host_expect(card, "00 A4 04 0C 07 A0 00 00 00 79 01 00", "6D 00");
	host_expect(card, "00 A4 04 00 07 A0 00 00 00 79 01 00", "90 00");
	card_free(&card);
}

static void
properties_are_told_in_the_right_length(void **state)
{
	static const char all[] = "01 05 10 02 06 02 03 40 01 01 51 11 41 02 "
				  "01 02 42 05 00 1E 00 00 06 43 04 06 20 01 "
				  "00 90 00";
	struct card *card = host_card("cac-v2", test_pki);

	(void)state;
	host_select(card, "00 79 01 02");
	host_expect(card, "80 56 01 00 FF", "6C 1D");
	host_expect(card, "80 56 01 00 00", "6C 1D");
	host_expect(card, "80 56 01 00 05", "6C 1D");
	host_expect(card, "00 56 01 00 1D", all);
	host_expect(card, "00 C0 00 00 01", "6A 88");
	host_expect(card, "00 56 00 00 30", "6A 86");
	host_expect(card, "00 56 01 01 1D", "6A 86");
	host_expect(card, "00 56 03 00 1D", "6A 86");
	host_expect(card, "00 56 02 00 02 40 01", "61 0A");
	host_expect(
	    card, "00 C0 00 00 0A", "40 01 01 01 05 10 02 06 02 03 90 00");
	host_expect(card, "00 56 02 00 01 50", "6A 88");
	host_expect(card, "00 56 02 00 01 51", "61 13");
	host_expect(card, "00 56 40 00 2C",
	    "01 05 10 02 06 02 03 40 01 01 51 14 41 02 01 02 42 05 00 1E 00 "
	    "00 06 43 04 06 20 01 00 26 01 00 39 01 00 3A 07 A0 00 00 00 79 "
	    "03 00 90 00");
	host_select(card, "01 16 30 00");
	host_expect(card, "80 56 01 00 FF", "6C 3E");
	card_free(&card);
}

static void
short_le_may_give_a_part(void **state)
{
	struct card *card = host_habit("cac-v2", "short-le partial\n");

	(void)state;
	host_select(card, "00 79 01 02");
	host_expect(card, "80 56 01 00 05", "01 05 10 02 06 61 18");
	card_free(&card);
}

static void
read_buffer_keeps_its_rules(void **state)
{
	struct card *card = host_card("cac-v2", test_pki);

	(void)state;
	host_select(card, "01 16 DB 00");
	host_expect(card, "80 52 00 00 02 01 02", "61 02");
	host_expect(card, "00 C0 00 00 02", "34 00 90 00");
	host_expect(card, "80 52 00 00 02 03 02", "69 84");
	host_expect(card, "80 52 00 00 03 01 02 00", "69 84");
	host_expect(card, "80 52 00 00 00", "69 84");
	/* 54 bytes with the length; what begins or ends behind is refused. */
	host_expect(card, "80 52 00 35 02 01 01", "61 01");
	host_expect(card, "80 52 00 35 02 01 02", "6A 86");
	host_expect(card, "80 52 00 36 02 01 01", "6A 86");
	host_expect(card, "80 52 00 36 02 01 00", "90 00");
	host_expect(card, "80 52 FF FF 02 01 01", "6A 86");
	host_expect(card, "80 58 00 00 03 01 00 00", "69 85");
	/* Four objects: none is selected by the applet alone. */
	host_select(card, "01 16 30 00");
	host_expect(card, "80 52 00 00 02 01 02", "69 85");
	host_expect(card, "80 58 00 00 03 01 00 00", "69 85");
	host_expect(card, "00 A4 02 00 02 60 10", "90 00");
	host_expect(card, "80 52 00 00 02 01 02", "61 02");
	card_free(&card);
}

static void
read_buffer_may_cut_and_limit(void **state)
{
	struct card *card = host_habit("cac-v2",
	    "status read-past-end none\nread-max 240\n"
	    "status read-too-long 6A83\nstatus update-buffer 6D00");

	(void)state;
	host_select(card, "01 16 DB 00");
	host_expect(card, "80 52 00 35 02 01 02", "61 01");
	host_expect(card, "80 52 00 36 02 01 F0", "90 00");
	host_expect(card, "80 52 00 37 02 01 F0", "6A 86");
	host_expect(card, "80 52 00 00 02 02 F0", "61 F0");
	host_expect(card, "80 52 00 00 02 02 F1", "6A 83");
	host_expect(card, "80 58 00 00 03 01 00 00", "6D 00");
	card_free(&card);
}

static void
personal_data_needs_the_pin(void **state)
{
	struct card *card = host_card("cac-v2", test_pki);

	(void)state;
	host_select(card, "00 79 02 00");
	host_expect(card, "80 52 00 00 02 01 02", "61 02");
	host_expect(card, "80 52 00 00 02 02 02", "69 82");
	host_verify(card);
	host_expect(card, "80 52 00 00 02 02 02", "61 02");
	/* A login is the card's, not the applet's. */
	host_select(card, "00 79 02 01");
	host_expect(card, "80 52 00 00 02 02 02", "61 02");
	host_select(card, "01 16 30 00");
	host_expect(card, "00 A4 02 00 02 60 30", "90 00");
	host_expect(card, "80 52 00 00 02 02 02", "61 02");
	card_free(&card);
}

static void
select_may_end_the_login(void **state)
{
	struct card *card =
	    host_habit("cac-v2", "keep-login no\nstatus no-login 6985");

	(void)state;
	host_verify(card);
	host_expect(card, ASK_PIN, "90 00");
	host_select(card, "00 79 02 00");
	host_expect(card, ASK_PIN, "63 C3");
	host_expect(card, "80 52 00 00 02 02 02", "69 85");
	card_free(&card);
}

static void
verify_counts_tries(void **state)
{
	struct card *card = host_card("cac-v2", test_pki);
	size_t len;

	(void)state;
	host_expect(card, ASK_PIN, "63 C3");
	host_expect(card, WRONG_PIN, "63 C2");
	host_expect(card, ASK_PIN, "63 C2");
	host_expect(card, ASK_PIN, "63 C2");
	host_expect(card, RIGHT_PIN, "90 00");
	host_expect(card, ASK_PIN, "90 00");
	/* A wrong PIN ends the login, and so does a reset. */
	host_expect(card, WRONG_PIN, "63 C2");
	host_expect(card, ASK_PIN, "63 C2");
	host_expect(card, RIGHT_PIN, "90 00");
	card_reset(card, &len);
	host_expect(card, ASK_PIN, "63 C3");
	host_expect(card, "00 20 00 80 08 37 37 37 37 37 37 37 37", "6A 86");
	host_expect(card, "00 20 00 00 07 37 37 37 37 37 37 37", "69 84");
	host_expect(card, ASK_PIN, "63 C3");
	card_free(&card);
}

static void
verify_blocks_the_pin(void **state)
{
	struct card *card = host_card("cac-v2", test_pki);
	size_t len;

	(void)state;
	host_expect(card, WRONG_PIN, "63 C2");
	card_power_off(card);
	card_reset(card, &len);
	host_expect(card, WRONG_PIN, "63 C1");
	host_expect(card, WRONG_PIN, "63 C0");
	host_expect(card, RIGHT_PIN, "69 83");
	host_expect(card, ASK_PIN, "69 83");
	host_expect(card,
	    "00 24 00 00 10 37 37 37 37 37 37 37 37 31 32 33 34 35 36 FF FF",
	    "69 83");
	card_reset(card, &len);
	host_expect(card, RIGHT_PIN, "69 83");
	card_free(&card);
	card = host_habit("cac-v2",
	    "tries-left 1\nstatus pin-blocked 6981\n"
	    "pin 123456\nchange-p1 01");
	host_expect(card, ASK_PIN, "63 C1");
	host_expect(card, WRONG_PIN, "90 00");
	host_expect(card, RIGHT_PIN, "63 C2");
	host_expect(card, RIGHT_PIN, "63 C1");
	host_expect(card, RIGHT_PIN, "63 C0");
	host_expect(card, RIGHT_PIN, "69 81");
	host_expect(card,
	    "00 24 00 00 10 37 37 37 37 37 37 37 37 31 32 33 34 35 36 FF FF",
	    "6A 86");
	card_free(&card);
}

static void
change_replaces_the_pin(void **state)
{
	struct card *card = host_card("cac-v2", test_pki);

	(void)state;
	host_expect(card,
	    "00 24 00 00 10 31 31 31 31 31 31 31 31 31 32 33 34 35 36 FF FF",
	    "63 C2");
	/* Too short, bad padding: no try is spent. */
	host_expect(card,
	    "00 24 00 00 10 31 31 31 31 31 31 31 31 31 32 33 34 35 FF FF FF",
	    "69 84");
	host_expect(card,
	    "00 24 00 00 10 31 31 31 31 31 31 31 31 31 32 33 34 35 36 FF 37",
	    "69 84");
	host_expect(card, "00 24 00 00 08 31 31 31 31 31 31 31 31", "69 84");
	host_expect(card, "00 24 00 80 08 31 31 31 31 31 31 31 31", "6A 86");
	host_expect(card, ASK_PIN, "63 C2");
	host_expect(card,
	    "00 24 00 00 10 37 37 37 37 37 37 37 37 31 32 33 34 35 36 FF FF",
	    "90 00");
	host_expect(card, ASK_PIN, "63 C3");
	host_expect(card, RIGHT_PIN, "63 C2");
	host_expect(card, WRONG_PIN, "90 00");
	card_free(&card);
}

static void
challenge_has_eight_bytes(void **state)
{
	struct card *card = host_card("cac-v2", test_pki);
	struct host_answer a, b;

	(void)state;
	host_expect(card, "00 84 00 00 10", "6C 08");
	host_expect(card, "00 84 00 00 00", "6C 08");
	host_expect(card, "00 84 00 01 08", "6A 86");
	assert_int_equal(host_hex(card, "00 84 00 00 08", &a), 0x9000);
	assert_int_equal(host_hex(card, "00 84 00 00 08", &b), 0x9000);
	assert_memory_not_equal(a.data, b.data, 8);
	card_free(&card);
}

static void
aca_tells_its_tables(void **state)
{
	static const uint8_t head[] = {
	    0x01, 0x05, 0x10, 0x02, 0x06, 0x02, 0x02};
	struct card *card = host_card("cac-v2", test_pki);
	struct blob out = {0};

	(void)state;
	host_select(card, "00 79 03 00");
	host_expect(card, "80 4C 01 00 01 06", "61 0E");
	host_expect(card, "00 C0 00 00 0E",
	    "01 05 10 02 06 02 02 A0 05 06 06 01 1E 00 90 00");
	host_expect(card, "80 4C 01 00 01 77", "6A 88");
	host_expect(card, "80 4C 01 00 02 06 06", "69 84");
	host_expect(card, "80 4C 01 00 00", "69 84");
	host_expect(card, "80 4C 11 00 07 A0 00 00 01 16 DB 00", "61 23");
	host_expect(card, "00 C0 00 00 23",
	    "01 05 10 02 06 02 02 80 1A 4F 02 82 08 DB 00 58 00 04 52 00 00 "
	    "82 0C FF FF 82 01 00 11 84 00 11 20 00 10 90 00");
	host_expect(card, "80 4C 11 00 07 A0 00 00 01 16 DB 01", "6A 88");
	host_expect(card, "80 4C 12 00 02 DB 00", "61 11");
	host_expect(card, "80 4C 12 00 02 DB 01", "6A 80");
	host_expect(card, "80 4C 21 01 00", "6A 86");
	host_expect(card, "80 4C 22 00 00", "6A 86");
	/* More than 256 bytes come by GET RESPONSE. */
	host_expect(card, "80 4C 10 00 00", "61 00");
	assert_int_equal(host_apdu(card, "80 4C 10 00 00", &out), 0x9000);
	assert_true(out.len > 256);
	assert_memory_equal(out.data, head, sizeof(head));
	blob_clear(&out);
	assert_int_equal(host_apdu(card, "80 4C 20 00 00", &out), 0x9000);
	assert_int_equal(out.len, 7 + 3 + 3 * 12);
	blob_clear(&out);
	assert_int_equal(host_apdu(card, "80 4C 00 00 00", &out), 0x9000);
	assert_int_equal(out.data[7], 0xA1);
	assert_int_equal(out.data[9], 11);
	blob_clear(&out);
	assert_int_equal(host_apdu(card, "80 4C 21 00 00", &out), 0x9000);
	assert_int_equal(out.data[9], 13);
	assert_int_equal(out.len, 7 + 3 + 13 * 12);
	blob_clear(&out);
	card_free(&card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reset_answers_the_atr),
	    cmocka_unit_test(without_power_nothing_works),
	    cmocka_unit_test(select_takes_aid_and_object),
	    cmocka_unit_test(unknown_commands_are_refused),
	    cmocka_unit_test(properties_are_told_in_the_right_length),
	    cmocka_unit_test(short_le_may_give_a_part),
	    cmocka_unit_test(read_buffer_keeps_its_rules),
	    cmocka_unit_test(read_buffer_may_cut_and_limit),
	    cmocka_unit_test(personal_data_needs_the_pin),
	    cmocka_unit_test(select_may_end_the_login),
	    cmocka_unit_test(verify_counts_tries),
	    cmocka_unit_test(verify_blocks_the_pin),
	    cmocka_unit_test(change_replaces_the_pin),
	    cmocka_unit_test(challenge_has_eight_bytes),
	    cmocka_unit_test(aca_tells_its_tables),
	};

	return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
