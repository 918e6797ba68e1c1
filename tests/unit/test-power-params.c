/* SPDX-License-Identifier: BSD-2-Clause */
/* Agreeing on protocol and speed (CCID 1.1, 6.1.7; ISO/IEC 7816-3, 9). */
#include "reader/power.h"
#include "tests/unit/ccid-rig.h"

#define ATR_96 "3B DB 96 00 80 1F 03 00 31 C0 64 B0 F3 10 00 07 90 00 80"
#define ATR_97 "3B D6 97 00 81 B1 FE 45 1F 87 80 31 C1 52 41 12 23"
#define ATR_11 "3B 65 00 00 9C 02 02 07 02"

#define SET(params) "M > SetParameters slot=0 seq=3 00 00 00 | " params "\n"
#define GET	    "M > GetParameters slot=0 seq=4 00 00 00\n"
#define NOW(params)                                                            \
	"M < Parameters slot=0 seq=3 status=00 error=00 00 | " params "\n"
#define IN_FORCE(params)                                                       \
	"M < Parameters slot=0 seq=4 status=00 error=00 00 | " params "\n"
#define REFUSED(code)                                                          \
	"M < Parameters slot=0 seq=3 status=40 error=" code " 00\n"
#define COLD(atr)                                                              \
	"M > IccPowerOff slot=0 seq=5 00 00 00\n"                              \
	"M < SlotStatus slot=0 seq=5 status=01 error=00 00\n"                  \
	"M > IccPowerOn slot=0 seq=6 00 00 00\n"                               \
	"M < DataBlock slot=0 seq=6 status=00 error=00 00 | " atr "\n"
#define PPS(request, answer)                                                   \
	"M > XfrBlock slot=0 seq=7 00 00 00 | " request "\n"                   \
	"M < DataBlock slot=0 seq=7 status=00 error=00 00 | " answer "\n"

#define P96 "96 00 00 0A 00"
#define P11 "11 00 00 0A 00"

/* dwFeatures of the reader above, replaced: host PPS; all by hand; auto. */
#define WITH_FEATURES(f)                                                       \
	"36 21 10 01 00 01 03 00 00 00 A0 0F 00 00 40 1F 00 00 00 01 2A 00 "   \
	"00 29 40 05 00 00 FC 00 00 00 00 00 00 00 00 00 00 00 " f             \
	" 0F 01 00 00 FF FF 00 00 00 01"
#define HOST_PPS WITH_FEATURES("38 00 01 00")
#define BY_HAND	 WITH_FEATURES("08 00 01 00")
#define ALL_AUTO WITH_FEATURES("7A 00 02 00")

static struct rig rig;
static struct params used;

static err_t
negotiate(
    const char *desc, const char *atr_hex, uint8_t limit, const char *script)
{
	static const struct data_rates no_rates = {.n = 0};
	uint8_t room[64];
	struct atr atr;
	err_t err;

	assert_int_equal(atr_parse(hex_parse(atr_hex, room), &atr), 0);
	rig_open(&rig, desc, script);
	err = power_negotiate(
	    &rig.slot, &atr, &no_rates, limit, deadline_in(60000), &used);
	rig_close(&rig);
	return err;
}

static void
the_reader_does_the_pps(void **state)
{
	(void)state;
	assert_int_equal(negotiate(SCR3310_5116, ATR_96, 0,
			     SET(P96) NOW(P96) GET IN_FORCE(P96)),
	    0);
	assert_int_equal(used.protocol, 0);
	assert_int_equal(used.fidi, 0x96);
}

static void
a_t1_card_gets_its_structure(void **state)
{
	(void)state;
	/* 97 is 500000 bit/s at 4 MHz: too fast for 344105. */
	assert_int_equal(
	    negotiate(SCR3310_5116, ATR_97, 0,
		"M > SetParameters slot=0 seq=3 01 00 00 | 96 10 00 45 00 FE "
		"00\n"
		"M < Parameters slot=0 seq=3 status=00 error=00 01 | 96 10 00 "
		"45 00 FE 00\n" GET
		"M < Parameters slot=0 seq=4 status=00 error=00 01 | 96 10 00 "
		"45 00 FE 00\n"),
	    0);
	assert_int_equal(used.protocol, 1);
	assert_int_equal(used.fidi, 0x96);
}

static void
what_is_in_force_counts(void **state)
{
	(void)state;
	assert_int_equal(negotiate(SCR3310_5116, ATR_96, 0,
			     SET(P96) NOW(P96) GET IN_FORCE(P11)),
	    0);
	assert_int_equal(used.fidi, 0x11);
	/* A reader that does not tell is believed. */
	assert_int_equal(
	    negotiate(SCR3310_5116, ATR_96, 0,
		SET(P96) NOW(P96) GET
		"M < Parameters slot=0 seq=4 status=40 error=00 00\n"),
	    0);
	assert_int_equal(used.fidi, 0x96);
	/* One without SetParameters as well. */
	assert_int_equal(negotiate(SCR3310_5116, ATR_96, 0,
			     SET(P96) REFUSED("00") GET IN_FORCE(P11)),
	    0);
	assert_int_equal(used.fidi, 0x11);
}

static void
a_refused_speed_gives_way_to_the_next(void **state)
{
	(void)state;
	assert_int_equal(
	    negotiate(SCR3310_5116, ATR_96, 0,
		SET(P96) REFUSED("0A") COLD(ATR_96) SET("95 00 00 0A 00")
		    REFUSED("0A") COLD(ATR_96) SET("94 00 00 0A 00") REFUSED(
			"0A") COLD(ATR_96) SET(P11) NOW(P11) GET IN_FORCE(P11)),
	    0);
	assert_int_equal(used.fidi, 0x11);
}

static void
ninety_seven_gives_way_on_a_fast_reader(void **state)
{
	(void)state;
	assert_int_equal(
	    negotiate(AVID_602, "3B 10 97", 0,
		SET("97 00 00 0A 00") REFUSED("0A") COLD("3B 10 97") SET(P96)
		    NOW(P96) GET IN_FORCE(P96)),
	    0);
	assert_int_equal(used.fidi, 0x96);
}

static void
a_fault_is_tried_twice_at_each_speed(void **state)
{
	(void)state;
	assert_int_equal(negotiate(SCR3310_5116, ATR_96, 0,
			     SET(P96) REFUSED("F6") COLD(ATR_96) SET(P96)
				 NOW(P96) GET IN_FORCE(P96)),
	    0);
	assert_int_equal(used.fidi, 0x96);
	assert_int_equal(
	    negotiate(SCR3310_5116, ATR_96, 0,
		SET(P96) REFUSED("FE") COLD(ATR_96) SET(P96) REFUSED("F6")
		    COLD(ATR_96) SET("95 00 00 0A 00") NOW("95 00 00 0A 00")
			GET IN_FORCE("95 00 00 0A 00")),
	    0);
	assert_int_equal(used.fidi, 0x95);
}

static void
fields_that_cannot_be_changed_are_left(void **state)
{
	static const char *const codes[] = {"0A", "0B", "0C", "0D", "0E"};
	static char script[2048];

	(void)state;
	/* At 11 nothing needs setting: what is in force will do. */
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		(void)snprintf(script, sizeof(script),
		    SET(P11) "M < Parameters slot=0 seq=3 status=40 error=%s "
			     "00\n" GET IN_FORCE(P11),
		    codes[i]);
		assert_int_equal(negotiate(SCR3310_5116, ATR_11, 0, script), 0);
		assert_int_equal(used.fidi, 0x11);
	}
}

static void
a_limit_is_kept(void **state)
{
	(void)state;
	assert_int_equal(negotiate(SCR3310_5116, ATR_96, 0x11,
			     SET(P11) NOW(P11) GET IN_FORCE(P11)),
	    0);
	assert_int_equal(negotiate(SCR3310_5116, ATR_96, 0x94,
			     SET("94 00 00 0A 00") NOW("94 00 00 0A 00")
				 GET IN_FORCE("94 00 00 0A 00")),
	    0);
	/* A limit above the card's own speed changes nothing. */
	assert_int_equal(negotiate(SCR3310_5116, ATR_11, 0x96,
			     SET(P11) NOW(P11) GET IN_FORCE(P11)),
	    0);
}

static void
another_card_meanwhile(void **state)
{
	(void)state;
	assert_int_equal(negotiate(SCR3310_5116, ATR_96, 0,
			     SET(P96) REFUSED("0A") COLD(ATR_11)),
	    READER_ERR_CHANGED);
}

static void
the_host_does_the_pps(void **state)
{
	(void)state;
	assert_int_equal(negotiate(HOST_PPS, ATR_96, 0,
			     PPS("FF 10 96 79", "FF 10 96 79") SET(P96) NOW(P96)
				 GET IN_FORCE(P96)),
	    0);
	/* The card declines the speed. */
	assert_int_equal(negotiate(HOST_PPS, ATR_96, 0,
			     PPS("FF 10 96 79", "FF 00 FF") SET(P11) NOW(P11)
				 GET IN_FORCE(P11)),
	    0);
	assert_int_equal(used.fidi, 0x11);
	/* No PPS where nothing differs from the default. */
	assert_int_equal(
	    negotiate(HOST_PPS, ATR_11, 0, SET(P11) NOW(P11) GET IN_FORCE(P11)),
	    0);
}

static void
a_failed_pps_costs_a_reset(void **state)
{
	(void)state;
	assert_int_equal(negotiate(HOST_PPS, ATR_96, 0,
			     PPS("FF 10 96 79", "FF 10 95 7A") COLD(ATR_96)
				 PPS("FF 10 96 79", "FF 10 96 79") SET(P96)
				     NOW(P96) GET IN_FORCE(P96)),
	    0);
	assert_int_equal(used.fidi, 0x96);
}

static void
clock_and_rate_by_hand(void **state)
{
	(void)state;
	/* 4000 kHz, 250000 bit/s. */
	assert_int_equal(
	    negotiate(BY_HAND, ATR_96, 0,
		PPS("FF 10 96 79", "FF 10 96 79") SET(P96) NOW(
		    P96) "M > SetDataRateAndClockFrequency slot=0 seq=8 00 00 "
			 "00 | A0 "
			 "0F 00 00 90 D0 03 00\n"
			 "M < DataRateAndClockFrequency slot=0 seq=8 status=00 "
			 "error=00 "
			 "00 | A0 0F 00 00 90 D0 03 00\n" GET IN_FORCE(P96)),
	    0);
}

static void
a_negotiating_reader_is_left_alone(void **state)
{
	(void)state;
	assert_int_equal(negotiate(ALL_AUTO, ATR_96, 0, GET IN_FORCE(P96)), 0);
	assert_int_equal(used.fidi, 0x96);
	assert_int_equal(
	    negotiate(ALL_AUTO, ATR_96, 0,
		GET "M < Parameters slot=0 seq=4 status=40 error=00 00\n"),
	    0);
}

static void
without_a_common_protocol_nothing_is_sent(void **state)
{
	(void)state;
	assert_int_equal(negotiate(SCR3310_5116, "3B 80 02 02", 0, ""),
	    READER_ERR_NO_PROTOCOL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("power: the reader does the PPS, SetParameters starts it",
		the_reader_does_the_pps),
	    TEST("power: a T=1 card gets the T=1 structure",
		a_t1_card_gets_its_structure),
	    TEST("power: what GetParameters tells is what counts",
		what_is_in_force_counts),
	    TEST("power: a refused speed gives way to the next lower one",
		a_refused_speed_gives_way_to_the_next),
	    TEST("power: 97 refused becomes 96",
		ninety_seven_gives_way_on_a_fast_reader),
	    TEST("power: a fault is tried twice at each speed",
		a_fault_is_tried_twice_at_each_speed),
	    TEST("power: fields that cannot be changed are left as they are",
		fields_that_cannot_be_changed_are_left),
	    TEST("power: a limit learned earlier is kept", a_limit_is_kept),
	    TEST("power: another card after a reset is noticed",
		another_card_meanwhile),
	    TEST("power: the host does the PPS where the reader does not",
		the_host_does_the_pps),
	    TEST("power: a failed PPS costs a reset",
		a_failed_pps_costs_a_reset),
	    TEST("power: clock and rate are set where the reader follows none",
		clock_and_rate_by_hand),
	    TEST("power: a reader that negotiates is left alone",
		a_negotiating_reader_is_left_alone),
	    TEST("power: without a common protocol nothing is sent",
		without_a_common_protocol_nothing_is_sent),
	};

	reader_error_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
