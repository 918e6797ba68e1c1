/* SPDX-License-Identifier: BSD-2-Clause */
/* Which interfaces are readers (CCID 1.1, 4.4 and 5.1). */
#include <stdio.h>

#include "reader/ccid-desc.h"
#include "reader/usb-libusb-private.h"

#define PORTS_MAX 7 /* USB 3.0: tiers below the root hub */

static bool
find_in(const unsigned char *extra, int n, uint8_t out[CCID_DESCRIPTOR_LENGTH])
{
	struct bytes desc;

	if (extra == NULL || n <= 0 ||
	    !ccid_desc_find(bytes_of(extra, (size_t)n), &desc))
		return false;
	memcpy(out, desc.p, desc.n);
	return true;
}

/*
 * Its place is between the interface and its endpoints; some readers put it
 * behind an endpoint or in front of the interface.
 */
static bool
find_class_descriptor(const struct libusb_config_descriptor *config,
    const struct libusb_interface_descriptor *i,
    uint8_t out[CCID_DESCRIPTOR_LENGTH])
{
	if (find_in(i->extra, i->extra_length, out))
		return true;
	for (uint8_t e = 0; e < i->bNumEndpoints; e++) {
		if (find_in(
			i->endpoint[e].extra, i->endpoint[e].extra_length, out))
			return true;
	}
	return config->bNumInterfaces == 1 &&
	    find_in(config->extra, config->extra_length, out);
}

static bool
find_endpoints(
    const struct libusb_interface_descriptor *i, struct usb_reader_info *info)
{
	for (uint8_t e = 0; e < i->bNumEndpoints; e++) {
		const struct libusb_endpoint_descriptor *ep = &i->endpoint[e];

		if ((ep->bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) !=
		    LIBUSB_TRANSFER_TYPE_BULK)
			continue;
		if (ep->bEndpointAddress & LIBUSB_ENDPOINT_IN) {
			info->ep_in = ep->bEndpointAddress;
			info->wMaxPacketSize = ep->wMaxPacketSize;
		} else {
			info->ep_out = ep->bEndpointAddress;
		}
	}
	return info->ep_in != 0 && info->ep_out != 0 &&
	    info->wMaxPacketSize > 0 && info->wMaxPacketSize <= 1024;
}

static bool
is_reader(const struct libusb_config_descriptor *config,
    const struct libusb_interface_descriptor *i, struct usb_reader_info *info)
{
	bool ccid = i->bInterfaceClass == CCID_INTERFACE_CLASS &&
	    i->bInterfaceSubClass == 0 && i->bInterfaceProtocol == 0;

	/* Vendor class: some makers' readers are CCIDs all the same. */
	if (!ccid && i->bInterfaceClass != USB_INTERFACE_CLASS_VENDOR)
		return false;
	info->bInterfaceNumber = i->bInterfaceNumber;
	return find_class_descriptor(config, i, info->ccid) &&
	    find_endpoints(i, info);
}

static void
fill_path(libusb_device *device, struct usb_reader_info *info)
{
	uint8_t ports[PORTS_MAX];
	int n = libusb_get_port_numbers(device, ports, PORTS_MAX);
	size_t at;

	info->bus = libusb_get_bus_number(device);
	info->address = libusb_get_device_address(device);
	at = (size_t)snprintf(info->path, sizeof(info->path), "%u", info->bus);
	for (int i = 0; i < n && at < sizeof(info->path); i++)
		at += (size_t)snprintf(info->path + at, sizeof(info->path) - at,
		    "%c%u", i == 0 ? '-' : '.', ports[i]);
}

void
usb_find_interfaces(libusb_device *device,
    void (*found)(void *arg, const struct usb_reader_info *info), void *arg)
{
	struct libusb_device_descriptor d;
	struct libusb_config_descriptor *config = NULL;

	if (libusb_get_device_descriptor(device, &d) != 0 ||
	    libusb_get_active_config_descriptor(device, &config) != 0)
		return;
	for (uint8_t i = 0; i < config->bNumInterfaces; i++) {
		struct usb_reader_info info = {.idVendor = d.idVendor,
		    .idProduct = d.idProduct,
		    .bcdDevice = d.bcdDevice,
		    .iManufacturer = d.iManufacturer,
		    .iProduct = d.iProduct};

		if (config->interface[i].num_altsetting < 1 ||
		    !is_reader(
			config, &config->interface[i].altsetting[0], &info))
			continue;
		fill_path(device, &info);
		found(arg, &info);
	}
	libusb_free_config_descriptor(config);
}
