/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/card.h"
#include "cac/gscis-spec.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/unit.h"

#define FOREIGN_BUDGET 8

static const enum sample_packing packings[] = {
    SAMPLE_HOLE, SAMPLE_ZLIB, SAMPLE_GZIP, SAMPLE_PLAIN};

#define CONTAINERS (COUNT_OF(packings))

/* All that a caller learns of a card. */
struct listing {
	err_t open_err;
	size_t count;
	err_t err[SAMPLE_CONTAINERS];
	struct buf der[SAMPLE_CONTAINERS];
};

static struct sample_card sample;
static struct reader reader;
static struct card *card;
static const struct deadline never = {INT64_MAX};

static int
setup(void **state)
{
	(void)state;
	sample_card_init(&sample, packings, CONTAINERS);
	fake_reader_init(&reader, sample.containers, sample.count);
	card = NULL;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	card_free(&card);
	fake_reader_clear(&reader);
	sample_card_clear(&sample);
	return 0;
}

static void
list(struct listing *l)
{
	*l = (struct listing){0};
	reader.exchanges = 0;
	buf_truncate(&reader.log, 0);
	fake_reader_reset(&reader);
	l->open_err = card_open(&reader, never, &card);
	if (l->open_err != 0) {
		assert_null(card);
		return;
	}
	l->count = card_container_count(card);
	for (size_t i = 0; i < l->count; i++) {
		buf_init(&l->der[i], CARD_CERT_MAX);
		l->err[i] = card_read_certificate(card, i, never, &l->der[i]);
		if (l->err[i] != 0)
			assert_int_equal(l->der[i].n, 0);
	}
	card_free(&card);
}

static void
listing_clear(struct listing *l)
{
	for (size_t i = 0; i < l->count; i++)
		buf_clear(&l->der[i]);
}

static bool
right_result(const struct listing *l, size_t i)
{
	if (packings[i] == SAMPLE_HOLE)
		return l->err[i] == CARD_ERR_EMPTY;
	return l->err[i] == 0 &&
	    bytes_equal(buf_bytes(&l->der[i]), buf_bytes(&sample.der[1 + i]));
}

static size_t
right_results(const struct listing *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		n += right_result(l, i);
	return n;
}

static void
assert_listing_right(void)
{
	struct listing l;

	list(&l);
	assert_int_equal(l.open_err, 0);
	assert_int_equal(l.count, CONTAINERS);
	assert_int_equal(right_results(&l), CONTAINERS);
	listing_clear(&l);
}

static unsigned
clean_exchanges(void)
{
	reader.fault_count = 0;
	assert_listing_right();
	return reader.exchanges;
}

static void
names(void **state)
{
	static const char *const labels[] = {"CAC ID Certificate",
	    "CAC Email Signature Certificate",
	    "CAC Email Encryption Certificate", "CAC Cert 4"};

	(void)state;
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_string_equal(card_model(card), "CAC v2");
	assert_string_equal(card_serial(card), "cac0000000000000000000000000");
	assert_int_equal(card_container_count(card), 4);
	for (size_t i = 0; i < 4; i++) {
		const struct card_container *c = card_container(card, i);

		assert_string_equal(c->label, labels[i]);
		assert_int_equal(c->id_len, 2);
		assert_int_equal(c->id[0], 0);
		assert_int_equal(c->id[1], i + 1);
	}
	assert_null(card_container(card, 4));
}

static void
holes(void **state)
{
	(void)state;
	assert_listing_right();
}

static void
past_the_end(void **state)
{
	struct buf der;

	(void)state;
	buf_init(&der, CARD_CERT_MAX);
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_int_equal(
	    card_read_certificate(card, 4, never, &der), CARD_ERR_NOT_FOUND);
	buf_clear(&der);
}

static void
serial(struct bytes t, struct bytes v, const char *expected)
{
	sample.containers[0].t = t;
	sample.containers[0].v = v;
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_string_equal(card_serial(card), expected);
	card_free(&card);
	fake_reader_reset(&reader);
}

#define ONE_URL "A0 00 00 00 79 04 01 00 01 00 00 00 00 00 00 00"

static void
serials(void **state)
{
	(void)state;
	serial(HEX(SAMPLE_CCC_T), HEX(SAMPLE_CCC_V),
	    "0102030405060708090a0b0c0d0e");
	serial(
	    HEX("F0 05 F3 10"), HEX("A0 00 00 00 79 " ONE_URL), "a000000079");
	serial(HEX("F0 00 F3 10"), HEX(ONE_URL), "165d082bf1993868");
	serial(HEX("F3 10"), HEX(ONE_URL), "165d082bf1993868");
	serial(HEX("F0 16 F3 10"),
	    HEX("A0 00 00 00 79 03 02 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D "
		"0E "
		"0F " ONE_URL),
	    "0102030405060708090a0b0c0d0e");
}

static void
foreign(void **state)
{
	static const uint16_t sws[] = {0x6A82, 0x6A86, 0x6D00, 0x6E00, 0x6A81,
	    0x6985, 0x6999, 0x6F00, 0x6300, 0x6283};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sws); i++) {
		reader.count = 0;
		reader.unknown_sw = sws[i];
		reader.exchanges = 0;
		assert_int_equal(
		    card_open(&reader, never, &card), CARD_ERR_UNKNOWN);
		assert_null(card);
		assert_true(reader.exchanges <= FOREIGN_BUDGET);
	}
}

/* A card that answers SELECT of anything, and READ BUFFER with sw. */
static void
selects_anything(uint16_t sw, err_t expected)
{
	const struct fake_fault faults[] = {
	    {.at = 0, .kind = FAKE_STATUS, .sw = 0x9000},
	    {.at = 1, .kind = FAKE_STATUS, .stays = true, .sw = sw},
	};

	reader.faults = faults;
	reader.fault_count = 2;
	reader.exchanges = 0;
	fake_reader_reset(&reader);
	assert_int_equal(card_open(&reader, never, &card), expected);
	assert_true(reader.exchanges <= FOREIGN_BUDGET);
	reader.fault_count = 0;
}

static void
yes_cards(void **state)
{
	(void)state;
	selects_anything(0x9000, CARD_ERR_UNKNOWN);
	selects_anything(0x6D00, CARD_ERR_UNKNOWN);
	selects_anything(0x6E00, CARD_ERR_UNKNOWN);
	selects_anything(0x6A86, CARD_ERR_UNKNOWN);
	selects_anything(0x6F00, CARD_ERR_STATUS);
	selects_anything(0x6982, CARD_ERR_STATUS);
}

static void
no_pki(void **state)
{
	(void)state;
	sample.containers[0].t = HEX("F0 01 F3 00 FE 00");
	sample.containers[0].v = HEX("AA");
	assert_int_equal(card_open(&reader, never, &card), CARD_ERR_UNKNOWN);
	sample.containers[0].t = bytes_of(NULL, 0);
	sample.containers[0].v = bytes_of(NULL, 0);
	assert_int_equal(card_open(&reader, never, &card), CARD_ERR_UNKNOWN);
}

static void
broken_ccc(void **state)
{
	(void)state;
	sample.containers[0].v.n--;
	assert_int_equal(card_open(&reader, never, &card), CARD_ERR_DATA);
	sample.containers[0].v.n++;
	sample.containers[0].t.n--;
	assert_int_equal(card_open(&reader, never, &card), CARD_ERR_DATA);
}

static void
not_there(void **state)
{
	static const uint16_t sws[] = {0x6A82, 0x6A88};
	struct listing l;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		sample.containers[2].select_sw = sws[i];
		list(&l);
		assert_int_equal(l.err[1], CARD_ERR_NOT_FOUND);
		assert_true(card_err_is_absence(l.err[1]));
		assert_int_equal(right_results(&l), CONTAINERS - 1);
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
		sample.containers[2].select_sw = sws[i];
		list(&l);
		assert_int_equal(l.err[1], CARD_ERR_STATUS);
		assert_false(card_err_is_absence(l.err[1]));
		assert_int_equal(right_results(&l), CONTAINERS - 1);
		listing_clear(&l);
	}
}

static void
undecodable(void **state)
{
	struct listing l;

	(void)state;
	/* Behind certinfo; the stream's checksum is wrong then. */
	sample.v[2].p[200] ^= 0x01;
	list(&l);
	assert_int_equal(l.err[1], CARD_ERR_UNDECODABLE);
	assert_true(card_err_is_absence(l.err[1]));
	assert_int_equal(right_results(&l), CONTAINERS - 1);
	listing_clear(&l);
}

static void
habits(void **state)
{
	(void)state;
	reader.no_answer_sw = 0x6A86;
	reader.wrong_cla_sw = 0x6E00;
	reader.longest = 128;
	reader.too_long_sw = 0x6A83;
	reader.chunk = 200;
	assert_listing_right();
}

static void
sweep_resets(enum fake_fault_kind kind)
{
	unsigned n = clean_exchanges();

	for (unsigned at = 0; at < n; at++) {
		const struct fake_fault fault = {.at = at, .kind = kind};

		reader.faults = &fault;
		reader.fault_count = 1;
		assert_listing_right();
		assert_true(reader.exchanges > n);
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

			reader.faults = faults;
			reader.fault_count = 2;
			assert_listing_right();
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

		reader.faults = &fault;
		reader.fault_count = 1;
		list(&l);
		if (l.open_err != 0) {
			assert_int_equal(l.open_err, CCID_ERR_PROTOCOL);
			continue;
		}
		for (size_t i = 0; i < l.count; i++)
			failed += l.err[i] == CCID_ERR_PROTOCOL;
		assert_int_equal(l.count, CONTAINERS);
		assert_int_equal(failed, 1);
		assert_int_equal(right_results(&l), CONTAINERS - 1);
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

	reader.faults = &fault;
	for (fault.at = 0; fault.at < n; fault.at++) {
		reader.fault_count = 1;
		list(&l);
		/* A status word for the first SELECT: not our card. */
		if (l.open_err == CARD_ERR_UNKNOWN)
			assert_int_equal(fault.at, 0);
		for (size_t i = 0; i < l.count; i++) {
			if (packings[i] == SAMPLE_HOLE)
				continue;
			assert_false(card_err_is_absence(l.err[i]));
			if (l.err[i] == 0 && packings[i] != SAMPLE_PLAIN)
				assert_true(right_result(&l, i));
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
verify_card(void **state)
{
	const struct fake_fault fault = {
	    .at = 3, .kind = FAKE_FAIL, .err = CCID_ERR_PROTOCOL};
	struct bytes v = sample.containers[0].v;
	uint8_t other[512];

	(void)state;
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_int_equal(card_recognise(card, never), 0);
	/* The same CCC but for the last byte of the card's id. */
	assert_true(v.n <= sizeof(other));
	memcpy(other, v.p, v.n);
	other[CCC_CARD_ID_OFFSET + CCC_CARD_ID_LENGTH - 1] ^= 1;
	sample.containers[0].v.p = other;
	fake_reader_reset(&reader);
	assert_int_equal(card_recognise(card, never), CARD_ERR_OTHER);
	/* None of our cards at all. */
	sample.containers[0].v = v;
	sample.containers[0].select_sw = 0x6A82;
	fake_reader_reset(&reader);
	assert_int_equal(card_recognise(card, never), CARD_ERR_OTHER);
	sample.containers[0].select_sw = 0;
	reader.faults = &fault;
	reader.fault_count = 1;
	reader.exchanges = 0;
	fake_reader_reset(&reader);
	assert_int_equal(card_recognise(card, never), CCID_ERR_PROTOCOL);
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
	assert_int_equal(card_open(&reader, never, &card), 0);
	/* The hole before it, and that applets want their object selected. */
	assert_int_equal(
	    card_read_certificate(card, 0, never, &der), CARD_ERR_EMPTY);
	assert_int_equal(card_read_certificate(card, 1, never, &der), 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct fake_fault fault = {
		    .at = cases[i].at, .kind = FAKE_CORRUPT};

		fake_reader_reset(&reader);
		reader.exchanges = 0;
		reader.faults = &fault;
		reader.fault_count = 1;
		buf_truncate(&der, 0);
		assert_int_equal(
		    card_read_certificate(card, 1, never, &der), 0);
		assert_int_equal(reader.exchanges, cases[i].exchanges);
		assert_bytes(buf_bytes(&der), buf_bytes(&sample.der[2]));
	}
	buf_clear(&der);
}

static void
error_names(void **state)
{
	(void)state;
	card_error_register();
	for (err_t err = CARD_ERR_UNKNOWN; err <= CARD_ERR_TWIN; err++) {
		assert_string_not_equal(err_name(err), "UNKNOWN");
		assert_true(strlen(err_text(err)) > 20);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH(
		"card: model, serial, labels and ids", names, setup, teardown),
	    TEST_WITH("card: a hole keeps its index, the others are read",
		holes, setup, teardown),
	    TEST_WITH("card: an index past the end is not there", past_the_end,
		setup, teardown),
	    TEST_WITH("card: the serial is the card id, or a stable stand-in",
		serials, setup, teardown),
	    TEST_WITH("card: a foreign card is dismissed within 8 exchanges",
		foreign, setup, teardown),
	    TEST_WITH("card: one that selects anything is dismissed, too",
		yes_cards, setup, teardown),
	    TEST_WITH("card: a CCC without PKI containers is not ours", no_pki,
		setup, teardown),
	    TEST_WITH("card: a broken CCC is an error, not a foreign card",
		broken_ccc, setup, teardown),
	    TEST_WITH("card: 6A82 and 6A88 prove that a container is not there",
		not_there, setup, teardown),
	    TEST_WITH("card: any other refusal is an error", refused, setup,
		teardown),
	    TEST_WITH("card: damaged content, read whole, is undecodable",
		undecodable, setup, teardown),
	    TEST_WITH("card: all habits at once", habits, setup, teardown),
	    TEST_WITH("card: it is known again by its id", verify_card, setup,
		teardown),
	    TEST_WITH("card: a reset at any exchange changes no result", resets,
		setup, teardown),
	    TEST_WITH("card: a reset seen only in the epoch changes no result",
		silent_resets, setup, teardown),
	    TEST_WITH("card: two resets change no result", two_resets, setup,
		teardown),
	    TEST_WITH("card: a transport error at any exchange is an error",
		transport_errors, setup, teardown),
	    TEST_WITH("card: no disturbance makes a certificate absent",
		disturbed, setup, teardown),
	    TEST_WITH("card: what makes no sense is read a second time",
		read_twice, setup, teardown),
	    TEST_WITH("card: every error has a name and a text", error_names,
		setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
