/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "reader/reader-private.h"
#include "reader/readers.h"

#define READERS_MAX 64

struct readers {
	struct usb_bus bus;
	_Atomic unsigned generations;
	struct reader *reader[READERS_MAX];
	/* Grows only; read by other threads while a refresh appends. */
	_Atomic size_t count;
	struct device *device[READERS_MAX];
	bool seen[READERS_MAX];
	size_t devices;
};

err_t
readers_new(struct usb_bus take_bus, struct readers **out)
{
	struct readers *rs = calloc(1, sizeof(*rs));

	*out = rs;
	if (rs == NULL) {
		take_bus.ops->close(take_bus.bus);
		return ERR_MEMORY;
	}
	reader_error_register();
	rs->bus = take_bus;
	return 0;
}

void
readers_free(struct readers **rs)
{
	struct readers *old = *rs;

	*rs = NULL;
	if (old == NULL)
		return;
	for (size_t i = 0; i < old->count; i++)
		free(old->reader[i]);
	for (size_t i = 0; i < old->devices; i++) {
		device_clear(old->device[i]);
		free(old->device[i]);
	}
	old->bus.ops->close(old->bus.bus);
	free(old);
}

static bool
same_model(const struct usb_reader_info *a, const struct usb_reader_info *b)
{
	return a->idVendor == b->idVendor && a->idProduct == b->idProduct &&
	    a->bInterfaceNumber == b->bInterfaceNumber &&
	    /* The number of slots must not change under their users. */
	    a->ccid[4] == b->ccid[4];
}

static bool
same_place(const struct usb_reader_info *a, const struct usb_reader_info *b)
{
	return same_model(a, b) && strcmp(a->path, b->path) == 0;
}

/* The old place of a reader that was found: same port, else same model. */
static size_t
find_place(const struct readers *rs, const struct usb_reader_info *info,
    bool (*same)(
	const struct usb_reader_info *, const struct usb_reader_info *),
    bool only_unplugged)
{
	for (size_t i = 0; i < rs->devices; i++) {
		if (!rs->seen[i] && same(&rs->device[i]->info, info) &&
		    !(only_unplugged && rs->device[i]->plugged))
			return i;
	}
	return rs->devices;
}

static void
append(struct readers *rs, const struct usb_reader_info *info)
{
	unsigned slots = info->ccid[4] + 1u;
	struct device *d = calloc(1, sizeof(*d));

	if (d == NULL || rs->devices == READERS_MAX ||
	    slots > READERS_MAX - rs->count) {
		trace_text(
		    0, TRACE_USB, '-', "no room for reader at %s", info->path);
		free(d);
		return;
	}
	device_init(d, &rs->bus, info);
	for (unsigned slot = 0; slot < slots; slot++) {
		struct reader *r = calloc(1, sizeof(*r));

		if (r == NULL)
			break;
		r->id = (unsigned)rs->count + 1;
		r->device = d;
		r->bSlot = (uint8_t)slot;
		r->generations = &rs->generations;
		r->chunk = APDU_NE_MAX;
		r->protocols = PROTOCOLS_ALL;
		r->presence = PRESENCE_UNKNOWN;
		rs->reader[rs->count] = r;
		rs->count++;
	}
	rs->seen[rs->devices] = true;
	rs->device[rs->devices++] = d;
}

struct arrivals {
	struct readers *rs;
	struct usb_reader_info unplaced[READERS_MAX];
	size_t n;
};

static void
found(void *arg, const struct usb_reader_info *info)
{
	struct arrivals *a = arg;
	size_t i = find_place(a->rs, info, same_place, false);

	if (i < a->rs->devices) {
		a->rs->seen[i] = true;
		device_plugged(a->rs->device[i], info);
	} else if (a->n < READERS_MAX) {
		a->unplaced[a->n++] = *info;
	}
}

err_t
readers_refresh(struct readers *rs)
{
	struct arrivals *a = calloc(1, sizeof(*a));
	err_t err;

	if (a == NULL)
		return ERR_MEMORY;
	a->rs = rs;
	memset(rs->seen, 0, sizeof(rs->seen));
	err = rs->bus.ops->list(rs->bus.bus, found, a);
	if (err != 0)
		goto out;
	for (size_t i = 0; i < rs->devices; i++) {
		if (!rs->seen[i])
			device_unplugged(rs->device[i]);
	}
	for (size_t k = 0; k < a->n; k++) {
		size_t i = find_place(rs, &a->unplaced[k], same_model, true);

		if (i < rs->devices) {
			rs->seen[i] = true;
			device_plugged(rs->device[i], &a->unplaced[k]);
		} else {
			append(rs, &a->unplaced[k]);
		}
	}
out:
	free(a);
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
	return index < rs->count ? rs->reader[index] : NULL;
}
