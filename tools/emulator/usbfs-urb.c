/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/usbfs-state.h"

#define SETUP_SIZE   8
#define URB_DATA_MAX (1024 * 1024)

static struct usbdevfs_urb *
urb_of(const struct usbfs_urb *urb)
{
	return (struct usbdevfs_urb *)(void *)urb->data->data;
}

static void
free_urb(struct usbfs_urb *urb)
{
	g_clear_object(&urb->buffer);
	g_clear_object(&urb->data);
	free(urb);
}

/* The node is ready while there is anything to reap. */
static void
set_ready(struct usbfs *u)
{
	bool ready = false;

	for (const struct usbfs_urb *urb = u->urbs; urb != NULL && !ready;
	     urb = urb->next)
		ready = urb->done;
	usbfs_node_set_ready(&u->node, ready);
}

/* Oldest finished first: it moves to the end of the list. */
static void
finish(struct usbfs *u, struct usbfs_urb *urb, int status, size_t actual)
{
	struct usbfs_urb **at = &u->urbs;

	urb_of(urb)->status = status;
	urb_of(urb)->actual_length = (int)actual;
	urb->done = true;
	while (*at != urb)
		at = &(*at)->next;
	*at = urb->next;
	while (*at != NULL)
		at = &(*at)->next;
	urb->next = NULL;
	*at = urb;
	set_ready(u);
}

void
usbfs_end_urbs(struct usbfs *u, const struct usbfs_client *client, int status)
{
	struct usbfs_urb *urb = u->urbs, *next;

	for (; urb != NULL && !urb->done; urb = next) {
		next = urb->next;
		if (client == NULL || urb->client == client)
			finish(u, urb, status, urb->in.actual);
	}
}

void
usbfs_drop_urbs(struct usbfs *u, const struct usbfs_client *client)
{
	struct usbfs_urb **at = &u->urbs;

	while (*at != NULL) {
		struct usbfs_urb *urb = *at;

		if (client == NULL || urb->client == client) {
			*at = urb->next;
			free_urb(urb);
		} else {
			at = &urb->next;
		}
	}
	set_ready(u);
}

/* usbfs checks the claim of requests to an interface or an endpoint. */
static bool
needs_claim(const uint8_t *setup)
{
	const uint8_t vendor = 0x40;

	if (setup[0] & vendor)
		return false;
	switch (setup[0] & 0x1F) {
	case USB_RECIP_INTERFACE:
		return true;
	case USB_RECIP_ENDPOINT:
		return (setup[4] & 0x7F) != 0;
	default:
		return false;
	}
}

static void
do_control(struct usbfs *u, struct usbfs_urb *urb)
{
	uint8_t *setup = urb->buffer->data;
	size_t actual;
	enum transfer result =
	    device_control(u->device, setup, setup + SETUP_SIZE, &actual);

	finish(u, urb, device_status(result), actual);
}

static void
do_out(struct usbfs *u, struct usbfs_urb *urb)
{
	static const uint8_t nothing[1];
	const uint8_t *p = urb->buffer != NULL ? urb->buffer->data : nothing;
	size_t n = (size_t)urb_of(urb)->buffer_length, actual;
	enum transfer result =
	    device_bulk_out(u->device, urb->endpoint, p, n, &actual);

	finish(u, urb, device_status(result), actual);
}

/* What the kernel would say to this urb; 0: it is fine. */
static int
check(struct usbfs *u, const struct usbfs_urb *urb)
{
	const struct usbdevfs_urb *raw = urb_of(urb);
	size_t n = (size_t)raw->buffer_length;

	if (raw->type == USBDEVFS_URB_TYPE_CONTROL) {
		const uint8_t *setup;

		if (urb->buffer == NULL || n < SETUP_SIZE)
			return EINVAL;
		setup = urb->buffer->data;
		if (n - SETUP_SIZE < (size_t)(setup[6] | setup[7] << 8))
			return EINVAL;
		if (needs_claim(setup) && !usbfs_may_use(u, urb->client))
			return EBUSY;
		return 0;
	}
	if (raw->type != USBDEVFS_URB_TYPE_BULK &&
	    raw->type != USBDEVFS_URB_TYPE_INTERRUPT)
		return EINVAL;
	if (urb->endpoint != EP_BULK_OUT && urb->endpoint != EP_BULK_IN &&
	    urb->endpoint != EP_INTERRUPT_IN)
		return ENOENT;
	if (n > 0 && urb->buffer == NULL)
		return EFAULT;
	return usbfs_may_use(u, urb->client) ? 0 : EBUSY;
}

static void
start(struct usbfs *u, struct usbfs_urb *urb)
{
	struct usbfs_urb **end = &u->urbs;

	/* Pending ones stand before those that are done. */
	while (*end != NULL && !(*end)->done)
		end = &(*end)->next;
	urb->next = *end;
	*end = urb;
	if (urb_of(urb)->type == USBDEVFS_URB_TYPE_CONTROL) {
		do_control(u, urb);
	} else if (!(urb->endpoint & USB_DIR_IN)) {
		do_out(u, urb);
	} else {
		urb->in.buf =
		    urb->buffer != NULL ? urb->buffer->data : urb->data->data;
		urb->in.room = (size_t)urb_of(urb)->buffer_length;
	}
}

void
usbfs_submit(struct usbfs *u, struct usbfs_client *client)
{
	const struct usbdevfs_urb *raw;
	struct usbfs_urb *urb = calloc(1, sizeof(*urb));
	int error = ENOMEM;

	if (urb == NULL)
		goto out;
	urb->client = client;
	urb->data = usbfs_argument(client, sizeof(*raw));
	if (urb->data == NULL) {
		free(urb);
		return;
	}
	raw = urb_of(urb);
	error = EINVAL;
	if (raw->buffer_length < 0 || raw->buffer_length > URB_DATA_MAX)
		goto out;
	urb->address = urb->data->client_addr;
	urb->endpoint = raw->endpoint;
	urb->buffer = umockdev_ioctl_data_resolve(urb->data,
	    G_STRUCT_OFFSET(struct usbdevfs_urb, buffer),
	    (gsize)raw->buffer_length, NULL);
	device_set_time(u->device, (uint64_t)g_get_monotonic_time() / 1000);
	error = check(u, urb);
	if (error != 0)
		goto out;
	usbfs_complete(client, 0, 0);
	start(u, urb);
	usbfs_pump(u);
	return;
out:
	if (urb != NULL)
		free_urb(urb);
	usbfs_complete(client, -1, error);
}

void
usbfs_discard(struct usbfs *u, struct usbfs_client *client)
{
	UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client->io);
	struct usbfs_urb *urb = u->urbs;
	unsigned long address;

	memcpy(&address, arg->data, sizeof(address));
	while (urb != NULL && !urb->done &&
	    (urb->client != client || urb->address != address))
		urb = urb->next;
	if (urb == NULL || urb->done) {
		usbfs_complete(client, -1, EINVAL);
		return;
	}
	finish(u, urb, -ENOENT, urb->in.actual);
	usbfs_complete(client, 0, 0);
}

void
usbfs_reap(struct usbfs *u, struct usbfs_client *client)
{
	struct usbfs_urb **at = &u->urbs, *urb;
	UMockdevIoctlData *arg;

	while (*at != NULL && (!(*at)->done || (*at)->client != client))
		at = &(*at)->next;
	urb = *at;
	if (urb == NULL) {
		usbfs_complete(client, -1, client->stale ? ENODEV : EAGAIN);
		return;
	}
	*at = urb->next;
	arg = usbfs_argument(client, sizeof(void *));
	if (arg != NULL) {
		umockdev_ioctl_data_set_ptr(arg, 0, urb->data);
		g_object_unref(arg);
		usbfs_complete(client, 0, 0);
	}
	free_urb(urb);
	set_ready(u);
}

static gboolean
pump_late(gpointer arg)
{
	struct usbfs *u = arg;

	pthread_mutex_lock(&u->lock);
	u->timer_due = UINT64_MAX;
	if (u->present)
		usbfs_pump(u);
	pthread_mutex_unlock(&u->lock);
	return G_SOURCE_REMOVE;
}

static void
schedule(struct usbfs *u, uint64_t now)
{
	uint64_t due = device_next_due(u->device);

	if (due >= u->timer_due)
		return;
	u->timer_due = due;
	usbfs_later(u, (unsigned)(due - now), pump_late);
}

void
usbfs_go_stale(struct usbfs *u)
{
	u->present = false;
	for (struct usbfs_client *c = u->clients; c != NULL; c = c->next)
		c->stale = true;
	u->owner = NULL;
	usbfs_end_urbs(u, NULL, -ESHUTDOWN);
}

static void
pull_plug(struct usbfs *u)
{
	usbfs_go_stale(u);
	g_main_context_invoke(NULL, u->unplugged, u->arg);
}

/* Whether an older urb waits on the same endpoint. */
static bool
is_first(const struct usbfs *u, const struct usbfs_urb *urb)
{
	const struct usbfs_urb *older = u->urbs;

	while (older->endpoint != urb->endpoint)
		older = older->next;
	return older == urb;
}

void
usbfs_pump(struct usbfs *u)
{
	uint64_t now = (uint64_t)g_get_monotonic_time() / 1000;
	struct usbfs_urb *urb = u->urbs, *next;
	unsigned long back_ms;

	device_set_time(u->device, now);
	for (; urb != NULL && !urb->done; urb = next) {
		enum transfer result;

		next = urb->next;
		if (!(urb->endpoint & USB_DIR_IN) || !is_first(u, urb) ||
		    !umockdev_ioctl_client_get_connected(urb->client->io))
			continue;
		result = device_in(u->device, urb->endpoint, &urb->in);
		if (result != TRANSFER_PENDING)
			finish(u, urb, device_status(result), urb->in.actual);
	}
	if (device_is_unplugged(u->device, &back_ms))
		pull_plug(u);
	else
		schedule(u, now);
}
