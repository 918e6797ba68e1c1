/* SPDX-License-Identifier: BSD-2-Clause */
/* What device.c and device-control.c share. */
#ifndef EMULATOR_DEVICE_STATE_H
#define EMULATOR_DEVICE_STATE_H

#include "tools/emulator/device.h"

#define MESSAGE_ROOM 512

struct device {
	const struct model *model;
	struct report *report;
	struct faults *faults;
	struct ccid ccid;
	struct pipe in;
	bool out_halted;
	bool interrupt_halted;
	bool remote_wakeup;
	uint8_t configuration;
	uint64_t now_ms;
	uint8_t message[MESSAGE_ROOM];
	size_t message_n; /* received; may be more than there is room for */
	bool unplugged;
	unsigned long back_ms;
};

/* Where an endpoint keeps that it is halted; NULL: no such endpoint. */
bool *device_halt_of(struct device *device, uint16_t endpoint);

/* No endpoint is halted, no half message is left. */
void device_clear_endpoints(struct device *device);

#endif
