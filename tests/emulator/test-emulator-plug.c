/* SPDX-License-Identifier: BSD-2-Clause */
/* Claims, cards and the plug itself, through the real libusb. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/emulator/host.h"
#include "tests/emulator/usb-client.h"

#define SELECT_CCC "00 A4 04 00 07 A0 00 00 01 16 DB 00"
#define SELECTED   "80 02000000 00 .. 00 00 00 61 0D"

static void
scene_claim(void)
{
	struct usb_client a, b;

	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	assert_int_equal(usb_client_open(&a), LIBUSB_ERROR_BUSY);
	assert_int_equal(usb_client_open(&a), LIBUSB_ERROR_BUSY);
	assert_int_equal(usb_client_open(&a), 0);
	assert_int_equal(usb_client_open(&b), LIBUSB_ERROR_BUSY);
	usb_client_close(&a);
	assert_int_equal(usb_client_open(&b), 0);
	assert_int_equal(libusb_release_interface(b.handle, 0), 0);
	assert_int_equal(usb_client_open(&a), 0);
	/* The claim with "detach the driver first" is the same claim. */
	libusb_set_auto_detach_kernel_driver(b.handle, 1);
	assert_int_equal(
	    libusb_claim_interface(b.handle, 0), LIBUSB_ERROR_BUSY);
	assert_int_equal(
	    usb_client_send(&b, "65 00000000 00 .. 000000"), LIBUSB_ERROR_IO);
	usb_client_close(&a);
	assert_int_equal(libusb_claim_interface(b.handle, 0), 0);
	usb_client_ask(&b, "65 00000000 00 .. 000000");
	usb_client_close(&b);
}

static void
test_claim(void **state)
{
	(void)state;
	host_play("claim", "--busy-for 2");
}

/* Hold the claim and wait for an answer that never comes. */
static void
hold(int ready)
{
	struct usb_client c;

	usb_client_begin(&c, NULL);
	assert_int_equal(write(ready, "", 1), 1);
	for (;;)
		(void)usb_client_receive(&c, 0);
}

static void
scene_killed(void)
{
	struct usb_client c;
	int ready[2];
	char byte;
	pid_t pid;

	memset(&c, 0, sizeof(c));
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0)
		hold(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(usb_client_open(&c), LIBUSB_ERROR_BUSY);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(usb_client_open(&c), 0);
	usb_client_power(&c, 0x96);
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, SELECTED);
	usb_client_close(&c);
}

static void
test_killed(void **state)
{
	(void)state;
	host_play("killed", "--card cac-v2");
}

struct plug_count {
	int arrived, left;
};

static int LIBUSB_CALL
count_plugs(libusb_context *context, libusb_device *device,
    libusb_hotplug_event event, void *arg)
{
	struct plug_count *count = arg;

	(void)context;
	(void)device;
	if (event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED)
		count->arrived++;
	else
		count->left++;
	return 0;
}

static void
wait_for(libusb_context *context, const int *count, int want)
{
	struct timeval tick = {1, 0};

	/* Each turn ends with an event, or after a second without one. */
	for (int i = 0; i < 20 && *count < want; i++)
		libusb_handle_events_timeout_completed(context, &tick, NULL);
	assert_int_equal(*count, want);
}

static void
scene_unplug(void)
{
	struct plug_count count = {0, 0};
	struct usb_client c, again;
	int n;
	uint8_t notice[16];

	usb_client_begin(&c, NULL);
	assert_int_equal(libusb_hotplug_register_callback(c.context,
			     LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED |
				 LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT,
			     LIBUSB_HOTPLUG_NO_FLAGS, LIBUSB_HOTPLUG_MATCH_ANY,
			     LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
			     count_plugs, &count, NULL),
	    0);
	assert_int_equal(libusb_interrupt_transfer(c.handle, EP_INTERRUPT,
			     notice, sizeof(notice), &n, WAIT_MS),
	    0);
	usb_client_power(&c, 0x96);
	assert_int_equal(
	    usb_client_send(&c, "6F 0C000000 00 .. 000000" SELECT_CCC),
	    LIBUSB_ERROR_NO_DEVICE);
	assert_int_equal(
	    usb_client_receive(&c, WAIT_MS), LIBUSB_ERROR_NO_DEVICE);
	assert_int_equal(
	    libusb_release_interface(c.handle, 0), LIBUSB_ERROR_NO_DEVICE);
	wait_for(c.context, &count.left, 1);
	wait_for(c.context, &count.arrived, 1);
	usb_client_begin(&again, NULL);
	assert_int_equal(
	    usb_client_receive(&c, WAIT_MS), LIBUSB_ERROR_NO_DEVICE);
	usb_client_power(&again, 0x96);
	usb_client_tpdu(&again, SELECT_CCC);
	usb_client_expect(&again, SELECTED);
	usb_client_close(&again);
	usb_client_close(&c);
}

static void
test_unplug(void **state)
{
	(void)state;
	host_play("unplug", "--card cac-v2 --inject unplug=200");
}

static void
scene_gone(void)
{
	struct usb_client c;

	usb_client_begin(&c, NULL);
	assert_int_equal(usb_client_send(&c, "62 00000000 00 .. 000000"),
	    LIBUSB_ERROR_NO_DEVICE);
	usb_client_close(&c);
	memset(&c, 0, sizeof(c));
	/* The node goes a moment after the device. */
	for (int i = 0; i < 100; i++) {
		int err = usb_client_open(&c);

		assert_int_not_equal(err, 0);
		if (err == LIBUSB_ERROR_NO_DEVICE)
			break;
	}
}

static void
test_gone(void **state)
{
	(void)state;
	host_play("gone", "--card cac-v2 --inject 'unplug msg=IccPowerOn'");
}

static void
expect_notice(struct usb_client *c, uint8_t bits)
{
	uint8_t notice[16];
	int n;

	assert_int_equal(libusb_interrupt_transfer(c->handle, EP_INTERRUPT,
			     notice, sizeof(notice), &n, WAIT_MS),
	    0);
	assert_int_equal(n, 2);
	assert_int_equal(notice[0], 0x50);
	assert_int_equal(notice[1], bits);
}

static void
scene_card(void)
{
	struct usb_client c;
	uint8_t notice[16];
	int n;

	usb_client_begin(&c, NULL);
	expect_notice(&c, 3);
	assert_int_equal(libusb_interrupt_transfer(c.handle, EP_INTERRUPT,
			     notice, sizeof(notice), &n, 50),
	    LIBUSB_ERROR_TIMEOUT);
	usb_client_power(&c, 0x96);
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 00000000 00 .. 42 FE 00");
	expect_notice(&c, 2);
	usb_client_ask(&c, "65 00000000 00 .. 000000");
	usb_client_expect(&c, "81 00000000 00 .. 02 00 00");
	usb_client_ask(&c, "65 00000000 00 .. 000000");
	usb_client_expect(&c, "81 00000000 00 .. 01 00 00");
	expect_notice(&c, 3);
	usb_client_power(&c, 0x96);
	/* Another card, between two commands. */
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 00000000 00 .. 41 FE 00");
	expect_notice(&c, 3);
	usb_client_power(&c, 0x96);
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, SELECTED);
	usb_client_close(&c);
}

static void
test_card(void **state)
{
	(void)state;
	host_play(
	    "card", "--card cac-v2 --inject card-out=2 --inject card-swap");
	host_expect("log", "C card out");
}

static void
scene_reset(void)
{
	struct usb_client c;

	usb_client_begin(&c, NULL);
	usb_client_power(&c, 0x96);
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, "80 00000000 00 .. 40 F6 00");
	assert_int_equal(libusb_reset_device(c.handle), 0);
	usb_client_ask(&c, "65 00000000 00 .. 000000");
	usb_client_expect(&c, "81 00000000 00 .. 01 00 00");
	usb_client_power(&c, 0x96);
	usb_client_tpdu(&c, SELECT_CCC);
	usb_client_expect(&c, SELECTED);
	usb_client_close(&c);
}

static void
test_reset(void **state)
{
	(void)state;
	host_play("reset", "--card cac-v2 --inject 'f6 until=usb-reset'");
	host_expect("report", "\"usb_resets\": 1,");
}

static void
scene_none(void)
{
	struct usb_client c;

	memset(&c, 0, sizeof(c));
	assert_int_equal(usb_client_open(&c), LIBUSB_ERROR_NO_DEVICE);
}

static void
test_none(void **state)
{
	(void)state;
	host_play("none", "--reader none");
	host_expect("report", "\"exchanges\": 0,");
}

int
main(int argc, char **argv)
{
	static const struct host_scene scenes[] = {
	    {"claim", scene_claim},
	    {"killed", scene_killed},
	    {"unplug", scene_unplug},
	    {"gone", scene_gone},
	    {"card", scene_card},
	    {"reset", scene_reset},
	    {"none", scene_none},
	    {NULL, NULL},
	};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_claim),
	    cmocka_unit_test(test_killed),
	    cmocka_unit_test(test_unplug),
	    cmocka_unit_test(test_gone),
	    cmocka_unit_test(test_card),
	    cmocka_unit_test(test_reset),
	    cmocka_unit_test(test_none),
	};
	int status = host_main(argc, argv, scenes);

	if (status >= 0)
		return status;
	return cmocka_run_group_tests(tests, host_setup, host_teardown);
}
