/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every combination of what dwFeatures leaves to the host (CCID 1.1, 5.1): the
 * simulated reader knows what is its own business, and fails the test when the
 * host meddles with that, or forgets its part.
 */
#include "tests/unit/readers-known.h"
#include "tests/unit/sim-rig.h"

#define OBJECT 700

#define ATR_T0	  "3B 90 96 00"
#define ATR_T1	  "3B 90 96 81 31 FE 45 0D"
#define ATR_T0_T1 "3B 90 96 80 31 FE 45 0C"

static const uint32_t levels[] = {0, CCID_FEATURE_LEVEL_TPDU,
    CCID_FEATURE_LEVEL_SHORT, CCID_FEATURE_LEVEL_EXTENDED};

static const uint32_t bits[] = {CCID_FEATURE_AUTO_PARAMETERS,
    CCID_FEATURE_AUTO_ACTIVATION, CCID_FEATURE_AUTO_VOLTAGE,
    CCID_FEATURE_AUTO_CLOCK, CCID_FEATURE_AUTO_BAUD,
    CCID_FEATURE_AUTO_NEGOTIATION, CCID_FEATURE_AUTO_PPS,
    CCID_FEATURE_AUTO_IFSD};

static struct sim_rig g;

static uint32_t
features(uint32_t level, unsigned mask)
{
	for (size_t i = 0; i < COUNT_OF(bits); i++) {
		if (mask >> i & 1)
			level |= bits[i];
	}
	return level;
}

/* An SCR3310 with another dwFeatures. */
static void
open_as(uint32_t dwFeatures, const char *atr)
{
	static char text[54 * 3 + 1];
	uint8_t room[64];
	struct bytes desc = hex_parse(SCR3310_5116, room);

	bytes_put_le32(room + 40, dwFeatures);
	for (size_t i = 0; i < desc.n; i++)
		(void)snprintf(text + 3 * i, 4, "%02X ", desc.p[i]);
	sim_rig_open(&g, OBJECT);
	sim_rig_describe(&g, text);
	g.sim.card.atr = atr;
}

/* What the host must have done, once the object is read. */
static void
assert_duties_done(uint32_t f, bool t1)
{
	uint32_t level = f & CCID_FEATURE_LEVEL_MASK;
	bool by_itself = f & CCID_FEATURE_AUTO_NEGOTIATION;
	bool host_pps = level < CCID_FEATURE_LEVEL_SHORT && !by_itself &&
	    !(f & CCID_FEATURE_AUTO_PPS);
	bool ifs = t1 && level < CCID_FEATURE_LEVEL_SHORT &&
	    !(f & CCID_FEATURE_AUTO_IFSD);

	assert_int_equal(g.sim.pps, host_pps);
	assert_int_equal(g.sim.t1.ifs_requests, ifs);
	if (by_itself)
		assert_int_equal(g.sim.set_params, 0);
	/* As fast as both can, where anybody can make them. */
	if (by_itself || host_pps || (f & CCID_FEATURE_AUTO_PPS))
		assert_int_equal(g.sim.card.fidi, 0x96);
	assert_int_equal(g.sim.protocol, t1);
	assert_int_equal(g.sim.cold, 1);
	assert_int_equal(g.sim.usb_resets, 0);
}

static void
walk(const char *atr, bool t1)
{
	for (size_t l = 0; l < COUNT_OF(levels); l++) {
		for (unsigned m = 0; m < 1u << COUNT_OF(bits); m++) {
			uint32_t f = features(levels[l], m);
			err_t err;

			open_as(f, atr);
			err = sim_rig_read_once(&g);
			if (err != 0)
				fail_msg("dwFeatures %08X: %04X", f, err);
			assert_duties_done(f, t1);
			sim_rig_close(&g);
		}
	}
}

static void
every_combination_with_t0(void **state)
{
	(void)state;
	walk(ATR_T0, false);
}

static void
every_combination_with_t1(void **state)
{
	(void)state;
	walk(ATR_T1, true);
}

static void
every_combination_with_both(void **state)
{
	(void)state;
	walk(ATR_T0_T1, false);
}

/* A card for 3 V, or 1.8 V, in a reader that must be told. */
static void
each_voltage(void **state)
{
	static const struct {
		uint32_t f;
		unsigned volts;
		uint8_t found;
	} rows[] = {
	    {CCID_FEATURE_LEVEL_TPDU | 0xB2, 1 << 1 | 1 << 2, 1},
	    {CCID_FEATURE_LEVEL_TPDU | 0xB2, 1 << 2, 2},
	    {CCID_FEATURE_LEVEL_TPDU | 0xB2, 1 << 3, 3},
	    /* It chooses, and wrongly. */
	    {CCID_FEATURE_LEVEL_TPDU | 0xBA, 1 << 2, 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		unsigned powers;

		open_as(rows[i].f, ATR_T0);
		g.bus.info[0].ccid[5] = 7;
		assert_int_equal(readers_refresh(g.readers), 0);
		g.sim.volts = rows[i].volts;
		assert_int_equal(sim_rig_read_once(&g), 0);
		assert_int_equal(g.sim.volts_now, rows[i].found);
		/* What helped is remembered for the next resets. */
		powers = g.sim.powers;
		assert_int_equal(sim_rig_begin(&g), 0);
		assert_int_equal(
		    reader_reset_card(g.reader, deadline_in(60000)), 0);
		sim_rig_end(&g);
		assert_int_equal(g.sim.powers, powers + 1);
		assert_int_equal(g.sim.warm, 1);
		assert_int_equal(g.sim.volts_now, rows[i].found);
		sim_rig_close(&g);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("features: every combination reads a T=0 card",
		every_combination_with_t0),
	    TEST("features: every combination reads a T=1 card",
		every_combination_with_t1),
	    TEST("features: every combination reads a card with both",
		every_combination_with_both),
	    TEST("features: each voltage is found, and remembered",
		each_voltage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
