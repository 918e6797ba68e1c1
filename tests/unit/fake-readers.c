/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "reader/usb-libusb.h"
#include "tests/unit/fake-readers.h"

#define READERS_MAX 8

struct reader {
	unsigned id;
	char product[64];
	bool plugged;
	struct fake_card *card;
	unsigned generation;
	unsigned pad;
	bool doubt;
	bool wanted;
	err_t unknown;
	err_t begin_error;
	pthread_mutex_t transaction;
	bool in_transaction;
	unsigned in_generation;
};

struct readers {
	struct usb_bus bus;
	size_t count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct reader all[READERS_MAX];
static size_t plugged_in;
static unsigned last_generation;
static err_t refresh_error;
static struct fake_counts counts;

void
fake_readers_reset(void)
{
	(void)pthread_mutex_lock(&lock);
	for (size_t i = 0; i < READERS_MAX; i++) {
		all[i] = (struct reader){.id = (unsigned)i + 1};
		(void)pthread_mutex_init(&all[i].transaction, NULL);
	}
	plugged_in = 0;
	refresh_error = 0;
	counts = (struct fake_counts){0};
	(void)pthread_mutex_unlock(&lock);
}

unsigned
fake_reader_add(const char *product)
{
	struct reader *r;

	(void)pthread_mutex_lock(&lock);
	assert(plugged_in < READERS_MAX);
	r = &all[plugged_in++];
	(void)snprintf(r->product, sizeof(r->product), "%s", product);
	r->plugged = true;
	(void)pthread_mutex_unlock(&lock);
	return r->id;
}

void
fake_reader_set_plugged(unsigned id, bool plugged)
{
	(void)pthread_mutex_lock(&lock);
	all[id - 1].plugged = plugged;
	(void)pthread_mutex_unlock(&lock);
}

void
fake_reader_insert(unsigned id, struct fake_card *card)
{
	(void)pthread_mutex_lock(&lock);
	all[id - 1].card = card;
	all[id - 1].generation = ++last_generation;
	(void)pthread_mutex_unlock(&lock);
}

void
fake_reader_others(unsigned id, struct fake_card *card)
{
	(void)pthread_mutex_lock(&lock);
	all[id - 1].card = card;
	all[id - 1].doubt = true;
	(void)pthread_mutex_unlock(&lock);
}

void
fake_reader_set_wanted(unsigned id, bool wanted)
{
	(void)pthread_mutex_lock(&lock);
	all[id - 1].wanted = wanted;
	(void)pthread_mutex_unlock(&lock);
}

void
fake_reader_set_pad(unsigned id, unsigned pad)
{
	(void)pthread_mutex_lock(&lock);
	all[id - 1].pad = pad;
	(void)pthread_mutex_unlock(&lock);
}

unsigned
reader_pin_pad(const struct reader *r)
{
	unsigned pad;

	(void)pthread_mutex_lock(&lock);
	pad = r->plugged ? r->pad : 0;
	(void)pthread_mutex_unlock(&lock);
	return pad;
}

bool
reader_in_doubt(struct reader *r)
{
	bool doubt;

	(void)pthread_mutex_lock(&lock);
	doubt = r->doubt;
	(void)pthread_mutex_unlock(&lock);
	return doubt;
}

void
reader_trust(struct reader *r)
{
	(void)pthread_mutex_lock(&lock);
	r->doubt = false;
	(void)pthread_mutex_unlock(&lock);
}

void
reader_distrust(struct reader *r)
{
	(void)pthread_mutex_lock(&lock);
	r->doubt = false;
	r->generation = ++last_generation;
	(void)pthread_mutex_unlock(&lock);
}

void
fake_reader_remove(unsigned id)
{
	(void)pthread_mutex_lock(&lock);
	all[id - 1].card = NULL;
	(void)pthread_mutex_unlock(&lock);
}

void
fake_reader_set_unknown(unsigned id, err_t why)
{
	(void)pthread_mutex_lock(&lock);
	all[id - 1].unknown = why;
	(void)pthread_mutex_unlock(&lock);
}

void
fake_reader_set_begin_error(unsigned id, err_t err)
{
	(void)pthread_mutex_lock(&lock);
	all[id - 1].begin_error = err;
	(void)pthread_mutex_unlock(&lock);
}

void
fake_readers_set_refresh_error(err_t err)
{
	(void)pthread_mutex_lock(&lock);
	refresh_error = err;
	(void)pthread_mutex_unlock(&lock);
}

struct fake_counts
fake_readers_counts(void)
{
	struct fake_counts copy;

	(void)pthread_mutex_lock(&lock);
	copy = counts;
	(void)pthread_mutex_unlock(&lock);
	return copy;
}

struct fake_card *
fake_reader_card(struct reader *r)
{
	struct fake_card *card;

	(void)pthread_mutex_lock(&lock);
	assert(r->in_transaction);
	card = r->plugged && r->generation == r->in_generation ? r->card : NULL;
	(void)pthread_mutex_unlock(&lock);
	return card;
}

static void
bus_close(void *bus)
{
	(void)bus;
	(void)pthread_mutex_lock(&lock);
	counts.buses--;
	(void)pthread_mutex_unlock(&lock);
}

err_t
usb_libusb_bus(struct usb_bus *out)
{
	static const struct usb_bus_ops ops = {.close = bus_close};

	(void)pthread_mutex_lock(&lock);
	counts.buses++;
	(void)pthread_mutex_unlock(&lock);
	*out = (struct usb_bus){.ops = &ops};
	return 0;
}

err_t
readers_new(struct usb_bus take_bus, struct readers **out)
{
	struct readers *rs = calloc(1, sizeof(*rs));

	assert(rs != NULL);
	rs->bus = take_bus;
	(void)pthread_mutex_lock(&lock);
	counts.readers++;
	(void)pthread_mutex_unlock(&lock);
	*out = rs;
	return 0;
}

void
readers_free(struct readers **rs)
{
	(*rs)->bus.ops->close((*rs)->bus.bus);
	(void)pthread_mutex_lock(&lock);
	counts.readers--;
	(void)pthread_mutex_unlock(&lock);
	free(*rs);
	*rs = NULL;
}

err_t
readers_refresh(struct readers *rs)
{
	err_t err;

	(void)pthread_mutex_lock(&lock);
	counts.refreshes++;
	err = refresh_error;
	if (err == 0)
		rs->count = plugged_in;
	(void)pthread_mutex_unlock(&lock);
	return err;
}

size_t
readers_count(const struct readers *rs)
{
	return rs->count;
}

struct reader *
readers_get(const struct readers *rs, size_t index)
{
	return index < rs->count ? &all[index] : NULL;
}

unsigned
reader_id(const struct reader *r)
{
	return r->id;
}

void
reader_describe(struct reader *r, struct reader_info *out)
{
	*out = (struct reader_info){
	    .manufacturer = "SCM Microsystems Inc.",
	    .firmware_major = 5,
	    .firmware_minor = 18,
	};
	(void)pthread_mutex_lock(&lock);
	(void)snprintf(out->product, sizeof(out->product), "%s", r->product);
	out->plugged = r->plugged;
	(void)pthread_mutex_unlock(&lock);
}

enum presence
reader_poll(struct reader *r, unsigned *generation, err_t *why)
{
	enum presence presence = PRESENCE_CARD;

	(void)pthread_mutex_lock(&lock);
	counts.polls++;
	*generation = r->generation;
	*why = r->unknown;
	if (!r->plugged)
		presence = PRESENCE_NO_READER;
	else if (r->unknown != 0)
		presence = PRESENCE_UNKNOWN;
	else if (r->card == NULL)
		presence = PRESENCE_EMPTY;
	(void)pthread_mutex_unlock(&lock);
	return presence;
}

static err_t
begin_locked(struct reader *r)
{
	if (!r->plugged)
		return USB_ERR_GONE;
	if (r->begin_error != 0)
		return r->begin_error;
	if (r->card == NULL)
		return CCID_ERR_NO_CARD;
	r->in_transaction = true;
	r->in_generation = r->generation;
	counts.transactions++;
	counts.open_transactions++;
	return 0;
}

err_t
reader_begin(struct reader *r, struct deadline until)
{
	err_t err;

	assert(!deadline_passed(until));
	(void)pthread_mutex_lock(&r->transaction);
	(void)pthread_mutex_lock(&lock);
	err = begin_locked(r);
	(void)pthread_mutex_unlock(&lock);
	if (err != 0)
		(void)pthread_mutex_unlock(&r->transaction);
	return err;
}

bool
reader_wanted(struct reader *r)
{
	bool wanted;

	(void)pthread_mutex_lock(&lock);
	wanted = r->wanted;
	(void)pthread_mutex_unlock(&lock);
	return wanted;
}

void
reader_end(struct reader *r)
{
	(void)pthread_mutex_lock(&lock);
	assert(r->in_transaction);
	r->in_transaction = false;
	counts.open_transactions--;
	(void)pthread_mutex_unlock(&lock);
	(void)pthread_mutex_unlock(&r->transaction);
}

unsigned
reader_generation(const struct reader *r)
{
	return r->in_generation;
}
