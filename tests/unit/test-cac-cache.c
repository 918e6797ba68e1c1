/* SPDX-License-Identifier: BSD-2-Clause */
/* The certificate cache: what it saves, and that the card proves it. */
#include "tests/unit/cache-rig.h"
#include "tests/unit/unit.h"

static void
saves(void **state)
{
	unsigned cold = cache_list(), warm = cache_list();

	(void)state;
	assert_int_equal(warm, CACHE_WARM);
	assert_in_range(warm, 1, cold / 2);
	assert_int_equal(cache_count_files(), CACHE_FILES);
}

static void
renewal(void **state)
{
	unsigned warm;

	(void)state;
	(void)cache_list();
	(void)cache_list();
	warm = cache_list();
	cache_renew_first();
	assert_in_range(cache_list(), warm + 1, 99);
	assert_int_equal(cache_list(), warm);
}

static void
emptied(void **state)
{
	(void)state;
	(void)cache_list();
	rig.sample.containers[2].v.n = 0;
	buf_truncate(&rig.sample.der[2], 0);
	(void)cache_list();
	(void)cache_list();
}

/* The old content can still be read there: only the length has changed. */
static void
emptied_by_length(void **state)
{
	struct bytes old = rig.sample.containers[2].v;
	static const uint8_t rest[8];

	(void)state;
	for (size_t i = 1; i <= CACHE_CONTAINERS; i++)
		rig.sample.containers[i].behind = BYTES(rest);
	(void)cache_list();
	rig.sample.containers[2].v.n = 0;
	rig.sample.containers[2].behind = old;
	buf_truncate(&rig.sample.der[2], 0);
	(void)cache_list();
}

/* Filled up behind the certificate: its end says nothing about it. */
static void
filled_up(void **state)
{
	static uint8_t t[10], v[SAMPLE_MAX / 10];
	struct fake_container *c = &rig.sample.containers[1];
	struct buf *der = &rig.sample.der[1];
	size_t n = der->n + 40;

	(void)state;
	assert_true(c->t.n == sizeof(t) && c->v.n + 40 < sizeof(v));
	memcpy(t, c->t.p, sizeof(t));
	t[4] = (uint8_t)n;
	t[5] = (uint8_t)(n >> 8);
	memset(v, 0, sizeof(v));
	memcpy(v, c->v.p, 1 + der->n);
	c->t = BYTES(t);
	c->v = bytes_of(v, c->v.n + 40);
	(void)cache_list();
	(void)cache_list();
	n = der->n;
	buf_clear(der);
	sample_der(der, n, 99);
	memcpy(v + 1, der->p, n);
	(void)cache_list();
}

/* A card of the same holder, and one that claims the same id. */
static void
two_cards(void **state)
{
	struct bytes v = rig.sample.containers[0].v;
	uint8_t other[512];

	(void)state;
	assert_true(v.n <= sizeof(other));
	memcpy(other, v.p, v.n);
	other[20] ^= 1;
	(void)cache_list();
	for (int round = 0; round < 4; round++) {
		rig.sample.containers[0].v =
		    round % 2 == 0 ? bytes_of(other, v.n) : v;
		if (round == 2)
			cache_renew_first();
		(void)cache_list();
	}
}

/* Any exchange fails, or the card is reset: with the cache as without. */
static void
disturbed(void **state)
{
	static const enum fake_fault_kind kinds[] = {
	    FAKE_RESET, FAKE_SILENT_RESET};
	unsigned n;

	(void)state;
	(void)cache_list();
	(void)cache_list();
	n = cache_list();
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		for (unsigned at = 0; at < n; at++) {
			const struct fake_fault fault = {
			    .at = at, .kind = kinds[i]};

			rig.reader.faults = &fault;
			rig.reader.fault_count = 1;
			(void)cache_list();
			rig.reader.fault_count = 0;
		}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("cache: a second listing proves each certificate by its "
		      "end",
		saves, cache_setup, cache_teardown),
	    TEST_WITH("cache: a renewed certificate is seen at once", renewal,
		cache_setup, cache_teardown),
	    TEST_WITH("cache: an emptied container is empty at once", emptied,
		cache_setup, cache_teardown),
	    TEST_WITH("cache: also when only its length says so",
		emptied_by_length, cache_setup, cache_teardown),
	    TEST_WITH("cache: what stands behind a certificate proves nothing",
		filled_up, cache_setup, cache_teardown),
	    TEST_WITH("cache: two cards never mix", two_cards, cache_setup,
		cache_teardown),
	    TEST_WITH("cache: resets change no result", disturbed, cache_setup,
		cache_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
