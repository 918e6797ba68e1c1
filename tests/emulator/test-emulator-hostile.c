/* SPDX-License-Identifier: BSD-2-Clause */
/* Cards that lie: what they say is exactly the lie that the profile asks for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/emulator/card-host.h"
#include "tools/emulator/card/apdu.h"
#include "tools/emulator/card/error.h"
#include "tools/emulator/card/state.h"

/* cac-v2 and one more object, of which both buffers are given. */
static struct card *
object_card(const char *lines)
{
	char path[256], text[512];

	snprintf(text, sizeof(text),
	    "applet A0000000790177\nobject 0177\ncapacity 9000 65535\n%s\n",
	    lines);
	host_profile(test_folder, "cac-v2", text, path, sizeof(path));
	return host_card(path, test_pki);
}

static void
expect_buffers(const char *lines, const char *t, const char *v)
{
	struct card *card = object_card(lines);
	uint8_t wanted[256];
	size_t n;

	host_select(card, "00 79 01 77");
	n = hex_bytes(t, wanted, sizeof(wanted));
	assert_int_equal(card->object->t.len, n);
	assert_memory_equal(card->object->t.data, wanted, n);
	n = hex_bytes(v, wanted, sizeof(wanted));
	assert_int_equal(card->object->v.len, n);
	assert_memory_equal(card->object->v.data, wanted, n);
	card_free(&card);
}

static void
lengths_lie(void **state)
{
	(void)state;
	expect_buffers("tag 70 AA BB", "02 00 70 02", "02 00 AA BB");
	expect_buffers("t-length 9\ntag 70 AA", "09 00 70 01", "01 00 AA");
	expect_buffers("v-length 65535\ntag 70 AA", "02 00 70 01", "FF FF AA");
	expect_buffers(
	    "told 70 5 AA\ntag 71 01", "04 00 70 05 71 01", "02 00 AA 01");
	expect_buffers("told 70 300 AA", "04 00 70 FF 2C 01", "01 00 AA");
	expect_buffers("raw-t 70 84 00 00 04 00\nraw-v AA BB",
	    "06 00 70 84 00 00 04 00", "02 00 AA BB");
	/* READ BUFFER does not believe the prefix. */
	struct card *card = object_card("v-length 65535\ntag 70 AA");

	host_select(card, "00 79 01 77");
	host_expect(card, "80 52 00 02 02 02 01", "61 01");
	host_expect(card, "80 52 00 02 02 02 02", "6A 86");
	card_free(&card);
}

static void
urls_count_up(void **state)
{
	(void)state;
	expect_buffers("urls pki 01FF A0000000790100 2", "04 00 F3 10 F3 10",
	    "20 00 A0 00 00 00 79 04 01 FF 01 00 00 00 00 00 00 00 "
	    "A0 00 00 00 79 04 02 00 01 00 00 00 00 00 00 00");
	expect_buffers("next DB01 A000000116DB01", "02 00 FD 10",
	    "10 00 A0 00 00 01 16 01 DB 01 DB 01 00 00 00 00 00 00");
}

static void
copies_are_the_same_object(void **state)
{
	struct card *card = host_card("hostile-urls", test_pki);

	(void)state;
	host_select(card, "00 79 01 00");
	host_expect(card, "00 A4 02 00 02 00 00", "90 00");
	host_expect(card, "00 A4 02 00 02 27 0F", "90 00");
	host_expect(card, "80 52 00 00 02 02 02", "61 02");
	host_expect(card, "00 A4 02 00 02 27 10", "6A 82");
	host_select(card, "01 16 DB 00");
	assert_true(card->object->v.len > 3334 * 16);
	host_select(card, "01 16 DB 02");
	card_free(&card);
}

static void
families_go_on(void **state)
{
	struct card *card = host_card("hostile-next", test_pki);
	char aid[16];

	(void)state;
	for (unsigned i = 0; i < 600; i++) {
		unsigned number = 0xDB00 + i;
		const uint8_t *next;

		snprintf(aid, sizeof(aid), "01 16 %02X %02X", number >> 8,
		    number & 0xFF);
		host_select(card, aid);
		next = card->object->v.data + card->object->v.len - 16 + 8;
		assert_int_equal(next[0] << 8 | next[1], number + 1);
	}
	/* Applets that are there by their own AID are found first. */
	host_expect(card, "00 A4 04 00 07 A0 00 00 00 79 01 00", "61 0D");
	card_free(&card);
}

static void
zeros_and_bombs(void **state)
{
	struct card *card = host_card("hostile-zeros", test_pki);

	(void)state;
	host_select(card, "00 79 01 00");
	assert_int_equal(card->object->v.len, 65531 + 2);
	assert_int_equal(card->object->v.data[65532], 0);
	card_free(&card);
	card = host_card("hostile-bomb", test_pki);
	host_select(card, "00 79 01 00");
	/* 48 MiB of zeros in less than a thousandth of it. */
	assert_true(card->object->v.len > 48000);
	assert_true(card->object->v.len < 65535);
	assert_int_equal(card->object->v.data[3], 0x78);
	host_select(card, "00 79 01 01");
	assert_int_equal(card->object->v.data[3], 0x1F);
	card_free(&card);
	card = host_card("hostile-ber", test_pki);
	host_select(card, "00 79 01 00");
	assert_memory_equal(card->object->v.data + 3, "\x30\x84\x00\x00", 4);
	card_free(&card);
}

/* How often 61xx is followed before the host gives up. */
static void
never_ends(struct card *card, const char *command, unsigned sw1)
{
	struct host_answer a;

	host_hex(card, command, &a);
	for (unsigned i = 0; i < 2000; i++) {
		assert_int_equal(a.sw >> 8, sw1);
		host_hex(card, "00 C0 00 00 00", &a);
		assert_int_equal(a.len, 256);
	}
}

static void
answers_without_end(void **state)
{
	struct card *card = host_card("hostile-61", test_pki);
	struct host_answer a;

	(void)state;
	host_select(card, "01 16 DB 00");
	never_ends(card, "80 52 00 00 02 01 02", 0x61);
	/* Another command ends it. */
	host_select(card, "01 16 DB 00");
	host_expect(card, "00 A4 02 00 02 DB 00", "90 00");
	host_expect(card, "00 C0 00 00 00", "6A 88");
	card_free(&card);
	card = host_card("hostile-61-select", test_pki);
	never_ends(card, "00 A4 04 00 07 A0 00 00 01 16 DB 00", 0x61);
	card_free(&card);
	card = host_card("hostile-63", test_pki);
	host_select(card, "00 79 01 00");
	for (unsigned i = 0; i < 2000; i++) {
		assert_int_equal(host_hex(card, "80 36 00 00 64", &a), 0x6364);
		assert_int_equal(a.len, 100);
	}
	card_free(&card);
}

static void
no_length_is_right(void **state)
{
	struct card *card = host_card("hostile-6c", test_pki);

	(void)state;
	host_select(card, "01 16 DB 00");
	host_expect(card, "00 C0 00 00 0D", "6C 0E");
	host_expect(card, "00 C0 00 00 0E", "6C 0F");
	host_expect(card, "00 C0 00 00 FF", "6C 00");
	host_expect(card, "00 C0 00 00 00", "6C 01");
	host_expect(card, "80 56 01 00 20", "6C 21");
	card_free(&card);
}

static void
t1_has_no_end_either(void **state)
{
	static const uint8_t select[] = {0x00, 0xA4, 0x04, 0x00, 0x07, 0xA0,
	    0x00, 0x00, 0x01, 0x16, 0xDB, 0x00};
	static const uint8_t read[] = {
	    0x80, 0x52, 0x00, 0x00, 0x02, 0x01, 0x02, 0x00};
	static const uint8_t more[] = {0x00, 0xC0, 0x00, 0x00, 0x00};
	struct card *card = host_card("hostile-61-t1", test_pki);
	struct blob out = {0};

	(void)state;
	apdu_run(card, select, sizeof(select), &out);
	blob_clear(&out);
	apdu_run(card, read, sizeof(read), &out);
	for (unsigned i = 0; i < 1000; i++) {
		assert_int_equal(out.len, 256 + 2);
		assert_int_equal(out.data[256], 0x61);
		blob_clear(&out);
		apdu_run(card, more, sizeof(more), &out);
	}
	blob_clear(&out);
	card_free(&card);
}

static void
refused(const char *lines, const char *why)
{
	char path[256], text[512], real[256];
	const char *error = "";
	struct card *card;

	snprintf(text, sizeof(text),
	    "applet A0000000790177\nobject 0177\ncapacity 9000 65535\n%s\n",
	    lines);
	host_profile(test_folder, "cac-v2", text, path, sizeof(path));
	card = card_new(path, test_pki, &error);
	assert_null(card);
	snprintf(real, sizeof(real), "%s", error);
	if (!strstr(real, why))
		fail_msg("%s, but wanted: %s", real, why);
}

static void
mistakes_are_named(void **state)
{
	(void)state;
	refused("copies 0", "the ids do not go that far");
	refused("copies 65536", "the ids do not go that far");
	refused("family 0", "a family has a member");
	refused("t-length 65536", "not a number up to 65535");
	refused("told 70", "wrong number of words");
	refused("urls pki 0100 A0000000790100 70000", "not a number");
	refused("urls odd 0100 A0000000790100 7", "unknown type odd");
	refused("urls pki 0100 A0000000790100 4096", "above its capacity");
	refused("next DB00 A0000001", "is not an AID");
	refused("tag 70 zeros:70000:plain", "above its capacity");
	refused("tag 70 zeros:8", "is not a value");
	refused("tag 70 zeros:8:long", "is not a value");
	refused("endless 52 62", "none of 61, 63, 6C");
	refused("select-more 90", "neither 61 nor 63");
	refused("unknown-aid 5000", "no status word");
	refused("answer 00A4 12", "no status word");
	refused("answer 00 6A82", "no command and answer");
	refused("answer 00A4 9000 XX", "no command and answer");
	refused("certificate-piece 0", "a piece has a byte");
	refused("private-blocks two", "neither one nor many");
	refused("applet A0000000790178 v3", "unknown kind v3");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    {"hostile: lengths are told as the profile has them", lengths_lie,
		NULL, NULL, NULL},
	    {"hostile: CardURLs count up and lead on", urls_count_up, NULL,
		NULL, NULL},
	    {"hostile: ten thousand objects are one",
		copies_are_the_same_object, NULL, NULL, NULL},
	    {"hostile: each CCC of a family names the next", families_go_on,
		NULL, NULL, NULL},
	    {"hostile: zeros, plain and compressed, and long lengths",
		zeros_and_bombs, NULL, NULL, NULL},
	    {"hostile: answers without end", answers_without_end, NULL, NULL,
		NULL},
	    {"hostile: no length is right", no_length_is_right, NULL, NULL,
		NULL},
	    {"hostile: T=1 has no end either", t1_has_no_end_either, NULL, NULL,
		NULL},
	    {"profile: mistakes in these lines are named", mistakes_are_named,
		NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
