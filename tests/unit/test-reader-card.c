/* SPDX-License-Identifier: BSD-2-Clause */
/* Cards that are hard to wake, and what is learned and forgotten of them. */
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
	assert_int_equal(sim_rig_poll(&g), PRESENCE_CARD);
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
	assert_int_equal(sim_rig_poll(&g), PRESENCE_EMPTY);
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

#define READER(sentence, function)                                             \
	TEST_WITH("reader: " sentence, function, opened, closed)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
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
	    READER("chunks fit the reader's messages", chunks_fit_the_messages),
	    READER("what was learned goes with the card",
		what_was_learned_goes_with_the_card),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
