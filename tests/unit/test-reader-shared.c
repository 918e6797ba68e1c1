/* SPDX-License-Identifier: BSD-2-Clause */
/* One slot among several users: what they leave behind, and whose turn it is.
 */
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
the_use_of_others_is_noticed(void **state)
{
	unsigned first;

	(void)state;
	g.sim.last_use = 1000;
	assert_int_equal(sim_rig_read_once(&g), 0);
	first = sim_rig_generation(&g);
	assert_false(reader_in_doubt(g.reader));
	/* Somebody else's transfers; the card stays powered. */
	g.sim.last_use = 2000;
	assert_int_equal(sim_rig_poll(&g), PRESENCE_CARD);
	assert_true(reader_in_doubt(g.reader));
	assert_int_equal(sim_rig_generation(&g), first);
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_true(reader_in_doubt(g.reader));
	reader_trust(g.reader);
	assert_false(reader_in_doubt(g.reader));
	sim_rig_end(&g);
	assert_int_equal(sim_rig_poll(&g), PRESENCE_CARD);
	assert_false(reader_in_doubt(g.reader));
	assert_int_equal(sim_rig_generation(&g), first);

	g.sim.last_use = 3000;
	assert_int_equal(sim_rig_begin(&g), 0);
	reader_distrust(g.reader);
	assert_false(reader_in_doubt(g.reader));
	sim_rig_end(&g);
	assert_true(sim_rig_generation(&g) > first);
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
	(void)sim_rig_poll(&g);
	g.sim.claim_err = 0;
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_int_equal(g.sim.cold, cold + 1);
}

static unsigned
memory(void)
{
	unsigned now;

	assert_int_equal(sim_rig_begin(&g), 0);
	now = reader_memory(g.reader);
	sim_rig_end(&g);
	return now;
}

static void
memory_stays_while_nobody_else_comes(void **state)
{
	unsigned first, epoch;

	(void)state;
	g.sim.last_use = 1000;
	first = memory();
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(sim_rig_begin(&g), 0);
		epoch = reader_epoch(g.reader);
		assert_int_equal(sim_rig_read(&g), 0);
		assert_int_equal(reader_memory(g.reader), first);
		sim_rig_end(&g);
		/* Looks of our own do not count either. */
		assert_int_equal(sim_rig_poll(&g), PRESENCE_CARD);
		assert_int_equal(memory(), first);
		assert_int_equal(sim_rig_begin(&g), 0);
		assert_int_not_equal(reader_epoch(g.reader), epoch);
		sim_rig_end(&g);
	}
}

static void
memory_is_lost_to_others(void **state)
{
	unsigned before;

	(void)state;
	g.sim.last_use = 1000;
	before = memory();
	g.sim.last_use = 2000;
	assert_int_not_equal(memory(), before);
	/* And is in doubt until somebody trusts the card again. */
	before = memory();
	assert_int_not_equal(memory(), before);
	assert_int_equal(sim_rig_begin(&g), 0);
	reader_trust(g.reader);
	before = reader_memory(g.reader);
	sim_rig_end(&g);
	assert_int_equal(memory(), before);

	/* Also when a mere look was the first to see it. */
	g.sim.last_use = 3000;
	assert_int_equal(sim_rig_poll(&g), PRESENCE_CARD);
	assert_int_not_equal(memory(), before);
}

/* A system that does not tell: others may always have been there. */
static void
memory_is_lost_where_nobody_tells(void **state)
{
	unsigned before;

	(void)state;
	g.sim.last_use = 0;
	before = memory();
	assert_int_equal(sim_rig_begin(&g), 0);
	reader_trust(g.reader);
	sim_rig_end(&g);
	assert_int_not_equal(memory(), before);
	assert_true(reader_in_doubt(g.reader));
}

static void
memory_goes_with_power_and_card(void **state)
{
	unsigned before = memory();

	(void)state;
	sim_reader_swap(&g.sim);
	assert_int_not_equal(memory(), before);
	before = memory();
	g.sim.absent = true;
	assert_int_equal(sim_rig_poll(&g), PRESENCE_EMPTY);
	sim_reader_swap(&g.sim);
	assert_int_not_equal(memory(), before);
	before = memory();
	g.sim.claim_err = USB_ERR_BUSY;
	(void)sim_rig_poll(&g);
	g.sim.claim_err = 0;
	assert_int_not_equal(memory(), before);
}

static void
reset_on_request(void **state)
{
	unsigned before, generation_before;
	uint16_t sw;

	(void)state;
	assert_int_equal(sim_rig_begin(&g), 0);
	generation_before = reader_generation(g.reader);
	assert_int_equal(sim_rig_verify(&g, &sw), 0);
	assert_true(g.sim.card.verified);
	before = reader_memory(g.reader);
	assert_int_equal(reader_reset_card(g.reader, deadline_in(60000)), 0);
	assert_false(g.sim.card.verified);
	assert_int_equal(g.sim.warm, 1);
	assert_int_not_equal(reader_memory(g.reader), before);
	/* It is the same card, and as fast as before. */
	assert_int_equal(reader_generation(g.reader), generation_before);
	assert_int_equal(g.sim.card.fidi, 0x96);
	assert_int_equal(sim_rig_read(&g), 0);
	sim_rig_end(&g);
}

/* The card forgets even where a warm reset fails. */
static void
reset_by_power(void **state)
{
	uint16_t sw;

	(void)state;
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_int_equal(sim_rig_verify(&g, &sw), 0);
	g.sim.mute = 1;
	assert_int_equal(reader_reset_card(g.reader, deadline_in(60000)), 0);
	assert_false(g.sim.card.verified);
	assert_int_equal(g.sim.cold, 2);
	assert_int_equal(sim_rig_read(&g), 0);
	sim_rig_end(&g);
}

static void
reset_of_another_card(void **state)
{
	unsigned before;

	(void)state;
	assert_int_equal(sim_rig_begin(&g), 0);
	before = reader_generation(g.reader);
	g.sim.warm_atr = "3B 10 96";
	assert_int_equal(reader_reset_card(g.reader, deadline_in(60000)),
	    READER_ERR_CHANGED);
	assert_int_not_equal(reader_generation(g.reader), before);
	sim_rig_end(&g);
}

/* Room is made for others, but not for every single command. */
static void
room_is_made_after_a_while(void **state)
{
	(void)state;
	(void)memory();
	g.sim.wanted = true;
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_false(reader_wanted(g.reader));
	fake_clock_pass(24);
	assert_false(reader_wanted(g.reader));
	fake_clock_pass(1);
	assert_true(reader_wanted(g.reader));
	g.sim.wanted = false;
	assert_false(reader_wanted(g.reader));
	sim_rig_end(&g);
	/* The next transaction has a share of its own. */
	g.sim.wanted = true;
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_false(reader_wanted(g.reader));
	sim_rig_end(&g);
}

#define READER(sentence, function)                                             \
	TEST_WITH("reader: " sentence, function, opened, closed)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    READER("the use of others is noticed, and settled by trust",
		the_use_of_others_is_noticed),
	    READER("the speed that others left is taken over",
		the_speed_that_others_left_is_taken_over),
	    READER("a foreign owner is told, and its end is noticed",
		a_foreign_owner_is_told_and_outlived),
	    READER("after a foreign owner the card is powered anew",
		a_foreign_owner_may_have_used_the_card),
	    READER("memory stays while nobody else uses the reader",
		memory_stays_while_nobody_else_comes),
	    READER("memory is lost to others, until the card is trusted",
		memory_is_lost_to_others),
	    READER("memory is lost where the system does not tell of others",
		memory_is_lost_where_nobody_tells),
	    READER("memory goes with the power, the card and the claim",
		memory_goes_with_power_and_card),
	    READER(
		"a reset on request makes the card forget", reset_on_request),
	    READER("a reset on request takes a power cycle if it must",
		reset_by_power),
	    READER("a reset on request notices another card",
		reset_of_another_card),
	    READER("room is made for others after a while",
		room_is_made_after_a_while),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
