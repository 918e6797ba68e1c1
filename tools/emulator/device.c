/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/device-state.h"

struct device *
device_new(const struct device_options *options, const char **error)
{
	struct device *d = calloc(1, sizeof(*d));

	if (d == NULL) {
		*error = "out of memory";
		return NULL;
	}
	d->model = options->model;
	d->report = options->report;
	d->faults = options->faults;
	d->ccid.model = options->model;
	d->ccid.report = options->report;
	d->ccid.faults = options->faults;
	d->ccid.in = &d->in;
	d->ccid.zero_packets = options->zero_packets;
	if (!slot_init(&d->ccid.slot, options->model, options->report,
		&options->card, error)) {
		free(d);
		return NULL;
	}
	return d;
}

void
device_free(struct device **device)
{
	struct device *d = *device;

	if (d == NULL)
		return;
	slot_clear(&d->ccid.slot);
	pipe_clear(&d->in);
	free(d);
	*device = NULL;
}

const struct model *
device_model(const struct device *device)
{
	return device->model;
}

const struct line *
device_line(const struct device *device)
{
	return &device->ccid.slot.line;
}

void
device_set_time(struct device *device, uint64_t now_ms)
{
	device->now_ms = now_ms;
}

uint64_t
device_next_due(const struct device *device)
{
	uint64_t due = pipe_next_due(&device->in);

	return due > device->now_ms ? due : UINT64_MAX;
}

void
device_port_reset(struct device *device)
{
	report_event(device->report, "U port reset");
	device->report->usb_resets++;
	device->configuration = 0;
	device->remote_wakeup = false;
	device_clear_endpoints(device);
	ccid_reset(&device->ccid);
	faults_reset(device->faults, UNTIL_USB_RESET);
}

bool
device_is_unplugged(const struct device *device, unsigned long *back_ms)
{
	*back_ms = device->back_ms;
	return device->unplugged;
}

void
device_plug(struct device *device)
{
	report_event(device->report, "U plugged in");
	device->unplugged = false;
	device->configuration = 0;
	device_clear_endpoints(device);
	ccid_reset(&device->ccid);
}

void
device_unplug(struct device *device)
{
	report_event(device->report, "U unplugged");
	device->unplugged = true;
	device->back_ms = 0;
}

bool
device_hand(struct device *device, const struct hand *hand)
{
	struct slot *slot = &device->ccid.slot;

	switch (hand->what) {
	case HAND_CARD_OUT:
		slot_remove(slot, 0);
		return true;
	case HAND_CARD_IN:
	case HAND_CARD_OTHER:
		return slot_insert(
		    slot, hand->what == HAND_CARD_OTHER, hand->text);
	case HAND_RENEW:
		return slot_renew(slot, hand);
	case HAND_PAD:
		return model_pin_support(device->model) != 0 &&
		    pad_type(&slot->pad, hand->text);
	}
	return false;
}

int
device_status(enum transfer result)
{
	switch (result) {
	case TRANSFER_DONE:
		return 0;
	case TRANSFER_STALL:
		return -EPIPE;
	case TRANSFER_BABBLE:
		return -EOVERFLOW;
	case TRANSFER_GONE:
	case TRANSFER_PENDING:
		break;
	}
	return -ESHUTDOWN;
}

static enum transfer
take_message(struct device *d)
{
	size_t n = d->message_n;
	size_t stored = n < sizeof(d->message) ? n : sizeof(d->message);

	d->message_n = 0;
	if (n < CCID_HEADER) {
		/* No command that could be answered. */
		report_message(d->report, d->message, stored);
		d->in.halted = true;
		return TRANSFER_DONE;
	}
	switch (ccid_command(
	    &d->ccid, d->message, stored, n, d->now_ms, &d->back_ms)) {
	case CCID_STALL_OUT:
		d->out_halted = true;
		return TRANSFER_STALL;
	case CCID_STALL_IN:
		d->in.halted = true;
		return TRANSFER_DONE;
	case CCID_UNPLUG:
		report_event(d->report, "U unplugged");
		d->unplugged = true;
		return TRANSFER_GONE;
	case CCID_TAKEN:
		break;
	}
	return TRANSFER_DONE;
}

/* Without a short packet at its end a message ends where dwLength says. */
static bool
is_complete(const struct device *d, size_t last)
{
	const uint8_t *m = d->message;

	if (last % USB_FULL_SPEED_BULK != 0 || last == 0)
		return true;
	return d->message_n >= (size_t)CCID_HEADER +
	    ((size_t)m[1] | (size_t)m[2] << 8 | (size_t)m[3] << 16 |
		(size_t)m[4] << 24);
}

enum transfer
device_bulk_out(struct device *device, uint8_t endpoint, const uint8_t *p,
    size_t n, size_t *actual)
{
	const bool *halted = device_halt_of(device, endpoint);
	enum transfer result;

	*actual = 0;
	if (device->unplugged)
		return TRANSFER_GONE;
	if (endpoint != EP_BULK_OUT || halted == NULL || *halted)
		return TRANSFER_STALL;
	if (n == 0 && device->message_n == 0)
		return TRANSFER_DONE;
	if (device->message_n < sizeof(device->message)) {
		size_t room = sizeof(device->message) - device->message_n;

		memcpy(device->message + device->message_n, p,
		    n < room ? n : room);
	}
	device->message_n += n;
	if (!is_complete(device, n)) {
		*actual = n;
		return TRANSFER_DONE;
	}
	result = take_message(device);
	if (result == TRANSFER_DONE)
		*actual = n;
	return result;
}

static enum transfer
interrupt_in(struct device *d, struct in_transfer *t)
{
	struct slot *slot = &d->ccid.slot;

	if (d->interrupt_halted)
		return TRANSFER_STALL;
	if (!slot->changed)
		return TRANSFER_PENDING;
	if (t->room < 2)
		return TRANSFER_BABBLE;
	/* Slot 0: present in bit 0, changed in bit 1 (CCID 1.1, 6.3.1). */
	t->buf[0] = RDR_to_PC_NotifySlotChange;
	t->buf[1] = slot->card != NULL ? 3 : 2;
	t->actual = 2;
	slot->changed = false;
	report_event(d->report, "I NotifySlotChange %02X", t->buf[1]);
	return TRANSFER_DONE;
}

enum transfer
device_in(struct device *device, uint8_t endpoint, struct in_transfer *transfer)
{
	if (device->unplugged)
		return TRANSFER_GONE;
	if (device_halt_of(device, endpoint) == NULL ||
	    !(endpoint & USB_DIR_IN))
		return TRANSFER_STALL;
	if (endpoint == EP_INTERRUPT_IN)
		return interrupt_in(device, transfer);
	return pipe_take(&device->in, device->now_ms, transfer,
	    &device->report->round_trips);
}
