/* SPDX-License-Identifier: BSD-2-Clause */
/* A look at the bus without libusb, which starts a thread for its own. */
#ifndef READER_USB_SYSFS_H
#define READER_USB_SYSFS_H

#include <stdbool.h>

#define USB_SYSFS_DEVICES "/sys/bus/usb/devices"
#define USB_NODES	  "/dev/bus/usb"

/*
 * Whether any device has a CCID class descriptor (CCID 1.1, 5.1) among those
 * that the kernel read from it, in the first folder. True also when that cannot
 * be told: there is no such folder, and there is one for device nodes.
 */
bool usb_sysfs_may_have_reader(const char *devices, const char *nodes);

#endif
