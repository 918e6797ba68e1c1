/* SPDX-License-Identifier: BSD-2-Clause */
/* A card that refuses, loses its state, or is disturbed. */
#include "tests/unit/card-rig.h"
#include "tests/unit/unit.h"

static unsigned
clean_exchanges(void)
{
	rig.reader.fault_count = 0;
	card_rig_assert_right();
	return rig.reader.exchanges;
}

static void
not_there(void **state)
{
	static const uint16_t sws[] = {0x6A82, 0x6A88};
	struct listing l;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		rig.sample.containers[2].select_sw = sws[i];
		card_rig_list(&l);
		assert_int_equal(l.err[1], CARD_ERR_NOT_FOUND);
		assert_true(card_err_is_absence(l.err[1]));
		assert_int_equal(listing_right(&l), CARD_RIG_CONTAINERS - 1);
		listing_clear(&l);
	}
}

static void
refused(void **state)
{
	static const uint16_t sws[] = {
	    0x6283, 0x6982, 0x6985, 0x6A81, 0x6A86, 0x6D00, 0x6F00};
	struct listing l;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sws); i++) {
		rig.sample.containers[2].select_sw = sws[i];
		card_rig_list(&l);
		assert_int_equal(l.err[1], CARD_ERR_STATUS);
		assert_false(card_err_is_absence(l.err[1]));
		assert_int_equal(listing_right(&l), CARD_RIG_CONTAINERS - 1);
		listing_clear(&l);
	}
}

static void
undecodable(void **state)
{
	struct listing l;

	(void)state;
	/* Behind certinfo; the stream's checksum is wrong then. */
	rig.sample.v[2].p[200] ^= 0x01;
	card_rig_list(&l);
	assert_int_equal(l.err[1], CARD_ERR_UNDECODABLE);
	assert_true(card_err_is_absence(l.err[1]));
	assert_int_equal(listing_right(&l), CARD_RIG_CONTAINERS - 1);
	listing_clear(&l);
}

static void
sweep_resets(enum fake_fault_kind kind)
{
	unsigned n = clean_exchanges();

	for (unsigned at = 0; at < n; at++) {
		const struct fake_fault fault = {.at = at, .kind = kind};

		rig.reader.faults = &fault;
		rig.reader.fault_count = 1;
		card_rig_assert_right();
		assert_true(rig.reader.exchanges > n);
	}
}

static void
resets(void **state)
{
	(void)state;
	sweep_resets(FAKE_RESET);
}

static void
silent_resets(void **state)
{
	(void)state;
	sweep_resets(FAKE_SILENT_RESET);
}

static void
two_resets(void **state)
{
	unsigned n = clean_exchanges();

	(void)state;
	for (unsigned at = 0; at < n; at++) {
		for (unsigned next = at + 1; next < at + 12; next++) {
			const struct fake_fault faults[] = {
			    {.at = at, .kind = FAKE_RESET},
			    {.at = next, .kind = FAKE_RESET},
			};

			rig.reader.faults = faults;
			rig.reader.fault_count = 2;
			card_rig_assert_right();
		}
	}
}

static void
transport_errors(void **state)
{
	unsigned n = clean_exchanges();
	struct listing l;

	(void)state;
	for (unsigned at = 0; at < n; at++) {
		const struct fake_fault fault = {
		    .at = at, .kind = FAKE_FAIL, .err = CCID_ERR_PROTOCOL};
		size_t failed = 0;

		rig.reader.faults = &fault;
		rig.reader.fault_count = 1;
		card_rig_list(&l);
		if (l.open_err != 0) {
			assert_int_equal(l.open_err, CCID_ERR_PROTOCOL);
			continue;
		}
		for (size_t i = 0; i < l.count; i++)
			failed += l.err[i] == CCID_ERR_PROTOCOL;
		assert_int_equal(l.count, CARD_RIG_CONTAINERS);
		assert_int_equal(failed, 1);
		assert_int_equal(listing_right(&l), CARD_RIG_CONTAINERS - 1);
		listing_clear(&l);
	}
}

/*
 * After one disturbance a certificate may cost an error, but is never taken
 * for absent. Plain DER has no checksum: there the length is all that shows.
 */
static void
sweep_disturbed(struct fake_fault fault)
{
	unsigned n = clean_exchanges();
	struct listing l;

	rig.reader.faults = &fault;
	for (fault.at = 0; fault.at < n; fault.at++) {
		rig.reader.fault_count = 1;
		card_rig_list(&l);
		/* A status word for the first SELECT: not our card. */
		if (l.open_err == CARD_ERR_UNKNOWN)
			assert_int_equal(fault.at, 0);
		for (size_t i = 0; i < l.count; i++) {
			if (card_rig_packings[i] == SAMPLE_HOLE)
				continue;
			assert_false(card_err_is_absence(l.err[i]));
			if (l.err[i] == 0 &&
			    card_rig_packings[i] != SAMPLE_PLAIN)
				assert_true(listing_right_at(&l, i));
		}
		listing_clear(&l);
	}
}

static void
disturbed(void **state)
{
	(void)state;
	sweep_disturbed((struct fake_fault){.kind = FAKE_SHORT});
	sweep_disturbed((struct fake_fault){.kind = FAKE_CORRUPT});
	sweep_disturbed((struct fake_fault){.kind = FAKE_STATUS, .sw = 0x6F00});
	sweep_disturbed((struct fake_fault){.kind = FAKE_STATUS, .sw = 0x6985});
}

static void
read_twice(void **state)
{
	/* Two SELECTs, then T, and four pieces of V. */
	static const struct {
		unsigned at;
		unsigned exchanges;
	} cases[] = {
	    {2, 7}, /* the length of the check code, which nobody reads */
	    {3, 7 + 5},
	    {4, 7 + 5},
	    {5, 7 + 5},
	    {6, 7 + 5},
	};
	struct buf der;

	(void)state;
	buf_init(&der, CARD_CERT_MAX);
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	/* The hole before it, and that applets want their object selected. */
	assert_int_equal(card_read_certificate(rig.card, 0, rig_never, &der),
	    CARD_ERR_EMPTY);
	assert_int_equal(
	    card_read_certificate(rig.card, 1, rig_never, &der), 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct fake_fault fault = {
		    .at = cases[i].at, .kind = FAKE_CORRUPT};

		fake_reader_reset(&rig.reader);
		rig.reader.exchanges = 0;
		rig.reader.faults = &fault;
		rig.reader.fault_count = 1;
		buf_truncate(&der, 0);
		assert_int_equal(
		    card_read_certificate(rig.card, 1, rig_never, &der), 0);
		assert_int_equal(rig.reader.exchanges, cases[i].exchanges);
		assert_bytes(buf_bytes(&der), buf_bytes(&rig.sample.der[2]));
	}
	buf_clear(&der);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("card: 6A82 and 6A88 prove that a container is not there",
		not_there, card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: any other refusal is an error", refused,
		card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: damaged content, read whole, is undecodable",
		undecodable, card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: a reset at any exchange changes no result", resets,
		card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: a reset seen only in the epoch changes no result",
		silent_resets, card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: two resets change no result", two_resets,
		card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: a transport error at any exchange is an error",
		transport_errors, card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: no disturbance makes a certificate absent",
		disturbed, card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: what makes no sense is read a second time",
		read_twice, card_rig_setup, card_rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
