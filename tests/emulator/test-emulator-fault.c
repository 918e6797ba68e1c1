/* SPDX-License-Identifier: BSD-2-Clause */
/* Each fault of cac-emulator(1), seen through the real libusb. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "tests/emulator/host.h"
#include "tests/emulator/usb-client.h"

#define SELECT_CCC   "00 A4 04 00 07 A0 00 00 01 16 DB 00"
#define GET_RESPONSE "00 C0 00 00 0D"
#define READ_CCC     "00 52 00 02 02 01 34"
#define SELECTED     "80 02000000 00 .. 00 00 00 61 0D"
#define NOTICE	     "80 00000000 00 .. 80 01 00"
#define SHORT_MS     100

static void
begin(struct usb_client *c, uint8_t fidi)
{
	usb_client_begin(c, NULL);
	if (fidi != 0)
		usb_client_power(c, fidi);
}

static void
select_again(struct usb_client *c)
{
	usb_client_tpdu(c, SELECT_CCC);
	usb_client_expect(c, SELECTED);
}

static void
scene_error(void)
{
	struct usb_client c;

	begin(&c, 0x96);
	select_again(&c);
	usb_client_tpdu(&c, GET_RESPONSE);
	usb_client_expect(&c, "80 00000000 00 .. 40 F6 00");
	/* The card has not seen the first one, but the second. */
	usb_client_tpdu(&c, GET_RESPONSE);
	usb_client_expect(&c, "80 00000000 00 .. 40 FD 00");
	usb_client_tpdu(&c, GET_RESPONSE);
	usb_client_expect(&c, "80 02000000 00 .. 00 00 00 6A 88");
	usb_client_close(&c);
}

static void
test_error(void **state)
{
	(void)state;
	host_play("error",
	    "--card cac-v2 --inject 'f6 ins=C0 after=00A40400' "
	    "--inject 'fd lost ins=C0'");
	host_expect("report",
	    "{\"fault\": \"f6 ins=C0 after=00A40400\", "
	    "\"count\": 1}");
	host_expect("log", "F fd lost ins=C0");
}

static void
scene_sticky(void)
{
	struct usb_client c;

	begin(&c, 0x96);
	for (int i = 0; i < 3; i++) {
		usb_client_tpdu(&c, SELECT_CCC);
		usb_client_expect(&c, "80 00000000 00 .. 40 F4 00");
	}
	usb_client_power(&c, 0x96);
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 00000000 00 .. 40 F6 00");
	usb_client_power(&c, 0x96);
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 00000000 00 .. 40 F6 00");
	usb_client_ask(&c, "63 00000000 00 .. 000000");
	usb_client_power(&c, 0x96);
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 00000000 00 .. 40 FE 00");
	usb_client_power(&c, 0x11);
	select_again(&c);
	usb_client_close(&c);
}

static void
test_sticky(void **state)
{
	(void)state;
	host_play("sticky",
	    "--card cac-v2 --inject 'f4 until=warm' --inject 'f6 until=cold' "
	    "--inject 'fe speed=96 count=always'");
}

static void
scene_extension(void)
{
	struct usb_client c;

	begin(&c, 0x96);
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, NOTICE);
	assert_int_equal(usb_client_receive(&c, WAIT_MS), 0);
	usb_client_expect(&c, NOTICE);
	/* Who sends another command now is told off, after the answer. */
	assert_int_equal(usb_client_send(&c, "65 00000000 00 .. 000000"), 0);
	assert_int_equal(usb_client_receive(&c, WAIT_MS), 0);
	usb_client_expect(&c, SELECTED);
	assert_int_equal(usb_client_receive(&c, WAIT_MS), 0);
	usb_client_expect(&c, "81 00000000 00 .. 40 E0 00");
	select_again(&c);
	usb_client_close(&c);
}

static void
test_extension(void **state)
{
	(void)state;
	host_play("extension", "--card cac-v2 --inject time-extension=2");
}

static void
scene_stall(void)
{
	struct usb_client c;

	begin(&c, 0x96);
	assert_int_equal(
	    usb_client_send(&c, "65 00000000 00 .. 000000"), LIBUSB_ERROR_PIPE);
	assert_int_equal(
	    usb_client_send(&c, "65 00000000 00 .. 000000"), LIBUSB_ERROR_PIPE);
	assert_int_equal(libusb_clear_halt(c.handle, EP_OUT), 0);
	usb_client_ask(&c, "65 00000000 00 .. 000000");
	usb_client_expect(&c, "81 00000000 00 .. 00 00 00");
	assert_int_equal(
	    usb_client_send(&c, "6F 0C000000 00 .. 000000" SELECT_CCC), 0);
	assert_int_equal(usb_client_receive(&c, WAIT_MS), LIBUSB_ERROR_PIPE);
	assert_int_equal(usb_client_receive(&c, WAIT_MS), LIBUSB_ERROR_PIPE);
	assert_int_equal(libusb_clear_halt(c.handle, EP_IN), 0);
	assert_int_equal(usb_client_receive(&c, WAIT_MS), 0);
	usb_client_expect(&c, SELECTED);
	usb_client_close(&c);
}

static void
test_stall(void **state)
{
	(void)state;
	host_play("stall",
	    "--card cac-v2 --inject 'stall-out msg=GetSlotStatus' "
	    "--inject stall-in");
}

static void
scene_late(void)
{
	struct usb_client c;

	begin(&c, 0x96);
	assert_int_equal(
	    usb_client_send(&c, "6F 0C000000 00 .. 000000" SELECT_CCC), 0);
	assert_int_equal(
	    usb_client_receive(&c, SHORT_MS), LIBUSB_ERROR_TIMEOUT);
	assert_int_equal(c.n, 0);
	usb_client_ask(&c, "65 00000000 00 .. 000000");
	usb_client_expect(&c, "81 00000000 00 03 40 E0 00");
	assert_int_equal(usb_client_receive(&c, WAIT_MS), 0);
	usb_client_expect(&c, "80 02000000 00 02 00 00 00 61 0D");
	usb_client_ask(&c, "65 00000000 00 .. 000000");
	usb_client_expect(&c, "81 00000000 00 04 00 00 00");
	usb_client_close(&c);
}

static void
test_late(void **state)
{
	(void)state;
	host_play("late", "--card cac-v2 --inject late=2000");
}

static void
scene_abort(void)
{
	struct usb_client c;

	begin(&c, 0x96);
	assert_int_equal(
	    usb_client_send(&c, "6F 0C000000 00 .. 000000" SELECT_CCC), 0);
	assert_int_equal(
	    usb_client_receive(&c, SHORT_MS), LIBUSB_ERROR_TIMEOUT);
	usb_client_ask(&c, "65 00000000 00 .. 000000");
	usb_client_expect(&c, "81 00000000 00 03 40 E0 00");
	assert_int_equal(libusb_control_transfer(
			     c.handle, 0x21, 1, 0x0400, 0, NULL, 0, WAIT_MS),
	    0);
	usb_client_ask(&c, "65 00000000 00 03 000000");
	usb_client_expect(&c, "81 00000000 00 03 40 FF 00");
	usb_client_ask(&c, "72 00000000 00 04 000000");
	usb_client_expect(&c, "81 00000000 00 04 00 00 00");
	select_again(&c);
	/* The other way round: the answer waits for the control request. */
	assert_int_equal(usb_client_send(&c, "72 00000000 00 09 000000"), 0);
	assert_int_equal(
	    usb_client_receive(&c, SHORT_MS), LIBUSB_ERROR_TIMEOUT);
	assert_int_equal(libusb_control_transfer(
			     c.handle, 0x21, 1, 0x0900, 0, NULL, 0, WAIT_MS),
	    0);
	assert_int_equal(usb_client_receive(&c, WAIT_MS), 0);
	usb_client_expect(&c, "81 00000000 00 09 00 00 00");
	usb_client_close(&c);
}

static void
test_abort(void **state)
{
	(void)state;
	host_play("abort", "--card cac-v2 --inject 'timeout busy'");
}

static void
scene_distorted(void)
{
	struct usb_client c;

	begin(&c, 0x96);
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 02 00 00 00");
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 02000000 00 02 00 00 00 61 0D");
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 02000000 01 04 00 00 00 61 0D");
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "81 02000000 00 05 00 00 00 61 0D");
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 03000000 00 06 00 00 00 61 0D");
	usb_client_tpdu(&c, SELECT_CCC);
	assert_int_equal(c.n, 0);
	assert_int_equal(usb_client_receive(&c, WAIT_MS), 0);
	usb_client_expect(&c, "80 02000000 00 07 00 00 00 61 0D");
	assert_int_equal(
	    usb_client_send(&c, "6F 0C000000 00 .. 000000" SELECT_CCC), 0);
	assert_int_equal(
	    usb_client_receive(&c, WAIT_MS), LIBUSB_ERROR_OVERFLOW);
	usb_client_close(&c);
}

static void
test_distorted(void **state)
{
	(void)state;
	host_play("distorted",
	    "--card cac-v2 --inject short --inject wrong-seq "
	    "--inject wrong-slot --inject wrong-type --inject wrong-length "
	    "--inject zlp --inject babble");
}

static void
scene_resets(void)
{
	struct usb_client c;

	begin(&c, 0x96);
	/* params-reset: the reader is slow, the card fast */
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 00000000 00 .. 40 F6 00");
	usb_client_ask(&c, "6C 00000000 00 .. 000000");
	usb_client_expect(&c, "82 05000000 00 .. 00 00 00 11 00 00 0A 00");
	/* card-reset: the card is slow, the reader fast */
	usb_client_power(&c, 0x96);
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 00000000 00 .. 40 FE 00");
	/* warm-reset: both are slow, and the card has forgotten */
	usb_client_power(&c, 0x96);
	select_again(&c);
	usb_client_tpdu(&c, GET_RESPONSE);
	usb_client_expect(&c, "80 02000000 00 .. 00 00 00 6A 88");
	usb_client_ask(&c, "6C 00000000 00 .. 000000");
	usb_client_expect(&c, "82 05000000 00 .. 00 00 00 11 00 00 0A 00");
	usb_client_close(&c);
}

static void
test_resets(void **state)
{
	(void)state;
	host_play("resets",
	    "--card cac-v2 --inject params-reset --inject card-reset "
	    "--inject 'warm-reset ins=C0'");
}

static void
scene_words(void)
{
	struct usb_client c;

	begin(&c, 0);
	usb_client_ask(&c, "62 00000000 00 .. 000000");
	usb_client_expect(&c, "80 00000000 00 .. 41 FE 00");
	usb_client_ask(&c, "62 00000000 00 .. 000000");
	usb_client_expect(&c, "80 03000000 00 .. 00 00 00 3B 02 14");
	usb_client_ask(&c, "62 00000000 00 .. 000000");
	usb_client_expect(
	    &c, "80 09000000 00 .. 00 00 00 3B 7D 96 00 00 80 31 80 65");
	select_again(&c);
	usb_client_tpdu(&c, "00 C0 00 00 00");
	usb_client_expect(&c, "80 02000000 00 .. 00 00 00 6C 0D");
	usb_client_tpdu(&c, GET_RESPONSE);
	usb_client_expect(&c,
	    "80 0F000000 00 .. 00 00 00 6F 0B 84"
	    "07 A0 00 00 01 16 DB 00 A5 00 90 00");
	usb_client_tpdu(&c, GET_RESPONSE);
	usb_client_expect(&c, "80 02000000 00 .. 00 00 00 6F 00");
	usb_client_ask(&c, "61 05000000 00 .. 000000 11 00 00 0A 00");
	usb_client_expect(&c, "82 00000000 00 .. 40 0A 00");
	/* A short circuit: the reader switches the card off. */
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 00000000 00 .. 41 FB 00");
	usb_client_close(&c);
}

static void
test_words(void **state)
{
	(void)state;
	host_play("words",
	    "--card cac-v2 --inject mute "
	    "--inject 'atr=3B0214' --inject truncated-atr "
	    "--inject '6c0d ins=C0' --inject 'sw=6F00 ins=C0 exchange=4' "
	    "--inject 'error=0A msg=SetParameters' "
	    "--inject 'fb tpdu=00A404 skip=1'");
}

static void
scene_blocks_of_64(void)
{
	struct usb_client c;

	begin(&c, 0x96);
	select_again(&c);
	usb_client_tpdu(&c, READ_CCC);
	usb_client_expect(&c, "80 02000000 00 .. 00 00 00 61 34");
	assert_int_equal(
	    usb_client_send(&c, "6F 05000000 00 .. 000000 00 C0 00 00 34"), 0);
	assert_int_equal(
	    usb_client_receive(&c, SHORT_MS), LIBUSB_ERROR_TIMEOUT);
	assert_int_equal(c.n, 64);
	usb_client_tpdu(&c, READ_CCC);
	usb_client_expect(&c, "80 02000000 00 .. 00 00 00 61 34");
	usb_client_close(&c);
}

static void
test_blocks_of_64(void **state)
{
	(void)state;
	host_play("blocks-of-64", "--card cac-v2 --no-zlp");
}

int
main(int argc, char **argv)
{
	static const struct host_scene scenes[] = {
	    {"error", scene_error},
	    {"sticky", scene_sticky},
	    {"extension", scene_extension},
	    {"stall", scene_stall},
	    {"late", scene_late},
	    {"abort", scene_abort},
	    {"distorted", scene_distorted},
	    {"resets", scene_resets},
	    {"words", scene_words},
	    {"blocks-of-64", scene_blocks_of_64},
	    {NULL, NULL},
	};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_error),
	    cmocka_unit_test(test_sticky),
	    cmocka_unit_test(test_extension),
	    cmocka_unit_test(test_stall),
	    cmocka_unit_test(test_late),
	    cmocka_unit_test(test_abort),
	    cmocka_unit_test(test_distorted),
	    cmocka_unit_test(test_resets),
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_blocks_of_64),
	};
	int status = host_main(argc, argv, scenes);

	if (status >= 0)
		return status;
	return cmocka_run_group_tests(tests, host_setup, host_teardown);
}
