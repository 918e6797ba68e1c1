/* SPDX-License-Identifier: BSD-2-Clause */
/* Each kind of fault at each exchange of a read; and those without a cure. */
#include "tests/unit/sim-rig.h"

#define OBJECT 1213

static struct sim_rig g;
static unsigned strike_at; /* which XfrBlock, from 1 */
static unsigned lost;	   /* objects, over the cases of one test */

static int
none_lost(void **state)
{
	(void)state;
	lost = 0;
	return 0;
}

static bool
at_its_turn(const struct sim_reader *s, struct bytes tpdu)
{
	(void)tpdu;
	return s->transfers >= strike_at && s->strikes == 0;
}

/* Bulk OUT is asked before the transfer counts. */
static bool
before_its_turn(const struct sim_reader *s, struct bytes tpdu)
{
	(void)tpdu;
	return s->transfers + 1 >= strike_at && s->strikes == 0;
}

static unsigned
exchanges_of_a_read(void)
{
	unsigned n;

	sim_rig_open(&g, OBJECT);
	assert_int_equal(sim_rig_read_once(&g), 0);
	n = g.sim.transfers;
	sim_rig_close(&g);
	return n;
}

static void
everywhere(enum sim_fault fault, uint8_t bError, bool after_card)
{
	unsigned exchanges = exchanges_of_a_read();

	for (strike_at = 1; strike_at <= exchanges; strike_at++) {
		err_t err;

		sim_rig_open(&g, OBJECT);
		g.sim.after_card = after_card;
		sim_reader_strike(&g.sim, fault, bError,
		    fault == SIM_STALL_OUT ? before_its_turn : at_its_turn);
		err = sim_rig_read_once(&g);
		if (err != 0 || g.sim.strikes != 1) {
			print_error("fault %d, %02X at exchange %u: %s\n",
			    (int)fault, bError, strike_at, err_name(err));
			lost++;
		}
		/* And the next object as if nothing had been. */
		assert_int_equal(sim_rig_read_once(&g), 0);
		sim_rig_close(&g);
	}
}

static void
each_error_code_at_each_exchange(void **state)
{
	(void)state;
	for (unsigned code = 0; code < 256; code++) {
		everywhere(SIM_ERROR, (uint8_t)code, false);
		if (code >= 0xF0)
			everywhere(SIM_ERROR, (uint8_t)code, true);
	}
	assert_int_equal(lost, 0);
}

static void
each_other_fault_at_each_exchange(void **state)
{
	static const enum sim_fault faults[] = {SIM_SILENT, SIM_LATE,
	    SIM_STALL_IN, SIM_STALL_OUT, SIM_SHORT, SIM_LENGTH, SIM_TYPE,
	    SIM_SEQ, SIM_BABBLE, SIM_EMPTY, SIM_GARBAGE, SIM_DEAD};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		everywhere(faults[i], 0, false);
		if (faults[i] != SIM_STALL_OUT)
			everywhere(faults[i], 0, true);
	}
	everywhere(SIM_INACTIVE, 0xFE, false);
	everywhere(SIM_INACTIVE, 0xFB, true);
	assert_int_equal(lost, 0);
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

static void
each_fault_until_a_reset(void **state)
{
	static const enum sim_fault faults[] = {SIM_SILENT, SIM_LATE,
	    SIM_STALL_IN, SIM_SHORT, SIM_LENGTH, SIM_TYPE, SIM_BABBLE,
	    SIM_EMPTY, SIM_GARBAGE};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT_OF(faults); i++) {
		err_t err;

		sim_rig_open(&g, OBJECT);
		sim_reader_strike(&g.sim, faults[i / 2], 0,
		    i % 2 == 0 ? until_warm : until_cold);
		err = sim_rig_read_once(&g);
		if (err != 0) {
			print_error("fault %d until a %s reset: %s\n",
			    (int)faults[i / 2], i % 2 == 0 ? "warm" : "cold",
			    err_name(err));
			lost++;
		}
		sim_rig_close(&g);
	}
	assert_int_equal(lost, 0);
}

/* The way out of it: an error, in bounded time, and a reader that works. */
static void
without_cure(enum sim_fault fault, uint8_t bError)
{
	int64_t start;
	err_t err;

	sim_rig_open(&g, OBJECT);
	assert_int_equal(sim_rig_begin(&g), 0);
	start = fake_clock_now();
	sim_reader_strike(&g.sim, fault, bError, NULL);
	err = sim_rig_read(&g);
	if (err == 0 || err == READER_ERR_RESET || g.sim.commands >= 300 ||
	    fake_clock_now() - start > 30000)
		fail_msg("fault %d, %02X: %s, %u commands, %lld ms", (int)fault,
		    bError, err_name(err), g.sim.commands,
		    (long long)(fake_clock_now() - start));
	sim_rig_end(&g);

	/* Well again, and nothing was forgotten on the way. */
	g.sim.fault = SIM_NONE;
	if (!g.sim.unplugged && !g.sim.absent)
		assert_int_equal(sim_rig_read_once(&g), 0);
	sim_rig_close(&g);
}

static void
without_cure_it_ends(void **state)
{
	static const enum sim_fault faults[] = {SIM_SILENT, SIM_LATE,
	    SIM_STALL_IN, SIM_STALL_OUT, SIM_SHORT, SIM_LENGTH, SIM_TYPE,
	    SIM_SEQ, SIM_BABBLE, SIM_EMPTY, SIM_GARBAGE, SIM_DEAD, SIM_GONE,
	    SIM_PULLED};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(faults); i++)
		without_cure(faults[i], 0);
	for (unsigned code = 0; code < 256; code++) {
		without_cure(SIM_ERROR, (uint8_t)code);
		without_cure(SIM_INACTIVE, (uint8_t)code);
	}
}

static void
a_pulled_card_is_no_card(void **state)
{
	unsigned generation, later;
	err_t why;

	(void)state;
	sim_rig_open(&g, OBJECT);
	assert_int_equal(sim_rig_begin(&g), 0);
	generation = reader_generation(g.reader);
	strike_at = 4;
	sim_reader_strike(&g.sim, SIM_PULLED, 0, at_its_turn);
	assert_int_equal(sim_rig_read(&g), CCID_ERR_NO_CARD);
	sim_rig_end(&g);
	assert_int_equal(reader_poll(g.reader, &later, &why), PRESENCE_EMPTY);
	assert_int_equal(sim_rig_begin(&g), CCID_ERR_NO_CARD);

	sim_reader_swap(&g.sim);
	assert_int_equal(reader_poll(g.reader, &later, &why), PRESENCE_CARD);
	assert_true(later != generation);
	assert_int_equal(sim_rig_read_once(&g), 0);
	sim_rig_close(&g);
}

static void
an_unplugged_reader_is_gone(void **state)
{
	unsigned generation;
	err_t why;

	(void)state;
	sim_rig_open(&g, OBJECT);
	assert_int_equal(sim_rig_begin(&g), 0);
	strike_at = 4;
	sim_reader_strike(&g.sim, SIM_GONE, 0, at_its_turn);
	assert_int_equal(sim_rig_read(&g), USB_ERR_GONE);
	sim_rig_end(&g);
	assert_int_equal(
	    reader_poll(g.reader, &generation, &why), PRESENCE_NO_READER);
	sim_rig_close(&g);
}

static void
another_card_during_recovery(void **state)
{
	unsigned generation;

	(void)state;
	sim_rig_open(&g, OBJECT);
	assert_int_equal(sim_rig_begin(&g), 0);
	generation = reader_generation(g.reader);
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, until_warm);
	g.sim.warm_atr = "3B 7A 18 00 00 73 66 74 65 20 63 64 31 34 34";
	assert_int_equal(sim_rig_read(&g), READER_ERR_CHANGED);
	assert_true(reader_generation(g.reader) != generation);
	sim_rig_end(&g);
	sim_rig_close(&g);
}

static void
a_damaged_warm_atr_is_not_another_card(void **state)
{
	(void)state;
	sim_rig_open(&g, OBJECT);
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, until_cold);
	g.sim.warm_atr =
	    "3B DB 96 00 80 1F 03 00 31 C0 64 B0 F3 10 00 07 90 10 80";
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.cold, 2);
	sim_rig_close(&g);
}

#define FAULTS(sentence, function)                                             \
	TEST_WITH("recovery: " sentence, function, none_lost, NULL)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    FAULTS("each error code once at each exchange",
		each_error_code_at_each_exchange),
	    FAULTS("each other fault once at each exchange",
		each_other_fault_at_each_exchange),
	    FAULTS("each fault until a warm and until a cold reset",
		each_fault_until_a_reset),
	    FAULTS("without a cure it ends soon, and the reader works "
		   "when it is well again",
		without_cure_it_ends),
	    FAULTS("a card pulled in the middle is no card",
		a_pulled_card_is_no_card),
	    FAULTS("a reader unplugged in the middle is gone",
		an_unplugged_reader_is_gone),
	    FAULTS("another card at a reset is noticed",
		another_card_during_recovery),
	    FAULTS("a damaged ATR at a reset is not another card",
		a_damaged_warm_atr_is_not_another_card),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
