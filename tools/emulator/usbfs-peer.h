/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a client lives. umockdev tells it only while it waits for the
 * client's next ioctl: one that was killed while its ioctl was being answered
 * stays "connected" for ever.
 */
#ifndef EMULATOR_USBFS_PEER_H
#define EMULATOR_USBFS_PEER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A duplicate of the socket just accepted for this device node: the living
 * one that is none of the n known. -1: not found.
 */
int usbfs_peer_find(const char *devnode, const int *known, size_t n);

bool usbfs_peer_gone(int fd);

#endif
