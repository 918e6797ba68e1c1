/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device node: a FIFO, because poll() can say of it that it is not
 * writable. libusb waits for "writable" to reap, as usbfs promises; a regular
 * file always is, and libusb would spin.
 */
#ifndef EMULATOR_USBFS_NODE_H
#define EMULATOR_USBFS_NODE_H

#include <stdbool.h>

struct usbfs_node {
	int fd; /* -1: none */
	bool ready;
};

/* Make the FIFO, not ready. False and errno on failure. */
bool usbfs_node_make(struct usbfs_node *node, const char *path);
void usbfs_node_close(struct usbfs_node *node);

/* Whether a poll() for writing returns. */
void usbfs_node_set_ready(struct usbfs_node *node, bool ready);

#endif
