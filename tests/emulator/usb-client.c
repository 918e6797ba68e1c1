/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/emulator/usb-client.h"

#define MESSAGE_MAX 512
#define ANY	    0x100
#define HEADER	    10

/* Pairs of digits or dots; spaces and bars are skipped. */
static size_t
parse(const char *text, unsigned *out)
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		char pair[3] = {text[0], text[1], '\0'};

		if (*text == ' ' || *text == '|')
			continue;
		assert_true(n < MESSAGE_MAX);
		if (pair[0] == '.' && pair[1] == '.') {
			out[n++] = ANY;
		} else {
			assert_true(isxdigit((unsigned char)pair[0]) &&
			    isxdigit((unsigned char)pair[1]));
			out[n++] = (unsigned)strtoul(pair, NULL, 16);
		}
		text++;
	}
	return n;
}

int
usb_client_open(struct usb_client *client)
{
	libusb_device **list;
	ssize_t n;
	int err = libusb_init(&client->context);

	if (err != 0)
		return err;
	n = libusb_get_device_list(client->context, &list);
	err = n > 0 ? libusb_open(list[0], &client->handle)
		    : LIBUSB_ERROR_NO_DEVICE;
	libusb_free_device_list(list, 1);
	if (err == 0)
		err = libusb_claim_interface(client->handle, 0);
	if (err != 0)
		usb_client_close(client);
	return err;
}

void
usb_client_close(struct usb_client *client)
{
	if (client->handle != NULL)
		libusb_close(client->handle);
	if (client->context != NULL)
		libusb_exit(client->context);
	client->handle = NULL;
	client->context = NULL;
}

int
usb_client_send(struct usb_client *client, const char *hex)
{
	unsigned message[MESSAGE_MAX];
	uint8_t bytes[MESSAGE_MAX];
	size_t n = parse(hex, message);
	int sent, err;

	for (size_t i = 0; i < n; i++)
		bytes[i] =
		    message[i] == ANY ? client->seq : (uint8_t)message[i];
	err = libusb_bulk_transfer(
	    client->handle, EP_OUT, bytes, (int)n, &sent, WAIT_MS);
	client->seq++;
	if (err == 0)
		assert_int_equal(sent, n);
	return err;
}

int
usb_client_receive(struct usb_client *client, unsigned wait_ms)
{
	int n = 0;
	int err = libusb_bulk_transfer(client->handle, EP_IN, client->answer,
	    sizeof(client->answer), &n, wait_ms);

	client->n = (size_t)n;
	return err;
}

void
usb_client_ask(struct usb_client *client, const char *hex)
{
	assert_int_equal(usb_client_send(client, hex), 0);
	assert_int_equal(usb_client_receive(client, WAIT_MS), 0);
}

void
usb_client_tpdu(struct usb_client *client, const char *hex)
{
	unsigned tpdu[MESSAGE_MAX];
	char text[3 * MESSAGE_MAX + 32];
	size_t n = parse(hex, tpdu);

	snprintf(text, sizeof(text), "6F%02X%02X0000 00 .. 000000 %s",
	    (unsigned)n & 0xFF, (unsigned)n >> 8, hex);
	usb_client_ask(client, text);
}

void
usb_client_expect(const struct usb_client *client, const char *hex)
{
	unsigned want[MESSAGE_MAX];
	size_t n = parse(hex, want);
	bool same = n == client->n;

	for (size_t i = 0; same && i < n; i++)
		same = want[i] == ANY || want[i] == client->answer[i];
	if (!same) {
		print_error("expected %s\ngot     ", hex);
		for (size_t i = 0; i < client->n; i++)
			print_error(" %02X", client->answer[i]);
		print_error("\n");
	}
	assert_true(same);
}

void
usb_client_power(struct usb_client *client, uint8_t fidi)
{
	char text[64];

	usb_client_ask(client, "62 00000000 00 .. 000000");
	assert_int_equal(client->answer[7], 0);
	assert_true(client->n > HEADER);
	if (fidi == 0x11)
		return;
	snprintf(text, sizeof(text),
	    "61 05000000 00 .. 000000 %02X 00 00 0A 00", fidi);
	usb_client_ask(client, text);
	assert_int_equal(client->answer[7], 0);
}

void
usb_client_begin(struct usb_client *client, const char *power)
{
	const size_t header = 10;

	memset(client, 0, sizeof(*client));
	assert_int_equal(usb_client_open(client), 0);
	if (power == NULL)
		return;
	usb_client_ask(client, power);
	assert_true(client->n > header);
}
