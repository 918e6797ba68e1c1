/* SPDX-License-Identifier: BSD-2-Clause */
/* Which interfaces are readers; libusb's view of a device is made up here. */
#include "reader/usb-libusb-private.h"
#include "tests/unit/readers-known.h"
#include "tests/unit/unit.h"

#include <string.h>

#define HID "09 21 11 01 00 01 22 41 00"

/* One device as libusb would describe it. */
static struct {
	struct libusb_device_descriptor device;
	struct libusb_config_descriptor config;
	struct libusb_interface interface[3];
	struct libusb_interface_descriptor alt[3];
	struct libusb_endpoint_descriptor ep[3];
	uint8_t extra[200];
	uint8_t ports[7];
	int n_ports;
	int device_rc, config_rc;
	unsigned given, taken; /* config descriptors */
} usb;

int
libusb_get_device_descriptor(
    libusb_device *dev, struct libusb_device_descriptor *desc)
{
	(void)dev;
	*desc = usb.device;
	return usb.device_rc;
}

int
libusb_get_active_config_descriptor(
    libusb_device *dev, struct libusb_config_descriptor **config)
{
	(void)dev;
	if (usb.config_rc == 0) {
		*config = &usb.config;
		usb.given++;
	}
	return usb.config_rc;
}

void
libusb_free_config_descriptor(struct libusb_config_descriptor *config)
{
	if (config != NULL)
		usb.taken++;
}

int
libusb_get_port_numbers(libusb_device *dev, uint8_t *ports, int room)
{
	(void)dev;
	assert_true(room >= usb.n_ports);
	memcpy(ports, usb.ports, sizeof(usb.ports));
	return usb.n_ports;
}

uint8_t
libusb_get_bus_number(libusb_device *dev)
{
	(void)dev;
	return 3;
}

uint8_t
libusb_get_device_address(libusb_device *dev)
{
	(void)dev;
	return 17;
}

/* An SCR3310: one CCID interface, two bulk and one interrupt endpoint. */
static int
an_scr3310(void **state)
{
	struct libusb_endpoint_descriptor ep[3] = {
	    {7, 5, 0x01, 2, 64, 0, 0, 0, NULL, 0},
	    {7, 5, 0x82, 2, 64, 0, 0, 0, NULL, 0},
	    {7, 5, 0x83, 3, 16, 16, 0, 0, NULL, 0}};

	(void)state;
	memset(&usb, 0, sizeof(usb));
	usb.device = (struct libusb_device_descriptor){.bLength = 18,
	    .idVendor = 0x04E6,
	    .idProduct = 0x5116,
	    .bcdDevice = 0x0523,
	    .iManufacturer = 1,
	    .iProduct = 2};
	memcpy(usb.ep, ep, sizeof(ep));
	for (uint8_t i = 0; i < 3; i++) {
		usb.alt[i] =
		    (struct libusb_interface_descriptor){.bInterfaceNumber = i,
			.bNumEndpoints = 3,
			.bInterfaceClass = 0x03,
			.endpoint = usb.ep};
		usb.interface[i] = (struct libusb_interface){
		    .altsetting = &usb.alt[i], .num_altsetting = 1};
	}
	usb.alt[0].bInterfaceClass = 0x0B;
	usb.config.bNumInterfaces = 1;
	usb.config.interface = usb.interface;
	usb.ports[0] = 2;
	usb.ports[1] = 4;
	usb.n_ports = 2;
	return 0;
}

/* Give an `extra` of the device these bytes. */
static void
put(const unsigned char **extra, int *n, const char *hex)
{
	struct bytes b = hex_parse(hex, usb.extra);

	*extra = b.p;
	*n = (int)b.n;
}

struct finds {
	unsigned n;
	struct usb_reader_info info;
};

static void
note(void *arg, const struct usb_reader_info *info)
{
	struct finds *f = arg;

	f->n++;
	f->info = *info;
}

static struct finds
find(void)
{
	struct finds f = {.n = 0};

	usb_find_interfaces(NULL, note, &f);
	assert_int_equal(usb.given, usb.taken);
	return f;
}

static void
in_its_place(void **state)
{
	struct finds f;
	uint8_t room[64];

	(void)state;
	put(&usb.alt[0].extra, &usb.alt[0].extra_length, SCR3310_5116);
	f = find();
	assert_int_equal(f.n, 1);
	assert_bytes(BYTES(f.info.ccid), hex_parse(SCR3310_5116, room));
	assert_int_equal(f.info.idVendor, 0x04E6);
	assert_int_equal(f.info.idProduct, 0x5116);
	assert_int_equal(f.info.bcdDevice, 0x0523);
	assert_int_equal(f.info.bInterfaceNumber, 0);
	assert_int_equal(f.info.ep_out, 0x01);
	assert_int_equal(f.info.ep_in, 0x82);
	assert_int_equal(f.info.wMaxPacketSize, 64);
	assert_int_equal(f.info.iManufacturer, 1);
	assert_int_equal(f.info.iProduct, 2);
	assert_int_equal(f.info.bus, 3);
	assert_int_equal(f.info.address, 17);
	assert_string_equal(f.info.path, "3-2.4");
}

static void
behind_another_descriptor(void **state)
{
	(void)state;
	put(&usb.alt[0].extra, &usb.alt[0].extra_length, HID SCR3310_5116);
	assert_int_equal(find().n, 1);
}

static void
behind_the_last_endpoint(void **state)
{
	(void)state;
	put(&usb.ep[2].extra, &usb.ep[2].extra_length, SCR3310_511F);
	assert_int_equal(find().n, 1);
}

static void
in_front_of_the_interface(void **state)
{
	(void)state;
	put(&usb.config.extra, &usb.config.extra_length, SCR3310_5116);
	assert_int_equal(find().n, 1);
	/* With two interfaces it could be the other one's. */
	usb.config.bNumInterfaces = 2;
	assert_int_equal(find().n, 0);
}

static void
vendor_class_with_the_descriptor(void **state)
{
	(void)state;
	usb.alt[0].bInterfaceClass = 0xFF;
	put(&usb.alt[0].extra, &usb.alt[0].extra_length, SPR532);
	assert_int_equal(find().n, 1);
	usb.alt[0].extra_length = 53;
	assert_int_equal(find().n, 0);
}

static void
not_a_reader(void **state)
{
	(void)state;
	/* CCID by class, without a descriptor, or with HID's 21h. */
	assert_int_equal(find().n, 0);
	put(&usb.alt[0].extra, &usb.alt[0].extra_length, HID);
	assert_int_equal(find().n, 0);
	/* Control-pipe tokens (ICCD) have other protocols. */
	put(&usb.alt[0].extra, &usb.alt[0].extra_length, SCR3310_5116);
	usb.alt[0].bInterfaceProtocol = 1;
	assert_int_equal(find().n, 0);
	usb.alt[0].bInterfaceProtocol = 0;
	usb.alt[0].bInterfaceSubClass = 6;
	assert_int_equal(find().n, 0);
	/* HID class with 54 bytes of type 21h. */
	usb.alt[0].bInterfaceSubClass = 0;
	usb.alt[0].bInterfaceClass = 0x03;
	assert_int_equal(find().n, 0);
}

static void
without_endpoints(void **state)
{
	(void)state;
	put(&usb.alt[0].extra, &usb.alt[0].extra_length, SCR3310_5116);
	usb.alt[0].bNumEndpoints = 1;
	assert_int_equal(find().n, 0);
	usb.alt[0].bNumEndpoints = 3;
	usb.ep[1].wMaxPacketSize = 0;
	assert_int_equal(find().n, 0);
	usb.ep[1].wMaxPacketSize = 64;
	usb.ep[1].bmAttributes = 3;
	assert_int_equal(find().n, 0);
}

static void
of_a_composite_device(void **state)
{
	struct finds f;

	(void)state;
	usb.config.bNumInterfaces = 3;
	usb.alt[0].bInterfaceClass = 0x03;
	usb.alt[1].bInterfaceClass = 0x0B;
	put(&usb.alt[1].extra, &usb.alt[1].extra_length, SCR335_V2);
	f = find();
	assert_int_equal(f.n, 1);
	assert_int_equal(f.info.bInterfaceNumber, 1);
	usb.interface[1].num_altsetting = 0;
	assert_int_equal(find().n, 0);
}

static void
lying_lengths(void **state)
{
	(void)state;
	put(&usb.alt[0].extra, &usb.alt[0].extra_length, "00" SCR3310_5116);
	assert_int_equal(find().n, 0);
	put(&usb.alt[0].extra, &usb.alt[0].extra_length, "FF 04" SCR3310_5116);
	assert_int_equal(find().n, 0);
	put(&usb.alt[0].extra, &usb.alt[0].extra_length, SCR3310_5116);
	usb.alt[0].extra_length = -1;
	assert_int_equal(find().n, 0);
}

static void
devices_that_cannot_be_read(void **state)
{
	(void)state;
	put(&usb.alt[0].extra, &usb.alt[0].extra_length, SCR3310_5116);
	usb.config_rc = LIBUSB_ERROR_NOT_FOUND;
	assert_int_equal(find().n, 0);
	usb.config_rc = 0;
	usb.device_rc = LIBUSB_ERROR_IO;
	assert_int_equal(find().n, 0);
}

static void
the_deepest_port_has_a_path(void **state)
{
	(void)state;
	put(&usb.alt[0].extra, &usb.alt[0].extra_length, SCR3310_5116);
	memset(usb.ports, 255, sizeof(usb.ports));
	usb.n_ports = 7;
	assert_string_equal(find().info.path, "3-255.255.255.255.255.255.255");
	usb.n_ports = 0;
	assert_string_equal(find().info.path, "3");
	usb.n_ports = LIBUSB_ERROR_OVERFLOW;
	assert_string_equal(find().info.path, "3");
}

#define FIND(sentence, function)                                               \
	TEST_WITH("usb-find: " sentence, function, an_scr3310, NULL)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    FIND("the descriptor in its place", in_its_place),
	    FIND("behind another descriptor", behind_another_descriptor),
	    FIND("behind the last endpoint", behind_the_last_endpoint),
	    FIND("in front of the only interface", in_front_of_the_interface),
	    FIND("vendor class with the descriptor is a reader",
		vendor_class_with_the_descriptor),
	    FIND("what only looks like one is none", not_a_reader),
	    FIND("without two bulk endpoints it is none", without_endpoints),
	    FIND("the second interface of a composite device",
		of_a_composite_device),
	    FIND("lying lengths find nothing", lying_lengths),
	    FIND("devices that cannot be read are passed over",
		devices_that_cannot_be_read),
	    FIND("the deepest port has a path", the_deepest_port_has_a_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
