/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/emulator/child.h"
#include "tools/emulator/descriptor.h"
#include "tools/emulator/front-umockdev.h"
#include "tools/emulator/options.h"
#include "tools/emulator/preload.h"
#include "tools/emulator/tempdir.h"
#include "tools/emulator/usbfs.h"

#define FIRST_DEVNUM 2
#define USB_MAJOR    189

struct front {
	struct device *device;
	struct usbfs *usbfs;
	UMockdevTestbed *testbed;
	char *root;    /* of the testbed */
	char *syspath; /* of the device, while it is plugged in */
	struct tempdir dir;
	struct child child;
	GMainLoop *loop;
	unsigned devnum;
};

/* The device and its interface as umockdev wants them told. */
static char *
describe(const struct model *m, unsigned devnum)
{
	uint8_t all[DEVICE_DESCRIPTOR + CONFIG_DESCRIPTORS];
	char hex[2 * sizeof(all) + 1];

	descriptor_all(m, all);
	for (size_t i = 0; i < sizeof(all); i++)
		snprintf(hex + 2 * i, 3, "%02X", all[i]);
	return g_strdup_printf(
	    "P: /devices/pci0000:00/0000:00:14.0/usb1/1-1\n"
	    "E: SUBSYSTEM=usb\n"
	    "E: DEVTYPE=usb_device\n"
	    "E: DEVNAME=/dev/bus/usb/001/%03u\n"
	    "E: MAJOR=%u\nE: MINOR=%u\n"
	    "E: BUSNUM=001\nE: DEVNUM=%03u\n"
	    "E: PRODUCT=%x/%x/%x\n"
	    "E: ID_VENDOR_ID=%04x\nE: ID_MODEL_ID=%04x\n"
	    "E: ID_USB_INTERFACES=:0b0000:\n"
	    "A: dev=%u:%u\\n\n"
	    "A: busnum=1\\n\nA: devnum=%u\\n\nA: speed=12\\n\n"
	    "A: bConfigurationValue=1\\n\nA: bNumConfigurations=1\\n\n"
	    "A: bDeviceClass=00\\n\nA: bNumInterfaces= 1\\n\n"
	    "A: idVendor=%04x\\n\nA: idProduct=%04x\\n\n"
	    "A: bcdDevice=%04x\\n\n"
	    "A: manufacturer=%s\\n\nA: product=%s\\n\nA: serial=%s\\n\n"
	    "H: descriptors=%s\n"
	    "\n"
	    "P: /devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0\n"
	    "E: SUBSYSTEM=usb\n"
	    "E: DEVTYPE=usb_interface\n"
	    "E: PRODUCT=%x/%x/%x\n"
	    "E: INTERFACE=11/0/0\n"
	    "A: bInterfaceNumber=00\\n\nA: bAlternateSetting= 0\\n\n"
	    "A: bInterfaceClass=0b\\n\nA: bInterfaceSubClass=00\\n\n"
	    "A: bInterfaceProtocol=00\\n\nA: bNumEndpoints=03\\n\n"
	    "A: interface=CCID Interface\\n\n"
	    "\n",
	    devnum, USB_MAJOR, devnum - 1, devnum, m->vendor, m->product,
	    m->release, m->vendor, m->product, USB_MAJOR, devnum - 1, devnum,
	    m->vendor, m->product, m->release, m->manufacturer, m->product_name,
	    m->serial, hex, m->vendor, m->product, m->release);
}

static bool
plug(struct front *f)
{
	GError *error = NULL;
	char *folder = g_strconcat(f->root, "/dev/bus/usb/001", NULL);
	char *text = describe(device_model(f->device), f->devnum);
	bool ok = g_mkdir_with_parents(folder, 0700) == 0 &&
	    usbfs_plug(f->usbfs, f->root, f->devnum);

	if (!ok)
		complain("%s: %s", folder, strerror(errno));
	ok = ok &&
	    umockdev_testbed_attach_ioctl(f->testbed, usbfs_devnode(f->usbfs),
		usbfs_handler(f->usbfs), &error) &&
	    umockdev_testbed_add_from_string(f->testbed, text, &error);
	if (error != NULL)
		complain("umockdev: %s", error->message);
	g_clear_error(&error);
	g_free(text);
	g_free(folder);
	if (ok)
		f->syspath =
		    g_strdup("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1");
	return ok;
}

static gboolean
plug_again(gpointer arg)
{
	struct front *f = arg;

	f->devnum++;
	(void)plug(f);
	return G_SOURCE_REMOVE;
}

/* In the main thread, some time after the plug was pulled. */
static gboolean
unplugged(gpointer arg)
{
	struct front *f = arg;
	unsigned long back_ms = usbfs_back_ms(f->usbfs);
	char *interface = g_strconcat(f->syspath, "/1-1:1.0", NULL);
	char *node = g_strconcat(f->root, usbfs_devnode(f->usbfs), NULL);

	/* First of all: a node without its handler would say yes to all. */
	(void)unlink(node);
	g_free(node);
	umockdev_testbed_uevent(f->testbed, interface, "remove");
	umockdev_testbed_uevent(f->testbed, f->syspath, "remove");
	umockdev_testbed_detach_ioctl(
	    f->testbed, usbfs_devnode(f->usbfs), NULL);
	umockdev_testbed_remove_device(f->testbed, interface);
	umockdev_testbed_remove_device(f->testbed, f->syspath);
	g_free(interface);
	g_clear_pointer(&f->syspath, g_free);
	if (back_ms > 0)
		g_timeout_add((guint)back_ms, plug_again, f);
	return G_SOURCE_REMOVE;
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

/* umockdev takes the folder from TMPDIR, which the command is to keep. */
static bool
make_testbed(struct front *f)
{
	char *tmpdir = g_strdup(getenv("TMPDIR"));

	if (!tempdir_make(&f->dir)) {
		complain("%s: %s", "/tmp", strerror(errno));
		g_free(tmpdir);
		return false;
	}
	setenv("TMPDIR", f->dir.path, 1);
	f->testbed = umockdev_testbed_new();
	if (tmpdir != NULL)
		setenv("TMPDIR", tmpdir, 1);
	else
		unsetenv("TMPDIR");
	g_free(tmpdir);
	f->root = umockdev_testbed_get_root_dir(f->testbed);
	if (umockdev_in_mock_environment())
		return true;
	complain("libumockdev-preload.so.0 is not there (Debian: umockdev)");
	return false;
}

static void
run_loop(struct front *f, char **argv)
{
	char **environment = preload_environment();

	f->loop = g_main_loop_new(NULL, FALSE);
	g_unix_fd_add(f->child.signals, G_IO_IN, signalled, f);
	if (child_start(&f->child, argv, environment))
		g_main_loop_run(f->loop);
	g_strfreev(environment);
	g_main_loop_unref(f->loop);
}

static void
clean_up(struct front *f)
{
	if (f->usbfs != NULL)
		usbfs_stop(f->usbfs);
	if (f->usbfs != NULL && f->syspath != NULL)
		umockdev_testbed_detach_ioctl(
		    f->testbed, usbfs_devnode(f->usbfs), NULL);
	g_clear_object(&f->testbed);
	usbfs_free(&f->usbfs);
	g_free(f->syspath);
	g_free(f->root);
	if (f->child.signals >= 0)
		close(f->child.signals);
	tempdir_remove(&f->dir);
}

int
front_umockdev_run(struct device *device, unsigned long busy_for, char **argv)
{
	struct front f = {.device = device,
	    .devnum = FIRST_DEVNUM,
	    .child = {.signals = -1, .status = EXIT_EMULATOR}};

	if (!child_signals(&f.child)) {
		complain("signalfd: %s", strerror(errno));
		goto out;
	}
	if (!make_testbed(&f))
		goto out;
	if (device != NULL) {
		f.usbfs = usbfs_new(device, busy_for, unplugged, &f);
		if (!plug(&f))
			goto out;
	}
	run_loop(&f, argv);
out:
	clean_up(&f);
	return f.child.status;
}
