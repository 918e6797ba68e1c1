/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/descriptor.h"

#define LANGID_ENGLISH_US 0x0409

enum string_index {
	STRING_LANGIDS,
	STRING_MANUFACTURER,
	STRING_PRODUCT,
	STRING_CONFIGURATION,
	STRING_INTERFACE,
	STRING_SERIAL
};

/* One configuration: bus powered with remote wakeup, 100 mA. */
static const uint8_t config_head[] = {9, USB_DT_CONFIGURATION,
    CONFIG_DESCRIPTORS, 0, 1, 1, STRING_CONFIGURATION, 0xA0, 50,
    /* interface 0: CCID, three endpoints */
    9, 4, 0, 0, 3, 0x0B, 0, 0, STRING_INTERFACE};
#define INTERFACE_CLASS 14
static const uint8_t config_tail[] = {7, 5, EP_BULK_OUT, 2, USB_FULL_SPEED_BULK,
    0, 0, 7, 5, EP_BULK_IN, 2, USB_FULL_SPEED_BULK, 0, 0, 7, 5, EP_INTERRUPT_IN,
    3, 16, 0, 16};

static size_t
device_descriptor(const struct model *model, uint8_t *out)
{
	const uint8_t bytes[DEVICE_DESCRIPTOR] = {DEVICE_DESCRIPTOR,
	    USB_DT_DEVICE, 0x00, 0x02, 0, 0, 0, model->ep0_size,
	    (uint8_t)model->vendor, (uint8_t)(model->vendor >> 8),
	    (uint8_t)model->product, (uint8_t)(model->product >> 8),
	    (uint8_t)model->release, (uint8_t)(model->release >> 8),
	    STRING_MANUFACTURER, STRING_PRODUCT, STRING_SERIAL, 1};

	memcpy(out, bytes, sizeof(bytes));
	return sizeof(bytes);
}

static size_t
config_descriptors(const struct model *model, uint8_t *out)
{
	uint8_t *p = out;

	memcpy(p, config_head, sizeof(config_head));
	p[INTERFACE_CLASS] = model->interface_class;
	p += sizeof(config_head);
	if (!model->ccid_behind) {
		memcpy(p, model->ccid, sizeof(model->ccid));
		p += sizeof(model->ccid);
	}
	memcpy(p, config_tail, sizeof(config_tail));
	p += sizeof(config_tail);
	if (model->ccid_behind) {
		memcpy(p, model->ccid, sizeof(model->ccid));
		p += sizeof(model->ccid);
	}
	return (size_t)(p - out);
}

static const char *
string_text(const struct model *model, unsigned i)
{
	switch (i) {
	case STRING_MANUFACTURER:
		return model->manufacturer;
	case STRING_PRODUCT:
		return model->product_name;
	case STRING_CONFIGURATION:
		return "CCID Class";
	case STRING_INTERFACE:
		return "CCID Interface";
	case STRING_SERIAL:
		return model->serial;
	default:
		return NULL;
	}
}

static size_t
string_descriptor(const struct model *model, unsigned i, uint16_t langid,
    uint8_t out[DESCRIPTOR_MAX])
{
	const char *text = string_text(model, i);
	size_t n = 2;

	if (i == STRING_LANGIDS) {
		out[n++] = LANGID_ENGLISH_US & 0xFF;
		out[n++] = LANGID_ENGLISH_US >> 8;
	} else if (text == NULL || langid != LANGID_ENGLISH_US) {
		return 0;
	} else {
		for (; *text != '\0' && n + 2 <= DESCRIPTOR_MAX; text++) {
			out[n++] = (uint8_t)*text;
			out[n++] = 0;
		}
	}
	out[0] = (uint8_t)n;
	out[1] = USB_DT_STRING;
	return n;
}

size_t
descriptor_get(const struct model *model, uint16_t value, uint16_t index,
    uint8_t out[DESCRIPTOR_MAX])
{
	unsigned which = value & 0xFF;

	switch (value >> 8) {
	case USB_DT_DEVICE:
		return which == 0 ? device_descriptor(model, out) : 0;
	case USB_DT_CONFIGURATION:
		return which == 0 ? config_descriptors(model, out) : 0;
	case USB_DT_STRING:
		return string_descriptor(model, which, index, out);
	default:
		return 0;
	}
}

void
descriptor_all(const struct model *model,
    uint8_t out[DEVICE_DESCRIPTOR + CONFIG_DESCRIPTORS])
{
	device_descriptor(model, out);
	config_descriptors(model, out + DEVICE_DESCRIPTOR);
}
