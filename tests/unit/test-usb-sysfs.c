/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders like /sys/bus/usb/devices, with and without a reader. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/usb-sysfs.h"
#include "tests/unit/readers-known.h"
#include "tests/unit/unit.h"

#define DEVICE	  "12 01 00 02 00 00 00 40 E6 04 16 51 23 05 01 02 05 01 "
#define CONFIG	  "09 02 5D 00 01 01 00 A0 32 "
#define INTERFACE "09 04 00 00 03 0B 00 00 00 "
#define ENDPOINT  "07 05 01 02 40 00 00 "

static char folder[64];

static int
made(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	(void)snprintf(folder, sizeof(folder), "%.40s/cac-sysfs-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	return mkdtemp(folder) == NULL;
}

static void
path_of(char path[160], const char *device, const char *file)
{
	(void)snprintf(path, 160, "%s/%s%s", folder, device, file);
}

static void
remove_device(const char *device)
{
	char path[160];

	path_of(path, device, "/descriptors");
	(void)unlink(path);
	path_of(path, device, "");
	(void)rmdir(path);
}

static int
removed(void **state)
{
	(void)state;
	remove_device("usb1");
	remove_device("1-1");
	remove_device("1-1:1.0");
	return rmdir(folder);
}

static void
add_device(const char *device, struct bytes descriptors)
{
	char path[160];
	FILE *f;

	path_of(path, device, "");
	assert_int_equal(mkdir(path, 0700), 0);
	path_of(path, device, "/descriptors");
	f = fopen(path, "w");
	assert_non_null(f);
	for (size_t i = 0; i < descriptors.n; i++)
		assert_int_not_equal(fputc(descriptors.p[i], f), EOF);
	(void)fclose(f);
}

static bool
maybe(void)
{
	return usb_sysfs_may_have_reader(folder, "/nonexistent");
}

static void
no_devices(void **state)
{
	(void)state;
	assert_false(maybe());
	add_device("usb1",
	    HEX(DEVICE CONFIG "09 04 00 00 01 09 00 00 00 07 05 81 03 04 00 "
			      "0C"));
	assert_false(maybe());
}

static void
a_reader(void **state)
{
	char path[160];

	(void)state;
	/* An interface's folder has no descriptors of its own. */
	path_of(path, "1-1:1.0", "");
	assert_int_equal(mkdir(path, 0700), 0);
	assert_false(maybe());
	add_device("1-1", HEX(DEVICE CONFIG INTERFACE SCR3310_5116 ENDPOINT));
	assert_true(maybe());
	remove_device("1-1");
	assert_false(maybe());
}

/* Behind an endpoint, and in a second configuration. */
static void
readers_of_other_makes(void **state)
{
	(void)state;
	add_device("1-1",
	    HEX(DEVICE CONFIG INTERFACE ENDPOINT CONFIG INTERFACE ENDPOINT
		    SCR3310_511F));
	assert_true(maybe());
}

/* Type 21h is HID's as well. */
static void
not_a_keyboard(void **state)
{
	(void)state;
	add_device("1-1",
	    HEX(DEVICE CONFIG "09 04 00 00 01 03 01 01 00 "
			      "09 21 11 01 00 01 22 41 00 " ENDPOINT));
	assert_false(maybe());
}

static void
damaged_descriptors(void **state)
{
	(void)state;
	add_device("1-1", HEX(DEVICE "00 02 36 21"));
	assert_false(maybe());
	remove_device("1-1");
	add_device("1-1", HEX(DEVICE "36 21 10 01"));
	assert_false(maybe());
	remove_device("1-1");
	add_device("1-1", bytes_of(NULL, 0));
	assert_false(maybe());
}

static void
who_cannot_tell_says_yes(void **state)
{
	static uint8_t many[20000];

	(void)state;
	/* No USB at all, and nodes without a /sys. */
	assert_false(
	    usb_sysfs_may_have_reader("/nonexistent/devices", "/nonexistent"));
	assert_true(usb_sysfs_may_have_reader("/nonexistent/devices", folder));
	memset(many, 2, sizeof(many));
	add_device("1-1", BYTES(many));
	assert_true(maybe());
}

#define SYSFS(sentence, function)                                              \
	TEST_WITH("usb-sysfs: " sentence, function, made, removed)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    SYSFS("nothing, or a hub", no_devices),
	    SYSFS("a reader comes and goes", a_reader),
	    SYSFS("readers with their descriptor elsewhere",
		readers_of_other_makes),
	    SYSFS("a keyboard is none", not_a_keyboard),
	    SYSFS("damaged descriptors", damaged_descriptors),
	    SYSFS("who cannot tell says yes", who_cannot_tell_says_yes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
