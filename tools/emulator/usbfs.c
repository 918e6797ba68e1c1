/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tools/emulator/usbfs-state.h"

#define SETUP_SIZE 8

/* A umockdev ioctl handler that knows its usbfs. */
#define USBFS_TYPE_HANDLER usbfs_handler_get_type()
G_DECLARE_FINAL_TYPE(
    UsbfsHandler, usbfs_handler, USBFS, HANDLER, UMockdevIoctlBase)

struct _UsbfsHandler {
	UMockdevIoctlBase parent_instance;
	struct usbfs *usbfs;
};

G_DEFINE_TYPE(UsbfsHandler, usbfs_handler, UMOCKDEV_TYPE_IOCTL_BASE)

typedef void ioctl_fn(struct usbfs *, struct usbfs_client *);

void
usbfs_complete(struct usbfs_client *client, long result, int error)
{
	if (umockdev_ioctl_client_get_connected(client->io))
		umockdev_ioctl_client_complete(client->io, result, error);
}

UMockdevIoctlData *
usbfs_argument(struct usbfs_client *client, size_t size)
{
	UMockdevIoctlData *data = umockdev_ioctl_data_resolve(
	    umockdev_ioctl_client_get_arg(client->io), 0, size, NULL);

	if (data == NULL)
		usbfs_complete(client, -1, EFAULT);
	return data;
}

void
usbfs_later(struct usbfs *usbfs, unsigned ms, GSourceFunc fn)
{
	GSource *source = g_timeout_source_new(ms);

	g_source_set_callback(source, fn, usbfs, NULL);
	g_source_attach(source, usbfs->context);
	g_source_unref(source);
}

static void
get_capabilities(struct usbfs *usbfs, struct usbfs_client *client)
{
	const uint32_t caps = USBDEVFS_CAP_ZERO_PACKET |
	    USBDEVFS_CAP_NO_PACKET_SIZE_LIM | USBDEVFS_CAP_BULK_SCATTER_GATHER |
	    USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
	UMockdevIoctlData *arg = usbfs_argument(client, sizeof(caps));

	(void)usbfs;
	if (arg == NULL)
		return;
	memcpy(arg->data, &caps, sizeof(caps));
	g_object_unref(arg);
	usbfs_complete(client, 0, 0);
}

/* A request that the kernel itself sends to the device. */
static bool
request(struct usbfs *usbfs, uint8_t type, uint8_t number, uint16_t value,
    uint16_t index)
{
	const uint8_t setup[SETUP_SIZE] = {type, number, (uint8_t)value,
	    (uint8_t)(value >> 8), (uint8_t)index, (uint8_t)(index >> 8), 0, 0};
	size_t actual;

	return device_control(usbfs->device, setup, NULL, &actual) ==
	    TRANSFER_DONE;
}

static void
clear_halt(struct usbfs *usbfs, struct usbfs_client *client)
{
	UMockdevIoctlData *arg = usbfs_argument(client, sizeof(unsigned));
	unsigned endpoint;
	int error = 0;

	if (arg == NULL)
		return;
	memcpy(&endpoint, arg->data, sizeof(endpoint));
	g_object_unref(arg);
	if (!usbfs_may_use(usbfs, client))
		error = EBUSY;
	else if (!request(usbfs, USB_RECIP_ENDPOINT, USB_CLEAR_FEATURE,
		     USB_ENDPOINT_HALT, (uint16_t)endpoint))
		error = ENOENT;
	usbfs_complete(client, error == 0 ? 0 : -1, error);
	usbfs_pump(usbfs);
}

/* The kernel unbinds every driver, usbfs too: claims and urbs are gone. */
static void
reset(struct usbfs *usbfs, struct usbfs_client *client)
{
	usbfs_end_urbs(usbfs, NULL, -ENOENT);
	usbfs->owner = NULL;
	device_port_reset(usbfs->device);
	request(usbfs, USB_RECIP_DEVICE, USB_SET_CONFIGURATION, 1, 0);
	usbfs_complete(client, 0, 0);
}

static void
set_interface(struct usbfs *usbfs, struct usbfs_client *client)
{
	struct usbdevfs_setinterface set;
	UMockdevIoctlData *arg = usbfs_argument(client, sizeof(set));
	int error = 0;

	if (arg == NULL)
		return;
	memcpy(&set, arg->data, sizeof(set));
	g_object_unref(arg);
	if (!usbfs_may_use(usbfs, client))
		error = EBUSY;
	else if (!request(usbfs, USB_RECIP_INTERFACE, USB_SET_INTERFACE,
		     (uint16_t)set.altsetting, (uint16_t)set.interface))
		error = EINVAL;
	usbfs_complete(client, error == 0 ? 0 : -1, error);
}

static void
set_configuration(struct usbfs *usbfs, struct usbfs_client *client)
{
	UMockdevIoctlData *arg = usbfs_argument(client, sizeof(unsigned));
	unsigned value;
	int error = 0;

	if (arg == NULL)
		return;
	memcpy(&value, arg->data, sizeof(value));
	g_object_unref(arg);
	if (usbfs->owner != NULL)
		error = EBUSY;
	else if (!request(usbfs, USB_RECIP_DEVICE, USB_SET_CONFIGURATION,
		     (uint16_t)value, 0))
		error = EINVAL;
	usbfs_complete(client, error == 0 ? 0 : -1, error);
}

/* Detach or attach of a kernel driver: there is none for this class. */
static void
driver_ioctl(struct usbfs *usbfs, struct usbfs_client *client)
{
	(void)usbfs;
	usbfs_complete(client, -1, ENODATA);
}

static const struct {
	unsigned long request;
	ioctl_fn *fn;
} ioctls[] = {
    {USBDEVFS_SUBMITURB, usbfs_submit},
    {USBDEVFS_REAPURBNDELAY, usbfs_reap},
    {USBDEVFS_DISCARDURB, usbfs_discard},
    {USBDEVFS_GET_CAPABILITIES, get_capabilities},
    {USBDEVFS_CLAIMINTERFACE, usbfs_claim},
    {USBDEVFS_DISCONNECT_CLAIM, usbfs_claim},
    {USBDEVFS_RELEASEINTERFACE, usbfs_release},
    {USBDEVFS_GETDRIVER, usbfs_get_driver},
    {USBDEVFS_IOCTL, driver_ioctl},
    {USBDEVFS_CLEAR_HALT, clear_halt},
    {USBDEVFS_RESET, reset},
    {USBDEVFS_SETINTERFACE, set_interface},
    {USBDEVFS_SETCONFIGURATION, set_configuration},
};

static void
dispatch(struct usbfs *usbfs, struct usbfs_client *client)
{
	unsigned long number = umockdev_ioctl_client_get_request(client->io);

	if (client->stale && number != USBDEVFS_REAPURBNDELAY) {
		usbfs_complete(client, -1, ENODEV);
		return;
	}
	for (size_t i = 0; i < sizeof(ioctls) / sizeof(*ioctls); i++) {
		if (ioctls[i].request == number) {
			ioctls[i].fn(usbfs, client);
			return;
		}
	}
	usbfs_complete(client, -1, ENOTTY);
}

static gboolean
handle_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *io)
{
	struct usbfs *usbfs = USBFS_HANDLER(base)->usbfs;
	struct usbfs_client *client;

	pthread_mutex_lock(&usbfs->lock);
	client = usbfs_client_find(usbfs, io);
	if (client != NULL)
		dispatch(usbfs, client);
	pthread_mutex_unlock(&usbfs->lock);
	return client != NULL;
}

static void
client_connected(UMockdevIoctlBase *base, UMockdevIoctlClient *io)
{
	struct usbfs *usbfs = USBFS_HANDLER(base)->usbfs;

	pthread_mutex_lock(&usbfs->lock);
	if (usbfs->context == NULL)
		usbfs->context = g_main_context_ref_thread_default();
	(void)usbfs_client_add(usbfs, io);
	pthread_mutex_unlock(&usbfs->lock);
}

static void
usbfs_handler_class_init(UsbfsHandlerClass *class)
{
	UMockdevIoctlBaseClass *base = UMOCKDEV_IOCTL_BASE_CLASS(class);

	base->handle_ioctl = handle_ioctl;
	base->client_connected = client_connected;
}

static void
usbfs_handler_init(UsbfsHandler *handler)
{
	(void)handler;
}

struct usbfs *
usbfs_new(struct device *device, unsigned long busy_for, GSourceFunc unplugged,
    gpointer arg)
{
	struct usbfs *usbfs = g_new0(struct usbfs, 1);

	pthread_mutex_init(&usbfs->lock, NULL);
	usbfs->handler = g_object_new(USBFS_TYPE_HANDLER, NULL);
	USBFS_HANDLER(usbfs->handler)->usbfs = usbfs;
	usbfs->device = device;
	usbfs->node.fd = -1;
	usbfs->busy_for = busy_for;
	usbfs->timer_due = UINT64_MAX;
	usbfs->unplugged = unplugged;
	usbfs->arg = arg;
	return usbfs;
}

UMockdevIoctlBase *
usbfs_handler(struct usbfs *usbfs)
{
	return usbfs->handler;
}

const char *
usbfs_devnode(const struct usbfs *usbfs)
{
	return usbfs->devnode;
}

bool
usbfs_plug(struct usbfs *usbfs, const char *root, unsigned devnum)
{
	char path[256];
	bool ok;

	pthread_mutex_lock(&usbfs->lock);
	usbfs_node_close(&usbfs->node);
	snprintf(usbfs->devnode, sizeof(usbfs->devnode),
	    "/dev/bus/usb/001/%03u", devnum);
	snprintf(path, sizeof(path), "%s%s", root, usbfs->devnode);
	ok = usbfs_node_make(&usbfs->node, path);
	if (ok) {
		usbfs->present = true;
		device_plug(usbfs->device);
		request(usbfs, USB_RECIP_DEVICE, USB_SET_CONFIGURATION, 1, 0);
	}
	pthread_mutex_unlock(&usbfs->lock);
	return ok;
}

void
usbfs_stop(struct usbfs *usbfs)
{
	pthread_mutex_lock(&usbfs->lock);
	usbfs->present = false;
	for (struct usbfs_client *c = usbfs->clients; c != NULL; c = c->next)
		c->stale = true;
	usbfs_drop_urbs(usbfs, NULL);
	pthread_mutex_unlock(&usbfs->lock);
}

unsigned long
usbfs_back_ms(struct usbfs *usbfs)
{
	unsigned long ms;

	pthread_mutex_lock(&usbfs->lock);
	device_is_unplugged(usbfs->device, &ms);
	pthread_mutex_unlock(&usbfs->lock);
	return ms;
}
