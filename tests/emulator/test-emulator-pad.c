/* SPDX-License-Identifier: BSD-2-Clause */
/* PC_to_RDR_Secure (CCID 1.1, 6.1.11): a strict pad, and what it keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/emulator/host.h"
#include "tests/emulator/usb-client.h"

#define POWER_ON   "62 00 00 00 00 00 .. 00 00 00"
#define SECURE(n)  "69 " n " 00 00 00 00 .. 00 00 00 "
#define NOTICE	   "80 00 00 00 00 00 .. 80 01 00"
#define STATUS(sw) "80 02 00 00 00 00 .. 00 00 00 " sw
#define FAILED(e)  "80 00 00 00 00 00 .. 40 " e " 00"

/* Time, format, block, length, digits, validation, messages, language. */
#define FORM   "1E 82 08 00 08 06 02 00 09 04 00 "
#define NO_T1  "00 00 00 "
#define BLOCK  "FF FF FF FF FF FF FF FF "
#define VERIFY SECURE("1C") "00 " FORM NO_T1 "00 20 00 00 08 " BLOCK
#define CHANGE "00 24 00 00 10 " BLOCK BLOCK

/* Old one asked for, new one twice, nothing shown: one message index. */
#define MODIFY                                                                 \
	SECURE("27")                                                           \
	"01 1E 82 08 00 00 08 08 06 03 02 00 09 04 00 " NO_T1 CHANGE

static void
begin(struct usb_client *c)
{
	memset(c, 0, sizeof(*c));
	assert_int_equal(usb_client_open(c), 0);
	usb_client_ask(c, POWER_ON);
	assert_true(c->n > 10);
}

/* One notice for each prompt, then the answer. */
static void
enter(struct usb_client *c, const char *command, unsigned prompts,
    const char *answer)
{
	usb_client_ask(c, command);
	for (; prompts > 0; prompts--) {
		usb_client_expect(c, NOTICE);
		assert_int_equal(usb_client_receive(c, WAIT_MS), 0);
	}
	usb_client_expect(c, answer);
}

static void
scene_verify(void)
{
	struct usb_client c;

	begin(&c);
	enter(&c, VERIFY, 1, STATUS("63 C2"));
	enter(&c, VERIFY, 1, STATUS("90 00"));
	enter(&c, VERIFY, 1, FAILED("EF"));
	enter(&c, VERIFY, 1, FAILED("F0"));
	/* Too short for the OK key; too long is cut where the pad is full. */
	enter(&c, VERIFY, 1, FAILED("F0"));
	enter(&c, VERIFY, 1, STATUS("90 00"));
	/* Nobody is there any more. */
	enter(&c, VERIFY, 1, FAILED("F0"));
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

	begin(&c);
	enter(&c, MODIFY, 3, STATUS("90 00"));
	enter(&c, VERIFY, 1, STATUS("90 00"));
	/* The two new ones differ; the card has not heard of it. */
	enter(&c, MODIFY, 3, STATUS("64 02"));
	enter(&c, MODIFY, 2, FAILED("EF"));
	enter(&c, MODIFY, 3, STATUS("63 C2"));
	/* Only the new one is typed, once. */
	enter(&c,
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

static void
refuse(struct usb_client *c, const char *command, const char *error)
{
	char answer[64];

	snprintf(
	    answer, sizeof(answer), "80 00 00 00 00 00 .. 40 %s 00", error);
	usb_client_ask(c, command);
	usb_client_expect(c, answer);
}

#define V(fields)  SECURE("1C") "00 " fields NO_T1 "00 20 00 00 08 " BLOCK
#define A(n, apdu) SECURE(n) "00 " FORM NO_T1 apdu
#define M(fields)  SECURE("27") "01 1E " fields NO_T1 CHANGE

/* What is refused, and which byte of it. */
static const struct {
	const char *command;
	const char *error;
} mistakes[] = {
    /* Header: bBWI means nothing with T=0, and no parts. */
    {"69 1C 00 00 00 00 .. 01 00 00 00 " FORM NO_T1 "00 20 00 00 08 " BLOCK,
	"07"},
    {"69 1C 00 00 00 00 .. 00 01 00 00 " FORM NO_T1 "00 20 00 00 08 " BLOCK,
	"08"},
    {SECURE("00"), "01"},
    {SECURE("01") "00", "01"},
    {SECURE("01") "02", "0A"},
    /* bmFormatString, bmPINBlockString, bmPINLengthFormat */
    {V("1E 83 08 00 08 06 02 00 09 04 00 "), "0C"},
    {V("1E 0A 08 00 08 06 02 00 09 04 00 "), "0C"},
    {V("1E 82 00 00 08 06 02 00 09 04 00 "), "0D"},
    {V("1E 82 38 00 08 06 02 00 09 04 00 "), "0D"},
    {V("1E 82 08 20 08 06 02 00 09 04 00 "), "0E"},
    {V("1E 82 08 01 08 06 02 00 09 04 00 "), "0E"},
    {V("1E 82 88 04 08 06 02 00 09 04 00 "), "0E"},
    /* wPINMaxExtraDigit */
    {V("1E 82 08 00 08 00 02 00 09 04 00 "), "0F"},
    {V("1E 82 08 00 04 05 02 00 09 04 00 "), "0F"},
    {V("1E 82 08 00 09 06 02 00 09 04 00 "), "0F"},
    /* bEntryValidationCondition */
    {V("1E 82 08 00 08 06 00 00 09 04 00 "), "11"},
    {V("1E 82 08 00 08 06 08 00 09 04 00 "), "11"},
    /* bNumberMessage: there is no display; wLangId; bMsgIndex */
    {V("1E 82 08 00 08 06 02 01 09 04 00 "), "12"},
    {V("1E 82 08 00 08 06 02 FF 09 04 00 "), "12"},
    {V("1E 82 08 00 08 06 02 00 07 04 00 "), "13"},
    {V("1E 82 08 00 08 06 02 00 09 04 03 "), "15"},
    /* bTeoPrologue: nothing with T=0 */
    {SECURE("1C") "00 " FORM "01 00 00 00 20 00 00 08 " BLOCK, "16"},
    {SECURE("1C") "00 " FORM "00 40 00 00 20 00 00 08 " BLOCK, "17"},
    {SECURE("1C") "00 " FORM "00 00 0D 00 20 00 00 08 " BLOCK, "18"},
    /* abPINApdu */
    {A("0F", ""), "01"},
    {A("13", "00 20 00 00"), "01"},
    {A("1B", "00 20 00 00 08 FF FF FF FF FF FF FF"), "01"},
    {A("1C", "00 A4 00 00 08 " BLOCK), "1A"},
    {A("1C", "00 24 00 00 08 " BLOCK), "1A"},
    {A("1B", "00 20 00 00 07 FF FF FF FF FF FF FF"), "1D"},
    /* PIN modification: its own fields, and places that overlap. */
    {M("82 08 00 00 04 08 06 03 02 00 09 04 00 "), "20"},
    {M("82 08 00 09 00 08 06 03 02 00 09 04 00 "), "20"},
    {M("82 08 00 00 09 08 06 03 02 00 09 04 00 "), "20"},
    {M("82 08 00 00 08 06 08 03 02 00 09 04 00 "), "11"},
    {M("82 08 00 00 08 08 06 04 02 00 09 04 00 "), "13"},
    {M("82 08 00 00 08 08 06 03 00 00 09 04 00 "), "14"},
    {M("82 08 00 00 08 08 06 03 02 03 09 04 00 "), "15"},
    {M("82 08 00 00 08 08 06 03 02 00 09 05 00 "), "16"},
    {M("82 08 00 00 08 08 06 03 02 00 09 04 07 "), "18"},
};

static void
scene_strict(void)
{
	struct usb_client c;

	begin(&c);
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++)
		refuse(&c, mistakes[i].command, mistakes[i].error);
	/* No digit was taken for any of these. */
	enter(&c, VERIFY, 1, STATUS("90 00"));
	usb_client_ask(&c, "63 00 00 00 00 00 .. 00 00 00");
	usb_client_ask(&c, VERIFY);
	usb_client_expect(&c, "80 00 00 00 00 00 .. 41 FE 00");
	usb_client_close(&c);
}

static void
every_field_is_checked(void **state)
{
	(void)state;
	host_play("strict", "--reader spr532 --card cac-v2 --pad 77777777");
	host_expect("report", "\"verify_commands\": 1");
	host_expect("report", "\"commands\": {\"20\": 1}");
}

static void
scene_formats(void)
{
	struct usb_client c;

	begin(&c);
	/* The largest length ends the entry, or the time. */
	enter(&c, V("00 82 08 00 08 06 01 00 09 04 00 "), 1, FAILED("F0"));
	enter(&c, V("00 82 08 00 06 06 01 00 00 00 00 "), 1, STATUS("63 C2"));
	enter(&c, V("00 82 08 00 08 06 04 00 00 00 00 "), 1, STATUS("63 C1"));
	/* To the right, and not to the left. */
	enter(&c,
	    SECURE("1C") "00 00 86 08 00 08 04 02 00 00 00 00 " NO_T1
			 "00 20 00 00 08 37 37 37 37 FF FF FF FF",
	    1, STATUS("90 00"));
	/* In the middle, with bits as units. */
	enter(&c,
	    SECURE("1C") "00 00 42 04 00 04 04 02 00 00 00 00 " NO_T1
			 "00 20 00 00 08 FF FF FF FF FF FF FF FF",
	    1, FAILED("F0"));
	usb_client_close(&c);
}

static void
digits_have_places(void **state)
{
	(void)state;
	host_play("formats",
	    "--reader spr532 --card cac-v2 "
	    "--pad '1234567 123456 123456 7777 777'");
}

static void
scene_blocks(void)
{
	struct usb_client c;

	begin(&c);
	usb_client_ask(
	    &c, "61 07 00 00 00 00 .. 01 00 00 96 10 00 45 00 FE 00");
	/* The host says which number the reader's block has. */
	enter(&c, SECURE("1C") "00 " FORM "00 00 0D 00 20 00 00 08 " BLOCK, 1,
	    "80 06 00 00 00 00 .. 00 00 00 00 00 02 90 00 92");
	refuse(
	    &c, SECURE("1C") "00 " FORM "00 20 0D 00 20 00 00 08 " BLOCK, "17");
	refuse(
	    &c, SECURE("1C") "00 " FORM "00 40 0C 00 20 00 00 08 " BLOCK, "18");
	enter(&c, SECURE("1C") "00 " FORM "00 40 0D 00 20 00 00 08 " BLOCK, 1,
	    "80 06 00 00 00 00 .. 00 00 00 00 40 02 63 C2 E3");
	usb_client_close(&c);
}

static void
the_prologue_is_the_hosts(void **state)
{
	(void)state;
	host_play("blocks",
	    "--reader spr532 --card cac-v2-t1 --pad '77777777 1234567'");
}

/* At APDU level a display shows messages, and there is no prologue. */
static void
scene_apdu(void)
{
	struct usb_client c;

	begin(&c);
	enter(&c,
	    SECURE("1C") "00 1E 82 08 00 08 06 02 FF 09 04 00 " NO_T1
			 "00 20 00 00 08 " BLOCK,
	    1, STATUS("90 00"));
	refuse(&c, V("1E 82 08 00 08 06 02 02 09 04 00 "), "12");
	refuse(&c, V("1E 82 08 00 08 06 02 01 00 00 00 "), "13");
	/* Three messages have three indices, one message two. */
	enter(&c,
	    SECURE("29") "01 1E 82 08 00 00 08 08 06 03 02 03 09 04 00 01 "
			 "02 " NO_T1 CHANGE,
	    3, STATUS("90 00"));
	enter(&c,
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

	begin(&c);
	refuse(&c, VERIFY, "00");
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
tell(const char *command, const char *answer)
{
	char path[64], line[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "%s/control", getenv("FOLDER"));
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "%s\n", command);
	assert_int_equal(fclose(f), 0);
	strcat(path, ".answer");
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	assert_string_equal(line, answer);
}

static void
scene_hand(void)
{
	struct usb_client c;

	begin(&c);
	tell("pad 77777777", "done");
	enter(&c, VERIFY, 1, STATUS("90 00"));
	tell("pad cancel", "done");
	tell("pad timeout", "done");
	enter(&c, VERIFY, 1, FAILED("EF"));
	enter(&c, VERIFY, 1, FAILED("F0"));
	tell("pad 12 34 abc", "failed");
	tell("pad", "what?");
	tell("pads 12", "what?");
	tell("pad 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "failed");
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
	    {"strict", scene_strict},
	    {"formats", scene_formats},
	    {"blocks", scene_blocks},
	    {"apdu", scene_apdu},
	    {"none", scene_none},
	    {"hand", scene_hand},
	    {NULL, NULL},
	};
	static const struct CMUnitTest tests[] = {
	    {"pad: a PIN is entered, and never shown", a_pin_is_entered, NULL,
		NULL, NULL},
	    {"pad: a PIN is changed", a_pin_is_changed, NULL, NULL, NULL},
	    {"pad: every field is checked", every_field_is_checked, NULL, NULL,
		NULL},
	    {"pad: digits have their places", digits_have_places, NULL, NULL,
		NULL},
	    {"pad: with T=1 the prologue is the host's",
		the_prologue_is_the_hosts, NULL, NULL, NULL},
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
