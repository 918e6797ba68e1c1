/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/emulator/usbfs-peer.h"
#include "tools/emulator/usbfs-state.h"

/*
 * A process that has died loses its claim at once, but here its socket is
 * closed a little later. So a claim against an owner waits that long before it
 * is refused.
 */
#define OWNER_DIES_US 100000

static gboolean poll_clients(gpointer arg);

static void
poll_later(struct usbfs *u)
{
	if (u->polling)
		return;
	u->polling = true;
	usbfs_later(u, CLIENT_POLL_MS, poll_clients);
}

#define CLIENTS_MAX 512

static int
find_peer(const struct usbfs *u, const char *devnode)
{
	int known[CLIENTS_MAX];
	size_t n = 0;

	for (const struct usbfs_client *c = u->clients;
	     c != NULL && n < CLIENTS_MAX; c = c->next) {
		if (c->peer >= 0)
			known[n++] = c->peer;
	}
	return usbfs_peer_find(devnode, known, n);
}

struct usbfs_client *
usbfs_client_add(struct usbfs *u, UMockdevIoctlClient *io)
{
	struct usbfs_client *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->io = g_object_ref(io);
	c->peer = find_peer(u, umockdev_ioctl_client_get_devnode(io));
	c->stale = !u->present ||
	    strcmp(umockdev_ioctl_client_get_devnode(io), u->devnode) != 0;
	c->next = u->clients;
	u->clients = c;
	poll_later(u);
	return c;
}

struct usbfs_client *
usbfs_client_find(struct usbfs *u, UMockdevIoctlClient *io)
{
	struct usbfs_client *c = u->clients;

	while (c != NULL && c->io != io)
		c = c->next;
	return c;
}

void
usbfs_client_drop(struct usbfs *u, struct usbfs_client *client)
{
	struct usbfs_client **at = &u->clients;

	while (*at != client)
		at = &(*at)->next;
	*at = client->next;
	if (u->owner == client)
		u->owner = NULL;
	usbfs_drop_urbs(u, client);
	/* umockdev complains of those that it holds for open. */
	if (client->peer < 0 || !usbfs_peer_gone(client->peer) ||
	    !umockdev_ioctl_client_get_connected(client->io))
		g_object_unref(client->io);
	if (client->peer >= 0)
		(void)close(client->peer);
	free(client);
}

static void
drop_dead_clients(struct usbfs *u)
{
	struct usbfs_client *next;

	for (struct usbfs_client *c = u->clients; c != NULL; c = next) {
		next = c->next;
		if (!umockdev_ioctl_client_get_connected(c->io) ||
		    (c->peer >= 0 && usbfs_peer_gone(c->peer)))
			usbfs_client_drop(u, c);
	}
}

/* Grant or refuse; true when it is decided. */
static bool
decide(struct usbfs *u, struct usbfs_client *c)
{
	if (c->stale)
		usbfs_complete(c, -1, ENODEV);
	else if (u->owner == NULL || u->owner == c)
		u->owner = c, usbfs_complete(c, 0, 0);
	else if (g_get_monotonic_time() >= c->wait_until)
		usbfs_complete(c, -1, EBUSY);
	else
		return false;
	c->waits = false;
	return true;
}

static gboolean
poll_clients(gpointer arg)
{
	struct usbfs *u = arg;

	pthread_mutex_lock(&u->lock);
	u->polling = false;
	drop_dead_clients(u);
	for (struct usbfs_client *c = u->clients; c != NULL; c = c->next) {
		if (c->waits)
			decide(u, c);
	}
	if (u->clients != NULL)
		poll_later(u);
	pthread_mutex_unlock(&u->lock);
	return G_SOURCE_REMOVE;
}

/* CLAIMINTERFACE and DISCONNECT_CLAIM: both begin with the number. */
void
usbfs_claim(struct usbfs *u, struct usbfs_client *client)
{
	UMockdevIoctlData *arg = usbfs_argument(client, sizeof(unsigned));
	unsigned number;

	if (arg == NULL)
		return;
	memcpy(&number, arg->data, sizeof(number));
	g_object_unref(arg);
	if (number != 0) {
		usbfs_complete(client, -1, ENOENT);
	} else if (u->busy_for > 0) {
		u->busy_for--;
		usbfs_complete(client, -1, EBUSY);
	} else {
		client->wait_until = g_get_monotonic_time() + OWNER_DIES_US;
		client->waits = !decide(u, client);
	}
}

void
usbfs_release(struct usbfs *u, struct usbfs_client *client)
{
	if (u->owner != client) {
		usbfs_complete(client, -1, EINVAL);
		return;
	}
	u->owner = NULL;
	usbfs_end_urbs(u, client, -ENOENT);
	usbfs_complete(client, 0, 0);
}

void
usbfs_get_driver(struct usbfs *u, struct usbfs_client *client)
{
	UMockdevIoctlData *arg;
	struct usbdevfs_getdriver driver;

	if (u->owner == NULL && u->busy_for == 0) {
		usbfs_complete(client, -1, ENODATA);
		return;
	}
	arg = usbfs_argument(client, sizeof(driver));
	if (arg == NULL)
		return;
	memcpy(&driver, arg->data, sizeof(driver));
	strcpy(driver.driver, "usbfs");
	memcpy(arg->data, &driver, sizeof(driver));
	g_object_unref(arg);
	usbfs_complete(client, 0, 0);
}

/* As the kernel: who uses an interface without a claim claims it. */
bool
usbfs_may_use(struct usbfs *u, struct usbfs_client *client)
{
	if (u->owner == NULL && u->busy_for == 0)
		u->owner = client;
	return u->owner == client;
}
