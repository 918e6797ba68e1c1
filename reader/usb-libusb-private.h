/* SPDX-License-Identifier: BSD-2-Clause */
/* What the libusb back end's files share. */
#ifndef READER_USB_LIBUSB_PRIVATE_H
#define READER_USB_LIBUSB_PRIVATE_H

#include <libusb.h>

#include "reader/usb.h"

/* A return value of libusb as an error; values from 0 are success. */
err_t usb_libusb_error(int rc);

/* Call found() for each CCID interface of a device. */
void usb_find_interfaces(libusb_device *device,
    void (*found)(void *arg, const struct usb_reader_info *info), void *arg);

/* An opened device as a pipe; takes the handle, whose noted descriptor is fd.
 */
err_t usb_libusb_pipe(libusb_device_handle *take_handle, int fd,
    const struct usb_reader_info *info, struct usb_pipe *out) MUST_CHECK;

#endif
