/* SPDX-License-Identifier: BSD-2-Clause */
/* PC_to_RDR_Secure (CCID 1.1, 6.1.11): a PIN at the pad, and what it keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/emulator/host.h"
#include "tests/emulator/pad-rig.h"
#include "tests/emulator/usb-client.h"

/* Old one asked for, new one twice, nothing shown: one message index. */
#define MODIFY                                                                 \
	SECURE("27")                                                           \
	"01 1E 82 08 00 00 08 08 06 03 02 00 09 04 00 " NO_T1 CHANGE

static void
scene_verify(void)
{
	struct usb_client c;

	usb_client_begin(&c, POWER_ON);
	pad_enter(&c, VERIFY, 1, STATUS("63 C2"));
	pad_enter(&c, VERIFY, 1, STATUS("90 00"));
	pad_enter(&c, VERIFY, 1, FAILED("EF"));
	pad_enter(&c, VERIFY, 1, FAILED("F0"));
	/* Too short for the OK key; too long is cut where the pad is full. */
	pad_enter(&c, VERIFY, 1, FAILED("F0"));
	pad_enter(&c, VERIFY, 1, STATUS("90 00"));
	/* Nobody is there any more. */
	pad_enter(&c, VERIFY, 1, FAILED("F0"));
	usb_client_tpdu(&c, "00 20 00 00 00");
	usb_client_expect(&c, STATUS("90 00"));
	usb_client_close(&c);
}

static void
a_pin_is_entered(void **state)
{
	(void)state;
	host_play("verify",
	    "--reader spr532 --card cac-v2 --pad '111222 77777777' "
	    "--pad cancel,timeout,123,777777779999");
	host_expect("report", "\"Secure\": 7");
	host_expect("report", "\"verify_commands\": 3");
	host_expect("report", "\"wrong_pins\": 1");
	host_expect("report", "\"pin_tries_left\": 3");
	host_expect("report", "\"commands\": {\"20\": 4}");
	host_expect("report", "\"unexpected_commands\": {}");
	/* Neither as text nor as the card's bytes. */
	host_expect_not("log", "111222");
	host_expect_not("log", "31 31 31");
	host_expect_not("log", "37 37 37");
	host_expect_not("report", "777777");
}

static void
scene_modify(void)
{
	struct usb_client c;

	usb_client_begin(&c, POWER_ON);
	pad_enter(&c, MODIFY, 3, STATUS("90 00"));
	pad_enter(&c, VERIFY, 1, STATUS("90 00"));
	/* The two new ones differ; the card has not heard of it. */
	pad_enter(&c, MODIFY, 3, STATUS("64 02"));
	pad_enter(&c, MODIFY, 2, FAILED("EF"));
	pad_enter(&c, MODIFY, 3, STATUS("63 C2"));
	/* Only the new one is typed, once. */
	pad_enter(&c,
	    SECURE("27") "01 1E 82 08 00 00 08 08 06 00 02 00 09 04 00 " NO_T1
			 "00 24 00 00 10 31 32 33 34 35 36 FF FF " BLOCK,
	    1, STATUS("90 00"));
	usb_client_close(&c);
}

static void
a_pin_is_changed(void **state)
{
	(void)state;
	host_play("modify",
	    "--reader spr532 --card cac-v2 "
	    "--pad '77777777 123456 123456, 123456, 123456 654321 654322, "
	    "123456 cancel, 111111 654321 654321, 87654321'");
	host_expect("report", "\"pin_changes\": 2");
	host_expect("report", "\"wrong_pins\": 1");
	host_expect("report", "\"commands\": {\"20\": 1, \"24\": 3}");
	host_expect_not("log", "31 32 33 34 35 36 FF FF FF");
	host_expect_not("log", "36 35 34 33");
}

/* At APDU level a display shows messages, and there is no prologue. */
static void
scene_apdu(void)
{
	struct usb_client c;

	usb_client_begin(&c, POWER_ON);
	pad_enter(&c,
	    SECURE("1C") "00 1E 82 08 00 08 06 02 FF 09 04 00 " NO_T1
			 "00 20 00 00 08 " BLOCK,
	    1, STATUS("90 00"));
	pad_refuse(&c, V("1E 82 08 00 08 06 02 02 09 04 00 "), "12");
	pad_refuse(&c, V("1E 82 08 00 08 06 02 01 00 00 00 "), "13");
	/* Three messages have three indices, one message two. */
	pad_enter(&c,
	    SECURE("29") "01 1E 82 08 00 00 08 08 06 03 02 03 09 04 00 01 "
			 "02 " NO_T1 CHANGE,
	    3, STATUS("90 00"));
	pad_enter(&c,
	    SECURE(
		"28") "01 1E 82 08 00 00 08 08 06 03 02 01 09 04 00 01 " NO_T1
		CHANGE,
	    3, STATUS("63 C2"));
	usb_client_close(&c);
}

static void
a_pad_at_apdu_level(void **state)
{
	(void)state;
	host_play("apdu",
	    "--reader apdu-pad --card cac-v2-t0-t1 --pad '77777777, "
	    "77777777 123456 123456, 111111 123456 123456'");
	host_play("apdu",
	    "--reader apdu-pad --card cac-v2-t1 --pad '77777777, "
	    "77777777 123456 123456, 111111 123456 123456'");
}

static void
scene_none(void)
{
	struct usb_client c;

	usb_client_begin(&c, POWER_ON);
	pad_refuse(&c, VERIFY, "00");
	usb_client_close(&c);
}

static void
other_readers_have_no_pad(void **state)
{
	(void)state;
	host_play("none", "--reader scr3310-v2 --card cac-v2");
	assert_int_equal(
	    host_shell("$EMULATOR run $OPTIONS --pad 123456 --card cac-v2 "
		       "-- true 2>$FOLDER/err"),
	    125);
	host_expect("err", "this reader has no PIN pad");
	assert_int_equal(host_shell("$EMULATOR run $OPTIONS --reader spr532 "
				    "--pad 12x4 -- true 2>$FOLDER/err"),
	    2);
	host_expect("err", "--pad: digits, cancel and timeout");
	host_expect_not("err", "12x4");
}

static void
scene_hand(void)
{
	struct usb_client c;

	usb_client_begin(&c, POWER_ON);
	host_tell("pad 77777777", "done");
	pad_enter(&c, VERIFY, 1, STATUS("90 00"));
	host_tell("pad cancel", "done");
	host_tell("pad timeout", "done");
	pad_enter(&c, VERIFY, 1, FAILED("EF"));
	pad_enter(&c, VERIFY, 1, FAILED("F0"));
	host_tell("pad 12 34 abc", "failed");
	host_tell("pad", "what?");
	host_tell("pads 12", "what?");
	host_tell("pad 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "failed");
	usb_client_close(&c);
}

static void
keys_are_pressed_meanwhile(void **state)
{
	(void)state;
	host_play(
	    "hand", "--reader spr532 --card cac-v2 --control $FOLDER/control");
	host_expect("report", "\"verify_commands\": 1");
	host_expect_not("log", "777777");
}

int
main(int argc, char **argv)
{
	static const struct host_scene scenes[] = {
	    {"verify", scene_verify},
	    {"modify", scene_modify},
	    {"apdu", scene_apdu},
	    {"none", scene_none},
	    {"hand", scene_hand},
	    {NULL, NULL},
	};
	static const struct CMUnitTest tests[] = {
	    {"pad: a PIN is entered, and never shown", a_pin_is_entered, NULL,
		NULL, NULL},
	    {"pad: a PIN is changed", a_pin_is_changed, NULL, NULL, NULL},
	    {"pad: APDU level, and a display", a_pad_at_apdu_level, NULL, NULL,
		NULL},
	    {"pad: other readers have none", other_readers_have_no_pad, NULL,
		NULL, NULL},
	    {"pad: keys are pressed while it runs", keys_are_pressed_meanwhile,
		NULL, NULL, NULL},
	};
	int status = host_main(argc, argv, scenes);

	if (status >= 0)
		return status;
	return cmocka_run_group_tests(tests, host_setup, host_teardown);
}
