/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/ccid-msg.h"
#include "reader/params.h"
#include "tests/unit/readers-known.h"
#include "tests/unit/unit.h"

#define OBERTHUR "3B DB 96 00 80 1F 03 00 31 C0 64 B0 F3 10 00 07 90 00 80"
#define GEMALTO	 "3B 7D 96 00 00 80 31 80 65 B0 83 11 17 D6 83 00 90 00"
#define GD	 "3B 7A 18 00 00 73 66 74 65 20 63 64 31 34 34"
#define CYBER	 "3B 75 94 00 00 62 02 02 02 01"
#define DUAL_18	 "3B D8 18 00 80 B1 FE 45 1F 07 80 31 C1 64 08 06 92 0F D5"
#define T1_96	 "3B D6 96 00 81 B1 FE 45 1F 87 80 31 C1 52 41 1A 2A"
#define T1_97	 "3B D6 97 00 81 B1 FE 45 1F 87 80 31 C1 52 41 12 23"

static const struct data_rates no_rates = {.n = 0};

static struct ccid_desc
reader(const char *hex)
{
	uint8_t room[64];
	struct ccid_desc d;

	assert_int_equal(ccid_desc_parse(hex_parse(hex, room), &d), 0);
	return d;
}

static err_t
choose(const char *atr_hex, const struct ccid_desc *d,
    const struct data_rates *rates, struct params *p)
{
	uint8_t room[64];
	struct atr atr;

	assert_int_equal(atr_parse(hex_parse(atr_hex, room), &atr), 0);
	return params_choose(&atr, d, rates, p);
}

/* GET_DATA_RATES of the v2.0 generation: floor(f * D / F), 96 entries. */
static struct data_rates
rates_96(void)
{
	static const unsigned khz_f[12][2] = {{4000, 372}, {4800, 372},
	    {6000, 558}, {8000, 744}, {8000, 1116}, {8000, 1488}, {8000, 1860},
	    {4800, 512}, {6000, 768}, {8000, 1024}, {8000, 1536}, {8000, 2048}};
	static const unsigned d[8] = {1, 2, 4, 8, 16, 32, 12, 20};
	struct data_rates r = {.n = 0};

	for (size_t i = 0; i < COUNT_OF(d); i++) {
		for (size_t k = 0; k < COUNT_OF(khz_f); k++)
			r.rate[r.n++] =
			    khz_f[k][0] * 1000u * d[i] / khz_f[k][1];
	}
	return r;
}

/* ISO/IEC 7816-3, table 7 and 8, at the reader's default clock. */
static void
rates_follow_the_tables(void **state)
{
	static const struct {
		uint8_t fidi;
		uint32_t at_4000, at_4800;
	} rows[] = {{0x11, 10752, 12903}, {0x12, 21505, 25806},
	    {0x13, 43010, 51612}, {0x14, 86021, 103225}, {0x15, 172043, 206451},
	    {0x16, 344086, 412903}, {0x18, 129032, 154838},
	    {0x94, 62500, 75000}, {0x95, 125000, 150000},
	    {0x96, 250000, 300000}, {0x97, 500000, 600000}, {0x10, 0, 0},
	    {0x1A, 0, 0}, {0x71, 0, 0}, {0xF1, 0, 0}};
	struct ccid_desc v1 = reader(SCR3310_5116), v2 = reader(SCR335_V2);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(
		    params_rate(rows[i].fidi, &v1), rows[i].at_4000);
		assert_int_equal(
		    params_rate(rows[i].fidi, &v2), rows[i].at_4800);
	}
}

static void
expect_choice(const char *atr, const char *desc, const struct data_rates *rates,
    uint8_t protocol, uint8_t fidi)
{
	struct ccid_desc d = reader(desc);
	struct params p;

	assert_int_equal(choose(atr, &d, rates, &p), 0);
	if (p.protocol != protocol || p.fidi != fidi)
		fail_msg("%s: T=%u %02X, wanted T=%u %02X", atr, p.protocol,
		    p.fidi, protocol, fidi);
}

static void
speed_on_a_4_mhz_reader(void **state)
{
	(void)state;
	expect_choice(OBERTHUR, SCR3310_5116, &no_rates, 0, 0x96);
	expect_choice(GEMALTO, SCR3310_5116, &no_rates, 0, 0x96);
	expect_choice(GD, SCR3310_5116, &no_rates, 0, 0x18);
	expect_choice(CYBER, SCR3310_5116, &no_rates, 0, 0x94);
	expect_choice(T1_96, SCR3310_5116, &no_rates, 1, 0x96);
	/* 500000 is more than 344105. */
	expect_choice(T1_97, SCR3310_5116, &no_rates, 1, 0x96);
	expect_choice("3B 10 16", SCR3310_5116, &no_rates, 0, 0x16);
	expect_choice("3B 00", SCR3310_5116, &no_rates, 0, 0x11);
	/* 372/1 by another name. */
	expect_choice("3B 10 01", SCR3310_5116, &no_rates, 0, 0x11);
}

static void
speed_on_a_listing_reader(void **state)
{
	struct data_rates rates = rates_96();

	(void)state;
	assert_int_equal(rates.n, 96);
	expect_choice(OBERTHUR, SCR335_V2, &rates, 0, 0x96);
	expect_choice(GD, SCR335_V2, &rates, 0, 0x18);
	expect_choice(CYBER, SCR335_V2, &rates, 0, 0x94);
	/* D=64 is not listed, and 600000 is more than 412903. */
	expect_choice(T1_97, SCR335_V2, &rates, 1, 0x96);
	expect_choice("3B 10 13", SCR335_V2, &rates, 0, 0x13);
}

static void
a_rate_that_is_not_listed_is_not_used(void **state)
{
	struct data_rates rates = {.rate = {10753, 125001, 62500}, .n = 3};

	(void)state;
	expect_choice(OBERTHUR, SCR3310_5116, &rates, 0, 0x95);
	expect_choice(CYBER, SCR3310_5116, &rates, 0, 0x94);
	expect_choice(GD, SCR3310_5116, &rates, 0, 0x11);
}

static void
speed_on_a_600000_reader(void **state)
{
	(void)state;
	expect_choice(T1_97, AVID_602, &no_rates, 1, 0x97);
	expect_choice(OBERTHUR, AVID_602, &no_rates, 0, 0x96);
}

static void
reserved_fi_and_di_mean_the_default_speed(void **state)
{
	(void)state;
	expect_choice("3B 10 70", SCR3310_5116, &no_rates, 0, 0x11);
	expect_choice("3B 10 1F", SCR3310_5116, &no_rates, 0, 0x11);
	expect_choice("3B 10 F6", SCR3310_5116, &no_rates, 0, 0x11);
	/* Slower than 372/1. */
	expect_choice("3B 10 61", SCR3310_5116, &no_rates, 0, 0x11);
}

static void
a_huge_maximum_rate_allows_all(void **state)
{
	struct ccid_desc d = reader(SCR3310_5116);
	struct data_rates rates = {.rate = {0xFFFFFFFF, 250000}, .n = 2};
	struct params p;

	(void)state;
	d.dwMaxDataRate = 0xFFFFFFFF;
	assert_int_equal(choose(OBERTHUR, &d, &rates, &p), 0);
	assert_int_equal(p.fidi, 0x96);
}

static void
the_first_offer_is_taken_when_both_can(void **state)
{
	struct ccid_desc only_t1 = reader(SCR3310_5116), none = only_t1;
	struct params p;

	(void)state;
	expect_choice(DUAL_18, SCR3310_5116, &no_rates, 0, 0x18);
	only_t1.dwProtocols = 2;
	assert_int_equal(choose(DUAL_18, &only_t1, &no_rates, &p), 0);
	assert_int_equal(p.protocol, 1);
	assert_int_equal(
	    choose(GEMALTO, &only_t1, &no_rates, &p), READER_ERR_NO_PROTOCOL);
	none.dwProtocols = 0;
	assert_int_equal(
	    choose(DUAL_18, &none, &no_rates, &p), READER_ERR_NO_PROTOCOL);
}

static void
specific_mode_is_obeyed(void **state)
{
	struct ccid_desc d = reader(SCR3310_5116), only_t0 = d;
	struct params p;

	(void)state;
	/* TA1 18, TA2 01: T=1 at TA1. */
	assert_int_equal(
	    choose("3B 90 18 91 01 31 FE 45 92", &d, &no_rates, &p), 0);
	assert_int_equal(p.protocol, 1);
	assert_int_equal(p.fidi, 0x18);
	only_t0.dwProtocols = 1;
	assert_int_equal(
	    choose("3B 90 18 91 01 31 FE 45 92", &only_t0, &no_rates, &p),
	    READER_ERR_NO_PROTOCOL);
	/* TA2 11: parameters are implicit, TA1 does not count. */
	assert_int_equal(choose("3B 90 18 10 10", &d, &no_rates, &p), 0);
	assert_int_equal(p.fidi, 0x11);
	/* TA2 00 with TA1 97: 500000 bit/s, which this reader cannot do. */
	assert_int_equal(choose("3B 90 97 10 00", &d, &no_rates, &p),
	    READER_ERR_NO_PROTOCOL);
}

static void
each_speed_has_a_lower_one(void **state)
{
	(void)state;
	assert_int_equal(params_slower(0x97), 0x96);
	assert_int_equal(params_slower(0x96), 0x95);
	assert_int_equal(params_slower(0x95), 0x94);
	assert_int_equal(params_slower(0x94), 0x11);
	assert_int_equal(params_slower(0x18), 0x11);
	assert_int_equal(params_slower(0x11), 0);
	for (unsigned v = 0; v < 256; v++) {
		uint8_t fidi = (uint8_t)v;
		unsigned steps = 0;

		for (; fidi != 0 && steps < 9; steps++)
			fidi = params_slower(fidi);
		assert_true(steps < 9);
	}
}

/* The whole SetParameters message with bSeq 05. */
static void
expect_message(const char *atr, const char *want)
{
	struct ccid_desc d = reader(SCR3310_5116);
	uint8_t structure[PARAMS_T1_LEN], room[32];
	struct params p;
	struct buf out;

	assert_int_equal(choose(atr, &d, &no_rates, &p), 0);
	struct ccid_command cmd = {.type = PC_to_RDR_SetParameters,
	    .specific = {p.protocol},
	    .data = {structure, params_encode(&p, structure)}};

	buf_init(&out, 64);
	ccid_command_encode(&cmd, 0, 5, &out);
	assert_bytes(buf_bytes(&out), hex_parse(want, room));
	buf_clear(&out);
}

static void
set_parameters_messages(void **state)
{
	(void)state;
	expect_message(
	    OBERTHUR, "61 05 00 00 00 00 05 00 00 00 96 00 00 0A 00");
	expect_message(GEMALTO, "61 05 00 00 00 00 05 00 00 00 96 00 00 0A 00");
	expect_message(GD, "61 05 00 00 00 00 05 00 00 00 18 00 00 0A 00");
	expect_message(CYBER, "61 05 00 00 00 00 05 00 00 00 94 00 00 0A 00");
	expect_message(
	    T1_96, "61 07 00 00 00 00 05 01 00 00 96 10 00 45 00 FE 00");
	expect_message(
	    T1_97, "61 07 00 00 00 00 05 01 00 00 96 10 00 45 00 FE 00");
}

static void
all_fields_of_the_structures(void **state)
{
	struct params p = {
	    .protocol = 1, .fidi = 0x18, .ifsc = 0xFE, .bwi_cwi = 0x45};
	uint8_t out[PARAMS_T1_LEN];

	(void)state;
	assert_int_equal(params_encode(&p, out), 7);
	assert_bytes(BYTES(out), HEX("18 10 00 45 00 FE 00"));
	p.crc = p.inverse = true;
	p.guard = 0xFF;
	assert_int_equal(params_encode(&p, out), 7);
	assert_bytes(BYTES(out), HEX("18 13 FF 45 00 FE 00"));
	p = (struct params){
	    .fidi = 0x11, .wi = 0x14, .guard = 3, .inverse = true};
	assert_int_equal(params_encode(&p, out), 5);
	assert_bytes(bytes_of(out, 5), HEX("11 02 03 14 00"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("params: rates follow the tables of F and D",
		rates_follow_the_tables),
	    TEST("params: speed on a 4 MHz reader of 344105 bit/s",
		speed_on_a_4_mhz_reader),
	    TEST("params: speed on a 4.8 MHz reader that lists 96 rates",
		speed_on_a_listing_reader),
	    TEST("params: a rate that is not listed is not used",
		a_rate_that_is_not_listed_is_not_used),
	    TEST("params: 97 is used where 600000 bit/s are allowed",
		speed_on_a_600000_reader),
	    TEST("params: reserved FI and DI mean the default speed",
		reserved_fi_and_di_mean_the_default_speed),
	    TEST("params: a reader without a sensible limit allows all",
		a_huge_maximum_rate_allows_all),
	    TEST("params: the card's first offer is taken when the reader can",
		the_first_offer_is_taken_when_both_can),
	    TEST("params: a card in specific mode is obeyed or refused",
		specific_mode_is_obeyed),
	    TEST("params: every speed leads down to 11 and then ends",
		each_speed_has_a_lower_one),
	    TEST("params: whole SetParameters messages for real cards",
		set_parameters_messages),
	    TEST("params: all fields of both structures",
		all_fields_of_the_structures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
