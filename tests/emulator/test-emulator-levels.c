/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readers of every exchange level, and what they leave to the host: voltage,
 * PPS, data rate, blocks, characters, parts (CCID 1.1, 3.2 and 6.1).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/emulator/host.h"
#include "tests/emulator/usb-client.h"

#define SELECT	    "00 A4 04 00 07 A0 00 00 01 16 DB 00"
#define FCI	    "6F 0B 84 07 A0 00 00 01 16 DB 00 A5 00 90 00"
#define XFR(n)	    "6F " n " 00 00 00 00 .. 00 00 00"
#define EMPTY(n)    "6F 00 00 00 00 00 .. 00 " n " 00"
#define DATA(n)	    "80 " n " 00 00 00 00 .. 00 00 00"
#define FAILED(e)   "80 00 00 00 00 00 .. 40 " e " 00"
#define PARAMS_T1   "61 07 00 00 00 00 .. 01 00 00 "
#define IN_FORCE    "82 07 00 00 00 00 .. 00 00 01 "
#define POWER_ON(v) "62 00 00 00 00 00 .. " v " 00 00"

static void
begin(struct usb_client *c, const char *voltage)
{
	char text[64];

	memset(c, 0, sizeof(*c));
	assert_int_equal(usb_client_open(c), 0);
	snprintf(text, sizeof(text), POWER_ON("%s"), voltage);
	usb_client_ask(c, text);
	assert_true(c->n > 10);
}

static void
swap(struct usb_client *c, const char *command, const char *answer)
{
	usb_client_ask(c, command);
	usb_client_expect(c, answer);
}

static void
scene_blocks(void)
{
	struct usb_client c;

	begin(&c, "00");
	/* In force is what the ATR says, the speed excepted. */
	swap(&c, "6C 00 00 00 00 00 .. 00 00 00",
	    IN_FORCE "11 10 00 45 00 FE 00");
	swap(&c, "61 05 00 00 00 00 .. 00 00 00 96 00 00 0A 00",
	    "82 00 00 00 00 00 .. 40 07 00");
	swap(&c, PARAMS_T1 "96 11 00 45 00 FE 00",
	    "82 00 00 00 00 00 .. 40 0B 00");
	swap(&c, PARAMS_T1 "96 10 00 A5 00 FE 00",
	    "82 00 00 00 00 00 .. 40 0D 00");
	swap(&c, PARAMS_T1 "96 10 00 45 00 FF 00",
	    "82 00 00 00 00 00 .. 40 0F 00");
	swap(&c, PARAMS_T1 "96 10 00 45 00 FE 01",
	    "82 00 00 00 00 00 .. 40 10 00");
	swap(&c, PARAMS_T1 "96 10 00 45 00 FE 00",
	    IN_FORCE "96 10 00 45 00 FE 00");
	swap(&c, XFR("05") "00 C1 01 FC 3C", DATA("05") "00 E1 01 FC 1C");
	/* Blocks that are none: LEN, NAD, wLevelParameter. */
	swap(&c, XFR("05") "00 C1 02 FC 3F", FAILED("01"));
	swap(&c, XFR("05") "01 C1 01 FC 3D", FAILED("0A"));
	swap(&c, "6F 05 00 00 00 00 .. 00 01 00 00 C1 01 FC 3C", FAILED("08"));
	/* More time: 3 is asked for, and given with the response. */
	swap(&c, XFR("08") "00 00 04 00 20 00 00 24",
	    DATA("05") "00 C3 01 03 C1");
	swap(&c, "6F 05 00 00 00 00 .. 03 00 00 00 E3 01 03 E1",
	    DATA("06") "00 00 02 63 C3 A2");
	/* Chained; the log shows neither part of the PIN. */
	swap(&c, XFR("0B") "00 60 07 00 20 00 00 08 31 32 4C",
	    DATA("04") "00 80 00 80");
	swap(&c, XFR("0A") "00 00 06 33 34 35 36 FF FF 02",
	    DATA("05") "00 C3 01 03 C1");
	swap(&c, "6F 05 00 00 00 00 .. 03 00 00 00 E3 01 03 E1",
	    DATA("06") "00 40 02 63 C2 E3");
	/* With less the answer comes too late, but is not lost. */
	swap(&c, XFR("08") "00 40 04 00 20 00 00 64",
	    DATA("05") "00 C3 01 03 C1");
	swap(&c, XFR("05") "00 E3 01 03 E1", FAILED("FE"));
	swap(&c, XFR("04") "00 81 00 81", DATA("06") "00 00 02 63 C2 A3");
	usb_client_close(&c);
}

/* A card of its own: a profile and one more line. */
static void
profile(const char *name, const char *base, const char *line)
{
	char path[64],
	    *folder = realpath(getenv("CAC_EMULATOR_PROFILES"), NULL);
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", getenv("FOLDER"), name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_non_null(folder);
	fprintf(f, "include %s/%s\n%s\n", folder, base, line);
	assert_int_equal(fclose(f), 0);
	free(folder);
}

static void
test_blocks(void **state)
{
	(void)state;
	profile("slow", "cac-v2-t1", "wtx 20 1 3");
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
	swap(&c, POWER_ON("00"), "80 00 00 00 00 00 .. 41 07 00");
	usb_client_close(&c);
	begin(&c, "01");
	swap(&c, "6C 00 00 00 00 00 .. 00 00 00",
	    "82 05 00 00 00 00 .. 00 00 00 11 00 00 0A 00");
	swap(&c, XFR("04") "FF 11 18 F6", DATA("04") "FF 11 18 F6");
	swap(&c, PARAMS_T1 "18 10 00 45 00 FE 00",
	    IN_FORCE "18 10 00 45 00 FE 00");
	swap(&c, XFR("05") "00 C1 01 FE 3E", DATA("05") "00 E1 01 FE 1E");
	/* Once there was an exchange it is too late for another. */
	swap(&c, XFR("04") "FF 11 18 F6", FAILED("FE"));
	swap(&c, "73 08 00 00 00 00 .. 00 00 00 A0 0F 00 00 48 F8 01 00",
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
	swap(&c, POWER_ON("01"), "80 00 00 00 00 00 .. 41 07 00");
	usb_client_close(&c);
	begin(&c, "02");
	swap(&c, XFR("04") "FF 10 96 79", DATA("04") "FF 10 96 79");
	swap(&c, "61 05 00 00 00 00 .. 00 00 00 96 00 00 0A 00",
	    "82 05 00 00 00 00 .. 00 00 00 96 00 00 0A 00");
	/* The card is at 250000 bit/s now, and the reader is not. */
	swap(&c, XFR("0C") SELECT, FAILED("F6"));
	swap(&c, "73 08 00 00 00 00 .. 00 00 00 A0 0F 00 00 00 2A 00 00",
	    "84 00 00 00 00 00 .. 40 0E 00");
	swap(&c, "73 08 00 00 00 00 .. 00 00 00 A0 0F 00 00 90 D0 03 00",
	    "84 08 00 00 00 00 .. 00 00 00 A0 0F 00 00 90 D0 03 00");
	swap(&c, XFR("0C") SELECT, DATA("02") "61 0D");
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

	begin(&c, "01");
	swap(&c, XFR("0D") SELECT "00", DATA("0F") FCI);
	/* Case 3 leaves the rest to the host. */
	swap(&c, XFR("0C") SELECT, DATA("02") "61 0D");
	swap(&c, XFR("05") "00 C0 00 00 00", DATA("0F") FCI);
	swap(&c, XFR("04") "00 20 00 00", DATA("02") "63 C3");
	/* 6Cxx is the reader's. */
	swap(&c, XFR("05") "00 84 00 00 00",
	    DATA("0A") ".. .. .. .. .. .. .. .. 90 00");
	swap(&c, XFR("06") "00 A4 04 00 02 A0", FAILED("01"));
	swap(&c, "6F 04 00 00 00 00 .. 00 01 00 00 20 00 00", FAILED("08"));
	swap(&c, XFR("04") "FF 10 96 79", FAILED("0A"));
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

	begin(&c, "01");
	for (int i = 0; i < 5; i++) {
		swap(&c, XFR("0D") SELECT "00", DATA("0F") FCI);
		swap(&c, XFR("08") "00 52 00 02 02 01 34 00",
		    DATA("36") "F0 .. .. .. .. .. .. .. .. .. .. .. .. .. .. "
			       ".. .. "
			       ".. .. .. .. .. .. .. .. .. .. .. .. .. .. .. "
			       ".. .. .. "
			       ".. .. .. .. .. .. .. .. .. .. .. .. .. .. .. "
			       ".. .. 90 "
			       "00");
	}
	/* It gives up, and is in step again afterwards. */
	swap(&c, XFR("04") "00 20 00 00", DATA("02") "63 C3");
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

	begin(&c, "00");
	swap(&c, "61 05 00 00 00 00 .. 00 00 00 96 00 00 0A 00",
	    "82 00 00 00 00 00 .. 40 00 00");
	swap(&c, "6F 05 00 00 00 00 .. 00 01 00 00 A4 04 00 07",
	    "80 00 00 00 00 00 .. 00 00 10");
	swap(&c, "6F 03 00 00 00 00 .. 00 03 00 A0 00 00",
	    "80 00 00 00 00 00 .. 00 00 10");
	swap(
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
	swap(&c, EMPTY("10"), FAILED("08"));
	swap(&c, "6F 01 00 00 00 00 .. 00 03 00 00", FAILED("08"));
	usb_client_close(&c);
}

static void
test_parts(void **state)
{
	(void)state;
	host_play("parts", "--reader extended-74 --card cac-v2");
	host_play("parts", "--reader extended-74 --card cac-v2-t1");
}

static void
scene_characters(void)
{
	struct usb_client c;

	begin(&c, "01");
	/* A header, the ACK; data, SW1; SW2. */
	swap(&c, "6F 05 00 00 00 00 .. 00 01 00 00 A4 04 00 07",
	    DATA("01") "A4");
	swap(&c, "6F 07 00 00 00 00 .. 00 01 00 A0 00 00 01 16 DB 00",
	    DATA("01") "61");
	swap(&c, EMPTY("01"), DATA("01") "0D");
	swap(&c, "6F 05 00 00 00 00 .. 00 01 00 00 C0 00 00 0D",
	    DATA("01") "C0");
	swap(&c, EMPTY("0F"), DATA("0F") FCI);
	/* No more than that has been said. */
	swap(&c, EMPTY("01"), FAILED("FE"));
	usb_client_ask(&c, "62 00 00 00 00 00 .. 01 00 00");
	swap(&c, "6F 04 00 00 00 00 .. 00 04 00 FF 11 18 F6",
	    DATA("04") "FF 11 18 F6");
	swap(&c, PARAMS_T1 "18 10 00 45 00 FE 00",
	    IN_FORCE "18 10 00 45 00 FE 00");
	swap(&c, "6F 05 00 00 00 00 .. 00 03 00 00 C1 01 FC 3C",
	    DATA("03") "00 E1 01");
	swap(&c, EMPTY("02"), DATA("02") "FC 1C");
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

	begin(&c, "01");
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

	begin(&c, "00");
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
	tell("reader 2 unplug", "done");
	assert_int_equal(count_devices(), 1);
	tell("reader 2 unplug", "failed");
	begin(&c, "00");
	tell("card out", "done");
	swap(&c, "65 00 00 00 00 00 .. 00 00 00",
	    "81 00 00 00 00 00 .. 02 00 00");
	tell("card in cac-v2-t1", "done");
	swap(&c, "65 00 00 00 00 00 .. 00 00 00",
	    "81 00 00 00 00 00 .. 01 00 00");
	tell("card in nothing", "failed");
	tell("card in", "done");
	tell("unplug", "done");
	assert_int_equal(usb_client_receive(&c, 0), LIBUSB_ERROR_NO_DEVICE);
	usb_client_close(&c);
	tell("reader 2 replug", "done");
	tell("reader 2 replug", "failed");
	tell("reader 3 card out", "failed");
	tell("card up", "what?");
	tell("", "what?");
	assert_int_equal(count_devices(), 1);
	begin(&c, "01");
	swap(&c, XFR("04") "FF 11 96 78", FAILED("F6"));
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
	swap(&c, POWER_ON("01"), "80 00 00 00 00 00 .. 41 FE 00");
	swap(&c, POWER_ON("03"), "80 00 00 00 00 00 .. 41 FE 00");
	usb_client_ask(&c, POWER_ON("02"));
	assert_int_equal(c.n, 10 + 18);
	usb_client_close(&c);
}

static void
test_voltage(void **state)
{
	(void)state;
	profile("three-volts", "cac-v2", "voltage B");
	host_play("voltage", "--reader gempc-twin --card $FOLDER/three-volts");
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
	    {"characters", scene_characters},
	    {"behind", scene_behind},
	    {"vendor", scene_vendor},
	    {"hand", scene_hand},
	    {"voltage", scene_voltage},
	    {NULL, NULL},
	};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_blocks),
	    cmocka_unit_test(test_host_pps),
	    cmocka_unit_test(test_by_hand),
	    cmocka_unit_test(test_short),
	    cmocka_unit_test(test_reader_t1),
	    cmocka_unit_test(test_parts),
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
