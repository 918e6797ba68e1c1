/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/atr.h"
#include "tests/unit/atr-cards.h"
#include "tests/unit/unit.h"

static struct atr
parse(struct bytes in)
{
	struct atr atr;

	assert_int_equal(atr_parse(in, &atr), 0);
	assert_bytes(atr_bytes(&atr), in);
	return atr;
}

static void
real_cards_say_what_they_offer(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(atr_cards); i++) {
		const struct atr_card *c = &atr_cards[i];
		uint8_t room[64];
		struct atr atr = parse(hex_parse(c->hex, room));

		if (atr.protocols != c->protocols || atr.first != c->first)
			fail_msg("%s: protocols %x, first %u", c->hex,
			    atr.protocols, atr.first);
		assert_int_equal(atr.has_ta1, c->ta1 != 0);
		assert_int_equal(atr.ta1, c->ta1 != 0 ? c->ta1 : 0x11);
		assert_int_equal(atr.historical.n, c->k);
		assert_int_equal(atr.tck_wrong, c->tck == TCK_CUT);
		assert_false(atr.specific);
		assert_false(atr.inverse);
		assert_int_equal(atr.wi, 0x0A);
		assert_false(atr.crc);
	}
}

static void
alternate_token_offers_both(void **state)
{
	struct atr atr = parse(HEX("3B D8 18 00 80 B1 FE 45 1F 07 80 31 C1 64 "
				   "08 06 92 0F D5"));

	(void)state;
	assert_int_equal(atr.ifsc, 254);
	assert_int_equal(atr.bwi_cwi, 0x45);
	assert_int_equal(atr.tc1, 0);
	assert_int_equal(atr.historical.from, 10);
	assert_int_equal(atr.historical.n, 8);
}

static void
absent_bytes_have_defaults(void **state)
{
	struct atr atr = parse(HEX("3B 00"));

	(void)state;
	assert_false(atr.has_ta1);
	assert_int_equal(atr.ta1, 0x11);
	assert_int_equal(atr.tc1, 0);
	assert_int_equal(atr.wi, 10);
	assert_int_equal(atr.ifsc, 32);
	assert_int_equal(atr.bwi_cwi, 0x4D);
	assert_int_equal(atr.protocols, T0);
	assert_int_equal(atr.first, 0);
	assert_int_equal(atr.historical.n, 0);
	assert_false(atr.tck_wrong);
}

static void
every_interface_byte_is_taken(void **state)
{
	/* TA1 95 TB1 25 TC1 FF TD1 80, TA2 absent; TD2 71 for T=1. */
	struct atr atr = parse(HEX("3B F1 95 25 FF 80 71 F0 75 01 AA 61"));

	(void)state;
	assert_int_equal(atr.ta1, 0x95);
	assert_int_equal(atr.tc1, 0xFF);
	assert_int_equal(atr.ifsc, 0xF0);
	assert_int_equal(atr.bwi_cwi, 0x75);
	assert_true(atr.crc);
	assert_int_equal(atr.protocols, T0_T1);
	assert_int_equal(atr.historical.n, 1);
	assert_int_equal(atr.bytes[atr.historical.from], 0xAA);
	assert_false(atr.tck_wrong);
}

static void
tc2_is_the_waiting_integer(void **state)
{
	(void)state;
	assert_int_equal(parse(HEX("3B 80 40 14")).wi, 0x14);
	/* 0 is reserved. */
	assert_int_equal(parse(HEX("3B 80 40 00")).wi, 0x0A);
}

static void
ta2_means_specific_mode(void **state)
{
	/* TA1 18, TD1 91 (T=1), TA2 81: T=1, cannot change. */
	struct atr atr = parse(HEX("3B 90 18 91 81 31 FE 45 12"));

	(void)state;
	assert_true(atr.specific);
	assert_int_equal(atr.ta2, 0x81);
	assert_int_equal(atr.ta1, 0x18);
	assert_int_equal(atr.first, 1);
	assert_int_equal(atr.ifsc, 0xFE);
	assert_false(atr.tck_wrong);
}

static void
only_the_first_t1_group_counts(void **state)
{
	/* TD2 91 with IFSC 40, TD3 31 with IFSC 80 and BWI CWI 55. */
	struct atr atr = parse(HEX("3B 80 81 91 40 31 80 55 34"));

	(void)state;
	assert_int_equal(atr.ifsc, 0x40);
	assert_int_equal(atr.bwi_cwi, 0x4D);
}

static void
reserved_ifsc_is_the_default(void **state)
{
	(void)state;
	assert_int_equal(parse(HEX("3B 80 81 11 00 10")).ifsc, 0x20);
	assert_int_equal(parse(HEX("3B 80 81 11 FF EF")).ifsc, 0x20);
}

static void
t15_is_not_a_protocol(void **state)
{
	/* TD1 1F: T=15 at once, with clock stop and class. */
	struct atr atr = parse(HEX("3B 80 1F 07 98"));

	(void)state;
	assert_int_equal(atr.protocols, T0);
	assert_int_equal(atr.first, 0);
	assert_false(atr.tck_wrong);
}

static void
inverse_convention_is_noted(void **state)
{
	(void)state;
	assert_true(parse(HEX("3F 65 25 00 52 09 6A 90 00")).inverse);
}

static void
a_wrong_tck_is_flagged_only(void **state)
{
	(void)state;
	assert_true(parse(HEX("3B D6 96 00 81 B1 FE 45 1F 87 80 31 C1 52 41 1A "
			      "2B"))
			.tck_wrong);
	assert_false(parse(HEX("3B D6 96 00 81 B1 FE 45 1F 87 80 31 C1 52 41 "
			       "1A 2A"))
			 .tck_wrong);
	/* T=0 alone has none: a byte too many cannot be one. */
	assert_true(parse(HEX("3B 65 00 00 9C 02 02 07 02 55")).tck_wrong);
}

static void
what_is_no_atr_is_refused(void **state)
{
	struct bytes bad[] = {HEX(""), HEX("3B"), HEX("3F"), HEX("03 00"),
	    HEX("00 00"), HEX("FF 00"), HEX("3B 01"), HEX("3B 10"),
	    HEX("3B 80 80 80"), HEX("3B 00 AA BB"), HEX("3A 00")};
	struct atr atr;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(atr_parse(bad[i], &atr), READER_ERR_ATR);
}

static void
thirty_three_bytes_is_the_end(void **state)
{
	uint8_t longest[40] = {0x3B, 0x8F};
	struct atr atr;

	(void)state;
	/* TD bytes announcing TA to TD for ever. */
	memset(longest + 2, 0xF0, sizeof(longest) - 2);
	for (size_t n = 0; n <= sizeof(longest); n++)
		assert_int_equal(
		    atr_parse(bytes_of(longest, n), &atr), READER_ERR_ATR);
	/* 2 + 15 interface bytes + 15 historical bytes + TCK = 33. */
	assert_int_equal(
	    atr_parse(HEX("3B FF 96 00 00 F1 81 00 0A F1 FE 45 00 3F 07 00 "
			  "01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 00"),
		&atr),
	    0);
}

static void
truncated_atrs_end_cleanly(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(atr_cards); i++) {
		uint8_t room[64];
		struct bytes whole = hex_parse(atr_cards[i].hex, room);
		size_t tck = atr_cards[i].tck == TCK_GOOD ? 1 : 0;

		for (size_t n = 0; n < whole.n; n++) {
			/* A heap copy: one byte too far is seen. */
			uint8_t *copy = malloc(n > 0 ? n : 1);
			struct atr atr;
			err_t err;

			assert_non_null(copy);
			memcpy(copy, whole.p, n);
			err = atr_parse(bytes_of(copy, n), &atr);
			if (n + tck < whole.n)
				assert_int_equal(err, READER_ERR_ATR);
			else
				assert_true(err == 0 && atr.tck_wrong);
			free(copy);
		}
	}
}

static void
damaged_atrs_stay_in_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(atr_cards); i++) {
		uint8_t room[64];
		struct bytes in = hex_parse(atr_cards[i].hex, room);

		for (size_t at = 0; at < in.n; at++) {
			uint8_t old = room[at];
			struct atr atr;

			for (unsigned v = 0; v < 256; v++) {
				room[at] = (uint8_t)v;
				if (atr_parse(in, &atr) != 0)
					continue;
				assert_true(atr.n == in.n);
				assert_true(
				    atr.historical.from + atr.historical.n <=
				    atr.n);
				assert_true(atr.protocols != 0);
				assert_true(atr.ifsc >= 1 && atr.ifsc <= 254);
				assert_true(atr.wi != 0);
			}
			room[at] = old;
		}
	}
}

static void
tables_of_f_and_d(void **state)
{
	static const unsigned f[16] = {372, 372, 558, 744, 1116, 1488, 1860, 0,
	    0, 512, 768, 1024, 1536, 2048, 0, 0};
	static const unsigned d[16] = {
	    0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0};

	(void)state;
	for (uint8_t i = 0; i < 16; i++) {
		assert_int_equal(atr_f(i), f[i]);
		assert_int_equal(atr_d(i), d[i]);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("atr: real cards say what the public lists say of them",
		real_cards_say_what_they_offer),
	    TEST("atr: an alternate token offers T=0 and T=1 with IFSC 254",
		alternate_token_offers_both),
	    TEST("atr: absent interface bytes have the standard's defaults",
		absent_bytes_have_defaults),
	    TEST("atr: every interface byte is taken from its place",
		every_interface_byte_is_taken),
	    TEST("atr: TC2 is the waiting integer, 0 is not one",
		tc2_is_the_waiting_integer),
	    TEST("atr: TA2 means specific mode", ta2_means_specific_mode),
	    TEST("atr: only the first T=1 group counts",
		only_the_first_t1_group_counts),
	    TEST("atr: a reserved IFSC is the default",
		reserved_ifsc_is_the_default),
	    TEST("atr: T=15 is no protocol but asks for TCK",
		t15_is_not_a_protocol),
	    TEST("atr: TS 3F is the inverse convention",
		inverse_convention_is_noted),
	    TEST("atr: a wrong TCK is flagged, not refused",
		a_wrong_tck_is_flagged_only),
	    TEST("atr: what is no ATR is refused", what_is_no_atr_is_refused),
	    TEST("atr: 33 bytes is the end, whatever TD bytes promise",
		thirty_three_bytes_is_the_end),
	    TEST("atr: truncated at any length it ends cleanly",
		truncated_atrs_end_cleanly),
	    TEST("atr: with any one byte changed it stays in bounds",
		damaged_atrs_stay_in_bounds),
	    TEST("atr: F and D of each FI and DI", tables_of_f_and_d),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
