/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host slept, or the reader was reset behind our back: same address, the
 * card without power, parameters and sequence numbers at their start. Or the
 * reader comes back as a new device.
 */
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

static const enum sim_forget ways[] = {
    SIM_FORGET_QUIETLY, SIM_FORGET_COMMAND, SIM_FORGET_IN, SIM_FORGET_OUT};

/* What the host knows of the card. */
struct knowledge {
	unsigned generation, memory;
};

static struct knowledge
knowledge(void)
{
	struct knowledge k;

	assert_int_equal(sim_rig_begin(&g), 0);
	k.generation = reader_generation(g.reader);
	k.memory = reader_memory(g.reader);
	sim_rig_end(&g);
	return k;
}

/* In the middle of the first transaction, or of a later one. */
static void
lose_at(enum sim_forget how, unsigned at, bool later)
{
	struct knowledge before;

	sim_rig_open(&g, OBJECT);
	before = later ? knowledge() : (struct knowledge){0, 0};
	g.sim.forget_at = g.sim.commands + at;
	g.sim.forget = how;
	if (sim_rig_read_once(&g) != 0)
		fail_msg("way %d, message %u: not read", (int)how, at);
	if (later && g.sim.commands >= g.sim.forget_at)
		assert_int_not_equal(knowledge().memory, before.memory);
	sim_rig_close(&g);
}

static unsigned
messages_of_a_reading(bool later)
{
	unsigned before;

	sim_rig_open(&g, OBJECT);
	if (later)
		(void)knowledge();
	before = g.sim.commands;
	assert_int_equal(sim_rig_read_once(&g), 0);
	before = g.sim.commands - before;
	sim_rig_close(&g);
	return before;
}

static void
at_each_message(void **state)
{
	(void)state;
	for (unsigned later = 0; later <= 1; later++) {
		unsigned n = messages_of_a_reading(later);

		assert_true(n > 5);
		for (size_t i = 0; i < COUNT_OF(ways); i++) {
			for (unsigned at = 1; at <= n; at++)
				lose_at(ways[i], at, later);
		}
	}
}

/* Twice in one reading, at all distances. */
static void
and_again(void **state)
{
	unsigned n = messages_of_a_reading(false);

	(void)state;
	for (unsigned first = 1; first <= n; first++) {
		for (unsigned second = 1; second <= n + 10; second += 3) {
			sim_rig_open(&g, OBJECT);
			g.sim.forget_at = first;
			g.sim.forget = SIM_FORGET_COMMAND;
			assert_int_equal(sim_rig_begin(&g), 0);
			if (g.sim.commands >= first)
				g.sim.forget_at = g.sim.commands + second;
			if (sim_rig_read(&g) != 0)
				fail_msg("messages %u and %u", first, second);
			sim_rig_end(&g);
			sim_rig_close(&g);
		}
	}
}

static void
between_two_transactions(void **state)
{
	struct knowledge before, after;

	(void)state;
	before = knowledge();
	/* Nothing is lost of itself. */
	after = knowledge();
	assert_int_equal(after.generation, before.generation);
	assert_int_equal(after.memory, before.memory);
	sim_reader_swap(&g.sim);
	after = knowledge();
	/* It may be another card. */
	assert_int_not_equal(after.generation, before.generation);
	assert_int_not_equal(after.memory, before.memory);
	assert_int_equal(sim_rig_read_once(&g), 0);
}

/* The card kept its power, and the reader is at its defaults. */
static void
only_the_parameters(void **state)
{
	struct knowledge before = knowledge();

	(void)state;
	g.sim.fidi = 0x11;
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_not_equal(knowledge().memory, before.memory);
}

static void
under_another_number(void **state)
{
	struct knowledge before = knowledge();
	unsigned generation;
	err_t why;

	(void)state;
	for (uint8_t address = 3; address < 6; address++) {
		sim_reader_swap(&g.sim);
		g.sim.unplugged = true;
		assert_int_equal(sim_rig_read_once(&g), USB_ERR_GONE);
		assert_int_equal(reader_poll(g.reader, &generation, &why),
		    PRESENCE_NO_READER);
		/* Before anybody has looked at the bus again. */
		assert_int_equal(sim_rig_read_once(&g), USB_ERR_GONE);

		g.sim.unplugged = false;
		g.bus.info[0].address = address;
		assert_int_equal(readers_refresh(g.readers), 0);
		assert_int_equal(readers_count(g.readers), 1);
		assert_int_equal(sim_rig_read_once(&g), 0);
		assert_int_not_equal(knowledge().generation, before.generation);
		assert_int_not_equal(knowledge().memory, before.memory);
		before = knowledge();
	}
}

/* The bus saw it leave and come back before we looked. */
static void
under_another_number_unseen(void **state)
{
	struct knowledge before = knowledge();

	(void)state;
	sim_reader_swap(&g.sim);
	g.bus.info[0].address = 9;
	assert_int_equal(readers_refresh(g.readers), 0);
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_not_equal(knowledge().generation, before.generation);
	assert_int_not_equal(knowledge().memory, before.memory);
}

#define RESUME(sentence, function)                                             \
	TEST_WITH("resume: " sentence, function, opened, closed)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("resume: power lost at each message of a reading",
		at_each_message),
	    TEST("resume: power lost twice in one reading", and_again),
	    RESUME("power lost between two transactions",
		between_two_transactions),
	    RESUME("only the reader's parameters lost", only_the_parameters),
	    RESUME("the reader comes back under another number",
		under_another_number),
	    RESUME("the reader came back under another number unseen",
		under_another_number_unseen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
