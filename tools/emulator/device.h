/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader as a USB device: endpoint 0, bulk OUT, bulk IN, interrupt IN.
 * It does no I/O and knows no clock but the one it is given; a front drives it
 * from one thread at a time.
 */
#ifndef EMULATOR_DEVICE_H
#define EMULATOR_DEVICE_H

#include "tools/emulator/ccid.h"

struct device;

struct device_options {
	const struct model *model;
	struct card_source card;
	struct report *report;
	struct faults *faults;
	bool zero_packets;
};

/* NULL and a message in *error when the card cannot be made. */
struct device *
device_new(const struct device_options *options, const char **error);
void device_free(struct device **device);

const struct model *device_model(const struct device *device);
const struct line *device_line(const struct device *device);

/* Milliseconds of any clock that does not go back; before other calls. */
void device_set_time(struct device *device, uint64_t now_ms);

/* When an answer that is late becomes ready, or UINT64_MAX. */
uint64_t device_next_due(const struct device *device);

/* What the kernel would say of a transfer that has ended: 0 or -errno. */
int device_status(enum transfer result);

/*
 * A control transfer: the setup packet and wLength bytes of data at data, in
 * the direction that the setup packet says. *actual is what was transferred.
 */
enum transfer device_control(struct device *device, const uint8_t setup[8],
    uint8_t *data, size_t *actual);

/* One OUT transfer; it is never pending. */
enum transfer device_bulk_out(struct device *device, uint8_t endpoint,
    const uint8_t *p, size_t n, size_t *actual);

/* One IN transfer on bulk or interrupt; call again while it is pending. */
enum transfer device_in(
    struct device *device, uint8_t endpoint, struct in_transfer *transfer);

/* Reset of the port: the device is left without configuration. */
void device_port_reset(struct device *device);

/* Whether a fault pulled the plug; *back_ms 0: for good. */
bool device_is_unplugged(const struct device *device, unsigned long *back_ms);
void device_plug(struct device *device);

/*
 * The hand at the reader. A card without a profile is one of the first
 * profile. False: there is no such card, key, or way to press keys.
 */
void device_unplug(struct device *device);
bool device_hand(struct device *device, const struct hand *hand);
#endif
