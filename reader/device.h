/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One USB interface with its slots: plugged or not, opened when first needed,
 * claimed for a transaction at a time.
 */
#ifndef READER_DEVICE_H
#define READER_DEVICE_H

#include "base/lock.h"
#include "reader/ccid.h"
#include "reader/params.h"
#include "reader/turn.h"

/*
 * `busy` is held for a transaction and over I/O; `state` for a look, never
 * over I/O. Who holds busy may take state.
 */
struct device {
	struct turn busy;
	struct lock state;
	const struct usb_bus *bus;

	/* Under state: what the bus said last. */
	struct usb_reader_info info;
	bool plugged;
	unsigned arrival;   /* counts plugging in */
	unsigned strangers; /* counts our claims after somebody else's use */
	char manufacturer[USB_NAME_MAX];
	char product[USB_NAME_MAX];

	/* Under busy. */
	bool open;
	unsigned opened_arrival;
	struct usb_pipe usb;
	struct ccid ccid;
	bool strings_asked;
	bool rates_asked;
	struct data_rates rates;
	bool foreign;	   /* another program had it last time */
	bool used;	   /* by us, since it was opened */
	uint64_t last_use; /* when we let go; 0: the system does not tell */
};

/* The bus must outlive the device. */
void device_init(struct device *d, const struct usb_bus *bus,
    const struct usb_reader_info *info);
void device_clear(struct device *d);

/* Bus news: where the reader is now. Never waits. */
void device_plugged(struct device *d, const struct usb_reader_info *info);
void device_unplugged(struct device *d);

/* Wait for other threads, in order; false when the deadline has passed. */
bool device_lock(struct device *d, struct deadline until);
void device_unlock(struct device *d);

/* The rest is called with the lock held. id is for the trace. */

/* Open what is plugged in now. USB_ERR_GONE, USB_ERR_ACCESS. */
err_t device_open(struct device *d, unsigned id) MUST_CHECK;

/*
 * Claim the opened interface. ERR_TIMEOUT: another copy of us is at work;
 * USB_ERR_BUSY: a foreign program holds it, which is worth waiting for only
 * once. Otherwise USB_ERR_*.
 */
err_t
device_claim(struct device *d, unsigned id, struct deadline until) MUST_CHECK;
void device_release(struct device *d);

/* Whether other threads, or copies of us, wait for what we have claimed. */
bool device_wanted(struct device *d);

/* Rates of GET_DATA_RATES, asked once. Needs the claim. */
const struct data_rates *device_rates(struct device *d, unsigned id);

/* Manufacturer and product strings, asked once; opens when it must. */
void device_ask_strings(struct device *d, unsigned id);

#endif
