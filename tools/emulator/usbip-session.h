/* SPDX-License-Identifier: BSD-2-Clause */
/* One connection of a USB/IP client. */
#ifndef EMULATOR_USBIP_SESSION_H
#define EMULATOR_USBIP_SESSION_H

#include "tools/emulator/device.h"

/* Which session has imported the device. */
struct usbip_export {
	struct device *device;
	const struct usbip_session *importer; /* NULL: nobody */
};

struct usbip_session;

/* Takes over fd, which is non-blocking. NULL: out of memory, fd is closed. */
struct usbip_session *usbip_session_new(int take_fd, struct usbip_export *e);

/* Closes the connection; an imported device is free again. */
void usbip_session_free(struct usbip_session **session);

int usbip_session_fd(const struct usbip_session *session);
bool usbip_session_wants_write(const struct usbip_session *session);

/*
 * Read and handle what came, send what waits. False: the connection is over,
 * or the client broke the protocol.
 */
bool usbip_session_read(struct usbip_session *session);
bool usbip_session_write(struct usbip_session *session);

/* Answer the pending transfers that can be; false: unplugged. */
bool usbip_session_pump(struct usbip_session *session);

#endif
