/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's part, played for processes under libumockdev-preload: one usbfs
 * node, its ioctls, claims and urbs, over a struct device.
 */
#ifndef EMULATOR_USBFS_H
#define EMULATOR_USBFS_H

#include <umockdev.h>

#include "tools/emulator/device.h"

struct usbfs;

/*
 * busy_for: claims that are refused, as if a foreign process had it.
 * unplugged is called in the default main context when a fault pulls the plug.
 * Lives until the process ends: umockdev's thread may still be in a timer or a
 * handler of it.
 */
struct usbfs *usbfs_new(struct device *device, unsigned long busy_for,
    GSourceFunc unplugged, gpointer arg);

/* For umockdev_testbed_attach_ioctl(); owned by the usbfs. */
UMockdevIoctlBase *usbfs_handler(struct usbfs *usbfs);

/*
 * Plug the device in: the node /dev/bus/usb/001/NNN is made under root, which
 * is the testbed's folder, and the device is configured. False and errno.
 */
bool usbfs_plug(struct usbfs *usbfs, const char *root, unsigned devnum);

/* The node's path as clients see it. */
const char *usbfs_devnode(const struct usbfs *usbfs);

/*
 * What a hand does, from the main thread. The front's part of plug and unplug
 * is its own; false: unplugged already, or no such card.
 */
bool usbfs_pull(struct usbfs *usbfs);
bool usbfs_hand(struct usbfs *usbfs, const struct hand *hand);

/* From now on clients get ENODEV and the device is not touched any more. */
void usbfs_stop(struct usbfs *usbfs);

/* Milliseconds after which the device comes back; 0: it does not. */
unsigned long usbfs_back_ms(struct usbfs *usbfs);

#endif
