/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of readers: it grows and never shrinks, whatever the bus shows. */
#include "tests/unit/readers-rig.h"

static void
no_bus_traffic_before_the_first_look(void **state)
{
	(void)state;
	assert_int_equal(bus.lists, 0);
	assert_int_equal(readers_count(rs), 0);
	assert_null(readers_get(rs, 0));
	assert_int_equal(refresh(), 0);
	plug(0, "1-1", 5);
	assert_int_equal(refresh(), 1);
	/* A list opens nothing. */
	assert_int_equal(bus.opens, 0);
	assert_int_equal(sim[0].claims, 0);
	assert_null(readers_get(rs, 1));
}

static void
it_grows_in_order(void **state)
{
	struct reader *first;

	(void)state;
	plug(1, "1-2", 6);
	assert_int_equal(refresh(), 1);
	first = readers_get(rs, 0);
	plug(0, "1-1", 7);
	plug(2, "1-3", 8);
	assert_int_equal(refresh(), 3);
	assert_ptr_equal(readers_get(rs, 0), first);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(reader_id(readers_get(rs, i)), i + 1);
	assert_int_equal(behind(0), 1);
	assert_int_equal(behind(1), 0);
	assert_int_equal(behind(2), 2);
}

static void
it_never_shrinks(void **state)
{
	(void)state;
	plug(0, "1-1", 5);
	plug(1, "1-2", 6);
	assert_int_equal(refresh(), 2);
	unplug(0);
	assert_int_equal(refresh(), 2);
	assert_int_equal(presence(0), PRESENCE_NO_READER);
	assert_int_equal(presence(1), PRESENCE_CARD);
	unplug(1);
	assert_int_equal(refresh(), 2);
	assert_int_equal(presence(1), PRESENCE_NO_READER);
	assert_int_equal(
	    reader_begin(readers_get(rs, 0), deadline_in(1000)), USB_ERR_GONE);
}

static void
two_interfaces_of_one_device(void **state)
{
	(void)state;
	plug(0, "1-1", 5);
	plug(1, "1-1", 5);
	bus.info[1].bInterfaceNumber = 1;
	assert_int_equal(refresh(), 2);
	assert_int_equal(refresh(), 2);
}

static void
each_slot_is_a_reader(void **state)
{
	struct reader_info info;

	(void)state;
	plug(0, "1-1", 5);
	bus.info[0].ccid[4] = 1;
	plug(1, "1-2", 6);
	assert_int_equal(refresh(), 3);
	assert_int_equal(reader_id(readers_get(rs, 1)), 2);
	assert_int_equal(behind(0), 0);
	assert_int_equal(behind(1), 0);
	assert_int_equal(behind(2), 1);
	/* One device, opened once for both. */
	assert_int_equal(bus.opens, 2);
	unplug(0);
	(void)refresh();
	assert_int_equal(presence(0), PRESENCE_NO_READER);
	assert_int_equal(presence(1), PRESENCE_NO_READER);
	reader_describe(readers_get(rs, 1), &info);
	assert_false(info.plugged);
	plug(0, "1-7", 7);
	bus.info[0].ccid[4] = 1;
	assert_int_equal(refresh(), 3);
	assert_int_equal(behind(1), 0);
}

static void
a_lying_slot_count_takes_no_room(void **state)
{
	(void)state;
	plug(0, "1-1", 5);
	bus.info[0].ccid[4] = 255;
	assert_int_equal(refresh(), 0);
	plug(1, "1-2", 6);
	assert_int_equal(refresh(), 1);
}

static void
there_is_a_last_place(void **state)
{
	size_t n = 0;

	(void)state;
	/* Ever new models in one port. */
	for (unsigned i = 0; i < 200; i++) {
		plug(0, "1-1", (uint8_t)(i & 0x7F));
		bus.info[0].idProduct = (uint16_t)i;
		n = refresh();
	}
	assert_true(n >= 16 && n < 200);
	for (size_t i = 0; i < n; i++)
		assert_non_null(readers_get(rs, i));
	assert_null(readers_get(rs, n));
}

static void
a_bus_that_fails_changes_nothing(void **state)
{
	(void)state;
	plug(0, "1-1", 5);
	(void)refresh();
	assert_int_equal(presence(0), PRESENCE_CARD);
	bus.list_err = USB_ERR_IO;
	assert_int_equal(readers_refresh(rs), USB_ERR_IO);
	assert_int_equal(readers_count(rs), 1);
	bus.list_err = 0;
	assert_int_equal(presence(0), PRESENCE_CARD);
	assert_int_equal(refresh(), 1);
	assert_int_equal(presence(0), PRESENCE_CARD);
}

static void
a_damaged_descriptor_is_a_reader_without_use(void **state)
{
	(void)state;
	plug(0, "1-1", 5);
	/* dwMaxCCIDMessageLength 0. */
	bus.info[0].ccid[44] = bus.info[0].ccid[45] = 0;
	assert_int_equal(refresh(), 1);
	assert_int_equal(reader_begin(readers_get(rs, 0), deadline_in(1000)),
	    USB_ERR_DESCRIPTOR);
	assert_int_equal(bus.opens, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    READERS(
		"a list opens nothing", no_bus_traffic_before_the_first_look),
	    READERS("it grows in the order of arrival", it_grows_in_order),
	    READERS("it never shrinks", it_never_shrinks),
	    READERS("two interfaces of one device are two readers",
		two_interfaces_of_one_device),
	    READERS("each slot is a reader", each_slot_is_a_reader),
	    READERS("a lying slot count takes no room",
		a_lying_slot_count_takes_no_room),
	    READERS("there is a last place", there_is_a_last_place),
	    READERS("a bus that fails changes nothing",
		a_bus_that_fails_changes_nothing),
	    READERS("a damaged descriptor is a reader that cannot be used",
		a_damaged_descriptor_is_a_reader_without_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
