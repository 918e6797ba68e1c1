/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/emulator/child.h"
#include "tools/emulator/control.h"
#include "tools/emulator/descriptor.h"
#include "tools/emulator/front-umockdev.h"
#include "tools/emulator/options.h"
#include "tools/emulator/preload.h"
#include "tools/emulator/tempdir.h"
#include "tools/emulator/usbfs.h"

#define FIRST_DEVNUM 2
#define USB_MAJOR    189

struct front;

/* One reader, on its own port. */
struct port {
	struct front *front;
	struct device *device;
	struct usbfs *usbfs;
	char *syspath; /* while it is plugged in */
	unsigned number, devnum;
};

struct front {
	const struct options *options;
	struct port ports[READERS_MAX];
	UMockdevTestbed *testbed;
	char *root;	    /* of the testbed */
	char **environment; /* of the command */
	struct tempdir dir;
	struct child child;
	struct control *control;
	GMainLoop *loop;
	unsigned next_devnum;
};

/* The device and its interface as umockdev wants them told. */
static char *
describe(const struct model *m, unsigned port, unsigned devnum)
{
	uint8_t all[DEVICE_DESCRIPTOR + CONFIG_DESCRIPTORS];
	char hex[2 * sizeof(all) + 1];

	descriptor_all(m, all);
	for (size_t i = 0; i < sizeof(all); i++)
		snprintf(hex + 2 * i, 3, "%02X", all[i]);
	return g_strdup_printf(
	    "P: /devices/pci0000:00/0000:00:14.0/usb1/1-%u\n"
	    "E: SUBSYSTEM=usb\n"
	    "E: DEVTYPE=usb_device\n"
	    "E: DEVNAME=/dev/bus/usb/001/%03u\n"
	    "E: MAJOR=%u\nE: MINOR=%u\n"
	    "E: BUSNUM=001\nE: DEVNUM=%03u\n"
	    "E: PRODUCT=%x/%x/%x\n"
	    "E: ID_VENDOR_ID=%04x\nE: ID_MODEL_ID=%04x\n"
	    "E: ID_USB_INTERFACES=:%02x0000:\n"
	    "A: dev=%u:%u\\n\n"
	    "A: busnum=1\\n\nA: devnum=%u\\n\nA: speed=12\\n\n"
	    "A: bConfigurationValue=1\\n\nA: bNumConfigurations=1\\n\n"
	    "A: bDeviceClass=00\\n\nA: bNumInterfaces= 1\\n\n"
	    "A: idVendor=%04x\\n\nA: idProduct=%04x\\n\n"
	    "A: bcdDevice=%04x\\n\n"
	    "A: manufacturer=%s\\n\nA: product=%s\\n\nA: serial=%s\\n\n"
	    "H: descriptors=%s\n"
	    "\n"
	    "P: /devices/pci0000:00/0000:00:14.0/usb1/1-%u/1-%u:1.0\n"
	    "E: SUBSYSTEM=usb\n"
	    "E: DEVTYPE=usb_interface\n"
	    "E: PRODUCT=%x/%x/%x\n"
	    "E: INTERFACE=%u/0/0\n"
	    "A: bInterfaceNumber=00\\n\nA: bAlternateSetting= 0\\n\n"
	    "A: bInterfaceClass=%02x\\n\nA: bInterfaceSubClass=00\\n\n"
	    "A: bInterfaceProtocol=00\\n\nA: bNumEndpoints=03\\n\n"
	    "A: interface=CCID Interface\\n\n"
	    "\n",
	    port, devnum, USB_MAJOR, devnum - 1, devnum, m->vendor, m->product,
	    m->release, m->vendor, m->product, m->interface_class, USB_MAJOR,
	    devnum - 1, devnum, m->vendor, m->product, m->release,
	    m->manufacturer, m->product_name, m->serial, hex, port, port,
	    m->vendor, m->product, m->release, m->interface_class,
	    m->interface_class);
}

static bool
plug(struct port *p)
{
	struct front *f = p->front;
	GError *error = NULL;
	char *folder = g_strconcat(f->root, "/dev/bus/usb/001", NULL);
	char *text;
	bool ok;

	p->devnum = f->next_devnum++;
	text = describe(device_model(p->device), p->number, p->devnum);
	ok = g_mkdir_with_parents(folder, 0700) == 0 &&
	    usbfs_plug(p->usbfs, f->root, p->devnum);
	if (!ok)
		complain("%s: %s", folder, strerror(errno));
	ok = ok &&
	    umockdev_testbed_attach_ioctl(f->testbed, usbfs_devnode(p->usbfs),
		usbfs_handler(p->usbfs), &error) &&
	    umockdev_testbed_add_from_string(f->testbed, text, &error);
	if (error != NULL)
		complain("umockdev: %s", error->message);
	g_clear_error(&error);
	g_free(text);
	g_free(folder);
	if (ok)
		p->syspath = g_strdup_printf(
		    "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-%u",
		    p->number);
	return ok;
}

static gboolean
plug_again(gpointer arg)
{
	struct port *p = arg;

	if (p->syspath == NULL)
		(void)plug(p);
	return G_SOURCE_REMOVE;
}

/* In the main thread, some time after the plug was pulled. */
static gboolean
unplugged(gpointer arg)
{
	struct port *p = arg;
	struct front *f = p->front;
	unsigned long back_ms = usbfs_back_ms(p->usbfs);
	char *interface, *node;

	if (p->syspath == NULL)
		return G_SOURCE_REMOVE;
	interface = g_strdup_printf("%s/1-%u:1.0", p->syspath, p->number);
	node = g_strconcat(f->root, usbfs_devnode(p->usbfs), NULL);
	/* First of all: a node without its handler would say yes to all. */
	(void)unlink(node);
	g_free(node);
	umockdev_testbed_uevent(f->testbed, interface, "remove");
	umockdev_testbed_uevent(f->testbed, p->syspath, "remove");
	umockdev_testbed_detach_ioctl(
	    f->testbed, usbfs_devnode(p->usbfs), NULL);
	umockdev_testbed_remove_device(f->testbed, interface);
	umockdev_testbed_remove_device(f->testbed, p->syspath);
	g_free(interface);
	g_clear_pointer(&p->syspath, g_free);
	if (back_ms > 0)
		g_timeout_add((guint)back_ms, plug_again, p);
	return G_SOURCE_REMOVE;
}

static bool
at_hand(struct port *p, const struct hand *hand)
{
	bool card = hand->what == HAND_CARD_IN || hand->what == HAND_CARD_OTHER;
	struct hand with_path = *hand;
	char *path = NULL;
	bool ok;

	if (card && hand->text != NULL) {
		path = options_profile(p->front->options, hand->text);
		if (path == NULL)
			return false;
		with_path.text = path;
	}
	ok = usbfs_hand(p->usbfs, &with_path);
	free(path);
	return ok;
}

/* One command of the control FIFO, done when this returns. */
static bool
control(void *arg, const struct control_command *command)
{
	struct front *f = arg;
	struct port *p;

	if (command->reader > f->options->reader_count)
		return false;
	p = &f->ports[command->reader - 1];
	if (p->usbfs == NULL)
		return false;
	switch (command->what) {
	case CONTROL_HAND:
		return at_hand(p, &command->hand);
	case CONTROL_UNPLUG:
		if (!usbfs_pull(p->usbfs))
			return false;
		(void)unplugged(p);
		return true;
	case CONTROL_REPLUG:
		return p->syspath == NULL && plug(p);
	}
	return false;
}

static gboolean
controlled(gint fd, GIOCondition condition, gpointer arg)
{
	struct front *f = arg;

	(void)fd;
	(void)condition;
	control_serve(f->control, control, f);
	return G_SOURCE_CONTINUE;
}

static gboolean
signalled(gint fd, GIOCondition condition, gpointer arg)
{
	struct front *f = arg;

	(void)fd;
	(void)condition;
	if (child_handle_signal(&f->child))
		g_main_loop_quit(f->loop);
	return G_SOURCE_CONTINUE;
}

/*
 * umockdev takes its folder from TMPDIR. It names the folder in UMOCKDEV_DIR
 * when its thread runs already: a new variable could move the environment away
 * under a getenv() there, one that is there is changed in its place. After that
 * the environment of this process stays as it is.
 */
static bool
make_testbed(struct front *f)
{
	f->environment = preload_environment();
	if (!tempdir_make(&f->dir)) {
		complain("%s: %s", "/tmp", strerror(errno));
		return false;
	}
	setenv("TMPDIR", f->dir.path, 1);
	setenv("UMOCKDEV_DIR", f->dir.path, 1);
	f->testbed = umockdev_testbed_new();
	f->root = umockdev_testbed_get_root_dir(f->testbed);
	f->environment =
	    g_environ_setenv(f->environment, "UMOCKDEV_DIR", f->root, TRUE);
	if (umockdev_in_mock_environment())
		return true;
	complain("libumockdev-preload.so.0 is not there (Debian: umockdev)");
	return false;
}

static void
run_loop(struct front *f, char **argv)
{
	f->loop = g_main_loop_new(NULL, FALSE);
	g_unix_fd_add(f->child.signals, G_IO_IN, signalled, f);
	if (f->control != NULL)
		g_unix_fd_add(control_fd(f->control), G_IO_IN, controlled, f);
	if (child_start(&f->child, argv, f->environment))
		g_main_loop_run(f->loop);
	g_main_loop_unref(f->loop);
}

static bool
plug_all(struct front *f)
{
	for (size_t i = 0; i < f->options->reader_count; i++) {
		const struct reader_options *r = &f->options->readers[i];
		struct port *p = &f->ports[i];

		if (r->device == NULL)
			continue;
		p->front = f;
		p->device = r->device;
		p->number = (unsigned)i + 1;
		p->usbfs = usbfs_new(p->device, r->busy_for, unplugged, p);
		if (!plug(p))
			return false;
	}
	return true;
}

/*
 * The device is its owner's again. The rest is left as it is: the process ends,
 * and umockdev, which would not wait for its thread, is not taken down while
 * that thread is in it.
 */
static void
stop(struct front *f)
{
	for (size_t i = 0; i < READERS_MAX; i++) {
		if (f->ports[i].usbfs != NULL)
			usbfs_stop(f->ports[i].usbfs);
	}
	control_free(&f->control);
	tempdir_remove(&f->dir);
}

int
front_umockdev_run(const struct options *options, char **argv)
{
	struct front f = {.options = options,
	    .next_devnum = FIRST_DEVNUM,
	    .child = {.signals = -1, .status = EXIT_EMULATOR}};

	if (!child_signals(&f.child)) {
		complain("signalfd: %s", strerror(errno));
		goto out;
	}
	if (options->control != NULL) {
		f.control = control_new(options->control);
		if (f.control == NULL)
			goto out;
	}
	if (make_testbed(&f) && plug_all(&f))
		run_loop(&f, argv);
out:
	stop(&f);
	return f.child.status;
}
