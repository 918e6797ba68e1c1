/* SPDX-License-Identifier: BSD-2-Clause */
/* Transfers to one opened reader through libusb's synchronous calls. */
#include <limits.h>
#include <stdlib.h>

#include "base/trace.h"
#include "reader/usb-fork.h"
#include "reader/usb-libusb-private.h"
#include "reader/usb-node.h"

#define CONTROL_MS 1000

struct pipe {
	libusb_device_handle *handle;
	int fd; /* the handle's, for children to close */
	struct usb_node *node;
	uint8_t interface;
	uint8_t ep_out;
	uint8_t ep_in;
};

/* libusb takes 0 for ever. */
static unsigned
timeout_ms(struct deadline until)
{
	unsigned left = deadline_left_ms(until);

	return left > 0 ? left : 1;
}

/* A kernel driver, such as one for NFC, may sit on the interface. */
static int
claim_interface(struct pipe *p)
{
	int rc = libusb_claim_interface(p->handle, p->interface);

	if (rc == LIBUSB_ERROR_BUSY &&
	    libusb_kernel_driver_active(p->handle, p->interface) == 1 &&
	    libusb_detach_kernel_driver(p->handle, p->interface) == 0)
		rc = libusb_claim_interface(p->handle, p->interface);
	return rc;
}

static err_t
pipe_claim(void *pipe, struct deadline until)
{
	struct pipe *p = pipe;
	err_t err = usb_node_lock(p->node, until);

	if (err != 0)
		return err;
	err = usb_libusb_error(claim_interface(p));
	if (err == USB_ERR_BUSY)
		usb_node_trace_owner(p->node);
	if (err != 0)
		usb_node_unlock(p->node);
	return err;
}

static void
pipe_release(void *pipe)
{
	struct pipe *p = pipe;

	(void)libusb_release_interface(p->handle, p->interface);
	usb_node_unlock(p->node);
}

static bool
pipe_wanted(void *pipe)
{
	struct pipe *p = pipe;

	return usb_node_wanted(p->node);
}

static err_t
pipe_bulk_out(void *pipe, struct bytes msg, struct deadline until)
{
	struct pipe *p = pipe;
	int rc, sent = 0;

	if (msg.n > INT_MAX)
		return USB_ERR_UNSENT;
	/* libusb's prototype serves both directions; it does not write. */
	rc = libusb_bulk_transfer(p->handle, p->ep_out,
	    (unsigned char *)(uintptr_t)msg.p, (int)msg.n, &sent,
	    timeout_ms(until));
	if (rc == 0 && (size_t)sent == msg.n)
		return 0;
	if (sent == 0 &&
	    (rc == LIBUSB_ERROR_TIMEOUT || rc == LIBUSB_ERROR_PIPE))
		return USB_ERR_UNSENT;
	return rc == 0 ? USB_ERR_IO : usb_libusb_error(rc);
}

static err_t
pipe_bulk_in(
    void *pipe, uint8_t *buf, size_t room, size_t *got, struct deadline until)
{
	struct pipe *p = pipe;
	int rc, n = 0;

	if (room > INT_MAX)
		room = INT_MAX;
	rc = libusb_bulk_transfer(
	    p->handle, p->ep_in, buf, (int)room, &n, timeout_ms(until));
	*got = n > 0 ? (size_t)n : 0;
	return usb_libusb_error(rc);
}

static err_t
pipe_control_out(void *pipe, uint8_t bRequest, uint16_t wValue)
{
	struct pipe *p = pipe;

	return usb_libusb_error(libusb_control_transfer(p->handle,
	    LIBUSB_ENDPOINT_OUT | LIBUSB_REQUEST_TYPE_CLASS |
		LIBUSB_RECIPIENT_INTERFACE,
	    bRequest, wValue, p->interface, NULL, 0, CONTROL_MS));
}

static err_t
pipe_control_in(
    void *pipe, uint8_t bRequest, uint8_t *buf, size_t room, size_t *got)
{
	struct pipe *p = pipe;
	int rc;

	rc = libusb_control_transfer(p->handle,
	    LIBUSB_ENDPOINT_IN | LIBUSB_REQUEST_TYPE_CLASS |
		LIBUSB_RECIPIENT_INTERFACE,
	    bRequest, 0, p->interface, buf,
	    (uint16_t)(room > UINT16_MAX ? UINT16_MAX : room), CONTROL_MS);
	*got = rc > 0 ? (size_t)rc : 0;
	return usb_libusb_error(rc);
}

static uint64_t
pipe_last_use(void *pipe)
{
	struct pipe *p = pipe;

	return usb_node_last_use(p->node);
}

static err_t
pipe_clear_halt(void *pipe, enum usb_endpoint which)
{
	struct pipe *p = pipe;

	return usb_libusb_error(libusb_clear_halt(
	    p->handle, which == USB_BULK_IN ? p->ep_in : p->ep_out));
}

static err_t
pipe_reset(void *pipe)
{
	struct pipe *p = pipe;
	int rc = libusb_reset_device(p->handle);

	/* The device came back as another one; this handle is dead. */
	if (rc == LIBUSB_ERROR_NOT_FOUND)
		return USB_ERR_GONE;
	return usb_libusb_error(rc);
}

static err_t
pipe_string(void *pipe, uint8_t index, char text[USB_NAME_MAX])
{
	struct pipe *p = pipe;
	int rc;

	if (index == 0)
		return USB_ERR_IO;
	rc = libusb_get_string_descriptor_ascii(
	    p->handle, index, (unsigned char *)text, USB_NAME_MAX);
	return usb_libusb_error(rc);
}

static void
close_handle(libusb_device_handle *handle, int fd)
{
	usb_fork_guard();
	usb_fork_forget(fd);
	libusb_close(handle);
	usb_fork_unguard();
}

static void
pipe_close(void *pipe)
{
	struct pipe *p = pipe;

	close_handle(p->handle, p->fd);
	usb_node_close(&p->node);
	free(p);
}

static const struct usb_ops libusb_ops = {
    .claim = pipe_claim,
    .release = pipe_release,
    .wanted = pipe_wanted,
    .bulk_out = pipe_bulk_out,
    .bulk_in = pipe_bulk_in,
    .control_out = pipe_control_out,
    .control_in = pipe_control_in,
    .last_use = pipe_last_use,
    .clear_halt = pipe_clear_halt,
    .reset = pipe_reset,
    .string = pipe_string,
    .close = pipe_close,
};

err_t
usb_libusb_pipe(libusb_device_handle *take_handle, int fd,
    const struct usb_reader_info *info, struct usb_pipe *out)
{
	struct pipe *p = calloc(1, sizeof(*p));

	*out = (struct usb_pipe){&libusb_ops, p};
	if (p == NULL ||
	    usb_node_open(info->bus, info->address, info->bInterfaceNumber,
		&p->node) != 0) {
		close_handle(take_handle, fd);
		free(p);
		return ERR_MEMORY;
	}
	p->handle = take_handle;
	p->fd = fd;
	p->interface = info->bInterfaceNumber;
	p->ep_out = info->ep_out;
	p->ep_in = info->ep_in;
	return 0;
}
