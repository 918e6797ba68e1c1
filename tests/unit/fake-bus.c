/* SPDX-License-Identifier: BSD-2-Clause */
#include <pthread.h>
#include <stdio.h>

#include "tests/unit/fake-bus.h"

/* As served by an SCR3310 with firmware 5.23. */
const uint8_t scr3310_ccid[54] = {0x36, 0x21, 0x10, 0x01, 0x00, 0x01, 0x03,
    0x00, 0x00, 0x00, 0xA0, 0x0F, 0x00, 0x00, 0x40, 0x1F, 0x00, 0x00, 0x00,
    0x01, 0x2A, 0x00, 0x00, 0x29, 0x40, 0x05, 0x00, 0x00, 0xFC, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xBA, 0x00, 0x01,
    0x00, 0x0F, 0x01, 0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x01};

/* Over the content of every bus. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void
fake_bus_plug_pipe(struct fake_bus *b, unsigned index, struct usb_pipe pipe,
    const char *path, uint8_t address)
{
	struct usb_reader_info *i = &b->info[index];

	(void)pthread_mutex_lock(&lock);
	*i = (struct usb_reader_info){.idVendor = 0x04E6,
	    .idProduct = 0x5116,
	    .bcdDevice = 0x0523,
	    .bus = 1,
	    .address = address,
	    .ep_out = 0x01,
	    .ep_in = 0x82,
	    .wMaxPacketSize = 64,
	    .iManufacturer = 1,
	    .iProduct = 2};
	(void)snprintf(i->path, sizeof(i->path), "%s", path);
	memcpy(i->ccid, scr3310_ccid, sizeof(i->ccid));
	b->pipe[index] = pipe;
	b->plugged[index] = true;
	(void)pthread_mutex_unlock(&lock);
}

void
fake_bus_unplug(struct fake_bus *b, unsigned index)
{
	(void)pthread_mutex_lock(&lock);
	b->plugged[index] = false;
	(void)pthread_mutex_unlock(&lock);
}

void
fake_bus_plug(struct fake_bus *b, unsigned index, struct fake_usb *usb,
    const char *path, uint8_t address)
{
	fake_bus_plug_pipe(b, index, fake_usb_pipe(usb), path, address);
}

static err_t
fake_list(void *bus,
    void (*found)(void *arg, const struct usb_reader_info *info), void *arg)
{
	struct fake_bus *b = bus;

	b->lists++;
	for (unsigned i = 0; i < FAKE_READERS_MAX && b->list_err == 0; i++) {
		if (b->plugged[i])
			found(arg, &b->info[i]);
	}
	return b->list_err;
}

static err_t
fake_open(void *bus, const struct usb_reader_info *info, struct usb_pipe *out)
{
	struct fake_bus *b = bus;
	err_t err;

	(void)pthread_mutex_lock(&lock);
	b->opens++;
	err = b->open_err != 0 ? b->open_err : USB_ERR_GONE;
	for (unsigned i = 0; i < FAKE_READERS_MAX && b->open_err == 0; i++) {
		if (b->plugged[i] && b->info[i].address == info->address) {
			*out = b->pipe[i];
			err = 0;
		}
	}
	(void)pthread_mutex_unlock(&lock);
	return err;
}

static void
fake_close(void *bus)
{
	((struct fake_bus *)bus)->closes++;
}

static const struct usb_bus_ops fake_bus_ops = {
    .list = fake_list, .open = fake_open, .close = fake_close};

struct usb_bus
fake_bus_bus(struct fake_bus *b)
{
	return (struct usb_bus){&fake_bus_ops, b};
}
