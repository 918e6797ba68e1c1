/* SPDX-License-Identifier: BSD-2-Clause */
/* Readers come and go while other threads use them; for -fsanitize=thread. */
#include <pthread.h>
#include <stdatomic.h>

#include "reader/readers.h"
#include "tests/unit/fake-bus.h"
#include "tests/unit/sim-reader.h"
#include "tests/unit/unit.h"

#define ROUNDS 300

static struct fake_bus bus;
static struct sim_reader sim[2];
static struct readers *rs;
static atomic_uint polled, begun, described;

static int
one_reader(void **state)
{
	(void)state;
	bus = (struct fake_bus){.lists = 0};
	for (size_t i = 0; i < COUNT_OF(sim); i++)
		sim_reader_init(&sim[i], 100);
	polled = begun = described = 0;
	fake_bus_plug_pipe(&bus, 0, sim_reader_pipe(&sim[0]), "1-1", 1);
	assert_int_equal(readers_new(fake_bus_bus(&bus), &rs), 0);
	return readers_refresh(rs);
}

static int
freed(void **state)
{
	(void)state;
	readers_free(&rs);
	assert_int_equal(sim[0].claims, sim[0].releases);
	return 0;
}

static void *
poll_all(void *arg)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		for (size_t k = 0; k < readers_count(rs); k++) {
			unsigned generation;
			err_t why;

			(void)reader_poll(
			    readers_get(rs, k), &generation, &why);
			polled++;
		}
	}
	return arg;
}

static void *
describe_all(void *arg)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		for (size_t k = 0; k < readers_count(rs); k++) {
			struct reader_info info;

			reader_describe(readers_get(rs, k), &info);
			described++;
		}
	}
	return arg;
}

/* A thread of the host: one transaction after the other. */
static void *
use_the_first(void *arg)
{
	struct reader *r = readers_get(rs, 0);
	struct apdu_cmd cmd = {.ins = 0xA4,
	    .p1 = 4,
	    .data = {(const uint8_t *)"\xCA\xC0", 2},
	    .replay = APDU_REPLAY_OK};
	struct apdu_rsp rsp = {.data = NULL};

	for (unsigned i = 0; i < ROUNDS / 10; i++) {
		if (reader_begin(r, deadline_in(5000)) != 0)
			continue;
		(void)!reader_exchange(r, &cmd, &rsp, deadline_in(5000));
		(void)reader_generation(r);
		reader_end(r);
		begun++;
	}
	return arg;
}

static void
run(void *(*const threads[])(void *), size_t n, void (*meanwhile)(unsigned))
{
	pthread_t id[4];

	for (size_t i = 0; i < n; i++)
		assert_int_equal(
		    pthread_create(&id[i], NULL, threads[i], NULL), 0);
	for (unsigned i = 0; i < ROUNDS; i++)
		meanwhile(i);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(pthread_join(id[i], NULL), 0);
}

/* A second reader arrives and leaves; the first gets new addresses. */
static void
arrivals(unsigned round)
{
	if (round % 3 == 1)
		fake_bus_plug_pipe(&bus, 1, sim_reader_pipe(&sim[1]),
		    round % 2 ? "1-2" : "1-3", (uint8_t)(100 + round % 2));
	else
		fake_bus_unplug(&bus, 1);
	assert_int_equal(readers_refresh(rs), 0);
}

static void
replugs(unsigned round)
{
	fake_bus_plug_pipe(&bus, 0, sim_reader_pipe(&sim[0]), "1-1",
	    (uint8_t)(1 + round % 50));
	assert_int_equal(readers_refresh(rs), 0);
}

static void
nothing(unsigned round)
{
	(void)round;
}

static void
arrival_while_others_poll(void **state)
{
	static void *(*const threads[])(void *) = {
	    poll_all, use_the_first, describe_all};

	(void)state;
	run(threads, 3, arrivals);
	assert_int_equal(readers_count(rs), 2);
	assert_true(polled > 0 && described > 0);
}

static void
replug_while_others_use_it(void **state)
{
	static void *(*const threads[])(void *) = {use_the_first, describe_all};

	(void)state;
	run(threads, 2, replugs);
	assert_int_equal(readers_count(rs), 1);
}

static void
transactions_exclude_each_other(void **state)
{
	static void *(*const threads[])(void *) = {
	    use_the_first, use_the_first, use_the_first, poll_all};

	(void)state;
	run(threads, 4, nothing);
	assert_int_equal(begun, 3 * (ROUNDS / 10));
}

/* A look does not wait for somebody's transaction. */
static void
a_look_does_not_wait(void **state)
{
	struct reader *r = readers_get(rs, 0);
	static void *(*const threads[])(void *) = {poll_all};
	unsigned generation;
	err_t why;

	(void)state;
	assert_int_equal(reader_poll(r, &generation, &why), PRESENCE_CARD);
	assert_int_equal(reader_begin(r, deadline_in(60000)), 0);
	run(threads, 1, nothing);
	reader_end(r);
	assert_int_equal(polled, ROUNDS);
}

#define THREADS(sentence, function)                                            \
	TEST_WITH("readers: " sentence, function, one_reader, freed)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    THREADS("arrivals while other threads look and work",
		arrival_while_others_poll),
	    THREADS("a replug while other threads work",
		replug_while_others_use_it),
	    THREADS("transactions of several threads exclude each other",
		transactions_exclude_each_other),
	    THREADS(
		"a look does not wait for a transaction", a_look_does_not_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
