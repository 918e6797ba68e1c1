/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/descriptor.h"
#include "tools/emulator/device-state.h"

struct setup {
	uint8_t type, request;
	uint16_t value, index, length;
};

void
device_clear_endpoints(struct device *d)
{
	d->in.halted = false;
	d->out_halted = false;
	d->interrupt_halted = false;
	d->message_n = 0;
}

bool *
device_halt_of(struct device *d, uint16_t endpoint)
{
	if (d->configuration == 0)
		return NULL;
	switch (endpoint) {
	case EP_BULK_OUT:
		return &d->out_halted;
	case EP_BULK_IN:
		return &d->in.halted;
	case EP_INTERRUPT_IN:
		return &d->interrupt_halted;
	default:
		return NULL;
	}
}

/* USB 2.0, 9.4.1 and 9.4.9: CLEAR_FEATURE and SET_FEATURE */
static bool
feature(struct device *d, const struct setup *s, bool on)
{
	bool *halted;

	if (s->type == USB_RECIP_DEVICE && s->value == USB_REMOTE_WAKEUP) {
		d->remote_wakeup = on;
		return true;
	}
	if (s->type != USB_RECIP_ENDPOINT || s->value != USB_ENDPOINT_HALT)
		return false;
	if ((s->index & 0x7F) == 0)
		return true;
	halted = device_halt_of(d, s->index);
	if (halted == NULL)
		return false;
	*halted = on;
	return true;
}

static size_t
get_status(struct device *d, const struct setup *s, uint8_t *out)
{
	const bool *halted;

	out[0] = out[1] = 0;
	switch (s->type & 0x1F) {
	case USB_RECIP_DEVICE:
		out[0] = d->remote_wakeup ? 2 : 0;
		return 2;
	case USB_RECIP_INTERFACE:
		return d->configuration != 0 && s->index == 0 ? 2 : 0;
	case USB_RECIP_ENDPOINT:
		if ((s->index & 0x7F) == 0)
			return 2;
		halted = device_halt_of(d, s->index);
		if (halted == NULL)
			return 0;
		out[0] = *halted;
		return 2;
	default:
		return 0;
	}
}

static bool
set_configuration(struct device *d, uint16_t value)
{
	if (value > 1)
		return false;
	d->configuration = (uint8_t)value;
	device_clear_endpoints(d);
	return true;
}

static bool
set_interface(struct device *d, const struct setup *s)
{
	if (d->configuration == 0 || s->value != 0 || s->index != 0)
		return false;
	device_clear_endpoints(d);
	return true;
}

/* Requests to the host; 0: stall. */
static size_t
control_in(struct device *d, const struct setup *s, uint8_t *out)
{
	switch (s->type << 8 | s->request) {
	case (USB_DIR_IN | USB_RECIP_DEVICE) << 8 | USB_GET_STATUS:
	case (USB_DIR_IN | USB_RECIP_INTERFACE) << 8 | USB_GET_STATUS:
	case (USB_DIR_IN | USB_RECIP_ENDPOINT) << 8 | USB_GET_STATUS:
		return get_status(d, s, out);
	case (USB_DIR_IN | USB_RECIP_DEVICE) << 8 | USB_GET_DESCRIPTOR:
		return descriptor_get(d->model, s->value, s->index, out);
	case (USB_DIR_IN | USB_RECIP_DEVICE) << 8 | USB_GET_CONFIGURATION:
		out[0] = d->configuration;
		return 1;
	case (USB_DIR_IN | USB_RECIP_INTERFACE) << 8 | USB_GET_INTERFACE:
		out[0] = 0;
		return d->configuration != 0 && s->index == 0 ? 1 : 0;
	case (USB_DIR_IN | USB_TYPE_CLASS | USB_RECIP_INTERFACE) << 8 |
	    CCID_GET_CLOCK_FREQUENCIES:
	case (USB_DIR_IN | USB_TYPE_CLASS | USB_RECIP_INTERFACE) << 8 |
	    CCID_GET_DATA_RATES:
		if (d->configuration == 0 || s->value != 0 || s->index != 0)
			return 0;
		return model_list(d->model, s->request, out);
	default:
		return 0;
	}
}

/* Requests to the device, all without data; false: stall. */
static bool
control_out(struct device *d, const struct setup *s)
{
	switch (s->type << 8 | s->request) {
	case USB_RECIP_DEVICE << 8 | USB_CLEAR_FEATURE:
	case USB_RECIP_ENDPOINT << 8 | USB_CLEAR_FEATURE:
		return feature(d, s, false);
	case USB_RECIP_DEVICE << 8 | USB_SET_FEATURE:
	case USB_RECIP_ENDPOINT << 8 | USB_SET_FEATURE:
		return feature(d, s, true);
	case USB_RECIP_DEVICE << 8 | USB_SET_CONFIGURATION:
		return set_configuration(d, s->value);
	case USB_RECIP_INTERFACE << 8 | USB_SET_INTERFACE:
		return set_interface(d, s);
	case (USB_TYPE_CLASS | USB_RECIP_INTERFACE) << 8 | CCID_ABORT:
		if (d->configuration == 0 || s->index != 0)
			return false;
		return ccid_abort_request(&d->ccid, s->value, d->now_ms);
	default:
		return false;
	}
}

enum transfer
device_control(struct device *device, const uint8_t setup[8], uint8_t *data,
    size_t *actual)
{
	const struct setup s = {setup[0], setup[1],
	    (uint16_t)(setup[2] | setup[3] << 8),
	    (uint16_t)(setup[4] | setup[5] << 8),
	    (uint16_t)(setup[6] | setup[7] << 8)};
	uint8_t out[MODEL_LIST_MAX];
	bool ok;

	*actual = 0;
	if (device->unplugged)
		return TRANSFER_GONE;
	if (s.type & USB_DIR_IN) {
		*actual = control_in(device, &s, out);
		ok = *actual > 0;
		if (*actual > s.length)
			*actual = s.length;
		memcpy(data, out, *actual);
	} else {
		ok = s.length == 0 && control_out(device, &s);
	}
	report_event(device->report,
	    "U %02X/%02X value=%04X index=%04X length=%u %s", s.type, s.request,
	    s.value, s.index, s.length, ok ? "ok" : "stall");
	return ok ? TRANSFER_DONE : TRANSFER_STALL;
}
