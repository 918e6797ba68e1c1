/* SPDX-License-Identifier: BSD-2-Clause */
/* Every fault that a rung of the ladder can mend, and how far it climbs. */
#include "tests/unit/sim-rig.h"

#define OBJECT 1213 /* a certificate of 1200 bytes in its container */

static struct sim_rig g;

static int
healthy(void **state)
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
a_healthy_reader_is_not_disturbed(void **state)
{
	(void)state;
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.cold, 1);
	assert_int_equal(g.sim.warm, 0);
	assert_int_equal(g.sim.set_params, 1);
	assert_int_equal(g.sim.card.fidi, 0x96);
	/* SELECT, GET DATA, 4 times 256 bytes and the rest. */
	assert_int_equal(g.sim.transfers, 7);
	/* The second time the card is still on. */
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.cold, 1);
	assert_int_equal(g.sim.set_params, 1);
	assert_int_equal(g.sim.transfers, 14);
}

static bool
asks_256(const struct sim_reader *s, struct bytes tpdu)
{
	(void)s;
	return sim_rig_asks(tpdu) == 256;
}

static bool
asks_more_than_80h(const struct sim_reader *s, struct bytes tpdu)
{
	(void)s;
	return sim_rig_asks(tpdu) > 0x80;
}

static bool
asks_more_than_40h(const struct sim_reader *s, struct bytes tpdu)
{
	(void)s;
	return sim_rig_asks(tpdu) > 0x40;
}

static void
f6_on_every_256(void **state)
{
	unsigned before;

	(void)state;
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, asks_256);
	assert_int_equal(sim_rig_read_once(&g), 0);
	/* No reset: a login would have survived. */
	assert_int_equal(g.sim.warm, 0);
	assert_int_equal(g.sim.cold, 1);
	assert_int_equal(g.sim.smallest, OBJECT % 0xF8);
	assert_int_equal(reader_chunk(g.reader), 0xF8);

	/* And is remembered: nothing strikes any more. */
	before = g.sim.strikes;
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.strikes, before);
}

static void
f6_until_80h(void **state)
{
	unsigned before;

	(void)state;
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, asks_more_than_80h);
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.warm, 0);
	assert_int_equal(reader_chunk(g.reader), 0x80);
	before = g.sim.strikes;
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.strikes, before);
}

static void
f6_until_40h(void **state)
{
	(void)state;
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, asks_more_than_40h);
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.warm, 0);
	assert_int_equal(reader_chunk(g.reader), 0x40);
}

static bool
until_warm(const struct sim_reader *s, struct bytes tpdu)
{
	(void)tpdu;
	return s->warm == 0 && s->cold < 2;
}

static bool
until_cold(const struct sim_reader *s, struct bytes tpdu)
{
	(void)tpdu;
	return s->cold < 2;
}

static bool
until_usb_reset(const struct sim_reader *s, struct bytes tpdu)
{
	(void)tpdu;
	return s->usb_resets == 0;
}

static void
f6_until_a_warm_reset(void **state)
{
	(void)state;
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, until_warm);
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.warm, 1);
	assert_int_equal(g.sim.cold, 1);
	assert_int_equal(g.sim.card.fidi, 0x96);
	/* Small answers did not help: they are large again. */
	assert_true(reader_chunk(g.reader) >= 0xF8);
}

static void
f6_until_a_cold_reset(void **state)
{
	(void)state;
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, until_cold);
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.warm, 1);
	assert_int_equal(g.sim.cold, 2);
	assert_int_equal(g.sim.card.fidi, 0x96);
}

static void
f6_until_a_usb_reset(void **state)
{
	(void)state;
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, until_usb_reset);
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.usb_resets, 1);
}

static bool
at_96(const struct sim_reader *s, struct bytes tpdu)
{
	(void)tpdu;
	return s->card.fidi == 0x96;
}

static bool
above_11(const struct sim_reader *s, struct bytes tpdu)
{
	(void)tpdu;
	return s->card.fidi != 0x11;
}

static void
f6_only_at_96(void **state)
{
	unsigned before;

	(void)state;
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, at_96);
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.card.fidi, 0x95);
	assert_int_equal(g.sim.usb_resets, 0);

	/* Remembered for later objects, also over a reset of the card. */
	before = g.sim.strikes;
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.card.fidi, 0x95);
	assert_int_equal(g.sim.strikes, before);
}

static void
f6_above_the_lowest_speed(void **state)
{
	(void)state;
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, above_11);
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.card.fidi, 0x11);
	assert_int_equal(g.sim.usb_resets, 0);
}

static bool
above_11_or_256(const struct sim_reader *s, struct bytes tpdu)
{
	return above_11(s, tpdu) || asks_256(s, tpdu);
}

static bool
at_96_or_256(const struct sim_reader *s, struct bytes tpdu)
{
	return at_96(s, tpdu) || asks_256(s, tpdu);
}

static bool
until_warm_or_256(const struct sim_reader *s, struct bytes tpdu)
{
	return until_warm(s, tpdu) || asks_256(s, tpdu);
}

static bool
until_cold_or_256(const struct sim_reader *s, struct bytes tpdu)
{
	return until_cold(s, tpdu) || asks_256(s, tpdu);
}

/* Two faults at once: each needs a rung of its own. */
static void
two_faults_at_once(void **state)
{
	static bool (*const faults[])(
	    const struct sim_reader *, struct bytes) = {until_warm_or_256,
	    until_cold_or_256, at_96_or_256, above_11_or_256};

	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, faults[i]);
		if (sim_rig_read_once(&g) != 0)
			fail_msg("fault %zu: the object is lost", i);
		closed(state);
		healthy(state);
	}
}

/* A reader that needs small answers, then also a reset. */
static void
a_learned_size_survives_another_fault(void **state)
{
	(void)state;
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, asks_256);
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(reader_chunk(g.reader), 0xF8);
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, until_warm_or_256);
	assert_int_equal(sim_rig_read_once(&g), 0);
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, asks_256);
	assert_int_equal(sim_rig_read_once(&g), 0);
}

static void
parameters_lost_by_the_reader(void **state)
{
	(void)state;
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(sim_rig_begin(&g), 0);
	/* The reader fell back to 372/1, the card did not. */
	g.sim.fidi = 0x11;
	assert_int_equal(sim_rig_read(&g), 0);
	sim_rig_end(&g);
	assert_int_equal(g.sim.set_params, 2);
	assert_int_equal(g.sim.cold, 1);
	assert_int_equal(g.sim.warm, 0);
}

static bool
first_after_reset(const struct sim_reader *s, struct bytes tpdu)
{
	(void)tpdu;
	return s->card.fresh;
}

static void
a_card_reset_behind_the_back(void **state)
{
	(void)state;
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_int_equal(sim_rig_read(&g), 0);
	/* Reader and card start anew at 372/1; the selection is gone. */
	sim_card_reset(&g.sim.card);
	g.sim.fidi = 0x11;
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, first_after_reset);
	g.sim.strikes_max = 2;
	assert_int_equal(sim_rig_read(&g), 0);
	sim_rig_end(&g);
}

static void
power_cut_behind_the_back(void **state)
{
	(void)state;
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_int_equal(sim_rig_read(&g), 0);
	sim_reader_swap(&g.sim);
	assert_int_equal(sim_rig_read(&g), 0);
	sim_rig_end(&g);
	assert_int_equal(g.sim.cold, 2);
	assert_int_equal(g.sim.warm, 0);
}

#define RECOVERY(sentence, function)                                           \
	TEST_WITH("recovery: " sentence, function, healthy, closed)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    RECOVERY("a healthy reader is not disturbed",
		a_healthy_reader_is_not_disturbed),
	    RECOVERY("F6 on every P3 00 ends with F8, which is remembered",
		f6_on_every_256),
	    RECOVERY("F6 above 80h bytes ends with 80h, which is remembered",
		f6_until_80h),
	    RECOVERY("F6 above 40h bytes ends with 40h", f6_until_40h),
	    RECOVERY("F6 until a warm reset", f6_until_a_warm_reset),
	    RECOVERY("F6 until a cold reset", f6_until_a_cold_reset),
	    RECOVERY("F6 until a USB reset", f6_until_a_usb_reset),
	    RECOVERY(
		"F6 only at 96 ends at 95, which is remembered", f6_only_at_96),
	    RECOVERY("F6 above the lowest speed ends at 11",
		f6_above_the_lowest_speed),
	    RECOVERY("two faults that need a rung each", two_faults_at_once),
	    RECOVERY("a learned size survives another fault",
		a_learned_size_survives_another_fault),
	    RECOVERY("parameters that the reader lost are set again",
		parameters_lost_by_the_reader),
	    RECOVERY("a card reset behind the back is selected again",
		a_card_reset_behind_the_back),
	    RECOVERY("power cut behind the back", power_cut_behind_the_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
