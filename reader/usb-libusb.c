/* SPDX-License-Identifier: BSD-2-Clause */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "reader/usb-fork.h"
#include "reader/usb-libusb-private.h"
#include "reader/usb-libusb.h"
#include "reader/usb-sysfs.h"

struct bus {
	libusb_context *context; /* under the fork guard until it is set */
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
	struct timeval none = {0};
	ssize_t n = 0;

	*list = NULL;
	usb_fork_guard();
	/* Most programs that load us never see a reader. */
	if (b->context == NULL &&
	    !usb_sysfs_may_have_reader(USB_SYSFS_DEVICES, USB_NODES))
		goto out;
	if (b->context == NULL)
		n = init_without_signals(&b->context);
	/* A device that left stays in the list until its event is handled. */
	if (n == 0)
		(void)libusb_handle_events_timeout(b->context, &none);
	if (n == 0)
		n = libusb_get_device_list(b->context, list);
out:
	usb_fork_unguard();
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

/* The device's own descriptor: the one to write to that is new. */
static int
opened_fd(libusb_context *context)
{
	const struct libusb_pollfd **polled = libusb_get_pollfds(context);
	int fd = -1;

	for (size_t i = 0; polled != NULL && polled[i] != NULL; i++) {
		if ((polled[i]->events & POLLOUT) &&
		    !usb_fork_noted(polled[i]->fd))
			fd = polled[i]->fd;
	}
	libusb_free_pollfds(polled);
	return fd;
}

static int
open_device(struct bus *b, libusb_device *device, libusb_device_handle **handle,
    int *fd)
{
	int rc;

	usb_fork_guard();
	rc = libusb_open(device, handle);
	if (rc == 0) {
		*fd = opened_fd(b->context);
		usb_fork_note(*fd);
	}
	usb_fork_unguard();
	return rc;
}

static err_t
bus_open(void *bus, const struct usb_reader_info *info, struct usb_pipe *out)
{
	libusb_device **list = NULL;
	libusb_device_handle *handle = NULL;
	ssize_t n = device_list(bus, &list);
	int rc = LIBUSB_ERROR_NO_DEVICE, fd = -1;

	if (n < 0)
		return usb_libusb_error((int)n);
	for (ssize_t i = 0; i < n && rc != 0; i++) {
		if (libusb_get_bus_number(list[i]) == info->bus &&
		    libusb_get_device_address(list[i]) == info->address)
			rc = open_device(bus, list[i], &handle, &fd);
	}
	libusb_free_device_list(list, 1);
	if (rc != 0)
		return usb_libusb_error(rc);
	return usb_libusb_pipe(handle, fd, info, out);
}

static void
bus_close(void *bus)
{
	struct bus *b = bus;

	if (b->context != NULL) {
		usb_fork_guard();
		libusb_exit(b->context);
		usb_fork_unguard();
	}
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
	return 0;
}
