/* SPDX-License-Identifier: BSD-2-Clause */
/* Cards that are CAC and PIV: what is shown of them, and what is not. */
#include "tests/unit/joined-rig.h"
#include "tests/unit/unit.h"

/* What a dual card's entry is, whatever was read before it. */
static bool
right_entry(const struct listing *l, size_t i)
{
	static const err_t errs[JOINED_CONTAINERS] = {0, CARD_ERR_EMPTY, 0, 0,
	    CARD_ERR_TWIN, CARD_ERR_TWIN, CARD_ERR_NOT_FOUND};
	const struct buf *ders[JOINED_CONTAINERS] = {
	    &rig.authentication, NULL, &rig.sample.der[2], &rig.sample.der[3]};

	if (l->err[i] != errs[i])
		return false;
	return errs[i] != 0 ||
	    bytes_equal(buf_bytes(&l->der[i]), buf_bytes(ders[i]));
}

static void
assert_listing_right(bool backwards)
{
	struct listing l;

	joined_list(&l, backwards);
	assert_int_equal(l.open_err, 0);
	assert_int_equal(l.count, JOINED_CONTAINERS);
	for (size_t i = 0; i < l.count; i++)
		assert_true(right_entry(&l, i));
	listing_clear(&l);
}

static void
dual(void **state)
{
	static const char *const labels[JOINED_CONTAINERS] = {
	    "Certificate for PIV Authentication", "CAC ID Certificate",
	    "CAC Email Signature Certificate",
	    "CAC Email Encryption Certificate",
	    "Certificate for Digital Signature",
	    "Certificate for Key Management",
	    "Certificate for Card Authentication"};

	(void)state;
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	assert_string_equal(card_model(rig.card), "CAC v2");
	assert_string_equal(
	    card_serial(rig.card), "cac0000000000000000000000000");
	assert_int_equal(card_container_count(rig.card), JOINED_CONTAINERS);
	for (size_t i = 0; i < JOINED_CONTAINERS; i++)
		assert_string_equal(
		    card_container(rig.card, i)->label, labels[i]);
	/* What was given to them does not depend on where they stand. */
	assert_int_equal(card_container(rig.card, 0)->id_len, 1);
	assert_int_equal(card_container(rig.card, 0)->id[0], 1);
	for (size_t i = 1; i <= JOINED_CAC; i++) {
		assert_int_equal(card_container(rig.card, i)->id_len, 2);
		assert_int_equal(card_container(rig.card, i)->id[1], i);
	}
	card_free(&rig.card);
	assert_listing_right(false);
}

static void
any_order(void **state)
{
	struct listing l;

	(void)state;
	assert_listing_right(true);
	/* One entry alone, each of a fresh card. */
	for (size_t i = 0; i < JOINED_CONTAINERS; i++) {
		l = (struct listing){0};
		fake_reader_reset(&rig.reader);
		assert_int_equal(
		    card_open(&rig.reader, rig_never, &rig.card), 0);
		joined_read(&l, i);
		assert_true(right_entry(&l, i));
		/* And once more. */
		buf_clear(&l.der[i]);
		joined_read(&l, i);
		assert_true(right_entry(&l, i));
		buf_clear(&l.der[i]);
		card_free(&rig.card);
	}
}

/* A PIV container is not shown while its twin may be behind an error. */
static void
twin_unknown(void **state)
{
	struct listing l;

	(void)state;
	rig.sample.containers[2].select_sw = 0x6985;
	for (int backwards = 0; backwards < 2; backwards++) {
		joined_list(&l, backwards == 1);
		assert_int_equal(l.err[0], 0);
		assert_int_equal(l.err[1], CARD_ERR_EMPTY);
		assert_int_equal(l.err[2], CARD_ERR_STATUS);
		assert_int_equal(l.err[3], 0);
		for (size_t i = 1 + JOINED_CAC; i < JOINED_CONTAINERS; i++)
			assert_int_equal(l.err[i], CARD_ERR_STATUS);
		listing_clear(&l);
	}
}

static void
no_twin(void **state)
{
	struct listing l;

	(void)state;
	/* The CAC copy is gone: then PIV's is the one to show. */
	rig.sample.containers[2].t.n = rig.sample.containers[2].v.n = 0;
	joined_list(&l, false);
	assert_int_equal(l.err[2], CARD_ERR_EMPTY);
	assert_int_equal(l.err[4], 0);
	assert_bytes(buf_bytes(&l.der[4]), buf_bytes(&rig.sample.der[2]));
	assert_int_equal(l.err[5], CARD_ERR_TWIN);
	listing_clear(&l);
}

/* A CAC applet with the certificate of 9A: the first to be shown is 9A. */
static void
twin_of_first(void **state)
{
	struct listing l;

	(void)state;
	rig.piv.objects[2].data = rig.piv.objects[3].data;
	joined_list(&l, false);
	assert_int_equal(l.err[0], 0);
	assert_bytes(buf_bytes(&l.der[0]), buf_bytes(&rig.sample.der[2]));
	assert_int_equal(l.err[2], CARD_ERR_TWIN);
	assert_int_equal(l.err[3], 0);
	assert_int_equal(l.err[4], CARD_ERR_TWIN);
	listing_clear(&l);
	joined_list(&l, true);
	assert_int_equal(l.err[2], CARD_ERR_TWIN);
	listing_clear(&l);
}

/* Nothing of the CAC applets is read for the first certificate. */
static void
first_alone(void **state)
{
	size_t opened;
	struct buf der;

	(void)state;
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	opened = rig.reader.log.n;
	buf_init(&der, CARD_CERT_MAX);
	assert_int_equal(
	    card_read_certificate(rig.card, 0, rig_never, &der), 0);
	buf_clear(&der);
	buf_append_u8(&rig.reader.log, 0);
	assert_string_equal((const char *)rig.reader.log.p + opened,
	    "00 CB 3F FF 05 5C 03 5F C1 05\n");
}

/*
 * One disturbance at each exchange. Entries that it hits may be errors, all
 * others are what they are without it, and none is missing.
 */
static void
sweep(struct fake_fault fault, bool must_be_right)
{
	struct listing l;
	unsigned n;

	rig.reader.fault_count = 0;
	assert_listing_right(false);
	n = rig.reader.exchanges;
	rig.reader.faults = &fault;
	for (fault.at = 0; fault.at < n; fault.at++) {
		rig.reader.fault_count = 1;
		joined_list(&l, false);
		if (must_be_right)
			assert_int_equal(l.open_err, 0);
		if (l.open_err == 0)
			assert_int_equal(l.count, JOINED_CONTAINERS);
		for (size_t i = 0; i < l.count; i++)
			if (!right_entry(&l, i)) {
				assert_false(must_be_right);
				assert_false(card_err_is_absence(l.err[i]));
				assert_int_not_equal(l.err[i], 0);
			}
		listing_clear(&l);
	}
	rig.reader.fault_count = 0;
}

static void
faults(void **state)
{
	(void)state;
	sweep((struct fake_fault){.kind = FAKE_RESET}, true);
	sweep((struct fake_fault){.kind = FAKE_SILENT_RESET}, true);
	sweep((struct fake_fault){.kind = FAKE_FAIL, .err = CCID_ERR_PROTOCOL},
	    false);
	sweep((struct fake_fault){.kind = FAKE_STATUS, .sw = 0x6F00}, false);
	sweep((struct fake_fault){.kind = FAKE_STATUS, .sw = 0x6985}, false);
	sweep((struct fake_fault){.kind = FAKE_SHORT}, false);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("joined: PIV Authentication, CAC containers, other PIV",
		dual, joined_setup, joined_teardown),
	    TEST_WITH("joined: a twin of PIV Authentication is shown once",
		twin_of_first, joined_setup, joined_teardown),
	    TEST_WITH("joined: the first certificate needs no other",
		first_alone, joined_setup, joined_teardown),
	    TEST_WITH("joined: what was read before changes nothing", any_order,
		joined_setup, joined_teardown),
	    TEST_WITH("joined: an unread CAC container holds PIV back",
		twin_unknown, joined_setup, joined_teardown),
	    TEST_WITH("joined: a PIV certificate without twin is shown",
		no_twin, joined_setup, joined_teardown),
	    TEST_WITH("joined: a fault at any exchange makes nothing absent",
		faults, joined_setup, joined_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
