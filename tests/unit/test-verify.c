/* SPDX-License-Identifier: BSD-2-Clause */
/* A PIN goes to the card once, and nowhere else. */
#include <string.h>

#include "tests/unit/sim-rig.h"
#include "tests/unit/trace-file.h"

#define OBJECT 300

static struct sim_rig g;
static struct trace_file trace;

static int
traced(void **state)
{
	(void)state;
	trace_file_begin(&trace);
	return 0;
}

/* PIN 314159 as VERIFY carries it: no three bytes of it in a row. */
static int
untraced(void **state)
{
	static const char *const pieces[] = {
	    "33 31 34", "31 34 31", "34 31 35", "31 35 39", "314159", "333134"};
	char *text = trace_file_text(&trace);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(pieces); i++) {
		const char *at = strstr(text, pieces[i]);

		if (at != NULL)
			fail_msg("in the trace: %.60s", at);
	}
	free(text);
	trace_file_end(&trace);
	return 0;
}

static bool
verify(const struct sim_reader *s, struct bytes tpdu)
{
	(void)s;
	return tpdu.n > 5 && tpdu.p[1] == 0x20;
}

static bool
sign(const struct sim_reader *s, struct bytes tpdu)
{
	(void)s;
	return tpdu.n > 5 && tpdu.p[1] == 0x2A;
}

static void
pin_is_wiped(void)
{
	for (size_t i = 0; i < g.sim.pin_n; i++)
		assert_int_equal(g.sim.pin[i], 0);
}

static void
sent_at_most_once(enum sim_fault fault, uint8_t bError)
{
	if (g.sim.verifies <= 1 && g.sim.card.verifies <= 1)
		return;
	fail_msg("fault %d, %02X: sent %u times, verified %u times", (int)fault,
	    bError, g.sim.verifies, g.sim.card.verifies);
}

static void
one_fault(enum sim_fault fault, uint8_t bError, bool after_card)
{
	uint16_t sw = 0;
	err_t err;

	sim_rig_open(&g, OBJECT);
	assert_int_equal(sim_rig_begin(&g), 0);
	g.sim.after_card = after_card;
	sim_reader_strike(&g.sim, fault, bError, verify);
	g.sim.strikes_max = 1;
	err = sim_rig_verify(&g, &sw);
	assert_int_equal(g.sim.strikes, 1);
	sent_at_most_once(fault, bError);
	/* Only what never left the host may be sent after all. */
	assert_true(fault == SIM_STALL_OUT || err != 0);
	assert_true(err != READER_ERR_RESET);
	if (g.sim.pin != NULL)
		pin_is_wiped();

	/* The reader is usable, in this transaction or the next. */
	if (!g.sim.unplugged && !g.sim.absent) {
		if (sim_rig_read(&g) != 0)
			fail_msg(
			    "fault %d, %02X: unusable", (int)fault, bError);
		sim_rig_end(&g);
		assert_int_equal(sim_rig_read_once(&g), 0);
	} else {
		sim_rig_end(&g);
	}
	sim_rig_close(&g);
}

static void
a_healthy_login(void **state)
{
	uint16_t sw = 0;

	(void)state;
	sim_rig_open(&g, OBJECT);
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_int_equal(sim_rig_verify(&g, &sw), 0);
	assert_int_equal(sw, 0x9000);
	assert_int_equal(g.sim.verifies, 1);
	assert_int_equal(g.sim.card.verifies, 1);
	pin_is_wiped();
	sim_rig_end(&g);
	sim_rig_close(&g);
}

static void
each_error_code(void **state)
{
	(void)state;
	for (unsigned code = 0; code < 256; code++) {
		one_fault(SIM_ERROR, (uint8_t)code, false);
		one_fault(SIM_ERROR, (uint8_t)code, true);
		one_fault(SIM_INACTIVE, (uint8_t)code, false);
	}
}

static void
each_other_fault(void **state)
{
	static const enum sim_fault faults[] = {SIM_SILENT, SIM_LATE,
	    SIM_STALL_IN, SIM_STALL_OUT, SIM_SHORT, SIM_LENGTH, SIM_TYPE,
	    SIM_SEQ, SIM_BABBLE, SIM_EMPTY, SIM_GARBAGE, SIM_DEAD, SIM_GONE,
	    SIM_PULLED};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		one_fault(faults[i], 0xFE, false);
		if (faults[i] != SIM_STALL_OUT)
			one_fault(faults[i], 0xFE, true);
	}
}

/* The last fault strikes for ever: the ladder must not be climbed with it. */
static void
each_fault_without_end(void **state)
{
	static const enum sim_fault faults[] = {SIM_ERROR, SIM_SILENT, SIM_LATE,
	    SIM_STALL_IN, SIM_STALL_OUT, SIM_DEAD, SIM_INACTIVE};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		uint16_t sw;

		sim_rig_open(&g, OBJECT);
		assert_int_equal(sim_rig_begin(&g), 0);
		sim_reader_strike(&g.sim, faults[i], 0xE0, verify);
		assert_true(sim_rig_verify(&g, &sw) != 0);
		sent_at_most_once(faults[i], 0xE0);
		assert_int_equal(g.sim.usb_resets, 0);
		sim_rig_end(&g);
		sim_rig_close(&g);
	}
}

/* It is not taken for another one in the next transaction. */
static void
the_same_card(void **state)
{
	static const enum sim_fault faults[] = {SIM_ERROR, SIM_INACTIVE};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(faults); i++)
		for (unsigned code = 0; code < 256; code++) {
			unsigned generation;
			uint16_t sw = 0;

			sim_rig_open(&g, OBJECT);
			assert_int_equal(sim_rig_begin(&g), 0);
			generation = reader_generation(g.reader);
			sim_reader_strike(
			    &g.sim, faults[i], (uint8_t)code, verify);
			g.sim.strikes_max = 1;
			assert_true(sim_rig_verify(&g, &sw) != 0);
			sim_rig_end(&g);
			assert_int_equal(sim_rig_read_once(&g), 0);
			assert_int_equal(
			    reader_generation(g.reader), generation);
			sim_rig_close(&g);
		}
}

/* A signature is not repeated either, unless it never started. */
static void
a_signature_runs_once(void **state)
{
	struct apdu_cmd cmd = {.ins = 0x2A,
	    .p1 = 0x9E,
	    .p2 = 0x9A,
	    .data = HEX("01 02 03"),
	    .ne = 256,
	    .replay = APDU_NEVER_REPLAY};

	(void)state;
	for (unsigned code = 0; code < 256; code++) {
		struct apdu_rsp rsp = {.data = &g.data};
		err_t err;

		sim_rig_open(&g, OBJECT);
		assert_int_equal(sim_rig_begin(&g), 0);
		g.sim.after_card = code != 0xE0 && code != 0xF2;
		sim_reader_strike(&g.sim, SIM_ERROR, (uint8_t)code, sign);
		g.sim.strikes_max = 1;
		err = reader_exchange(g.reader, &cmd, &rsp, deadline_in(60000));
		assert_int_equal(g.sim.card.operations <= 1, true);
		if (g.sim.after_card)
			assert_true(err != 0);
		if (err == 0)
			assert_int_equal(g.data.n, 8);
		sim_rig_end(&g);
		sim_rig_close(&g);
	}
}

static bool
get_response(const struct sim_reader *s, struct bytes tpdu)
{
	(void)s;
	return tpdu.n == 5 && tpdu.p[1] == 0xC0;
}

/* The chain restarts from its command, and that must not run twice. */
static void
its_get_response_is_not_repeated(void **state)
{
	struct apdu_cmd cmd = {.ins = 0x2A,
	    .data = HEX("01 02 03"),
	    .ne = 256,
	    .replay = APDU_NEVER_REPLAY};

	(void)state;
	for (unsigned code = 0; code < 256; code++) {
		struct apdu_rsp rsp = {.data = &g.data};

		sim_rig_open(&g, OBJECT);
		assert_int_equal(sim_rig_begin(&g), 0);
		sim_reader_strike(
		    &g.sim, SIM_ERROR, (uint8_t)code, get_response);
		g.sim.strikes_max = 1;
		(void)!reader_exchange(
		    g.reader, &cmd, &rsp, deadline_in(60000));
		assert_int_equal(g.sim.card.operations, 1);
		sim_rig_end(&g);
		sim_rig_close(&g);
	}
}

#define ONCE(sentence, function)                                               \
	TEST_WITH("verify: " sentence, function, traced, untraced)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    ONCE("a login sends the PIN once and wipes it", a_healthy_login),
	    ONCE("never sent twice, whatever the error code", each_error_code),
	    ONCE("never sent twice, whatever else fails", each_other_fault),
	    ONCE("never sent twice, and no reset for it, if it fails for ever",
		each_fault_without_end),
	    ONCE("after an error it is the same card", the_same_card),
	    ONCE("a signature runs at most once", a_signature_runs_once),
	    ONCE("a signature is not repeated for its GET RESPONSE",
		its_get_response_is_not_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
