/* SPDX-License-Identifier: BSD-2-Clause */
/* The device on the network, as a USB/IP server (protocol version 1.1.1). */
#ifndef EMULATOR_FRONT_USBIP_H
#define EMULATOR_FRONT_USBIP_H

#include "tools/emulator/device.h"

/*
 * Serve on "ADDR[:PORT]", a loopback address, until SIGINT or SIGTERM. The
 * address and port are printed on one line first. Returns an exit status.
 */
int front_usbip_run(struct device *device, const char *listen_on);

#endif
