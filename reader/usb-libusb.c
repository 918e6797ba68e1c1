/* SPDX-License-Identifier: BSD-2-Clause */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/lock.h"
#include "reader/usb-libusb-private.h"
#include "reader/usb-libusb.h"

struct bus {
	struct lock lock; /* over context, never over transfers */
	libusb_context *context;
};

err_t
usb_libusb_error(int rc)
{
	switch (rc) {
	case LIBUSB_ERROR_NO_DEVICE:
		return USB_ERR_GONE;
	case LIBUSB_ERROR_ACCESS:
		return USB_ERR_ACCESS;
	case LIBUSB_ERROR_BUSY:
		return USB_ERR_BUSY;
	case LIBUSB_ERROR_TIMEOUT:
		return USB_ERR_TIMEOUT;
	case LIBUSB_ERROR_PIPE:
		return USB_ERR_STALL;
	case LIBUSB_ERROR_OVERFLOW:
		return USB_ERR_OVERFLOW;
	case LIBUSB_ERROR_NO_MEM:
		return ERR_MEMORY;
	default:
		return rc >= 0 ? 0 : USB_ERR_IO;
	}
}

/* The host's signals must not land in libusb's thread. */
static int
init_without_signals(libusb_context **context)
{
	sigset_t all, old;
	int rc;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = libusb_init(context);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc;
}

static ssize_t
device_list(struct bus *b, libusb_device ***list)
{
	ssize_t n = 0;

	lock_acquire(&b->lock);
	if (b->context == NULL)
		n = init_without_signals(&b->context);
	if (n == 0)
		n = libusb_get_device_list(b->context, list);
	lock_release(&b->lock);
	return n;
}

static err_t
bus_list(void *bus,
    void (*found)(void *arg, const struct usb_reader_info *info), void *arg)
{
	libusb_device **list = NULL;
	ssize_t n = device_list(bus, &list);

	if (n < 0)
		return usb_libusb_error((int)n);
	for (ssize_t i = 0; i < n; i++)
		usb_find_interfaces(list[i], found, arg);
	libusb_free_device_list(list, 1);
	return 0;
}

static err_t
bus_open(void *bus, const struct usb_reader_info *info, struct usb_pipe *out)
{
	libusb_device **list = NULL;
	libusb_device_handle *handle = NULL;
	ssize_t n = device_list(bus, &list);
	int rc = LIBUSB_ERROR_NO_DEVICE;

	if (n < 0)
		return usb_libusb_error((int)n);
	for (ssize_t i = 0; i < n; i++) {
		if (libusb_get_bus_number(list[i]) == info->bus &&
		    libusb_get_device_address(list[i]) == info->address)
			rc = libusb_open(list[i], &handle);
	}
	libusb_free_device_list(list, 1);
	if (rc != 0)
		return usb_libusb_error(rc);
	return usb_libusb_pipe(handle, info, out);
}

static void
bus_close(void *bus)
{
	struct bus *b = bus;

	if (b->context != NULL)
		libusb_exit(b->context);
	free(b);
}

static const struct usb_bus_ops libusb_bus_ops = {
    .list = bus_list, .open = bus_open, .close = bus_close};

err_t
usb_libusb_bus(struct usb_bus *out)
{
	struct bus *b = calloc(1, sizeof(*b));

	*out = (struct usb_bus){&libusb_bus_ops, b};
	if (b == NULL)
		return ERR_MEMORY;
	lock_init(&b->lock);
	return 0;
}
