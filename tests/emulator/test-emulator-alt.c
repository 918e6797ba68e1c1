/* SPDX-License-Identifier: BSD-2-Clause */
/* Alternate tokens, CCCs of other shapes, and cards of somebody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/emulator/card-host.h"
#include "tools/emulator/card/state.h"

#define PIN    " 08 37 37 37 37 37 37 37 37"
#define CHANGE " 10 37 37 37 37 37 37 37 37 31 32 33 34 35 36 FF FF"

/* The certificate in V, and whether it is not compressed. */
static void
expect_certificate(struct card *card, bool plain)
{
	struct blob t = {0}, v = {0};

	host_read(card, 1, 240, &t);
	host_read(card, 2, 240, &v);
	assert_int_equal(t.data[0], 0x71);
	assert_int_equal(v.data[0], plain ? 0 : 1);
	assert_int_equal(v.data[1], plain ? 0x30 : 0x78);
	blob_clear(&t);
	blob_clear(&v);
}

static void
sixteen_applets(void **state)
{
	struct card *card = host_card("cac-v2-16-applets", test_pki);
	struct blob v = {0};
	char aid[16];
	size_t i;

	(void)state;
	host_select(card, "01 16 DB 00");
	host_read(card, 2, 240, &v);
	/* F0, F1 and F2 come before the CardURLs. */
	for (i = 0; i < 16; i++) {
		const uint8_t url[] = {0xA0, 0x00, 0x00, 0x00, 0x79, 0x04, 0x01,
		    (uint8_t)i, 0x01, (uint8_t)i};

		assert_memory_equal(v.data + 23 + 16 * i, url, sizeof(url));
		snprintf(aid, sizeof(aid), "00 79 01 %02zX", i);
		host_select(card, aid);
		assert_true(card->object->has_key);
	}
	host_expect(card, "00 A4 04 00 07 A0 00 00 00 79 01 10", "6A 82");
	/* Sizes are mixed. */
	host_select(card, "00 79 01 07");
	assert_int_equal(card->object->key.bits, 3072);
	host_select(card, "00 79 01 0F");
	assert_int_equal(card->object->key.bits, 1024);
	blob_clear(&v);
	card_free(&card);
}

static void
the_service_table_is_all_there_is(void **state)
{
	struct card *card = host_card("alt-aca", test_pki);

	(void)state;
	host_expect(card, "00 A4 04 00 07 A0 00 00 01 16 DB 00", "6A 82");
	host_expect(card, "00 A4 04 00 07 A0 00 00 00 79 03 00", "6A 82");
	host_select(card, "00 79 10 00");
	host_expect(card, "80 4C 21 00 2E",
	    "01 05 10 02 06 02 02 94 01 03 "
	    "93 0A 1F 92 07 A0 00 00 00 79 10 00 "
	    "93 0A 61 92 07 A0 00 00 00 79 01 00 "
	    "93 0A 70 92 07 A0 00 00 00 79 00 10 90 00");
	card_free(&card);
}

static void
objects_of_one_applet(void **state)
{
	struct card *card = host_card("alt-aca", test_pki);

	(void)state;
	host_select(card, "00 79 01 00");
	host_expect(card, "80 52 00 00 02 01 02", "69 85");
	host_expect(card, "80 56 01 00 43",
	    "01 05 10 02 06 02 03 40 01 03 "
	    "51 11 41 02 01 00 42 05 00 1E 00 00 06 43 04 06 20 01 01 "
	    "51 11 41 02 01 01 42 05 00 1E 00 00 06 43 04 06 20 00 00 "
	    "51 11 41 02 01 02 42 05 00 1E 00 00 06 43 04 06 20 01 00 "
	    "90 00");
	host_expect(card, "00 A4 02 0C 02 01 00", "90 00");
	expect_certificate(card, false);
	/* Never initialised: no contents, and no key to use. */
	host_expect(card, "00 A4 02 0C 02 01 01", "90 00");
	host_expect(card, "80 52 00 00 02 02 02", "61 02");
	host_expect(card, "00 C0 00 00 02", "00 00 90 00");
	host_expect(card, "00 42 00 00 01 00", "6A 88");
	host_expect(card, "00 A4 02 0C 02 01 02", "90 00");
	expect_certificate(card, false);
	host_expect(card, "00 A4 02 0C 02 01 03", "6A 82");
	/* A slot of its own; it is the only object, and selected. */
	host_select(card, "00 79 00 10");
	expect_certificate(card, true);
	card_free(&card);
}

static void
the_aca_takes_the_pin(void **state)
{
	struct card *card = host_card("alt-aca", test_pki);

	(void)state;
	host_select(card, "00 79 01 00");
	host_expect(card, "00 A4 02 0C 02 01 00", "90 00");
	host_expect(card, "00 42 00 00 01 00", "69 82");
	host_expect(card, "00 20 00 00" PIN, "6D 00");
	host_expect(card, "00 24 01 00" CHANGE, "6D 00");
	assert_int_equal(card_verifies(card), 0);
	host_select(card, "00 79 10 00");
	host_expect(card, "00 20 00 00" PIN, "90 00");
	host_select(card, "00 79 01 00");
	host_expect(card, "00 A4 02 0C 02 01 00", "90 00");
	/* The login came along; it is the block that is too short. */
	host_expect(card, "00 42 00 00 01 00", "69 84");
	host_select(card, "00 79 10 00");
	host_expect(card, "00 24 00 00" CHANGE, "6A 86");
	host_expect(card, "00 24 01 00" CHANGE, "90 00");
	host_expect(card, "00 20 00 00" PIN, "63 C2");
	card_free(&card);
}

static void
bare_applets(void **state)
{
	struct card *card = host_card("alt-bare", test_pki);

	(void)state;
	host_expect(card, "00 A4 04 00 07 A0 00 00 01 16 DB 00", "6A 82");
	host_expect(card, "00 A4 04 00 07 A0 00 00 00 79 03 00", "6A 82");
	host_expect(card, "00 A4 04 00 07 A0 00 00 00 79 10 00", "6A 82");
	host_expect(card, "00 A4 04 00 07 A0 00 00 00 79 01 01", "6A 82");
	/* READ BUFFER without selecting an object. */
	host_select(card, "00 79 01 00");
	expect_certificate(card, false);
	host_select(card, "00 79 01 02");
	expect_certificate(card, false);
	host_expect(card, "00 20 00 00" PIN, "90 00");
	card_free(&card);
}

static void
ccc(const char *profile, struct blob *t, struct blob *v)
{
	struct card *card = host_card(profile, test_pki);

	t->len = v->len = 0;
	host_select(card, "01 16 DB 00");
	host_read(card, 1, 240, t);
	host_read(card, 2, 240, v);
	card_free(&card);
}

static void
cccs_of_other_shapes(void **state)
{
	static const uint8_t next[] = {
	    0xA0, 0x00, 0x00, 0x01, 0x16, 0x01, 0xDB, 0x01, 0xDB, 0x01, 0x00};
	static const uint8_t aca[] = {
	    0x07, 0xA0, 0x00, 0x00, 0x00, 0x79, 0x03, 0x00};
	struct blob t = {0}, v = {0};
	struct card *card;

	(void)state;
	ccc("ccc-empty", &t, &v);
	assert_int_equal(t.len, 0);
	assert_int_equal(v.len, 0);
	ccc("ccc-next", &t, &v);
	/* FD 10 is the last entry but one. */
	assert_int_equal(t.data[t.len - 4], 0xFD);
	assert_int_equal(t.data[t.len - 3], 0x10);
	assert_memory_equal(v.data + v.len - 16, next, sizeof(next));
	ccc("ccc-next-self", &t, &v);
	assert_int_equal(v.data[v.len - 9], 0x00);
	assert_int_equal(v.data[v.len - 7], 0x00);
	ccc("ccc-f6", &t, &v);
	assert_null(memchr(t.data, 0xF3, t.len));
	assert_memory_equal(v.data + v.len - 17, aca, sizeof(aca));
	card = host_card("ccc-next", test_pki);
	host_select(card, "01 16 DB 01");
	t.len = 0;
	host_read(card, 1, 240, &t);
	assert_int_equal(t.len, 14);
	card_free(&card);
	blob_clear(&t);
	blob_clear(&v);
}

static void
foreign_says_no_in_turn(void **state)
{
	static const char select[] = "00 A4 04 00 07 A0 00 00 00 79 01 00";
	struct card *card = host_card("foreign", test_pki);
	const struct card_counts *counts = card_counts(card);

	(void)state;
	host_expect(card, select, "6A 82");
	host_expect(card, select, "6D 00");
	host_expect(card, select, "6E 00");
	host_expect(card, select, "69 85");
	host_expect(card, select, "6A 82");
	assert_int_equal(counts->commands[0xA4], 5);
	assert_int_equal(counts->unexpected[0xA4], 0);
	host_expect(card, "00 20 00 00" PIN, "6D 00");
	host_expect(card, "80 36 00 00 02", "6D 00");
	assert_int_equal(counts->unexpected[0x20], 1);
	assert_int_equal(counts->unexpected[0x36], 1);
	card_free(&card);
}

static void
foreign_cards_speak_for_themselves(void **state)
{
	struct card *card = host_card("foreign-bank", test_pki);
	size_t len;

	(void)state;
	host_expect(card,
	    "00 A4 04 00 0E 31 50 41 59 2E 53 59 53 2E 44 44 46 30 31",
	    "61 17");
	host_expect(card,
	    "00 A4 04 00 0E 32 50 41 59 2E 53 59 53 2E 44 44 46 30 31",
	    "61 14");
	host_expect(card, "00 A4 04 00 07 A0 00 00 00 79 01 00", "6A 82");
	host_expect(card, "00 20 00 00 00", "6D 00");
	card_free(&card);
	card = host_card("foreign-sim", test_pki);
	host_expect(card, "00 A4 04 00 07 A0 00 00 00 79 01 00", "6E 00");
	host_expect(card, "A0 A4 00 00 02 7F 20", "9F 17");
	host_expect(card, "A0 A4 00 00 02 7F 21", "94 04");
	host_expect(card, "A0 A4 04 00 07", "94 04");
	card_free(&card);
	card = host_card("foreign-eid", test_pki);
	host_expect(card, "00 A4 00 0C 02 3F 00", "90 00");
	host_expect(card, "00 A4 04 00 07 A0 00 00 00 79 01 00", "69 82");
	card_free(&card);
	card = host_card("foreign-memory", test_pki);
	card_reset(card, &len);
	assert_int_equal(len, 0);
	card_free(&card);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    {"CCC: sixteen PKI applets of several sizes", sixteen_applets, NULL,
		NULL, NULL},
	    {"alt: the service table is all that tells of the certificates",
		the_service_table_is_all_there_is, NULL, NULL, NULL},
	    {"alt: three objects in one applet, one never used",
		objects_of_one_applet, NULL, NULL, NULL},
	    {"alt: the PIN is taken in the ACA only", the_aca_takes_the_pin,
		NULL, NULL, NULL},
	    {"alt: applets alone are read without an object", bare_applets,
		NULL, NULL, NULL},
	    {"CCC: empty, going on, going round, naming the ACA alone",
		cccs_of_other_shapes, NULL, NULL, NULL},
	    {"foreign: an unknown AID is refused in four ways in turn",
		foreign_says_no_in_turn, NULL, NULL, NULL},
	    {"foreign: bank card, SIM, identity card, memory card",
		foreign_cards_speak_for_themselves, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
