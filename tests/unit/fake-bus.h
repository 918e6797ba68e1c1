/* SPDX-License-Identifier: BSD-2-Clause */
/* A bus with readers that tests plug and unplug, also while threads use it. */
#ifndef TESTS_FAKE_BUS_H
#define TESTS_FAKE_BUS_H

#include "reader/usb.h"
#include "tests/unit/fake-usb.h"

#define FAKE_READERS_MAX 4

struct fake_bus {
	struct usb_reader_info info[FAKE_READERS_MAX];
	struct usb_pipe pipe[FAKE_READERS_MAX];
	bool plugged[FAKE_READERS_MAX];
	err_t list_err, open_err;
	unsigned lists, opens, closes;
};

/* The SCR3310 v1: 54 bytes as its USB descriptor has them. */
extern const uint8_t scr3310_ccid[54];

void fake_bus_plug(struct fake_bus *b, unsigned index, struct fake_usb *usb,
    const char *path, uint8_t address);
/* The same for a reader of another kind. */
void fake_bus_plug_pipe(struct fake_bus *b, unsigned index,
    struct usb_pipe pipe, const char *path, uint8_t address);
void fake_bus_unplug(struct fake_bus *b, unsigned index);
struct usb_bus fake_bus_bus(struct fake_bus *b);

#endif
