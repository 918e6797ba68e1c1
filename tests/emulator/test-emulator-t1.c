/* SPDX-License-Identifier: BSD-2-Clause */
/* T=1 on the emulated card's side, block by block (ISO/IEC 7816-3, 11). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/emulator/card-host.h"

#define VERIFY "00 20 00 00 08 37 37 37 37 37 37 37 37"

static size_t
raw(struct card *card, const char *hex, uint8_t answer[T1_BLOCK_MAX])
{
	uint8_t block[300];
	size_t n = hex_bytes(hex, block, sizeof(block));

	return card_t1_block(card, block, n, answer);
}

/* Blocks as they are on the line, EDC and all; "" is silence. */
static void
exact(struct card *card, const char *hex, const char *wanted)
{
	uint8_t answer[T1_BLOCK_MAX], want[300];
	size_t n = raw(card, hex, answer);

	assert_int_equal(n, hex_bytes(wanted, want, sizeof(want)));
	assert_memory_equal(answer, want, n);
}

/* PCB and INF; the epilogues are made and checked here. */
static size_t
swap(struct card *card, uint8_t pcb, const char *inf, uint8_t *out)
{
	uint8_t bytes[256], block[T1_BLOCK_MAX], answer[T1_BLOCK_MAX];
	bool crc = card_uses_crc(card);
	struct t1_block b;
	size_t n = hex_bytes(inf, bytes, sizeof(bytes));

	n = t1_block_make(block, crc, pcb, bytes, n);
	n = card_t1_block(card, block, n, answer);
	assert_int_equal(t1_block_take(answer, n, crc, &b), T1_FINE);
	out[0] = b.pcb;
	memcpy(out + 1, b.inf, b.len);
	return 1u + b.len;
}

static void
expect(struct card *card, uint8_t pcb, const char *inf, const char *wanted)
{
	uint8_t got[256], want[256];
	size_t n = swap(card, pcb, inf, got);

	assert_int_equal(n, hex_bytes(wanted, want, sizeof(want)));
	assert_memory_equal(got, want, n);
}

static void
known_blocks(void **state)
{
	struct card *card = host_habit("cac-v2-t1", "wtx 20 1\n");

	(void)state;
	assert_int_equal(card_protocol(card), 1);
	exact(card, "00 C1 01 FC 3C", "00 E1 01 FC 1C");
	exact(card, "00 C0 00 C0", "00 E0 00 E0");
	/* VERIFY without data; the card wants time first. */
	exact(card, "00 00 04 00 20 00 00 24", "00 C3 01 01 C3");
	exact(card, "00 E3 01 01 E3", "00 00 02 63 C3 A2");
	exact(card, "00 40 04 00 99 00 00 DD", "00 40 02 6D 00 2F");
	assert_int_equal(card_t1_errors(card), 0);
	card_free(&card);
}

static void
cases_one_to_four(void **state)
{
	struct card *card = host_habit("cac-v2-t1", "t1-answer more\n");
	uint8_t got[256];

	(void)state;
	expect(card, 0x00, "00 20 00 00", "00 63 C3");
	expect(card, 0x40, VERIFY, "40 90 00");
	assert_int_equal(card_verifies(card), 1);
	expect(card, 0x00, "00 84 00 00", "00 61 08");
	assert_int_equal(swap(card, 0x40, "00 84 00 00 08", got), 1 + 10);
	/* Case 3 of a command with an answer, then GET RESPONSE. */
	expect(card, 0x00, "00 A4 04 00 07 A0 00 00 01 16 DB 00", "00 61 0D");
	expect(card, 0x40, "00 C0 00 00 02", "40 6F 0B 61 0B");
	expect(card, 0x00, "00 C0 00 00 00",
	    "00 84 07 A0 00 00 01 16 DB 00 A5 00 90 00");
	expect(card, 0x40, "00 C0 00 00 00", "40 6A 88");
	/* Case 4. */
	expect(card, 0x00, "00 A4 04 00 07 A0 00 00 01 16 DB 00 03",
	    "00 6F 0B 84 61 0A");
	/* Neither case. */
	expect(card, 0x40, "00 A4 04", "40 67 00");
	expect(card, 0x00, "00 A4 04 00 07 A0 00", "00 67 00");
	expect(card, 0x40, "00 A4 04 00 00 00 07", "40 67 00");
	expect(card, 0x00, "77 A4 04 00", "00 6E 00");
	assert_int_equal(card_t1_errors(card), 0);
	card_free(&card);
}

static void
whole_answers_end_at_ne(void **state)
{
	struct card *card = host_habit("cac-v2-t1", "");

	(void)state;
	expect(card, 0x00, "00 A4 04 00 07 A0 00 00 01 16 DB 00 03",
	    "00 6F 0B 84 90 00");
	expect(card, 0x40, "00 C0 00 00 00", "40 6A 88");
	card_free(&card);
}

static void
chains_go_both_ways(void **state)
{
	struct card *card = host_habit("cac-v2-t1", "");
	uint8_t got[256];

	(void)state;
	expect(card, 0x20, "00 A4 04 00 07 A0", "90");
	expect(card, 0x60, "00 00 01", "80");
	expect(card, 0x00, "16 DB 00 00",
	    "00 6F 0B 84 07 A0 00 00 01 16 DB 00 A5 00 90 00");
	/* 52 bytes and a status word, while the host takes 32. */
	assert_int_equal(swap(card, 0x40, "00 52 00 02 02 01 34 00", got), 33);
	assert_int_equal(got[0], 0x60);
	assert_int_equal(swap(card, 0x80, "", got), 1 + 22);
	assert_int_equal(got[0], 0x00);
	/* With IFSD 16 the same in four. */
	expect(card, 0xC1, "10", "E1 10");
	assert_int_equal(swap(card, 0x00, "00 52 00 02 02 01 34 00", got), 17);
	assert_int_equal(got[0], 0x60);
	assert_int_equal(swap(card, 0x80, "", got), 17);
	assert_int_equal(got[0], 0x20);
	assert_int_equal(swap(card, 0x90, "", got), 17);
	assert_int_equal(got[0], 0x60);
	assert_int_equal(swap(card, 0x80, "", got), 7);
	assert_int_equal(got[0], 0x00);
	assert_int_equal(card_t1_errors(card), 0);
	card_free(&card);
}

static void
an_r_block_repeats_the_answer(void **state)
{
	struct card *card = host_habit("cac-v2-t1", "");

	(void)state;
	expect(card, 0x00, VERIFY, "00 90 00");
	expect(card, 0x81, "", "00 90 00");
	expect(card, 0x82, "", "00 90 00");
	expect(card, 0x80, "", "00 90 00");
	assert_int_equal(card_verifies(card), 1);
	/* In a chain the number says which is meant. */
	expect(card, 0xC1, "08", "E1 08");
	expect(card, 0x40, "00 A4 04 00 07 A0 00 00 01 16 DB 00 00",
	    "60 6F 0B 84 07 A0 00 00 01");
	expect(card, 0x91, "", "60 6F 0B 84 07 A0 00 00 01");
	expect(card, 0x80, "", "00 16 DB 00 A5 00 90 00");
	expect(card, 0x81, "", "00 16 DB 00 A5 00 90 00");
	assert_int_equal(card_t1_errors(card), 0);
	card_free(&card);
}

static void
damaged_blocks_are_asked_for(void **state)
{
	struct card *card = host_habit("cac-v2-t1", "");

	(void)state;
	exact(card, "00 00 04 00 20 00 00 25", "00 81 00 81");
	exact(card, "00 00 04 00 20 00 00 24", "00 00 02 63 C3 A2");
	exact(card, "00 40 04 00 20 00 00 00", "00 91 00 91");
	/* The host has the answer, and not understood what we want. */
	exact(card, "00 90 00 90", "00 90 00 90");
	exact(card, "00 40 04 00 20 00 00 64", "00 40 02 63 C3 E2");
	/* An EDC that is right round a length that is not. */
	exact(card, "00 00 05 00 20 00 00 25", "00 82 00 82");
	exact(card, "01 00 04 00 20 00 00 25", "00 82 00 82");
	exact(card, "00 00 00", "00 82 00 82");
	/* Three complaints, then silence until a block is right. */
	exact(card, "00 00 00", "");
	exact(card, "00 C0 00 C0", "00 E0 00 E0");
	card_free(&card);
}

static void
a_lost_block_is_asked_for(void **state)
{
	struct card *card = host_habit("cac-v2-t1", "");

	(void)state;
	/* The very first one. */
	expect(card, 0x80, "", "82");
	expect(card, 0x00, "00 20 00 00", "00 63 C3");
	/* One after a whole answer: the card has not seen N(S) = 1. */
	expect(card, 0x90, "", "90");
	expect(card, 0x90, "", "90");
	expect(card, 0x40, "00 20 00 00", "40 63 C3");
	/* One in a chain. */
	expect(card, 0x20, "00 20", "90");
	expect(card, 0x80, "", "90");
	expect(card, 0x40, "00 00", "00 63 C3");
	card_free(&card);
}

static void
wrong_sequences_are_refused(void **state)
{
	struct card *card = host_habit("cac-v2-t1", "");
	uint8_t got[256];

	(void)state;
	expect(card, 0x40, "00 20 00 00", "82");
	assert_int_equal(card_t1_errors(card), 1);
	expect(card, 0x00, VERIFY, "00 90 00");
	expect(card, 0x00, VERIFY, "92");
	assert_int_equal(card_verifies(card), 1);
	assert_int_equal(card_t1_errors(card), 2);
	card_free(&card);
	/* An I-block in the middle of the card's chain. */
	card = host_habit("cac-v2-t1", "");
	expect(card, 0x00, "00 A4 04 00 07 A0 00 00 01 16 DB 00", "00 90 00");
	assert_int_equal(swap(card, 0x40, "00 52 00 02 02 01 34 00", got), 33);
	expect(card, 0x00, "00 20 00 00", "82");
	assert_int_equal(card_t1_errors(card), 1);
	/* Responses to nothing, and what only a card asks for. */
	expect(card, 0xE3, "01", "82");
	expect(card, 0xC3, "01", "82");
	expect(card, 0xC0, "", "E0");
	expect(card, 0xE0, "", "82");
	expect(card, 0xC1, "00", "82");
	assert_int_equal(card_t1_errors(card), 5);
	card_free(&card);
}

static void
resynch_starts_anew(void **state)
{
	struct card *card = host_habit("cac-v2-t1", "");
	uint8_t got[256];

	(void)state;
	expect(card, 0xC1, "FE", "E1 FE");
	expect(card, 0x00, "00 A4 04 00 07 A0 00 00 01 16 DB 00", "00 90 00");
	assert_int_equal(swap(card, 0x40, "00 52 00 02 02 01 34 00", got), 55);
	expect(card, 0xC0, "", "E0");
	/* Numbers and IFSD, but not what is selected. */
	assert_int_equal(swap(card, 0x00, "00 52 00 02 02 01 34 00", got), 33);
	expect(card, 0xC0, "", "E0");
	expect(card, 0x00, "00 20 00 00", "00 63 C3");
	card_free(&card);
}

static void
either_side_ends_a_chain(void **state)
{
	struct card *card = host_habit("cac-v2-t1", "");
	char inf[3 * 254 + 1] = "";
	uint8_t got[256];

	(void)state;
	expect(card, 0x20, "00 A4 04", "90");
	expect(card, 0xC2, "", "E2");
	expect(card, 0x40, "00 20 00 00", "00 63 C3");
	assert_int_equal(
	    swap(card, 0x00, "00 A4 04 00 07 A0 00 00 01 16 DB 00", got), 3);
	assert_int_equal(swap(card, 0x40, "00 52 00 02 02 01 34 00", got), 33);
	expect(card, 0xC2, "", "E2");
	expect(card, 0x00, "00 20 00 00", "40 63 C3");
	/* More than any short command has. */
	for (int i = 0; i < 254; i++)
		strcat(inf, "00 ");
	expect(card, 0x60, inf, "80");
	expect(card, 0x20, inf, "C2");
	expect(card, 0x82, "", "C2");
	expect(card, 0xE2, "", "90");
	expect(card, 0x40, "00 20 00 00", "00 63 C3");
	card_free(&card);
}

static void
time_is_asked_for_until_it_is_given(void **state)
{
	struct card *card = host_habit("cac-v2-t1", "wtx 20 2 5\n");

	(void)state;
	expect(card, 0x00, "00 20 00 00", "C3 05");
	expect(card, 0x81, "", "C3 05");
	expect(card, 0xE3, "04", "C3 05");
	expect(card, 0xE3, "05", "C3 05");
	expect(card, 0xE3, "05", "00 63 C3");
	expect(card, 0x40, "00 99 00 00", "40 6D 00");
	card_free(&card);
}

static void
the_card_may_change_its_ifsc(void **state)
{
	struct card *card = host_habit("cac-v2-t1", "ifs 8\n");

	(void)state;
	expect(card, 0x00, VERIFY, "C1 08");
	expect(card, 0xE1, "08", "00 90 00");
	expect(card, 0x40, VERIFY, "92");
	expect(card, 0x60, "00 20 00 00", "80");
	expect(card, 0x00, "", "40 90 00");
	card_free(&card);
}

static void
crc_when_the_atr_says_so(void **state)
{
	/* TC3 = 01, and no other interface bytes but TD1 and TD2. */
	struct card *card =
	    host_habit("cac-v2-t1", "atr 3B 80 81 41 01 41\nprotocol t1\n");
	uint8_t answer[T1_BLOCK_MAX];

	(void)state;
	assert_true(card_uses_crc(card));
	expect(card, 0xC1, "FC", "E1 FC");
	expect(card, 0x00, "00 20 00 00", "00 63 C3");
	assert_int_equal(raw(card, "00 C0 00 C0", answer), 5);
	assert_int_equal(answer[1], 0x92);
	card_free(&card);
}

static void
protocols_are_chosen_by_pps(void **state)
{
	const uint8_t t1[] = {0xFF, 0x11, 0x18, 0xF6};
	struct card *card = host_card("cac-v2-t0-t1", test_pki);
	uint8_t answer[T1_BLOCK_MAX];
	size_t n;

	(void)state;
	assert_int_equal(card_protocol(card), 0);
	exact(card, "00 C0 00 C0", "");
	assert_int_equal(card_pps(card, t1, sizeof(t1), answer), 4);
	assert_memory_equal(answer, t1, 4);
	assert_int_equal(card_protocol(card), 1);
	assert_int_equal(card_fidi(card), 0x18);
	exact(card, "00 C1 01 FC 3C", "00 E1 01 FC 1C");
	card_reset(card, &n);
	assert_int_equal(card_protocol(card), 0);
	card_free(&card);
	/* One that knows T=1 only declines T=0 by silence. */
	card = host_habit("cac-v2-t1", "");
	assert_int_equal(
	    card_pps(
		card, (const uint8_t[]){0xFF, 0x10, 0x96, 0x79}, 4, answer),
	    0);
	card_free(&card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_blocks),
	    cmocka_unit_test(cases_one_to_four),
	    cmocka_unit_test(whole_answers_end_at_ne),
	    cmocka_unit_test(chains_go_both_ways),
	    cmocka_unit_test(an_r_block_repeats_the_answer),
	    cmocka_unit_test(damaged_blocks_are_asked_for),
	    cmocka_unit_test(a_lost_block_is_asked_for),
	    cmocka_unit_test(wrong_sequences_are_refused),
	    cmocka_unit_test(resynch_starts_anew),
	    cmocka_unit_test(either_side_ends_a_chain),
	    cmocka_unit_test(time_is_asked_for_until_it_is_given),
	    cmocka_unit_test(the_card_may_change_its_ifsc),
	    cmocka_unit_test(crc_when_the_atr_says_so),
	    cmocka_unit_test(protocols_are_chosen_by_pps),
	};

	return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
