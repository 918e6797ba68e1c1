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

static enum presence
poll(void)
{
	unsigned generation;
	err_t why;

	return reader_poll(g.reader, &generation, &why);
}

static unsigned
generation(void)
{
	unsigned n;
	err_t why;

	(void)reader_poll(g.reader, &n, &why);
	return n;
}

static void
a_look_does_not_touch_the_card(void **state)
{
	(void)state;
	assert_int_equal(poll(), PRESENCE_CARD);
	assert_int_equal(poll(), PRESENCE_CARD);
	assert_int_equal(g.sim.powers, 0);
	assert_int_equal(g.sim.transfers, 0);
	assert_int_equal(g.sim.claims, 2);
	assert_int_equal(g.sim.releases, 2);
}

static void
the_use_of_others_is_noticed(void **state)
{
	unsigned first;

	(void)state;
	g.sim.last_use = 1000;
	assert_int_equal(sim_rig_read_once(&g), 0);
	first = generation();
	assert_false(reader_in_doubt(g.reader));
	/* Somebody else's transfers; the card stays powered. */
	g.sim.last_use = 2000;
	assert_int_equal(poll(), PRESENCE_CARD);
	assert_true(reader_in_doubt(g.reader));
	assert_int_equal(generation(), first);
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_true(reader_in_doubt(g.reader));
	reader_trust(g.reader);
	assert_false(reader_in_doubt(g.reader));
	sim_rig_end(&g);
	assert_int_equal(poll(), PRESENCE_CARD);
	assert_false(reader_in_doubt(g.reader));
	assert_int_equal(generation(), first);

	g.sim.last_use = 3000;
	assert_int_equal(sim_rig_begin(&g), 0);
	reader_distrust(g.reader);
	assert_false(reader_in_doubt(g.reader));
	sim_rig_end(&g);
	assert_true(generation() > first);
}

static void
the_speed_that_others_left_is_taken_over(void **state)
{
	(void)state;
	g.sim.last_use = 1000;
	assert_int_equal(sim_rig_read_once(&g), 0);
	g.sim.fidi = g.sim.card.fidi = 0x11;
	g.sim.last_use = 2000;
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.powers, 1);
}

static void
insertions_have_generations(void **state)
{
	unsigned first, second;

	(void)state;
	g.sim.absent = true;
	assert_int_equal(poll(), PRESENCE_EMPTY);
	g.sim.absent = false;
	assert_int_equal(poll(), PRESENCE_CARD);
	first = generation();
	assert_true(first > 0);
	assert_int_equal(generation(), first);
	g.sim.absent = true;
	assert_int_equal(poll(), PRESENCE_EMPTY);
	g.sim.absent = false;
	second = generation();
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
	before = generation();
	sim_reader_swap(&g.sim);
	assert_true(generation() > before);
	before = generation();
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(generation(), before);
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
	assert_int_equal(poll(), PRESENCE_EMPTY);
	g.sim.absent = false;
	assert_int_equal(sim_rig_read_once(&g), 0);
}

static void
mute_at_power_on(void **state)
{
	static const uint8_t codes[] = {0xFE, 0xF8, 0xF7, 0xFB, 0xFD, 0xF6};

	for (size_t c = 0; c < COUNT_OF(codes); c++) {
		for (unsigned n = 0; n <= 10; n++) {
			g.sim.mute = n;
			g.sim.mute_error = codes[c];
			if (sim_rig_read_once(&g) != 0)
				fail_msg("mute %u times, %02X", n, codes[c]);
			closed(state);
			opened(state);
		}
	}
}

static void
mute_for_ever_ends(void **state)
{
	int64_t start = fake_clock_now();
	err_t err;

	(void)state;
	g.sim.mute = 100000;
	err = sim_rig_begin(&g);
	assert_int_equal(err, CCID_ERR_MUTE);
	assert_true(g.sim.powers <= 30);
	assert_true(fake_clock_now() - start < 20000);
	/* And it is still a card. */
	assert_int_equal(poll(), PRESENCE_CARD);
	g.sim.mute = 0;
	fake_clock_pass(10000);
	assert_int_equal(sim_rig_read_once(&g), 0);
}

/* Callers ask often, and each try costs seconds. */
static void
mute_cards_are_tried_now_and_then(void **state)
{
	unsigned powers;
	int64_t start;

	(void)state;
	g.sim.mute = 100000;
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(sim_rig_begin(&g), CCID_ERR_MUTE);
		powers = g.sim.powers;
		start = fake_clock_now();
		for (unsigned k = 0; k < 10; k++)
			assert_int_equal(sim_rig_begin(&g), CCID_ERR_MUTE);
		assert_int_equal(g.sim.powers, powers);
		assert_true(fake_clock_now() - start < 100);
		fake_clock_pass(10000);
	}
}

static void
a_card_put_in_anew_is_tried_at_once(void **state)
{
	(void)state;
	g.sim.mute = 100000;
	assert_int_equal(sim_rig_begin(&g), CCID_ERR_MUTE);
	g.sim.absent = true;
	assert_int_equal(poll(), PRESENCE_EMPTY);
	g.sim.absent = false;
	g.sim.mute = 0;
	assert_int_equal(sim_rig_read_once(&g), 0);
}

/* What ended well is not held against the next time. */
static void
each_mute_time_has_all_its_tries(void **state)
{
	unsigned powers;

	(void)state;
	g.sim.mute = 100000;
	assert_int_equal(sim_rig_begin(&g), CCID_ERR_MUTE);
	powers = g.sim.powers;
	fake_clock_pass(10000);
	g.sim.mute = 0;
	assert_int_equal(sim_rig_read_once(&g), 0);

	/* A recovery that ends without power. */
	g.sim.mute = 100000;
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, NULL);
	assert_true(sim_rig_read_once(&g) != 0);
	g.sim.fault = SIM_NONE;
	/* The last of as many tries as the first time helps. */
	g.sim.mute = powers - 1;
	fake_clock_pass(10000);
	assert_int_equal(sim_rig_read_once(&g), 0);
}

static void
a_short_deadline_is_not_the_card_s_fault(void **state)
{
	(void)state;
	assert_int_equal(reader_begin(g.reader, deadline_in(5)), ERR_TIMEOUT);
	assert_int_equal(sim_rig_read_once(&g), 0);
}

static void
speed_refused_at_97(void **state)
{
	g.sim.desc = AVID_602;
	(void)state;
	memcpy(g.bus.info[0].ccid, hex_parse(AVID_602, (uint8_t[64]){0}).p, 54);
	assert_int_equal(readers_refresh(g.readers), 0);
	g.sim.card.atr = "3B 10 97";
	g.sim.refuse_fidi = 0x97;
	g.sim.refuse_code = 0x0A;
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.card.fidi, 0x96);
}

static void
parameters_that_fail(void **state)
{
	static const uint8_t codes[] = {0x0A, 0xF6, 0xFE, 0xFD, 0x00, 0x0C};

	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		g.sim.refuse_fidi = 0x96;
		g.sim.refuse_code = codes[i];
		if (sim_rig_read_once(&g) != 0)
			fail_msg("SetParameters 96 fails with %02X", codes[i]);
		closed(state);
		opened(state);
		/* Whatever is asked for: 372/1 is in force and will do. */
		if (codes[i] < 0x80) {
			g.sim.refuse_params = true;
			g.sim.refuse_code = codes[i];
			if (sim_rig_read_once(&g) != 0)
				fail_msg("no SetParameters, %02X", codes[i]);
		}
		closed(state);
		opened(state);
	}
	g.sim.no_get_params = true;
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
a_foreign_owner_is_told_and_outlived(void **state)
{
	unsigned gen;
	int64_t start;
	err_t why;

	(void)state;
	g.sim.claim_err = USB_ERR_BUSY;
	start = fake_clock_now();
	assert_int_equal(sim_rig_begin(&g), USB_ERR_BUSY);
	assert_true(fake_clock_now() - start <= 3000);
	assert_int_equal(reader_poll(g.reader, &gen, &why), PRESENCE_UNKNOWN);
	assert_int_equal(why, USB_ERR_BUSY);
	/* Known to be taken: nobody waits a second time. */
	start = fake_clock_now();
	assert_int_equal(sim_rig_begin(&g), USB_ERR_BUSY);
	assert_true(fake_clock_now() - start <= 100);

	g.sim.claim_err = 0;
	assert_int_equal(reader_poll(g.reader, &gen, &why), PRESENCE_CARD);
	assert_int_equal(why, 0);
	assert_int_equal(sim_rig_read_once(&g), 0);
}

static void
a_foreign_owner_may_have_used_the_card(void **state)
{
	unsigned cold;

	(void)state;
	assert_int_equal(sim_rig_read_once(&g), 0);
	cold = g.sim.cold;
	g.sim.claim_err = USB_ERR_BUSY;
	(void)poll();
	g.sim.claim_err = 0;
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.cold, cold + 1);
}

static void
chunks_fit_the_messages(void **state)
{
	(void)state;
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_int_equal(reader_chunk(g.reader), 256);
	sim_rig_end(&g);
	/* 263 bytes: 10 for the header, 2 for the status word. */
	memcpy(g.bus.info[0].ccid, hex_parse(SCR3310_511F, (uint8_t[64]){0}).p,
	    54);
	g.bus.info[0].address = 9;
	assert_int_equal(readers_refresh(g.readers), 0);
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_int_equal(reader_chunk(g.reader), 0xFB);
	assert_int_equal(sim_rig_read(&g), 0);
	sim_rig_end(&g);
}

static bool
asks_256(const struct sim_reader *s, struct bytes tpdu)
{
	(void)s;
	return sim_rig_asks(tpdu) == 256;
}

static void
what_was_learned_goes_with_the_card(void **state)
{
	(void)state;
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, asks_256);
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(reader_chunk(g.reader), 0xF8);
	g.sim.fault = SIM_NONE;
	sim_reader_swap(&g.sim);
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_int_equal(reader_chunk(g.reader), 256);
	sim_rig_end(&g);
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
	    READER("the use of others is noticed, and settled by trust",
		the_use_of_others_is_noticed),
	    READER("the speed that others left is taken over",
		the_speed_that_others_left_is_taken_over),
	    READER("each insertion has a generation of its own",
		insertions_have_generations),
	    READER("a swap between two looks is noticed",
		a_swap_between_two_looks),
	    READER("a transaction powers the card once and bumps the epoch",
		a_transaction_powers_the_card_once),
	    READER("no card, no transaction", no_card_no_transaction),
	    READER("a card that is mute up to ten times is read",
		mute_at_power_on),
	    READER("a card that is always mute ends in bounded time",
		mute_for_ever_ends),
	    READER("a mute card is tried now and then only",
		mute_cards_are_tried_now_and_then),
	    READER("a card put in anew is tried at once",
		a_card_put_in_anew_is_tried_at_once),
	    READER("each mute time has all its tries",
		each_mute_time_has_all_its_tries),
	    READER("a short deadline is not held against the card",
		a_short_deadline_is_not_the_card_s_fault),
	    READER("97 refused with 0A is read at 96", speed_refused_at_97),
	    READER("SetParameters that fail leave a readable card",
		parameters_that_fail),
	    READER("a silent reader gets a USB reset",
		a_silent_reader_gets_a_usb_reset),
	    READER("a missing permission is told from an absent reader",
		permission_is_told_from_absence),
	    READER("a foreign owner is told, and its end is noticed",
		a_foreign_owner_is_told_and_outlived),
	    READER("after a foreign owner the card is powered anew",
		a_foreign_owner_may_have_used_the_card),
	    READER("chunks fit the reader's messages", chunks_fit_the_messages),
	    READER("what was learned goes with the card",
		what_was_learned_goes_with_the_card),
	    READER("invalid commands do not leave", invalid_commands_stay_here),
	    READER("it has names and a firmware version", it_has_a_name),
	    READER("without permission it is named by its ids",
		without_permission_it_has_one_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
