/* SPDX-License-Identifier: BSD-2-Clause */
/* A CCID client of few lines on plain libusb, for tests of the emulator. */
#ifndef TESTS_EMULATOR_USB_CLIENT_H
#define TESTS_EMULATOR_USB_CLIENT_H

#include <libusb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EP_OUT	     0x01
#define EP_IN	     0x82
#define EP_INTERRUPT 0x83
#define WAIT_MS	     10000

struct usb_client {
	libusb_context *context;
	libusb_device_handle *handle;
	uint8_t seq;
	uint8_t answer[512]; /* the last one, header included */
	size_t n;
};

/* Find the reader, open it, claim interface 0; a libusb error or 0. */
int usb_client_open(struct usb_client *client);
/* The same for a new client, asserted; power, if any, brings an ATR. */
void usb_client_begin(struct usb_client *client, const char *power);
void usb_client_close(struct usb_client *client);

/* "6F 05 00 00 00 00 .. 00 00 00 | 00 C0 ...": .. is the next bSeq. */
int usb_client_send(struct usb_client *client, const char *hex);
int usb_client_receive(struct usb_client *client, unsigned wait_ms);

/* Send and receive; asserts that both succeed. */
void usb_client_ask(struct usb_client *client, const char *hex);

/* XfrBlock around this TPDU; asserts that the transfers succeed. */
void usb_client_tpdu(struct usb_client *client, const char *hex);

/* Asserts that the last answer is this; .. is any byte. */
void usb_client_expect(const struct usb_client *client, const char *hex);

/* Power on and, when fidi is not 11, SetParameters; asserts success. */
void usb_client_power(struct usb_client *client, uint8_t fidi);

#endif
