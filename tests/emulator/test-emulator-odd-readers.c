/* SPDX-License-Identifier: BSD-2-Clause */
/* Readers by characters, of one voltage, and hidden ones (CCID 1.1, 6.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "tests/emulator/host.h"
#include "tests/emulator/level-rig.h"
#include "tests/emulator/usb-client.h"

static void
scene_characters(void)
{
	struct usb_client c;

	level_begin(&c, "01");
	/* A header, the ACK; data, SW1; SW2. */
	level_swap(&c, "6F 05 00 00 00 00 .. 00 01 00 00 A4 04 00 07",
	    DATA("01") "A4");
	level_swap(&c, "6F 07 00 00 00 00 .. 00 01 00 A0 00 00 01 16 DB 00",
	    DATA("01") "61");
	level_swap(&c, EMPTY("01"), DATA("01") "0D");
	level_swap(&c, "6F 05 00 00 00 00 .. 00 01 00 00 C0 00 00 0D",
	    DATA("01") "C0");
	level_swap(&c, EMPTY("0F"), DATA("0F") FCI);
	/* No more than that has been said. */
	level_swap(&c, EMPTY("01"), FAILED("FE"));
	usb_client_ask(&c, "62 00 00 00 00 00 .. 01 00 00");
	level_swap(&c, "6F 04 00 00 00 00 .. 00 04 00 FF 11 18 F6",
	    DATA("04") "FF 11 18 F6");
	level_swap(&c, PARAMS_T1 "18 10 00 45 00 FE 00",
	    IN_FORCE "18 10 00 45 00 FE 00");
	level_swap(&c, "6F 05 00 00 00 00 .. 00 03 00 00 C1 01 FC 3C",
	    DATA("03") "00 E1 01");
	level_swap(&c, EMPTY("02"), DATA("02") "FC 1C");
	usb_client_close(&c);
}

static void
test_characters(void **state)
{
	(void)state;
	host_play("characters", "--reader oz776 --card cac-v2-t0-t1");
}

static void
scene_behind(void)
{
	struct libusb_config_descriptor *config;
	const struct libusb_interface_descriptor *i;
	struct usb_client c;

	level_begin(&c, "01");
	assert_int_equal(libusb_get_active_config_descriptor(
			     libusb_get_device(c.handle), &config),
	    0);
	i = config->interface[0].altsetting;
	assert_int_equal(i->extra_length, 0);
	assert_int_equal(i->endpoint[2].extra_length, 54);
	assert_int_equal(i->endpoint[2].extra[1], 0x21);
	libusb_free_config_descriptor(config);
	usb_client_close(&c);
}

static void
scene_vendor(void)
{
	struct libusb_config_descriptor *config;
	struct usb_client c;

	level_begin(&c, "00");
	assert_int_equal(libusb_get_active_config_descriptor(
			     libusb_get_device(c.handle), &config),
	    0);
	assert_int_equal(
	    config->interface[0].altsetting->bInterfaceClass, 0xFF);
	assert_int_equal(config->interface[0].altsetting->extra_length, 54);
	libusb_free_config_descriptor(config);
	usb_client_close(&c);
}

static void
test_descriptors(void **state)
{
	(void)state;
	host_play("behind", "--reader oz776 --card cac-v2");
	host_play("vendor", "--reader scr3310-nttcom --card cac-v2");
}

static size_t
count_devices(void)
{
	libusb_context *context;
	libusb_device **list;
	ssize_t n;

	assert_int_equal(libusb_init(&context), 0);
	n = libusb_get_device_list(context, &list);
	libusb_free_device_list(list, 1);
	libusb_exit(context);
	return (size_t)n;
}

static void
scene_hand(void)
{
	struct usb_client c;

	assert_int_equal(count_devices(), 2);
	host_tell("reader 2 unplug", "done");
	assert_int_equal(count_devices(), 1);
	host_tell("reader 2 unplug", "failed");
	level_begin(&c, "00");
	host_tell("card out", "done");
	level_swap(&c, "65 00 00 00 00 00 .. 00 00 00",
	    "81 00 00 00 00 00 .. 02 00 00");
	host_tell("card in cac-v2-t1", "done");
	level_swap(&c, "65 00 00 00 00 00 .. 00 00 00",
	    "81 00 00 00 00 00 .. 01 00 00");
	host_tell("card in nothing", "failed");
	host_tell("card in", "done");
	host_tell("unplug", "done");
	assert_int_equal(usb_client_receive(&c, 0), LIBUSB_ERROR_NO_DEVICE);
	usb_client_close(&c);
	host_tell("reader 2 replug", "done");
	host_tell("reader 2 replug", "failed");
	host_tell("reader 3 card out", "failed");
	host_tell("card up", "what?");
	host_tell("", "what?");
	assert_int_equal(count_devices(), 1);
	level_begin(&c, "01");
	level_swap(&c, XFR("04") "FF 11 96 78", FAILED("F6"));
	usb_client_close(&c);
}

static void
test_hand(void **state)
{
	(void)state;
	host_play("hand",
	    "--card cac-v2 --reader scr3310-v1 --reader gempc-twin "
	    "--card cac-v2-t1 --inject 'reader=2 f6' "
	    "--control $FOLDER/control");
	host_expect("report", "{\"readers\": [");
	host_expect("log", "\n2 F f6\n");
}

static void
scene_voltage(void)
{
	struct usb_client c;

	memset(&c, 0, sizeof(c));
	assert_int_equal(usb_client_open(&c), 0);
	level_swap(&c, POWER_ON("01"), "80 00 00 00 00 00 .. 41 FE 00");
	level_swap(&c, POWER_ON("03"), "80 00 00 00 00 00 .. 41 FE 00");
	usb_client_ask(&c, POWER_ON("02"));
	assert_int_equal(c.n, 10 + 18);
	usb_client_close(&c);
}

static void
test_voltage(void **state)
{
	(void)state;
	level_profile("three-volts", "cac-v2", "voltage B");
	host_play("voltage", "--reader gempc-twin --card $FOLDER/three-volts");
}

int
main(int argc, char **argv)
{
	static const struct host_scene scenes[] = {
	    {"characters", scene_characters},
	    {"behind", scene_behind},
	    {"vendor", scene_vendor},
	    {"hand", scene_hand},
	    {"voltage", scene_voltage},
	    {NULL, NULL},
	};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_characters),
	    cmocka_unit_test(test_descriptors),
	    cmocka_unit_test(test_hand),
	    cmocka_unit_test(test_voltage),
	};
	int status = host_main(argc, argv, scenes);

	if (status >= 0)
		return status;
	return cmocka_run_group_tests(tests, host_setup, host_teardown);
}
