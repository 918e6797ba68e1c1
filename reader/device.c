/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/device.h"

/* How long a foreign owner may take to let go, the first time. */
#define FOREIGN_WAIT_MS 2000
#define FOREIGN_REST_MS 20

void
device_init(struct device *d, const struct usb_bus *bus,
    const struct usb_reader_info *info)
{
	*d = (struct device){.bus = bus};
	turn_init(&d->busy);
	lock_init(&d->state);
	device_plugged(d, info);
}

static void
shut(struct device *d)
{
	if (!d->open)
		return;
	d->usb.ops->close(d->usb.pipe);
	ccid_clear(&d->ccid);
	d->open = false;
}

void
device_clear(struct device *d)
{
	shut(d);
}

void
device_plugged(struct device *d, const struct usb_reader_info *info)
{
	lock_acquire(&d->state);
	/* Every replug brings a new address. */
	if (!d->plugged || d->info.bus != info->bus ||
	    d->info.address != info->address)
		d->arrival++;
	d->info = *info;
	d->plugged = true;
	lock_release(&d->state);
}

void
device_unplugged(struct device *d)
{
	lock_acquire(&d->state);
	d->plugged = false;
	lock_release(&d->state);
}

bool
device_lock(struct device *d, struct deadline until)
{
	return turn_take(&d->busy, until);
}

void
device_unlock(struct device *d)
{
	turn_give(&d->busy);
}

static bool
plugged_now(struct device *d, struct usb_reader_info *info, unsigned *arrival)
{
	bool plugged;

	lock_acquire(&d->state);
	*info = d->info;
	*arrival = d->arrival;
	plugged = d->plugged;
	lock_release(&d->state);
	return plugged;
}

err_t
device_open(struct device *d, unsigned id)
{
	struct usb_reader_info info;
	struct ccid_desc desc;
	unsigned arrival;
	bool plugged = plugged_now(d, &info, &arrival);
	err_t err;

	if (d->open && (!plugged || d->opened_arrival != arrival))
		shut(d);
	if (!plugged)
		return USB_ERR_GONE;
	if (d->open)
		return 0;
	err = ccid_desc_parse(BYTES(info.ccid), &desc);
	if (err == 0)
		err = d->bus->ops->open(d->bus->bus, &info, &d->usb);
	trace_text(id, TRACE_USB, '-',
	    "open %04x:%04x %x.%02x at %s (bus %u device %u): %s",
	    info.idVendor, info.idProduct, info.bcdDevice >> 8,
	    info.bcdDevice & 0xFF, info.path, info.bus, info.address,
	    err_text(err));
	if (err != 0)
		return err;
	ccid_init(&d->ccid, d->usb, &desc, &info);
	d->open = true;
	d->opened_arrival = arrival;
	d->used = false;
	d->rates_asked = false;
	d->rates.n = 0;
	return 0;
}

static void
count_strangers(struct device *d)
{
	uint64_t last_use = d->usb.ops->last_use(d->usb.pipe);

	/* Where nobody tells, everybody may have been there. */
	if (!d->used || (last_use != 0 && last_use == d->last_use))
		return;
	lock_acquire(&d->state);
	d->strangers++;
	lock_release(&d->state);
}

err_t
device_claim(struct device *d, unsigned id, struct deadline until)
{
	struct deadline patience = deadline_earlier(
	    until, deadline_in(d->foreign ? 0 : FOREIGN_WAIT_MS));
	err_t err;

	do {
		err = d->usb.ops->claim(d->usb.pipe, until);
	} while (
	    err == USB_ERR_BUSY && deadline_sleep(patience, FOREIGN_REST_MS));
	d->foreign = err == USB_ERR_BUSY;
	if (err == 0)
		count_strangers(d);
	if (err != 0)
		trace_text(id, TRACE_USB, '-', "claim: %s", err_text(err));
	/* A dead handle is opened anew once the bus shows the reader again. */
	if (err == USB_ERR_GONE)
		shut(d);
	return err;
}

void
device_release(struct device *d)
{
	if (!d->open)
		return;
	d->used = true;
	d->last_use = d->usb.ops->last_use(d->usb.pipe);
	d->usb.ops->release(d->usb.pipe);
}

bool
device_wanted(struct device *d)
{
	return turn_wanted(&d->busy) ||
	    (d->open && d->usb.ops->wanted(d->usb.pipe));
}

const struct data_rates *
device_rates(struct device *d, unsigned id)
{
	uint8_t list[4 * DATA_RATES_MAX];
	size_t n = 0;
	err_t err;

	if (d->rates_asked)
		return &d->rates;
	d->rates_asked = true;
	/* Many readers stall this request: then any rate in between goes. */
	err = d->usb.ops->control_in(
	    d->usb.pipe, CCID_REQUEST_GET_DATA_RATES, list, sizeof(list), &n);
	for (size_t i = 0; err == 0 && i + 4 <= n; i += 4)
		d->rates.rate[d->rates.n++] = bytes_le32(list + i);
	trace_text(id, TRACE_USB, '-', "data rates: %zu listed (%s)",
	    d->rates.n, err_name(err));
	return &d->rates;
}

void
device_ask_strings(struct device *d, unsigned id)
{
	char manufacturer[USB_NAME_MAX] = "", product[USB_NAME_MAX] = "";
	struct usb_reader_info info;
	unsigned arrival;
	bool alone;

	if (d->strings_asked || device_open(d, id) != 0)
		return;
	d->strings_asked = true;
	(void)plugged_now(d, &info, &arrival);
	alone = d->usb.ops->last_use(d->usb.pipe) == d->last_use;
	if (d->usb.ops->string(d->usb.pipe, info.iManufacturer, manufacturer) !=
	    0)
		manufacturer[0] = '\0';
	if (d->usb.ops->string(d->usb.pipe, info.iProduct, product) != 0)
		product[0] = '\0';
	/* Our own requests are no stranger's. */
	if (alone)
		d->last_use = d->usb.ops->last_use(d->usb.pipe);
	lock_acquire(&d->state);
	memcpy(d->manufacturer, manufacturer, sizeof(manufacturer));
	memcpy(d->product, product, sizeof(product));
	lock_release(&d->state);
}
