/* SPDX-License-Identifier: BSD-2-Clause */
/* PC_to_RDR_Secure (CCID 1.1, 6.1.11): what a strict pad refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/emulator/host.h"
#include "tests/emulator/pad-rig.h"
#include "tests/emulator/usb-client.h"

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

	usb_client_begin(&c, POWER_ON);
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++)
		pad_refuse(&c, mistakes[i].command, mistakes[i].error);
	/* No digit was taken for any of these. */
	pad_enter(&c, VERIFY, 1, STATUS("90 00"));
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

	usb_client_begin(&c, POWER_ON);
	/* The largest length ends the entry, or the time. */
	pad_enter(&c, V("00 82 08 00 08 06 01 00 09 04 00 "), 1, FAILED("F0"));
	pad_enter(
	    &c, V("00 82 08 00 06 06 01 00 00 00 00 "), 1, STATUS("63 C2"));
	pad_enter(
	    &c, V("00 82 08 00 08 06 04 00 00 00 00 "), 1, STATUS("63 C1"));
	/* To the right, and not to the left. */
	pad_enter(&c,
	    SECURE("1C") "00 00 86 08 00 08 04 02 00 00 00 00 " NO_T1
			 "00 20 00 00 08 37 37 37 37 FF FF FF FF",
	    1, STATUS("90 00"));
	/* In the middle, with bits as units. */
	pad_enter(&c,
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

	usb_client_begin(&c, POWER_ON);
	usb_client_ask(
	    &c, "61 07 00 00 00 00 .. 01 00 00 96 10 00 45 00 FE 00");
	/* The host says which number the reader's block has. */
	pad_enter(&c, SECURE("1C") "00 " FORM "00 00 0D 00 20 00 00 08 " BLOCK,
	    1, "80 06 00 00 00 00 .. 00 00 00 00 00 02 90 00 92");
	pad_refuse(
	    &c, SECURE("1C") "00 " FORM "00 20 0D 00 20 00 00 08 " BLOCK, "17");
	pad_refuse(
	    &c, SECURE("1C") "00 " FORM "00 40 0C 00 20 00 00 08 " BLOCK, "18");
	pad_enter(&c, SECURE("1C") "00 " FORM "00 40 0D 00 20 00 00 08 " BLOCK,
	    1, "80 06 00 00 00 00 .. 00 00 00 00 40 02 63 C2 E3");
	usb_client_close(&c);
}

static void
the_prologue_is_the_hosts(void **state)
{
	(void)state;
	host_play("blocks",
	    "--reader spr532 --card cac-v2-t1 --pad '77777777 1234567'");
}

int
main(int argc, char **argv)
{
	static const struct host_scene scenes[] = {
	    {"strict", scene_strict},
	    {"formats", scene_formats},
	    {"blocks", scene_blocks},
	    {NULL, NULL},
	};
	static const struct CMUnitTest tests[] = {
	    {"pad: every field is checked", every_field_is_checked, NULL, NULL,
		NULL},
	    {"pad: digits have their places", digits_have_places, NULL, NULL,
		NULL},
	    {"pad: with T=1 the prologue is the host's",
		the_prologue_is_the_hosts, NULL, NULL, NULL},
	};
	int status = host_main(argc, argv, scenes);

	if (status >= 0)
		return status;
	return cmocka_run_group_tests(tests, host_setup, host_teardown);
}
