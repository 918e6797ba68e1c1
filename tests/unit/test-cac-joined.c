/* SPDX-License-Identifier: BSD-2-Clause */
/* PIV alone, and cards that are CAC and PIV: what is shown of them. */
#include "cac/card.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/unit.h"

#define ENTRIES_MAX 16

/* ID (empty), signature, encryption; two of them again in PIV. */
static const enum sample_packing packings[] = {
    SAMPLE_HOLE, SAMPLE_ZLIB, SAMPLE_PLAIN};

#define CAC_CONTAINERS (COUNT_OF(packings))
#define CONTAINERS     (CAC_CONTAINERS + 4)

#define CHUID                                                                  \
	"30 19 D0 43 94 58 21 16 82 10 8B 21 08 42 10 84 21 0C 84 21 08 42 "   \
	"10 84 21 08 42 34 10 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F "   \
	"10 "                                                                  \
	"35 08 20 20 20 20 20 20 20 20 3E 00 FE 00"
#define PIV_CCC                                                                \
	"F0 15 A0 00 00 03 08 01 02 C0 C1 C2 C3 C4 C5 C6 C7 C8 C9 CA CB CC "   \
	"CD "                                                                  \
	"F3 00 FE 00"

static struct sample_card sample;
static struct sample_piv piv;
static struct buf authentication, retired;
static struct reader reader;
static struct card *card;
static const struct deadline never = {INT64_MAX};

struct listing {
	err_t open_err;
	size_t count;
	err_t err[ENTRIES_MAX];
	struct buf der[ENTRIES_MAX];
};

static int
setup(void **state)
{
	(void)state;
	sample_card_init(&sample, packings, CAC_CONTAINERS);
	fake_reader_init(&reader, sample.containers, sample.count);
	sample_der(&authentication, 900, 77);
	sample_der(&retired, 1100, 78);
	sample_piv_init(&piv);
	sample_piv_add(&piv, 0x5FC107, HEX(PIV_CCC));
	sample_piv_add(&piv, 0x5FC102, HEX(CHUID));
	sample_piv_certificate(
	    &piv, 0x5FC105, buf_bytes(&authentication), SAMPLE_GZIP);
	/* Packed in another way than the CAC applet's. */
	sample_piv_certificate(
	    &piv, 0x5FC10A, buf_bytes(&sample.der[2]), SAMPLE_PLAIN);
	sample_piv_certificate(
	    &piv, 0x5FC10B, buf_bytes(&sample.der[3]), SAMPLE_ZLIB);
	sample_piv_insert(&piv, &reader);
	card = NULL;
	return 0;
}

/* Only PIV is left. */
static int
setup_piv(void **state)
{
	int rc = setup(state);

	reader.count = 0;
	return rc;
}

static int
teardown(void **state)
{
	(void)state;
	card_free(&card);
	fake_reader_clear(&reader);
	sample_card_clear(&sample);
	sample_piv_clear(&piv);
	buf_clear(&authentication);
	buf_clear(&retired);
	return 0;
}

static void
read_entry(struct listing *l, size_t i)
{
	buf_init(&l->der[i], CARD_CERT_MAX);
	l->err[i] = card_read_certificate(card, i, never, &l->der[i]);
	if (l->err[i] != 0)
		assert_int_equal(l->der[i].n, 0);
}

static void
list(struct listing *l, bool backwards)
{
	*l = (struct listing){0};
	reader.exchanges = 0;
	buf_truncate(&reader.log, 0);
	fake_reader_reset(&reader);
	l->open_err = card_open(&reader, never, &card);
	if (l->open_err != 0)
		return;
	l->count = card_container_count(card);
	assert_true(l->count <= ENTRIES_MAX);
	for (size_t i = 0; i < l->count; i++)
		read_entry(l, backwards ? l->count - 1 - i : i);
	card_free(&card);
}

static void
listing_clear(struct listing *l)
{
	for (size_t i = 0; i < l->count; i++)
		buf_clear(&l->der[i]);
}

/* What a dual card's entry is, whatever was read before it. */
static bool
right_entry(const struct listing *l, size_t i)
{
	static const err_t errs[CONTAINERS] = {0, CARD_ERR_EMPTY, 0, 0,
	    CARD_ERR_TWIN, CARD_ERR_TWIN, CARD_ERR_NOT_FOUND};
	const struct buf *ders[CONTAINERS] = {
	    &authentication, NULL, &sample.der[2], &sample.der[3]};

	if (l->err[i] != errs[i])
		return false;
	return errs[i] != 0 ||
	    bytes_equal(buf_bytes(&l->der[i]), buf_bytes(ders[i]));
}

static void
assert_listing_right(bool backwards)
{
	struct listing l;

	list(&l, backwards);
	assert_int_equal(l.open_err, 0);
	assert_int_equal(l.count, CONTAINERS);
	for (size_t i = 0; i < l.count; i++)
		assert_true(right_entry(&l, i));
	listing_clear(&l);
}

static void
dual(void **state)
{
	static const char *const labels[CONTAINERS] = {
	    "Certificate for PIV Authentication", "CAC ID Certificate",
	    "CAC Email Signature Certificate",
	    "CAC Email Encryption Certificate",
	    "Certificate for Digital Signature",
	    "Certificate for Key Management",
	    "Certificate for Card Authentication"};

	(void)state;
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_string_equal(card_model(card), "CAC v2");
	assert_string_equal(card_serial(card), "cac0000000000000000000000000");
	assert_int_equal(card_container_count(card), CONTAINERS);
	for (size_t i = 0; i < CONTAINERS; i++)
		assert_string_equal(card_container(card, i)->label, labels[i]);
	/* What was given to them does not depend on where they stand. */
	assert_int_equal(card_container(card, 0)->id_len, 1);
	assert_int_equal(card_container(card, 0)->id[0], 1);
	for (size_t i = 1; i <= CAC_CONTAINERS; i++) {
		assert_int_equal(card_container(card, i)->id_len, 2);
		assert_int_equal(card_container(card, i)->id[1], i);
	}
	card_free(&card);
	assert_listing_right(false);
}

static void
any_order(void **state)
{
	struct listing l;

	(void)state;
	assert_listing_right(true);
	/* One entry alone, each of a fresh card. */
	for (size_t i = 0; i < CONTAINERS; i++) {
		l = (struct listing){0};
		fake_reader_reset(&reader);
		assert_int_equal(card_open(&reader, never, &card), 0);
		read_entry(&l, i);
		assert_true(right_entry(&l, i));
		/* And once more. */
		buf_clear(&l.der[i]);
		read_entry(&l, i);
		assert_true(right_entry(&l, i));
		buf_clear(&l.der[i]);
		card_free(&card);
	}
}

/* A PIV container is not shown while its twin may be behind an error. */
static void
twin_unknown(void **state)
{
	struct listing l;

	(void)state;
	sample.containers[2].select_sw = 0x6985;
	for (int backwards = 0; backwards < 2; backwards++) {
		list(&l, backwards == 1);
		assert_int_equal(l.err[0], 0);
		assert_int_equal(l.err[1], CARD_ERR_EMPTY);
		assert_int_equal(l.err[2], CARD_ERR_STATUS);
		assert_int_equal(l.err[3], 0);
		for (size_t i = 1 + CAC_CONTAINERS; i < CONTAINERS; i++)
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
	sample.containers[2].t.n = sample.containers[2].v.n = 0;
	list(&l, false);
	assert_int_equal(l.err[2], CARD_ERR_EMPTY);
	assert_int_equal(l.err[4], 0);
	assert_bytes(buf_bytes(&l.der[4]), buf_bytes(&sample.der[2]));
	assert_int_equal(l.err[5], CARD_ERR_TWIN);
	listing_clear(&l);
}

/* A CAC applet with the certificate of 9A: the first to be shown is 9A. */
static void
twin_of_first(void **state)
{
	struct listing l;

	(void)state;
	piv.objects[2].data = piv.objects[3].data;
	list(&l, false);
	assert_int_equal(l.err[0], 0);
	assert_bytes(buf_bytes(&l.der[0]), buf_bytes(&sample.der[2]));
	assert_int_equal(l.err[2], CARD_ERR_TWIN);
	assert_int_equal(l.err[3], 0);
	assert_int_equal(l.err[4], CARD_ERR_TWIN);
	listing_clear(&l);
	list(&l, true);
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
	assert_int_equal(card_open(&reader, never, &card), 0);
	opened = reader.log.n;
	buf_init(&der, CARD_CERT_MAX);
	assert_int_equal(card_read_certificate(card, 0, never, &der), 0);
	buf_clear(&der);
	buf_append_u8(&reader.log, 0);
	assert_string_equal((const char *)reader.log.p + opened,
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

	reader.fault_count = 0;
	assert_listing_right(false);
	n = reader.exchanges;
	reader.faults = &fault;
	for (fault.at = 0; fault.at < n; fault.at++) {
		reader.fault_count = 1;
		list(&l, false);
		if (must_be_right)
			assert_int_equal(l.open_err, 0);
		if (l.open_err == 0)
			assert_int_equal(l.count, CONTAINERS);
		for (size_t i = 0; i < l.count; i++)
			if (!right_entry(&l, i)) {
				assert_false(must_be_right);
				assert_false(card_err_is_absence(l.err[i]));
				assert_int_not_equal(l.err[i], 0);
			}
		listing_clear(&l);
	}
	reader.fault_count = 0;
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

static void
alone(void **state)
{
	struct listing l;

	(void)state;
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_string_equal(card_model(card), "PIV");
	assert_string_equal(card_serial(card),
	    "d0439458211682108b210842108421"
	    "0c84210842108421"
	    "0842");
	assert_int_equal(card_recognise(card, never), 0);
	card_free(&card);
	list(&l, false);
	assert_int_equal(l.count, 4);
	assert_int_equal(l.err[0], 0);
	assert_bytes(buf_bytes(&l.der[0]), buf_bytes(&authentication));
	assert_bytes(buf_bytes(&l.der[1]), buf_bytes(&sample.der[2]));
	assert_bytes(buf_bytes(&l.der[2]), buf_bytes(&sample.der[3]));
	assert_int_equal(l.err[3], CARD_ERR_NOT_FOUND);
	listing_clear(&l);
}

static void
piv_serial(const char *expected)
{
	fake_reader_reset(&reader);
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_string_equal(card_serial(card), expected);
	assert_int_equal(card_recognise(card, never), 0);
	card_free(&card);
}

static void
serials(void **state)
{
	(void)state;
	piv.objects[1].data = HEX("53 00");
	piv_serial("c0c1c2c3c4c5c6c7c8c9cacbcccd");
	piv.objects[1].sw = 0x6A82;
	piv_serial("c0c1c2c3c4c5c6c7c8c9cacbcccd");
	/* Nothing but Discovery: the first certificate stands in. */
	piv.objects[0].sw = 0x6A80;
	sample_piv_add(&piv, 0x7E, HEX("4F 01 A0"));
	sample_piv_insert(&piv, &reader);
	piv_serial("34385165cc54d363");
}

static void
not_piv(void **state)
{
	(void)state;
	reader.piv = FAKE_PIV_LIAR;
	assert_int_equal(card_open(&reader, never, &card), CARD_ERR_UNKNOWN);
	reader.count = sample.count;
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_int_equal(card_container_count(card), CAC_CONTAINERS);
}

static void
retired_listing(size_t count, size_t at)
{
	struct listing l;

	sample_piv_insert(&piv, &reader);
	list(&l, false);
	assert_int_equal(l.count, 4 + count);
	for (size_t i = 4; i < l.count; i++)
		assert_int_equal(
		    l.err[i], i == 4 + at ? 0 : CARD_ERR_NOT_FOUND);
	if (count > 0)
		assert_bytes(buf_bytes(&l.der[4 + at]), buf_bytes(&retired));
	listing_clear(&l);
}

static void
retired_found(void **state)
{
	(void)state;
	retired_listing(0, 0);
	/* Not named; behind one hole it is found, behind two it is not. */
	sample_piv_certificate(
	    &piv, 0x5FC110, buf_bytes(&retired), SAMPLE_GZIP);
	retired_listing(0, 3);
	piv.objects[piv.count - 1].tag = 0x5FC10E;
	retired_listing(2, 1);
	piv.objects[piv.count - 1].tag = 0x5FC10D;
	retired_listing(1, 0);
	sample_piv_add(&piv, 0x5FC10C, HEX("C1 01 00 C2 01 00 FE 00"));
	retired_listing(1, 0);
	piv.objects[piv.count - 1].data =
	    HEX("53 0A C1 01 06 C2 01 00 F3 00 FE 00");
	retired_listing(6, 0);
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_string_equal(card_container(card, 4)->label,
	    "Retired Certificate for Key Management 1");
	assert_int_equal(card_container(card, 8)->id[0], 0x09);
	assert_int_equal(card_container(card, 9)->id[0], 0x10);
}

static void
lazy(void **state)
{
	(void)state;
	reader.count = sample.count;
	assert_int_equal(card_open(&reader, never, &card), 0);
	buf_append_u8(&reader.log, 0);
	assert_null(strstr((const char *)reader.log.p, "5C 03 5F C1 05"));
	assert_null(strstr((const char *)reader.log.p, "5C 03 5F C1 07"));
	assert_null(strstr((const char *)reader.log.p, "00 20 "));
}

static void
short_objects(void **state)
{
	struct listing l;

	(void)state;
	piv.objects[2].data.n--;
	list(&l, false);
	assert_int_equal(l.err[0], CARD_ERR_DATA);
	assert_false(card_err_is_absence(l.err[0]));
	listing_clear(&l);
	piv.objects[2].sw = 0x6982;
	list(&l, false);
	assert_int_equal(l.err[0], CARD_ERR_STATUS);
	listing_clear(&l);
	piv.objects[2].sw = 0x6A80;
	list(&l, false);
	assert_int_equal(l.err[0], CARD_ERR_NOT_FOUND);
	listing_clear(&l);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("joined: PIV Authentication, CAC containers, other PIV",
		dual, setup, teardown),
	    TEST_WITH("joined: a twin of PIV Authentication is shown once",
		twin_of_first, setup, teardown),
	    TEST_WITH("joined: the first certificate needs no other",
		first_alone, setup, teardown),
	    TEST_WITH("joined: what was read before changes nothing", any_order,
		setup, teardown),
	    TEST_WITH("joined: an unread CAC container holds PIV back",
		twin_unknown, setup, teardown),
	    TEST_WITH("joined: a PIV certificate without twin is shown",
		no_twin, setup, teardown),
	    TEST_WITH("joined: a fault at any exchange makes nothing absent",
		faults, setup, teardown),
	    TEST_WITH("piv: alone it is listed and known again", alone,
		setup_piv, teardown),
	    TEST_WITH(
		"piv: the serial has fall-backs", serials, setup_piv, teardown),
	    TEST_WITH("piv: 9000 to SELECT alone proves nothing", not_piv,
		setup_piv, teardown),
	    TEST_WITH("piv: retired certificates, named or found",
		retired_found, setup_piv, teardown),
	    TEST_WITH(
		"piv: opening reads no certificate", lazy, setup_piv, teardown),
	    TEST_WITH("piv: a short or refused object is an error",
		short_objects, setup_piv, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
