/* SPDX-License-Identifier: BSD-2-Clause */
/* What usbfs.c, usbfs-claim.c and usbfs-urb.c share; all under the lock. */
#ifndef EMULATOR_USBFS_STATE_H
#define EMULATOR_USBFS_STATE_H

#include <pthread.h>

#include "tools/emulator/usbfs-node.h"
#include "tools/emulator/usbfs.h"

#define CLIENT_POLL_MS 20

/* One open file of the node. */
struct usbfs_client {
	struct usbfs_client *next;
	UMockdevIoctlClient *io; /* a reference */
	int peer;		 /* its socket once more, or -1 */
	bool stale;		 /* of a device that was unplugged */
	bool waits;		 /* for the claim, until the time below */
	gint64 wait_until;
};

struct usbfs_urb {
	struct usbfs_urb *next;
	struct usbfs_client *client;
	UMockdevIoctlData *data;   /* struct usbdevfs_urb */
	UMockdevIoctlData *buffer; /* NULL when empty */
	unsigned long address;	   /* of the urb, in the client */
	uint8_t endpoint;
	struct in_transfer in;
	bool done;
};

/* The lock is not GLib's, which the thread sanitizer cannot see into. */
struct usbfs {
	pthread_mutex_t lock;
	UMockdevIoctlBase *handler;
	GMainContext *context; /* of umockdev's thread; NULL before clients */
	struct device *device;
	struct usbfs_node node;
	char devnode[32];
	bool present;
	unsigned long busy_for;
	struct usbfs_client *clients;
	struct usbfs_client *owner; /* of the claim */
	struct usbfs_urb *urbs;	    /* pending and done, oldest first */
	bool polling;		    /* for clients that are gone */
	uint64_t timer_due;	    /* UINT64_MAX: no timer runs */
	GSourceFunc unplugged;
	gpointer arg;
};

/* Answer the ioctl that a client waits for. */
void usbfs_complete(struct usbfs_client *client, long result, int error);

/* What the argument of the ioctl points to; NULL: EFAULT was answered. */
UMockdevIoctlData *usbfs_argument(struct usbfs_client *client, size_t size);

/* Run ms later in umockdev's thread, which takes the lock itself. */
void usbfs_later(struct usbfs *usbfs, unsigned ms, GSourceFunc fn);

/* usbfs-claim.c */
void usbfs_claim(struct usbfs *usbfs, struct usbfs_client *client);
void usbfs_release(struct usbfs *usbfs, struct usbfs_client *client);
void usbfs_get_driver(struct usbfs *usbfs, struct usbfs_client *client);
bool usbfs_may_use(struct usbfs *usbfs, struct usbfs_client *client);
struct usbfs_client *
usbfs_client_add(struct usbfs *usbfs, UMockdevIoctlClient *io);
struct usbfs_client *
usbfs_client_find(struct usbfs *usbfs, UMockdevIoctlClient *io);
void usbfs_client_drop(struct usbfs *usbfs, struct usbfs_client *client);

/* usbfs-urb.c */
void usbfs_submit(struct usbfs *usbfs, struct usbfs_client *client);
void usbfs_discard(struct usbfs *usbfs, struct usbfs_client *client);
void usbfs_reap(struct usbfs *usbfs, struct usbfs_client *client);
/* Move answers into pending urbs; after all that touched the device. */
void usbfs_pump(struct usbfs *usbfs);
/* End pending urbs with this status; client NULL: all of them. */
void usbfs_end_urbs(
    struct usbfs *usbfs, const struct usbfs_client *client, int status);
/* No device any more: claims, urbs and open files are dead. */
void usbfs_go_stale(struct usbfs *usbfs);
/* Forget all urbs of a client, NULL: of all clients. */
void usbfs_drop_urbs(struct usbfs *usbfs, const struct usbfs_client *client);

#endif
