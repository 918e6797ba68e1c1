/* SPDX-License-Identifier: BSD-2-Clause */
/* The bus as libusb-1.0 shows it. */
#ifndef READER_USB_LIBUSB_H
#define READER_USB_LIBUSB_H

#include "reader/usb.h"

/*
 * A bus with a libusb context of its own. Nothing is started before list() or
 * open() finds what may be a reader. libusb's monitor thread, which lives from
 * then until close(), has all signals blocked.
 */
err_t usb_libusb_bus(struct usb_bus *out) MUST_CHECK;

#endif
