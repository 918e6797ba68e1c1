/* SPDX-License-Identifier: BSD-2-Clause */
/* One slot: presence, transactions, what is learned and what is forgotten. */
#include <string.h>

#include "tests/unit/readers-known.h"
#include "tests/unit/sim-rig.h"

#define OBJECT 700

static struct sim_rig g;

static int
opened(void **state)
{
	(void)state;
	sim_rig_open(&g, OBJECT);
	return 0;
}

static int
closed(void **state)
{
	(void)state;
	sim_rig_close(&g);
	return 0;
}

static void
a_look_does_not_touch_the_card(void **state)
{
	(void)state;
	assert_int_equal(sim_rig_poll(&g), PRESENCE_CARD);
	assert_int_equal(sim_rig_poll(&g), PRESENCE_CARD);
	assert_int_equal(g.sim.powers, 0);
	assert_int_equal(g.sim.transfers, 0);
	assert_int_equal(g.sim.claims, 2);
	assert_int_equal(g.sim.releases, 2);
}

static void
insertions_have_generations(void **state)
{
	unsigned first, second;

	(void)state;
	g.sim.absent = true;
	assert_int_equal(sim_rig_poll(&g), PRESENCE_EMPTY);
	g.sim.absent = false;
	assert_int_equal(sim_rig_poll(&g), PRESENCE_CARD);
	first = sim_rig_generation(&g);
	assert_true(first > 0);
	assert_int_equal(sim_rig_generation(&g), first);
	g.sim.absent = true;
	assert_int_equal(sim_rig_poll(&g), PRESENCE_EMPTY);
	g.sim.absent = false;
	second = sim_rig_generation(&g);
	assert_true(second > first);
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_int_equal(reader_generation(g.reader), second);
	sim_rig_end(&g);
}

/* Out and in between two looks: only the lost power tells. */
static void
a_swap_between_two_looks(void **state)
{
	unsigned before;

	(void)state;
	assert_int_equal(sim_rig_read_once(&g), 0);
	before = sim_rig_generation(&g);
	sim_reader_swap(&g.sim);
	assert_true(sim_rig_generation(&g) > before);
	before = sim_rig_generation(&g);
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(sim_rig_generation(&g), before);
	/* Also when a transaction is the first to see it. */
	sim_reader_swap(&g.sim);
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_true(reader_generation(g.reader) > before);
	sim_rig_end(&g);
	assert_int_equal(g.sim.cold, 3);
}

static void
a_transaction_powers_the_card_once(void **state)
{
	unsigned epoch;

	(void)state;
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_int_equal(g.sim.cold, 1);
	assert_int_equal(g.sim.fidi, 0x96);
	assert_bytes(reader_atr(g.reader),
	    HEX("3B DB 96 00 80 1F 03 00 31 C0 64 B0 F3 10 00 07 90 00 80"));
	epoch = reader_epoch(g.reader);
	sim_rig_end(&g);
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_int_equal(g.sim.cold, 1);
	/* Others may have been at it in between. */
	assert_true(reader_epoch(g.reader) != epoch);
	sim_rig_end(&g);
}

static void
no_card_no_transaction(void **state)
{
	(void)state;
	g.sim.absent = true;
	assert_int_equal(sim_rig_begin(&g), CCID_ERR_NO_CARD);
	assert_int_equal(g.sim.usb_resets, 0);
	assert_int_equal(sim_rig_poll(&g), PRESENCE_EMPTY);
	g.sim.absent = false;
	assert_int_equal(sim_rig_read_once(&g), 0);
}

static void
a_silent_reader_gets_a_usb_reset(void **state)
{
	(void)state;
	g.sim.dead = true;
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.usb_resets, 1);
}

static void
permission_is_told_from_absence(void **state)
{
	unsigned gen;
	err_t why;

	(void)state;
	g.bus.open_err = USB_ERR_ACCESS;
	assert_int_equal(reader_poll(g.reader, &gen, &why), PRESENCE_UNKNOWN);
	assert_int_equal(why, USB_ERR_ACCESS);
	assert_int_equal(sim_rig_begin(&g), USB_ERR_ACCESS);
	/* The udev rule arrives. */
	g.bus.open_err = 0;
	assert_int_equal(reader_poll(g.reader, &gen, &why), PRESENCE_CARD);
	assert_int_equal(why, 0);
	assert_int_equal(sim_rig_read_once(&g), 0);
}

static void
invalid_commands_stay_here(void **state)
{
	struct apdu_cmd cmd = {.cla = 0xFF, .ins = 0x10};
	struct apdu_rsp rsp = {.data = NULL};
	unsigned before;

	(void)state;
	assert_int_equal(sim_rig_begin(&g), 0);
	before = g.sim.transfers;
	assert_int_equal(
	    reader_exchange(g.reader, &cmd, &rsp, deadline_in(1000)),
	    READER_ERR_COMMAND);
	assert_int_equal(g.sim.transfers, before);
	sim_rig_end(&g);
}

static void
it_has_a_name(void **state)
{
	struct reader_info info;

	(void)state;
	reader_describe(g.reader, &info);
	assert_string_equal(info.manufacturer, "String 1");
	assert_string_equal(info.product, "String 2");
	assert_int_equal(info.firmware_major, 5);
	assert_int_equal(info.firmware_minor, 0x23);
	assert_true(info.plugged);
	assert_int_equal(reader_id(g.reader), 1);
}

static void
without_permission_it_has_one_too(void **state)
{
	struct reader_info info;

	(void)state;
	g.bus.open_err = USB_ERR_ACCESS;
	reader_describe(g.reader, &info);
	assert_string_equal(info.product, "USB smart card reader 04e6:5116");
	g.bus.open_err = 0;
	reader_describe(g.reader, &info);
	assert_string_equal(info.product, "String 2");
}

#define READER(sentence, function)                                             \
	TEST_WITH("reader: " sentence, function, opened, closed)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    READER("a look does not touch the card",
		a_look_does_not_touch_the_card),
	    READER("each insertion has a generation of its own",
		insertions_have_generations),
	    READER("a swap between two looks is noticed",
		a_swap_between_two_looks),
	    READER("a transaction powers the card once and bumps the epoch",
		a_transaction_powers_the_card_once),
	    READER("no card, no transaction", no_card_no_transaction),
	    READER("a silent reader gets a USB reset",
		a_silent_reader_gets_a_usb_reset),
	    READER("a missing permission is told from an absent reader",
		permission_is_told_from_absence),
	    READER("invalid commands do not leave", invalid_commands_stay_here),
	    READER("it has names and a firmware version", it_has_a_name),
	    READER("without permission it is named by its ids",
		without_permission_it_has_one_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
