/* SPDX-License-Identifier: BSD-2-Clause */
/* Readers that leave and come back have their old place, and others have not.
 */
#include "tests/unit/readers-rig.h"

static void
back_in_the_same_port(void **state)
{
	unsigned before;

	(void)state;
	plug(0, "1-1", 5);
	plug(1, "1-2", 6);
	(void)refresh();
	assert_int_equal(behind(0), 0);
	before = generation(0);
	unplug(0);
	(void)refresh();
	plug(0, "1-1", 9);
	assert_int_equal(refresh(), 2);
	assert_int_equal(behind(0), 0);
	assert_int_equal(presence(0), PRESENCE_CARD);
	assert_true(generation(0) > before);
}

/* Out and in again between two looks: only the address tells. */
static void
replugged_unseen(void **state)
{
	unsigned before, opens;

	(void)state;
	plug(0, "1-1", 5);
	(void)refresh();
	assert_int_equal(behind(0), 0);
	before = generation(0);
	opens = bus.opens;
	unplug(0);
	plug(0, "1-1", 6);
	assert_int_equal(refresh(), 1);
	assert_int_equal(presence(0), PRESENCE_CARD);
	assert_true(generation(0) > before);
	assert_int_equal(bus.opens, opens + 1);
	assert_int_equal(sim[0].closes, 1);
	assert_int_equal(behind(0), 0);
}

static void
back_in_another_port(void **state)
{
	(void)state;
	plug(0, "1-1", 5);
	plug(1, "1-2", 6);
	(void)refresh();
	unplug(0);
	(void)refresh();
	plug(0, "2-4.1", 3);
	assert_int_equal(refresh(), 2);
	assert_int_equal(behind(0), 0);
	assert_int_equal(behind(1), 1);
	/* Moved in one step, seen by one look. */
	unplug(1);
	plug(1, "2-4.2", 4);
	assert_int_equal(refresh(), 2);
	assert_int_equal(behind(1), 1);
}

static void
two_of_a_model_keep_their_ports(void **state)
{
	(void)state;
	plug(0, "1-1", 5);
	plug(1, "1-2", 6);
	(void)refresh();
	unplug(0);
	unplug(1);
	(void)refresh();
	/* The second comes back first. */
	plug(1, "1-2", 7);
	assert_int_equal(refresh(), 2);
	assert_int_equal(presence(0), PRESENCE_NO_READER);
	assert_int_equal(behind(1), 1);
	plug(0, "1-1", 8);
	assert_int_equal(refresh(), 2);
	assert_int_equal(behind(0), 0);
	assert_int_equal(behind(1), 1);
}

/* A newcomer never takes the place of one that is still there. */
static void
a_third_of_the_model_is_new(void **state)
{
	(void)state;
	plug(0, "1-1", 5);
	plug(1, "1-2", 6);
	(void)refresh();
	plug(2, "1-3", 7);
	assert_int_equal(refresh(), 3);
	/* The port of an absent one wins over the model. */
	unplug(0);
	unplug(2);
	(void)refresh();
	plug(2, "1-3", 8);
	assert_int_equal(refresh(), 3);
	assert_int_equal(behind(2), 2);
	assert_int_equal(presence(0), PRESENCE_NO_READER);
}

static void
another_model_in_the_port_is_new(void **state)
{
	(void)state;
	plug(0, "1-1", 5);
	(void)refresh();
	unplug(0);
	(void)refresh();
	plug(1, "1-1", 6);
	bus.info[1].idProduct = 0x5410;
	assert_int_equal(refresh(), 2);
	assert_int_equal(presence(0), PRESENCE_NO_READER);
	assert_int_equal(behind(1), 1);
}

/* The number of slots must not change under their users. */
static void
the_same_reader_with_more_slots_is_new(void **state)
{
	(void)state;
	plug(0, "1-1", 5);
	(void)refresh();
	unplug(0);
	plug(0, "1-1", 6);
	bus.info[0].ccid[4] = 1;
	assert_int_equal(refresh(), 3);
	assert_int_equal(presence(0), PRESENCE_NO_READER);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    READERS("back in the same port it has its old place",
		back_in_the_same_port),
	    READERS("replugged between two looks it is opened anew",
		replugged_unseen),
	    READERS("back in another port it has its old place",
		back_in_another_port),
	    READERS("two of a model keep their ports apart",
		two_of_a_model_keep_their_ports),
	    READERS("a third of the model takes nobody's place",
		a_third_of_the_model_is_new),
	    READERS("another model in the same port is new",
		another_model_in_the_port_is_new),
	    READERS("the same reader with more slots is new",
		the_same_reader_with_more_slots_is_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
