/* SPDX-License-Identifier: BSD-2-Clause */
/* Blocks and APDUs: PPS, data rate, T=1, parts (CCID 1.1, 3.2 and 6.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "tests/emulator/host.h"
#include "tests/emulator/level-rig.h"
#include "tests/emulator/usb-client.h"

static void
scene_blocks(void)
{
	struct usb_client c;

	level_begin(&c, "00");
	/* In force is what the ATR says, the speed excepted. */
	level_swap(&c, "6C 00 00 00 00 00 .. 00 00 00",
	    IN_FORCE "11 10 00 45 00 FE 00");
	level_swap(&c, "61 05 00 00 00 00 .. 00 00 00 96 00 00 0A 00",
	    "82 00 00 00 00 00 .. 40 07 00");
	level_swap(&c, PARAMS_T1 "96 11 00 45 00 FE 00",
	    "82 00 00 00 00 00 .. 40 0B 00");
	level_swap(&c, PARAMS_T1 "96 10 00 A5 00 FE 00",
	    "82 00 00 00 00 00 .. 40 0D 00");
	level_swap(&c, PARAMS_T1 "96 10 00 45 00 FF 00",
	    "82 00 00 00 00 00 .. 40 0F 00");
	level_swap(&c, PARAMS_T1 "96 10 00 45 00 FE 01",
	    "82 00 00 00 00 00 .. 40 10 00");
	level_swap(&c, PARAMS_T1 "96 10 00 45 00 FE 00",
	    IN_FORCE "96 10 00 45 00 FE 00");
	level_swap(&c, XFR("05") "00 C1 01 FC 3C", DATA("05") "00 E1 01 FC 1C");
	/* Blocks that are none: LEN, NAD, wLevelParameter. */
	level_swap(&c, XFR("05") "00 C1 02 FC 3F", FAILED("01"));
	level_swap(&c, XFR("05") "01 C1 01 FC 3D", FAILED("0A"));
	level_swap(
	    &c, "6F 05 00 00 00 00 .. 00 01 00 00 C1 01 FC 3C", FAILED("08"));
	/* More time: 3 is asked for, and given with the response. */
	level_swap(&c, XFR("08") "00 00 04 00 20 00 00 24",
	    DATA("05") "00 C3 01 03 C1");
	level_swap(&c, "6F 05 00 00 00 00 .. 03 00 00 00 E3 01 03 E1",
	    DATA("06") "00 00 02 63 C3 A2");
	/* Chained; the log shows neither part of the PIN. */
	level_swap(&c, XFR("0B") "00 60 07 00 20 00 00 08 31 32 4C",
	    DATA("04") "00 80 00 80");
	level_swap(&c, XFR("0A") "00 00 06 33 34 35 36 FF FF 02",
	    DATA("05") "00 C3 01 03 C1");
	level_swap(&c, "6F 05 00 00 00 00 .. 03 00 00 00 E3 01 03 E1",
	    DATA("06") "00 40 02 63 C2 E3");
	/* With less the answer comes too late, but is not lost. */
	level_swap(&c, XFR("08") "00 40 04 00 20 00 00 64",
	    DATA("05") "00 C3 01 03 C1");
	level_swap(&c, XFR("05") "00 E3 01 03 E1", FAILED("FE"));
	level_swap(&c, XFR("04") "00 81 00 81", DATA("06") "00 00 02 63 C2 A3");
	usb_client_close(&c);
}

static void
test_blocks(void **state)
{
	(void)state;
	level_profile("slow", "cac-v2-t1", "wtx 20 1 3");
	host_play("blocks", "--card $FOLDER/slow");
	host_expect("log", "| 00 60 07 00 20 00 00 08 **(3)");
	host_expect("log", "| 00 00 06 **(7)");
	host_expect("report", "\"verify_commands\": 1,");
	host_expect("report", "\"t1_host_errors\": 0,");
}

static void
scene_host_pps(void)
{
	struct usb_client c;

	memset(&c, 0, sizeof(c));
	assert_int_equal(usb_client_open(&c), 0);
	level_swap(&c, POWER_ON("00"), "80 00 00 00 00 00 .. 41 07 00");
	usb_client_close(&c);
	level_begin(&c, "01");
	level_swap(&c, "6C 00 00 00 00 00 .. 00 00 00",
	    "82 05 00 00 00 00 .. 00 00 00 11 00 00 0A 00");
	level_swap(&c, XFR("04") "FF 11 18 F6", DATA("04") "FF 11 18 F6");
	level_swap(&c, PARAMS_T1 "18 10 00 45 00 FE 00",
	    IN_FORCE "18 10 00 45 00 FE 00");
	level_swap(&c, XFR("05") "00 C1 01 FE 3E", DATA("05") "00 E1 01 FE 1E");
	/* Once there was an exchange it is too late for another. */
	level_swap(&c, XFR("04") "FF 11 18 F6", FAILED("FE"));
	level_swap(&c, "73 08 00 00 00 00 .. 00 00 00 A0 0F 00 00 48 F8 01 00",
	    "84 00 00 00 00 00 .. 40 00 00");
	usb_client_close(&c);
}

static void
test_host_pps(void **state)
{
	(void)state;
	host_play("host-pps", "--reader gempc-twin --card cac-v2-t0-t1");
}

static void
scene_by_hand(void)
{
	struct usb_client c;

	memset(&c, 0, sizeof(c));
	assert_int_equal(usb_client_open(&c), 0);
	level_swap(&c, POWER_ON("01"), "80 00 00 00 00 00 .. 41 07 00");
	usb_client_close(&c);
	level_begin(&c, "02");
	level_swap(&c, XFR("04") "FF 10 96 79", DATA("04") "FF 10 96 79");
	level_swap(&c, "61 05 00 00 00 00 .. 00 00 00 96 00 00 0A 00",
	    "82 05 00 00 00 00 .. 00 00 00 96 00 00 0A 00");
	/* The card is at 250000 bit/s now, and the reader is not. */
	level_swap(&c, XFR("0C") SELECT, FAILED("F6"));
	level_swap(&c, "73 08 00 00 00 00 .. 00 00 00 A0 0F 00 00 00 2A 00 00",
	    "84 00 00 00 00 00 .. 40 0E 00");
	level_swap(&c, "73 08 00 00 00 00 .. 00 00 00 A0 0F 00 00 90 D0 03 00",
	    "84 08 00 00 00 00 .. 00 00 00 A0 0F 00 00 90 D0 03 00");
	level_swap(&c, XFR("0C") SELECT, DATA("02") "61 0D");
	usb_client_close(&c);
}

static void
test_by_hand(void **state)
{
	(void)state;
	host_play("by-hand", "--reader tpdu-by-hand --card cac-v2");
}

static void
scene_short(void)
{
	struct usb_client c;

	level_begin(&c, "01");
	level_swap(&c, XFR("0D") SELECT "00", DATA("0F") FCI);
	/* Case 3 leaves the rest to the host. */
	level_swap(&c, XFR("0C") SELECT, DATA("02") "61 0D");
	level_swap(&c, XFR("05") "00 C0 00 00 00", DATA("0F") FCI);
	level_swap(&c, XFR("04") "00 20 00 00", DATA("02") "63 C3");
	/* 6Cxx is the reader's. */
	level_swap(&c, XFR("05") "00 84 00 00 00",
	    DATA("0A") ".. .. .. .. .. .. .. .. 90 00");
	level_swap(&c, XFR("06") "00 A4 04 00 02 A0", FAILED("01"));
	level_swap(
	    &c, "6F 04 00 00 00 00 .. 00 01 00 00 20 00 00", FAILED("08"));
	level_swap(&c, XFR("04") "FF 10 96 79", FAILED("0A"));
	usb_client_close(&c);
}

static void
test_short(void **state)
{
	(void)state;
	host_play("short", "--reader omnikey-3121 --card cac-v2");
	host_expect("report", "\"get_responses\": 3,");
}

static void
scene_reader_t1(void)
{
	struct usb_client c;

	level_begin(&c, "01");
	for (int i = 0; i < 5; i++) {
		level_swap(&c, XFR("0D") SELECT "00", DATA("0F") FCI);
		level_swap(&c, XFR("08") "00 52 00 02 02 01 34 00",
		    DATA("36") "F0 .. .. .. .. .. .. .. .. .. .. .. .. .. .. "
			       ".. .. "
			       ".. .. .. .. .. .. .. .. .. .. .. .. .. .. .. "
			       ".. .. .. "
			       ".. .. .. .. .. .. .. .. .. .. .. .. .. .. .. "
			       ".. .. 90 "
			       "00");
	}
	/* It gives up, and is in step again afterwards. */
	level_swap(&c, XFR("04") "00 20 00 00", DATA("02") "63 C3");
	usb_client_close(&c);
}

static void
test_reader_t1(void **state)
{
	(void)state;
	host_play("reader-t1",
	    "--reader omnikey-3121 --card cac-v2-t1 --inject block-damaged "
	    "--inject block-damaged-out --inject block-lost "
	    "--inject block-lost-out --inject 'block-sequence skip=4'");
	host_expect("report", "\"t1_host_errors\": 0,");
	host_expect(
	    "report", "{\"fault\": \"block-sequence skip=4\", \"count\": 1}");
}

static void
scene_parts(void)
{
	struct usb_client c;

	level_begin(&c, "00");
	level_swap(&c, "61 05 00 00 00 00 .. 00 00 00 96 00 00 0A 00",
	    "82 00 00 00 00 00 .. 40 00 00");
	level_swap(&c, "6F 05 00 00 00 00 .. 00 01 00 00 A4 04 00 07",
	    "80 00 00 00 00 00 .. 00 00 10");
	level_swap(&c, "6F 03 00 00 00 00 .. 00 03 00 A0 00 00",
	    "80 00 00 00 00 00 .. 00 00 10");
	level_swap(
	    &c, "6F 05 00 00 00 00 .. 00 02 00 01 16 DB 00 00", DATA("0F") FCI);
	/* F0h bytes and a status word, 64 at a time. */
	usb_client_ask(&c, XFR("08") "00 52 00 02 02 02 F0 00");
	assert_int_equal(c.n, 74);
	assert_int_equal(c.answer[9], 1);
	/* Nothing but "next" now. */
	usb_client_ask(&c, EMPTY("10"));
	assert_int_equal(c.n, 74);
	assert_int_equal(c.answer[9], 3);
	usb_client_ask(&c, EMPTY("10"));
	assert_int_equal(c.answer[9], 3);
	usb_client_ask(&c, EMPTY("10"));
	assert_int_equal(c.n, 10 + 242 - 3 * 64);
	assert_int_equal(c.answer[9], 2);
	level_swap(&c, EMPTY("10"), FAILED("08"));
	level_swap(&c, "6F 01 00 00 00 00 .. 00 03 00 00", FAILED("08"));
	usb_client_close(&c);
}

static void
test_parts(void **state)
{
	(void)state;
	host_play("parts", "--reader extended-74 --card cac-v2");
	host_play("parts", "--reader extended-74 --card cac-v2-t1");
}

int
main(int argc, char **argv)
{
	static const struct host_scene scenes[] = {
	    {"blocks", scene_blocks},
	    {"host-pps", scene_host_pps},
	    {"by-hand", scene_by_hand},
	    {"short", scene_short},
	    {"reader-t1", scene_reader_t1},
	    {"parts", scene_parts},
	    {NULL, NULL},
	};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_blocks),
	    cmocka_unit_test(test_host_pps),
	    cmocka_unit_test(test_by_hand),
	    cmocka_unit_test(test_short),
	    cmocka_unit_test(test_reader_t1),
	    cmocka_unit_test(test_parts),
	};
	int status = host_main(argc, argv, scenes);

	if (status >= 0)
		return status;
	return cmocka_run_group_tests(tests, host_setup, host_teardown);
}
