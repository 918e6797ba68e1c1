/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Login and signature with each fault at each exchange: what must run only
 * once reaches the card at most once, its error says so, and the next command
 * works. Who could have lost the login is told.
 */
#include "tests/unit/sim-rig.h"

#define OBJECT	  300
#define DIGEST	  300 /* more than one command holds */
#define SIGNATURE 300 /* more than one answer holds */
#define POSITIONS 20  /* more than a session has exchanges */

static struct sim_rig g;
static unsigned strike_at;

struct table {
	unsigned sessions, complete, error;
};

static bool
at_its_turn(const struct sim_reader *s, struct bytes tpdu)
{
	(void)tpdu;
	return s->transfers == strike_at;
}

static err_t
sign(void)
{
	static const uint8_t digest[DIGEST];
	struct apdu_cmd cmd = {.ins = 0x2A,
	    .p1 = 0x9E,
	    .p2 = 0x9A,
	    .data = BYTES(digest),
	    .ne = APDU_NE_ALL,
	    .replay = APDU_NEVER_REPLAY};
	struct apdu_rsp rsp = {.data = &g.data};
	err_t err;

	buf_truncate(&g.data, 0);
	reader_new_object(g.reader);
	err = reader_exchange(g.reader, &cmd, &rsp, deadline_in(600000));
	if (err != 0) {
		assert_int_equal(g.data.n, 0);
		return err;
	}
	assert_int_equal(rsp.sw, 0x9000);
	assert_int_equal(g.data.n, SIGNATURE);
	assert_int_equal(g.sim.card.signed_n, DIGEST);
	for (size_t i = 0; i < g.data.n; i++)
		assert_int_equal(g.data.p[i], sim_object_byte(i));
	return 0;
}

/* Where a fault hit, and what came of it. */
struct session {
	err_t login, sign;
	unsigned login_from, sign_from, end; /* exchanges */
};

static bool
hit(unsigned from, unsigned to)
{
	return strike_at > from && strike_at <= to && g.sim.strikes > 0;
}

static void
transact(struct session *s)
{
	unsigned memory;
	uint16_t sw;

	assert_int_equal(sim_rig_begin(&g), 0);
	if (sim_rig_read(&g) != 0)
		assert_true(g.sim.unplugged || g.sim.absent);
	s->login_from = g.sim.transfers;
	s->login = sim_rig_verify(&g, &sw);
	memory = reader_memory(g.reader);
	s->sign_from = g.sim.transfers;
	s->sign = sign();
	s->end = g.sim.transfers;
	/* A lost login shows, whoever lost it. */
	if (s->login == 0 && !g.sim.card.verified)
		assert_int_not_equal(reader_memory(g.reader), memory);
	sim_rig_end(&g);
}

static void
one_session(
    enum sim_fault fault, uint8_t bError, bool after_card, struct table *t)
{
	struct session s;

	sim_rig_open(&g, OBJECT);
	g.sim.card.signature_n = SIGNATURE;
	g.sim.after_card = after_card;
	g.sim.strikes_max = 1;
	sim_reader_strike(&g.sim, fault, bError, at_its_turn);
	transact(&s);

	if (g.sim.card.verifies > 1 || g.sim.card.operations > 1)
		fail_msg("fault %d, %02X at %u: %u times verified, %u signed",
		    (int)fault, bError, strike_at, g.sim.card.verifies,
		    g.sim.card.operations);
	/* Nobody is told of a success that was none, or hears nothing. */
	assert_true(s.login != 0 || g.sim.card.verifies == 1);
	assert_true(s.sign != 0 || g.sim.card.operations == 1);
	if (hit(s.login_from, s.sign_from))
		assert_int_not_equal(s.login, 0);
	if (hit(s.sign_from, s.end))
		assert_int_not_equal(s.sign, 0);
	t->sessions++;
	t->complete += s.login == 0 && s.sign == 0;
	t->error += s.login != 0 || s.sign != 0;

	g.sim.fault = SIM_NONE;
	if (!g.sim.unplugged && !g.sim.absent && sim_rig_read_once(&g) != 0)
		fail_msg("fault %d, %02X at %u: unusable", (int)fault, bError,
		    strike_at);
	sim_rig_close(&g);
}

static void
at_each_place(enum sim_fault fault, uint8_t bError, struct table *t)
{
	for (strike_at = 1; strike_at <= POSITIONS; strike_at++) {
		one_session(fault, bError, false, t);
		if (fault != SIM_STALL_OUT)
			one_session(fault, bError, true, t);
	}
}

static void
each_fault_at_each_place(void **state)
{
	static const enum sim_fault faults[] = {SIM_SILENT, SIM_LATE,
	    SIM_STALL_IN, SIM_STALL_OUT, SIM_SHORT, SIM_LENGTH, SIM_TYPE,
	    SIM_SEQ, SIM_BABBLE, SIM_EMPTY, SIM_GARBAGE, SIM_DEAD, SIM_GONE,
	    SIM_PULLED, SIM_INACTIVE};
	struct table t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(faults); i++)
		at_each_place(faults[i], 0xFE, &t);
	print_message("%u sessions: %u complete, %u with an error\n",
	    t.sessions, t.complete, t.error);
	assert_int_equal(t.complete + t.error, t.sessions);
}

static void
each_error_code_at_each_place(void **state)
{
	struct table t = {0};

	(void)state;
	for (unsigned code = 0; code < 256; code++)
		at_each_place(SIM_ERROR, (uint8_t)code, &t);
	print_message("%u sessions: %u complete, %u with an error\n",
	    t.sessions, t.complete, t.error);
}

static unsigned
with_loss(enum sim_forget how, unsigned at)
{
	struct session s;
	unsigned commands;

	sim_rig_open(&g, OBJECT);
	g.sim.card.signature_n = SIGNATURE;
	g.sim.forget_at = at;
	g.sim.forget = how;
	transact(&s);
	commands = g.sim.commands;
	assert_true(g.sim.card.verifies <= 1);
	assert_true(g.sim.card.operations <= 1);
	if (at == 0) {
		assert_int_equal(s.login, 0);
		assert_int_equal(s.sign, 0);
	}
	assert_int_equal(sim_rig_read_once(&g), 0);
	sim_rig_close(&g);
	return commands;
}

/* The same for a host that slept, or a reader that lost its power. */
static void
each_loss_of_power(void **state)
{
	static const enum sim_forget how[] = {SIM_FORGET_QUIETLY,
	    SIM_FORGET_COMMAND, SIM_FORGET_IN, SIM_FORGET_OUT};
	unsigned commands = with_loss(SIM_FORGET_QUIETLY, 0);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(how); i++) {
		for (unsigned at = 1; at <= commands; at++)
			(void)with_loss(how[i], at);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("once: login and signature with each fault at each exchange",
		each_fault_at_each_place),
	    TEST("once: login and signature with each error code at each "
		 "exchange",
		each_error_code_at_each_place),
	    TEST("once: login and signature with a loss of power at each "
		 "message",
		each_loss_of_power),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
