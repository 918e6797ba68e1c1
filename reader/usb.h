/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The USB side of a reader: bytes to and from its endpoints. Two tables, so
 * that the layers above run on libusb-1.0 and, in tests, on a transcript.
 */
#ifndef READER_USB_H
#define READER_USB_H

#include "base/bytes.h"
#include "base/deadline.h"
#include "reader/reader-error.h"

#define USB_PATH_MAX 48
#define USB_NAME_MAX 64

/* What is known of a reader without opening it. */
struct usb_reader_info {
	uint16_t idVendor;
	uint16_t idProduct;
	uint16_t bcdDevice;
	char path[USB_PATH_MAX]; /* bus and port numbers: "1-2.4" */
	uint8_t bus;		 /* these two change at each replug */
	uint8_t address;
	uint8_t bInterfaceNumber;
	uint8_t ep_out; /* bEndpointAddress */
	uint8_t ep_in;
	uint16_t wMaxPacketSize; /* of ep_in */
	uint8_t iManufacturer;
	uint8_t iProduct;
	uint8_t ccid[54]; /* the class descriptor (CCID 1.1, 5.1) */
};

enum usb_endpoint { USB_BULK_OUT, USB_BULK_IN };

/*
 * One opened reader. Every function may return USB_ERR_GONE, after which only
 * close() is of use, and USB_ERR_IO. All but claim, release, wanted and close
 * want the interface claimed.
 */
struct usb_ops {
	/*
	 * Take the interface: USB_ERR_BUSY when another program has it.
	 * Between our own processes the wait is fair until the deadline.
	 */
	err_t (*claim)(void *pipe, struct deadline until);
	void (*release)(void *pipe);

	/* Whether other processes of ours wait for claim(). */
	bool (*wanted)(void *pipe);

	/*
	 * Send one message. USB_ERR_UNSENT: not one byte has left, so that the
	 * reader cannot have acted on it. Any other error: unknown.
	 */
	err_t (*bulk_out)(void *pipe, struct bytes msg, struct deadline until);

	/*
	 * One transfer of at most room bytes, a multiple of wMaxPacketSize.
	 * *got counts what came, also beside USB_ERR_TIMEOUT. A zero-length
	 * packet gives 0 bytes and no error.
	 */
	err_t (*bulk_in)(void *pipe, uint8_t *buf, size_t room, size_t *got,
	    struct deadline until);

	/* Interface requests: class, out without data or in with data. */
	err_t (*control_out)(void *pipe, uint8_t bRequest, uint16_t wValue);
	err_t (*control_in)(void *pipe, uint8_t bRequest, uint8_t *buf,
	    size_t room, size_t *got);

	/*
	 * When anybody last used the device, in units that only equality
	 * makes sense of; 0: the system does not tell.
	 */
	uint64_t (*last_use)(void *pipe);

	err_t (*clear_halt)(void *pipe, enum usb_endpoint which);

	/* Port reset; the claim is kept. The card loses its power. */
	err_t (*reset)(void *pipe);

	/* String descriptor as UTF-8, cut to fit; no claim needed. */
	err_t (*string)(void *pipe, uint8_t index, char text[USB_NAME_MAX]);

	void (*close)(void *pipe);
};

struct usb_pipe {
	const struct usb_ops *ops;
	void *pipe;
};

/* The bus: finds readers and opens them. */
struct usb_bus_ops {
	/* Call found() for each CCID interface; its info dies with the call. */
	err_t (*list)(void *bus,
	    void (*found)(void *arg, const struct usb_reader_info *info),
	    void *arg);

	/* USB_ERR_ACCESS, USB_ERR_GONE; no traffic on the bus. */
	err_t (*open)(void *bus, const struct usb_reader_info *info,
	    struct usb_pipe *out);

	void (*close)(void *bus);
};

struct usb_bus {
	const struct usb_bus_ops *ops;
	void *bus;
};

#endif
