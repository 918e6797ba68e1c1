/* SPDX-License-Identifier: BSD-2-Clause */
/* CAC v1: another way to read, one block to sign, another place for the PIN. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/emulator/card-host.h"
#include "tools/emulator/card/state.h"

#define WRONG_PIN "80 20 00 00 08 31 32 33 34 35 36 FF FF"
#define RIGHT_PIN "80 20 00 00 08 37 37 37 37 37 37 37 37"
#define CHANGE	  " 10 37 37 37 37 37 37 37 37 31 32 33 34 35 36 FF FF"

/* 36 00 00 64, then what 63xx asks for; returns the last status word. */
static uint16_t
read_certificate(struct card *card, struct blob *out, unsigned *pieces)
{
	uint8_t tpdu[5] = {0x80, 0x36, 0x00, 0x00, 0x64};
	struct host_answer a;

	*pieces = 0;
	do {
		host_tpdu(card, tpdu, sizeof(tpdu), &a);
		blob_add(out, a.data, a.len);
		tpdu[4] = (uint8_t)a.sw;
		++*pieces;
	} while (a.sw >> 8 == 0x63 && *pieces < 100);
	return a.sw;
}

/* V without its length is what GET CERTIFICATE gives. */
static void
expect_stream(struct card *card, const struct blob *read)
{
	const struct blob *v = &card->object->v;

	assert_int_equal(read->len, v->len - 2);
	assert_memory_equal(read->data, v->data + 2, read->len);
}

static void
certificates_come_in_pieces(void **state)
{
	struct card *card = host_card("cac-v1", test_pki);
	struct blob read = {0};
	unsigned pieces;

	(void)state;
	host_select(card, "00 79 01 02");
	assert_int_equal(read_certificate(card, &read, &pieces), 0x9000);
	expect_stream(card, &read);
	/* Certinfo, and DER that is not compressed. */
	assert_int_equal(read.data[0], 0x00);
	assert_int_equal(read.data[1], 0x30);
	assert_int_equal(pieces, (read.len + 99) / 100);
	/* All of it was read. */
	host_expect(card, "80 36 00 00 64", "69 81");
	blob_clear(&read);
	card_free(&card);
}

static void
select_starts_a_certificate_over(void **state)
{
	struct card *card = host_card("cac-v1", test_pki);
	struct host_answer a;
	struct blob read = {0};
	unsigned pieces;

	(void)state;
	host_select(card, "00 79 01 00");
	assert_int_equal(host_hex(card, "00 36 00 00 02", &a), 0x6364);
	assert_int_equal(a.data[0], 0x01);
	assert_int_equal(a.data[1], 0x78);
	assert_int_equal(host_hex(card, "00 36 00 00 02", &a), 0x6364);
	assert_int_not_equal(a.data[0], 0x01);
	host_select(card, "00 79 01 00");
	assert_int_equal(read_certificate(card, &read, &pieces), 0x9000);
	expect_stream(card, &read);
	blob_clear(&read);
	card_free(&card);
}

static void
get_certificate_refuses(void **state)
{
	struct card *card = host_card("cac-v1-gxp3", test_pki);
	struct host_answer a;
	struct blob rest = {0};
	unsigned pieces;

	(void)state;
	/* Nothing is selected, then an applet that has no certificates. */
	host_expect(card, "80 36 00 00 64", "6D 00");
	host_hex(card, "00 A4 04 00 07 A0 00 00 00 79 03 00", NULL);
	host_expect(card, "80 36 00 00 64", "6D 00");
	host_hex(card, "00 A4 04 00 07 A0 00 00 00 79 01 01", NULL);
	host_expect(card, "80 36 00 00 64", "69 81");
	host_hex(card, "00 A4 04 00 07 A0 00 00 00 79 01 00", NULL);
	host_expect(card, "80 36 01 00 64", "6A 86");
	host_expect(card, "80 36 00 01 64", "6A 86");
	/* This card gives larger pieces, and tells when less is left. */
	assert_int_equal(host_hex(card, "80 36 00 00 64", &a), 0x63FF);
	assert_int_equal(read_certificate(card, &rest, &pieces), 0x9000);
	blob_clear(&rest);
	card_free(&card);
	card = host_card("cac-v2", test_pki);
	host_select(card, "00 79 01 00");
	host_expect(card, "80 36 00 00 64", "6D 00");
	card_free(&card);
}

static void
more_than_is_left_is_told(void **state)
{
	struct card *card = host_card("cac-v1", test_pki);
	struct host_answer a = {.sw = 0x6300};

	(void)state;
	host_select(card, "00 79 01 00");
	while ((a.sw & 0xFF) == 0x64 || a.sw == 0x6300)
		assert_int_equal(
		    host_hex(card, "80 36 00 00 64", &a) >> 8, 0x63);
	/* The last piece is smaller than 64; 64 is not to be had. */
	assert_int_equal(
	    host_hex(card, "80 36 00 00 64", NULL), 0x6C00 | (a.sw & 0xFF));
	card_free(&card);
}

static void
select_takes_p2_00_only(void **state)
{
	struct card *card = host_card("cac-v1", test_pki);

	(void)state;
	host_expect(card, "00 A4 04 0C 07 A0 00 00 00 79 01 00", "6D 00");
	host_expect(card, "00 A4 04 00 07 A0 00 00 01 16 DB 00", "6A 82");
	host_expect(card, "00 A4 04 00 07 A0 00 00 00 79 01 03", "6A 82");
	host_expect(card, "00 A4 04 00 07 A0 00 00 00 79 01 00", "61 0D");
	host_expect(card, "00 C0 00 00 0D",
	    "6F 0B 84 07 A0 00 00 00 79 01 00 A5 00 90 00");
	host_expect(card, "80 52 00 00 02 01 02", "6D 00");
	card_free(&card);
}

static void
select_may_say_63(void **state)
{
	struct card *card = host_card("cac-v1-gxp3", test_pki);

	(void)state;
	host_expect(card, "00 A4 04 00 07 A0 00 00 00 79 01 00", "63 0D");
	host_expect(card, "00 C0 00 00 0D",
	    "6F 0B 84 07 A0 00 00 00 79 01 00 A5 00 90 00");
	host_expect(card, "00 A4 04 00 07 A0 00 00 00 79 01 0F", "6A 82");
	card_free(&card);
}

static void
old_properties_have_places(void **state)
{
	struct card *card = host_card("cac-v1", test_pki);
	struct host_answer a;
	size_t v;

	(void)state;
	host_select(card, "00 79 01 00");
	host_expect(card, "80 56 01 00 2E", "6A 86");
	host_expect(card, "80 56 00 00 30", "6C 2E");
	assert_int_equal(host_hex(card, "80 56 00 00 2E", &a), 0x9000);
	v = card->object->v.len - 2;
	assert_int_equal(a.data[0x1C] | a.data[0x1D] << 8, 5 + 1);
	assert_int_equal(a.data[0x1E] | a.data[0x1F] << 8, v);
	card_free(&card);
}

static void
wrong_pins_are_63_0x(void **state)
{
	struct card *card = host_card("cac-v1", test_pki);

	(void)state;
	host_select(card, "00 79 01 01");
	host_expect(card, "80 20 00 00 00", "63 03");
	host_expect(card, WRONG_PIN, "63 02");
	host_expect(card, WRONG_PIN, "63 01");
	host_expect(card, "80 20 00 00 00", "63 01");
	host_expect(card, RIGHT_PIN, "90 00");
	host_expect(card, "80 20 00 00 00", "90 00");
	host_expect(card, WRONG_PIN, "63 02");
	host_expect(card, WRONG_PIN, "63 01");
	host_expect(card, WRONG_PIN, "63 00");
	host_expect(card, RIGHT_PIN, "69 83");
	assert_int_equal(card_counts(card)->wrong_pins, 5);
	assert_int_equal(card_tries_left(card), 0);
	card_free(&card);
}

static void
other_words_for_a_wrong_pin(void **state)
{
	struct card *card = host_habit("cac-v1", "status wrong-pin 6982");

	(void)state;
	host_select(card, "00 79 01 00");
	host_expect(card, WRONG_PIN, "69 82");
	host_expect(card, "80 20 00 00 00", "63 C2");
	card_free(&card);
	card = host_habit("cac-v1", "tell-tries no");
	host_select(card, "00 79 01 00");
	host_expect(card, WRONG_PIN, "63 00");
	host_expect(card, WRONG_PIN, "63 00");
	assert_int_equal(card_tries_left(card), 1);
	card_free(&card);
}

static void
the_pin_is_changed_in_0300(void **state)
{
	struct card *card = host_card("cac-v1", test_pki);

	(void)state;
	host_select(card, "00 79 01 00");
	host_expect(card, "80 24 01 00" CHANGE, "6D 00");
	host_select(card, "00 79 03 00");
	host_expect(card, "80 24 00 00" CHANGE, "6A 86");
	host_expect(card, "80 24 01 00" CHANGE, "90 00");
	host_expect(card, RIGHT_PIN, "63 02");
	host_expect(card, WRONG_PIN, "90 00");
	assert_int_equal(card_counts(card)->pin_changes, 1);
	assert_int_equal(card_counts(card)->wrong_pins, 1);
	card_free(&card);
}

static void
a_key_takes_one_block(void **state)
{
	struct card *card = host_card("cac-v1", test_pki);
	uint8_t tpdu[5 + 128] = {0x80, 0x42, 0x00, 0x00, 0x80};
	struct host_answer a;

	(void)state;
	tpdu[5 + 127] = 2;
	host_select(card, "00 79 01 00");
	host_tpdu(card, tpdu, sizeof(tpdu), &a);
	assert_int_equal(a.sw, 0x6982);
	host_expect(card, RIGHT_PIN, "90 00");
	tpdu[2] = 0x80;
	host_tpdu(card, tpdu, sizeof(tpdu), &a);
	assert_int_equal(a.sw, 0x6A86);
	tpdu[2] = 0x00;
	host_tpdu(card, tpdu, sizeof(tpdu), &a);
	assert_int_equal(a.sw, 0x6180);
	assert_int_equal(card_counts(card)->private_operations, 1);
	host_expect(card, "80 84 00 00 07", "6C 08");
	assert_int_equal(host_hex(card, "80 84 00 00 08", &a), 0x9000);
	assert_int_equal(card_counts(card)->challenges, 2);
	assert_int_equal(card_counts(card)->commands[0x42], 3);
	assert_int_equal(card_counts(card)->commands[0xC0], 0);
	card_free(&card);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    {"v1: GET CERTIFICATE gives pieces until 90 00",
		certificates_come_in_pieces, NULL, NULL, NULL},
	    {"v1: SELECT starts a certificate over",
		select_starts_a_certificate_over, NULL, NULL, NULL},
	    {"v1: GET CERTIFICATE refuses what it must",
		get_certificate_refuses, NULL, NULL, NULL},
	    {"v1: more than is left is answered with 6Cxx",
		more_than_is_left_is_told, NULL, NULL, NULL},
	    {"v1: SELECT takes P2=00 only, and there is no CCC",
		select_takes_p2_00_only, NULL, NULL, NULL},
	    {"v1: SELECT may say 63 where others say 61", select_may_say_63,
		NULL, NULL, NULL},
	    {"v1: GET PROPERTIES has the lengths at 1C and 1E",
		old_properties_have_places, NULL, NULL, NULL},
	    {"v1: wrong PINs are 63 0x", wrong_pins_are_63_0x, NULL, NULL,
		NULL},
	    {"v1: other words for a wrong PIN", other_words_for_a_wrong_pin,
		NULL, NULL, NULL},
	    {"v1: the PIN is changed in 0300, with P1=01",
		the_pin_is_changed_in_0300, NULL, NULL, NULL},
	    {"v1: a key takes one block", a_key_takes_one_block, NULL, NULL,
		NULL},
	};

	return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
