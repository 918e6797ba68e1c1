/* SPDX-License-Identifier: BSD-2-Clause */
/* A list of readers on a bus that the test fills. */
#ifndef TESTS_READERS_RIG_H
#define TESTS_READERS_RIG_H

#include "reader/readers.h"
#include "tests/unit/fake-bus.h"
#include "tests/unit/sim-reader.h"
#include "tests/unit/unit.h"

static struct fake_bus bus;
static struct sim_reader sim[FAKE_READERS_MAX];
static struct readers *rs;

static inline int
no_readers(void **state)
{
	(void)state;
	bus = (struct fake_bus){.lists = 0};
	for (size_t i = 0; i < COUNT_OF(sim); i++)
		sim_reader_init(&sim[i], 100);
	return readers_new(fake_bus_bus(&bus), &rs);
}

static inline int
freed(void **state)
{
	(void)state;
	readers_free(&rs);
	assert_null(rs);
	assert_int_equal(bus.closes, 1);
	/* Once more is nothing. */
	readers_free(&rs);
	assert_int_equal(bus.closes, 1);
	return 0;
}

static inline void
plug(unsigned i, const char *path, uint8_t address)
{
	sim[i].unplugged = false;
	fake_bus_plug_pipe(&bus, i, sim_reader_pipe(&sim[i]), path, address);
}

static inline void
unplug(unsigned i)
{
	sim[i].unplugged = true;
	sim_reader_swap(&sim[i]);
	bus.plugged[i] = false;
}

static size_t
refresh(void)
{
	assert_int_equal(readers_refresh(rs), 0);
	return readers_count(rs);
}

static inline enum presence
presence(size_t index)
{
	unsigned generation;
	err_t why;

	return reader_poll(readers_get(rs, index), &generation, &why);
}

static inline unsigned
generation(size_t index)
{
	unsigned n;
	err_t why;

	(void)reader_poll(readers_get(rs, index), &n, &why);
	return n;
}

/* Which simulated reader stands behind a place of the list. */
static inline unsigned
behind(size_t index)
{
	struct reader *r = readers_get(rs, index);
	unsigned before[COUNT_OF(sim)], found = 99;

	for (unsigned i = 0; i < COUNT_OF(sim); i++)
		before[i] = sim[i].claims;
	assert_int_equal(reader_begin(r, deadline_in(60000)), 0);
	reader_end(r);
	for (unsigned i = 0; i < COUNT_OF(sim); i++) {
		if (sim[i].claims > before[i])
			found = i;
	}
	return found;
}

#define READERS(sentence, function)                                            \
	TEST_WITH("readers: " sentence, function, no_readers, freed)

#endif
