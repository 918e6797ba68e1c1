/* SPDX-License-Identifier: BSD-2-Clause */
/* The emulated reader as the real libusb sees it: descriptors and commands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "tests/emulator/host.h"
#include "tests/emulator/usb-client.h"

#define SELECT_CCC "00 A4 04 00 07 A0 00 00 01 16 DB 00"

static void
check_string(struct usb_client *c, uint8_t index, const char *text)
{
	unsigned char got[128];
	int n = libusb_get_string_descriptor_ascii(
	    c->handle, index, got, sizeof(got));

	assert_int_equal(n, strlen(text));
	assert_string_equal(got, text);
}

static int
class_request(struct usb_client *c, uint8_t request, uint8_t *out, uint16_t n)
{
	return libusb_control_transfer(
	    c->handle, 0xA1, request, 0, 0, out, n, WAIT_MS);
}

/* Interface, endpoints and class descriptor, as libusb parses them. */
static const uint8_t *
class_descriptor(struct usb_client *c, struct libusb_config_descriptor **out)
{
	const struct libusb_interface_descriptor *i;

	assert_int_equal(libusb_get_active_config_descriptor(
			     libusb_get_device(c->handle), out),
	    0);
	assert_int_equal((*out)->wTotalLength, 93);
	assert_int_equal((*out)->bNumInterfaces, 1);
	i = (*out)->interface[0].altsetting;
	assert_int_equal(i->bInterfaceClass, 0x0B);
	assert_int_equal(i->bNumEndpoints, 3);
	assert_int_equal(i->endpoint[0].bEndpointAddress, EP_OUT);
	assert_int_equal(i->endpoint[1].bEndpointAddress, EP_IN);
	assert_int_equal(i->endpoint[2].bEndpointAddress, EP_INTERRUPT);
	assert_int_equal(i->extra_length, 54);
	return i->extra;
}

static void
scene_v1(void)
{
	static const uint8_t want[] = {0x36, 0x21, 0x10, 0x01, 0x00, 0x01, 0x03,
	    0x00, 0x00, 0x00, 0xA0, 0x0F, 0x00, 0x00, 0x40, 0x1F, 0x00, 0x00,
	    0x00, 0x01, 0x2A, 0x00, 0x00, 0x29, 0x40, 0x05, 0x00, 0x00, 0xFC,
	    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	    0xBA, 0x00, 0x01, 0x00, 0x0F, 0x01, 0x00, 0x00, 0xFF, 0xFF, 0x00,
	    0x00, 0x00, 0x01};
	struct libusb_config_descriptor *config;
	struct libusb_device_descriptor d;
	struct usb_client c;
	uint8_t list[400];

	usb_client_begin(&c, NULL);
	libusb_get_device_descriptor(libusb_get_device(c.handle), &d);
	assert_int_equal(d.idVendor, 0x04E6);
	assert_int_equal(d.idProduct, 0x5116);
	assert_int_equal(d.bcdDevice, 0x0523);
	assert_int_equal(d.bMaxPacketSize0, 16);
	assert_memory_equal(class_descriptor(&c, &config), want, sizeof(want));
	libusb_free_config_descriptor(config);
	check_string(&c, 1, "SCM Microsystems Inc.");
	check_string(&c, 2, "SCR3310 USB Smart Card Reader");
	check_string(&c, 4, "CCID Interface");
	assert_int_equal(
	    class_request(&c, 2, list, sizeof(list)), LIBUSB_ERROR_PIPE);
	assert_int_equal(
	    class_request(&c, 3, list, sizeof(list)), LIBUSB_ERROR_PIPE);
	usb_client_close(&c);
}

static void
test_v1(void **state)
{
	(void)state;
	host_play("v1", "--reader scr3310-v1");
}

static void
scene_511f(void)
{
	struct libusb_config_descriptor *config;
	struct usb_client c;
	const uint8_t *class;

	usb_client_begin(&c, NULL);
	class = class_descriptor(&c, &config);
	assert_int_equal(class[44] | class[45] << 8, 263);
	assert_int_equal(class[2] | class[3] << 8, 0x0100);
	libusb_free_config_descriptor(config);
	/* 10 + 260 bytes: more than it says, and yet it takes them. */
	usb_client_power(&c, 0x96);
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_ask(&c,
	    "6F 04010000 00 .. 000000 00 20 00 00 FF"
	    "00000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000");
	usb_client_expect(&c, "80 02000000 00 .. 00 00 00 .. ..");
	usb_client_close(&c);
}

static void
test_511f(void **state)
{
	(void)state;
	host_play("511f", "--reader scr3310-511f --card cac-v2");
}

static uint32_t
le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static void
scene_v2(void)
{
	static const uint8_t clocks[] = {0xA0, 0x0F, 0, 0, 0xC0, 0x12, 0, 0,
	    0x70, 0x17, 0, 0, 0x40, 0x1F, 0, 0, 0xE0, 0x2E, 0, 0};
	struct libusb_config_descriptor *config;
	struct usb_client c;
	uint8_t list[400];

	usb_client_begin(&c, NULL);
	assert_int_equal(class_descriptor(&c, &config)[41], 0x01);
	libusb_free_config_descriptor(config);
	check_string(&c, 1, "SCM Microsystems");
	check_string(&c, 2, "SCR33xx v2.0 USB SC Reader");
	assert_int_equal(
	    class_request(&c, 2, list, sizeof(list)), sizeof(clocks));
	assert_memory_equal(list, clocks, sizeof(clocks));
	assert_int_equal(class_request(&c, 3, list, sizeof(list)), 4 * 96);
	assert_int_equal(le32(list), 10752);
	assert_int_equal(le32(list + 4 * 13), 412903);
	assert_int_equal(le32(list + 4 * 95), 78125);
	assert_int_equal(class_request(&c, 3, list, 6), 6);
	usb_client_close(&c);
}

static void
test_v2(void **state)
{
	(void)state;
	host_play("v2", "");
}

static void
scene_session(void)
{
	struct usb_client c;

	usb_client_begin(&c, NULL);
	usb_client_ask(&c, "65 00000000 00 .. 000000");
	usb_client_expect(&c, "81 00000000 00 00 01 00 00");
	usb_client_ask(&c, "62 00000000 00 .. 000000");
	usb_client_expect(&c,
	    "80 12000000 00 01 00 00 00"
	    "3B 7D 96 00 00 80 31 80 65 B0 83 11 17 D6 83 00 90 00");
	usb_client_ask(&c, "6C 00000000 00 .. 000000");
	usb_client_expect(&c, "82 05000000 00 02 00 00 00 11 00 00 0A 00");
	usb_client_ask(&c, "61 05000000 00 .. 000000 96 00 00 0A 00");
	usb_client_expect(&c, "82 05000000 00 03 00 00 00 96 00 00 0A 00");
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 02000000 00 04 00 00 00 61 0D");
	usb_client_tpdu(&c, "00 C0 00 00 0D");
	usb_client_expect(&c,
	    "80 0F000000 00 05 00 00 00"
	    "6F 0B 84 07 A0 00 00 01 16 DB 00 A5 00 90 00");
	usb_client_tpdu(&c, "00 20 00 00 08 31 32 33 34 35 36 37 38");
	usb_client_ask(&c, "62 00000000 00 .. 000000");
	usb_client_ask(&c, "63 00000000 00 .. 000000");
	usb_client_expect(&c, "81 00000000 00 08 01 00 00");
	usb_client_close(&c);
}

static void
test_session(void **state)
{
	(void)state;
	host_play("session", "--card cac-v2");
	host_expect("report", "\"exchanges\": 3,");
	host_expect("report", "\"get_responses\": 1,");
	host_expect("report", "\"verify_commands\": 1,");
	host_expect("report", "\"cold_resets\": 1,");
	host_expect("report", "\"warm_resets\": 1,");
	host_expect("report", "\"round_trips\": 9,");
	host_expect("report", "\"GetParameters\": 1");
	host_expect("log", "00 20 00 00 08 **(8)");
	host_expect_not("log", "31 32 33");
}

static void
scene_time(void)
{
	struct usb_client c;

	usb_client_begin(&c, NULL);
	usb_client_power(&c, 0x96);
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_tpdu(&c, "00 C0 00 00 0D");
	usb_client_close(&c);
}

/*
 * v1 at 4 MHz. ATR 18 characters and a turn, PPS 8 and 2 turns: 324 etu of
 * 93 us. SELECT 5+1+7+2 characters and 4 turns, GET RESPONSE 5+1+13+2 and 2:
 * 456 etu of 4 us.
 */
static void
test_time(void **state)
{
	(void)state;
	host_play("time", "--reader scr3310-v1 --card cac-v2");
	host_expect("report", "\"line_bytes_to_card\": 21,");
	host_expect("report", "\"line_bytes_from_card\": 41,");
	host_expect("report", "\"simulated_line_seconds\": 0.031956000,");
}

int
main(int argc, char **argv)
{
	static const struct host_scene scenes[] = {
	    {"v1", scene_v1},
	    {"511f", scene_511f},
	    {"v2", scene_v2},
	    {"session", scene_session},
	    {"time", scene_time},
	    {NULL, NULL},
	};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_v1),
	    cmocka_unit_test(test_511f),
	    cmocka_unit_test(test_v2),
	    cmocka_unit_test(test_session),
	    cmocka_unit_test(test_time),
	};
	int status = host_main(argc, argv, scenes);

	if (status >= 0)
		return status;
	return cmocka_run_group_tests(tests, host_setup, host_teardown);
}
