/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands that are wrong in some byte, and what the reader says to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/emulator/host.h"
#include "tests/emulator/usb-client.h"

#define SELECT_CCC "00 A4 04 00 07 A0 00 00 01 16 DB 00"
#define SELECTED   "80 02000000 00 .. 00 00 00 61 0D"

static const struct {
	const char *what, *send, *expect;
} strict[] = {
    {"unknown command", "60 00000000 00 .. 000000", "40 00"},
    {"dwLength too long", "65 01000000 00 .. 000000", "40 01"},
    {"dwLength too short", "65 00000000 00 .. 000000 00", "40 01"},
    {"slot 1", "65 00000000 01 .. 000000", "42 05"},
    {"reserved byte 7", "65 00000000 00 .. 010000", "40 07"},
    {"reserved byte 9", "65 00000000 00 .. 000001", "40 09"},
    {"T=1 for a T=0 card", "61 07000000 00 .. 010000 11 10 00 45 00 FE 00",
	"40 07"},
    {"DI not listed", "61 05000000 00 .. 000000 97 00 00 0A 00", "40 0A"},
    {"FI reserved", "61 05000000 00 .. 000000 71 00 00 0A 00", "40 0A"},
    {"TCCKS", "61 05000000 00 .. 000000 11 01 00 0A 00", "40 0B"},
    {"WI 0", "61 05000000 00 .. 000000 11 00 00 00 00", "40 0D"},
    {"bClockStop", "61 05000000 00 .. 000000 11 00 00 0A 04", "40 0E"},
    {"bBWI", "6F 05000000 00 .. 010000 00 A4 04 00 00", "40 07"},
    {"wLevelParameter", "6F 05000000 00 .. 000100 00 A4 04 00 00", "40 08"},
    {"wLevelParameter high", "6F 05000000 00 .. 000001 00 A4 04 00 00",
	"40 08"},
    {"TPDU of 4", "6F 04000000 00 .. 000000 00 A4 04 00", "40 01"},
    {"TPDU with Le", "6F 08000000 00 .. 000000 00 A4 02 00 02 01 00 00",
	"40 01"},
    {"TPDU short of data", "6F 06000000 00 .. 000000 00 A4 02 00 02 01",
	"40 01"},
    {"CLA FF", "6F 05000000 00 .. 000000 FF 10 96 79 00", "40 0A"},
    {"voltage 4", "62 00000000 00 .. 040000", "40 07"},
    {"Escape", "6B 01000000 00 .. 000000 00", ".. 00"},
    {"Mechanical", "71 00000000 00 .. 010000", ".. 00"},
    {"T0APDU", "6A 00000000 00 .. 000000", ".. 00"},
    {"Secure", "69 01000000 00 .. 000000 00", ".. 00"},
    {"data rate", "73 08000000 00 .. 000000 A00F0000 002A0000", ".. 00"},
};

static void
scene_strict(void)
{
	struct usb_client c;
	char want[64];

	usb_client_begin(&c, NULL);
	usb_client_tpdu(&c, "00 A4 04 00 00");
	usb_client_expect(&c, "80 00000000 00 .. 41 FE 00");
	for (size_t i = 0; i < sizeof(strict) / sizeof(*strict); i++) {
		print_message("%s\n", strict[i].what);
		usb_client_power(&c, 0x11);
		usb_client_ask(&c, strict[i].send);
		snprintf(want, sizeof(want), ".. 00000000 .. .. %s ..",
		    strict[i].expect);
		usb_client_expect(&c, want);
		assert_int_equal(c.answer[7] & 0x40, 0x40);
	}
	/* The card survived it all. */
	usb_client_power(&c, 0x96);
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, SELECTED);
	usb_client_close(&c);
}

static void
test_strict(void **state)
{
	(void)state;
	host_play("strict", "--card cac-v2");
}

static void
scene_parameters(void)
{
	struct usb_client c;

	usb_client_begin(&c, NULL);
	/* PPS only as the first exchange: later it fails, and mutes. */
	usb_client_power(&c, 0x11);
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_ask(&c, "61 05000000 00 .. 000000 96 00 00 0A 00");
	usb_client_expect(&c, "82 00000000 00 .. 40 0A 00");
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 00000000 00 .. 40 FE 00");
	/* The reader forgets the speed, the card does not. */
	usb_client_power(&c, 0x96);
	usb_client_ask(&c, "6D 00000000 00 .. 000000");
	usb_client_expect(&c, "82 05000000 00 .. 00 00 00 11 00 00 0A 00");
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 00000000 00 .. 40 F6 00");
	/* Clock stop */
	usb_client_power(&c, 0x96);
	usb_client_ask(&c, "6E 00000000 00 .. 010000");
	usb_client_expect(&c, "81 00000000 00 .. 00 00 01");
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 00000000 00 .. 40 FE 00");
	usb_client_ask(&c, "6E 00000000 00 .. 000000");
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, SELECTED);
	usb_client_close(&c);
}

static void
test_parameters(void **state)
{
	(void)state;
	host_play("parameters", "--card cac-v2");
}

static void
scene_short_header(void)
{
	struct usb_client c;

	usb_client_begin(&c, NULL);
	assert_int_equal(usb_client_send(&c, "65 00 00 00 00"), 0);
	assert_int_equal(usb_client_receive(&c, WAIT_MS), LIBUSB_ERROR_PIPE);
	assert_int_equal(libusb_clear_halt(c.handle, EP_IN), 0);
	/* A message in two transfers: the first ends with a full packet. */
	usb_client_power(&c, 0x96);
	assert_int_equal(usb_client_send(&c,
			     "6F 3C000000 00 02 000000 00 A4 04 00 37"
			     "000000000000000000000000000000000000000000000000"
			     "000000000000000000000000000000000000000000000000"
			     "00"),
	    0);
	c.seq--;
	usb_client_ask(&c, "000000000000");
	usb_client_expect(&c, "80 02000000 00 02 00 00 00 .. ..");
	usb_client_close(&c);
}

static void
test_short_header(void **state)
{
	(void)state;
	host_play("short-header", "--card cac-v2");
}

int
main(int argc, char **argv)
{
	static const struct host_scene scenes[] = {
	    {"strict", scene_strict},
	    {"parameters", scene_parameters},
	    {"short-header", scene_short_header},
	    {NULL, NULL},
	};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_strict),
	    cmocka_unit_test(test_parameters),
	    cmocka_unit_test(test_short_header),
	};
	int status = host_main(argc, argv, scenes);

	if (status >= 0)
		return status;
	return cmocka_run_group_tests(tests, host_setup, host_teardown);
}
