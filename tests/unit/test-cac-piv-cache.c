/* SPDX-License-Identifier: BSD-2-Clause */
/* PIV certificates out of the cache: proved by their heads, never stale. */
#include "cac/card.h"
#include "tests/unit/cache-rig.h"
#include "tests/unit/unit.h"

#define DER_LEN 900

#define CHUID                                                                  \
	"30 19 D0 43 94 58 21 16 82 10 8B 21 08 42 10 84 21 0C 84 21 08 42 "   \
	"10 84 21 08 42 34 10 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F "   \
	"10 35 08 20 20 20 20 20 20 20 20 3E 00 FE 00"

static const uint8_t discovery[] = {0x7E, 0x12, 0x4F, 0x0B, 0xA0, 0x00, 0x00,
    0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00, 0x5F, 0x2F, 0x02, 0x40,
    0x00};
static const uint32_t tags[] = {0x5FC105, 0x5FC10A, 0x5FC10B};
static const enum sample_packing packings[] = {
    SAMPLE_PLAIN, SAMPLE_ZLIB, SAMPLE_GZIP};

#define CONTAINERS (COUNT_OF(tags))
#define HEADS	   (1 + CONTAINERS) /* of the CHUID, too */

/* What tells a certificate from others. */
struct identity {
	uint8_t serial, issuer, date;
};

static struct sample_piv piv;
static struct identity identities[CONTAINERS];
static struct buf ders[CONTAINERS];
static struct reader reader;
static struct card *card;
static const struct deadline never = {INT64_MAX};

/* All that follows the dates is the same for all: only the head differs. */
static void
make_der(struct buf *out, const struct identity *id)
{
	const uint8_t head[] = {0x30, 0x82, (DER_LEN - 4) >> 8,
	    (uint8_t)(DER_LEN - 4), 0x30, 0x82, 0x02, 0x80, 0xA0, 0x03, 0x02,
	    0x01, 0x02, 0x02, 0x03, 0x10, 0x20, id->serial, 0x30, 0x05, 0x06,
	    0x03, 0x2A, 0x03, 0x04, 0x30, 0x0D, 0x31, 0x0B, 0x30, 0x09, 0x06,
	    0x03, 0x55, 0x04, 0x03, 0x0C, 0x02, 'A', id->issuer, 0x30, 0x1E,
	    0x17, 0x0D, '2', '6', '0', '1', '0', '1', '0', '0', '0', '0', '0',
	    id->date, 'Z', 0x17, 0x0D, '2', '9', '0', '1', '0', '1', '0', '0',
	    '0', '0', '0', '0', 'Z'};
	struct buf rest;

	sample_der(&rest, DER_LEN, 5);
	buf_init(out, CARD_CERT_MAX);
	buf_append(out, BYTES(head));
	buf_append(out, bytes_of(rest.p + sizeof(head), rest.n - sizeof(head)));
	assert_int_equal(buf_err(out), 0);
	buf_clear(&rest);
}

/* The card, with its certificates as they are to be now. */
static void
fill(void)
{
	sample_piv_clear(&piv);
	sample_piv_init(&piv);
	sample_piv_add(&piv, 0x5FC102, HEX(CHUID));
	for (size_t i = 0; i < CONTAINERS; i++) {
		buf_clear(&ders[i]);
		make_der(&ders[i], &identities[i]);
		sample_piv_certificate(
		    &piv, tags[i], buf_bytes(&ders[i]), packings[i]);
	}
	piv.objects[piv.count++] =
	    (struct fake_object){.tag = 0x7E, .data = BYTES(discovery)};
	sample_piv_insert(&piv, &reader);
}

static int
setup(void **state)
{
	fake_reader_init(&reader, NULL, 0);
	for (size_t i = 0; i < CONTAINERS; i++)
		identities[i] = (struct identity){(uint8_t)(16 * i), 'A', '0'};
	fill();
	return cache_home_setup(state);
}

static int
teardown(void **state)
{
	card_free(&card);
	fake_reader_clear(&reader);
	sample_piv_clear(&piv);
	for (size_t i = 0; i < CONTAINERS; i++)
		buf_clear(&ders[i]);
	return cache_home_teardown(state);
}

static void
read_all(void)
{
	struct buf der;

	buf_init(&der, CARD_CERT_MAX);
	for (size_t i = 0; i < CONTAINERS; i++) {
		assert_int_equal(
		    card_read_certificate(card, i, never, &der), 0);
		assert_bytes(buf_bytes(&der), buf_bytes(&ders[i]));
		buf_truncate(&der, 0);
	}
	assert_int_equal(
	    card_read_certificate(card, 3, never, &der), CARD_ERR_NOT_FOUND);
	buf_clear(&der);
}

/* All certificates are those on the card; how many heads did it take? */
static unsigned
list(void)
{
	card_free(&card);
	fake_reader_reset(&reader);
	reader.parts = 0;
	reader.exchanges = 0;
	assert_int_equal(card_open(&reader, never, &card), 0);
	read_all();
	return reader.parts;
}

static void
saves(void **state)
{
	unsigned cold;

	(void)state;
	assert_int_equal(list(), 1);
	cold = reader.exchanges;
	assert_int_equal(list(), HEADS);
	/* Nothing but the heads is read. */
	assert_int_equal(reader.exchanges, cold);
}

static void
renewal(void **state)
{
	(void)state;
	for (size_t i = 0; i < CONTAINERS; i++) {
		uint8_t *const parts[] = {&identities[i].serial,
		    &identities[i].issuer, &identities[i].date};

		for (size_t k = 0; k < COUNT_OF(parts); k++) {
			unsigned cold;

			(void)list();
			(void)list();
			cold = reader.exchanges;
			++*parts[k];
			fill();
			assert_int_equal(list(), HEADS);
			/* That one is read whole behind its head. */
			assert_int_equal(reader.exchanges, cold + 1);
			assert_int_equal(list(), HEADS);
			assert_int_equal(reader.exchanges, cold);
		}
	}
}

static void
swapped_places(void **state)
{
	struct identity first = identities[0];

	(void)state;
	(void)list();
	identities[0] = identities[1];
	identities[1] = first;
	fill();
	(void)list();
	(void)list();
}

static void
emptied(void **state)
{
	static const uint8_t nothing[] = {0x53, 0x00};
	struct buf der;

	(void)state;
	(void)list();
	piv.objects[2].data = BYTES(nothing);
	buf_init(&der, CARD_CERT_MAX);
	fake_reader_reset(&reader);
	card_free(&card);
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_int_equal(
	    card_read_certificate(card, 1, never, &der), CARD_ERR_EMPTY);
	buf_clear(&der);
}

static void
insisting(void **state)
{
	static const uint16_t sw[] = {0x6883, 0x6F00};

	(void)state;
	(void)list();
	for (size_t i = 0; i < COUNT_OF(sw); i++) {
		reader.mid_chain_sw = sw[i];
		/* The second is refused, and there is no third. */
		assert_int_equal(list(), 1 + 2);
		reader.mid_chain_sw = 0;
		assert_int_equal(list(), HEADS);
	}
}

static void
signed_chuid(void **state)
{
	struct fake_object *chuid = &piv.objects[0];
	struct buf content;
	char serial[65];

	(void)state;
	(void)list();
	(void)snprintf(serial, sizeof(serial), "%s", card_serial(card));
	buf_init(&content, SAMPLE_MAX);
	buf_append(&content, HEX("53 82 03 00"));
	buf_append(&content, bytes_of(chuid->data.p + 2, chuid->data.n - 6));
	buf_append(&content, HEX("3E 82 02 00"));
	while (content.n < 0x304)
		buf_append_u8(&content, 0);
	chuid->data = buf_bytes(&content);
	assert_int_equal(list(), HEADS);
	assert_string_equal(card_serial(card), serial);
	reader.cuts = true;
	assert_int_equal(list(), HEADS);
	assert_string_equal(card_serial(card), serial);
	reader.cuts = false;
	reader.partial_sw = 0x6700;
	assert_int_equal(list(), 1);
	assert_string_equal(card_serial(card), serial);
	reader.partial_sw = 0;
	reader.mid_chain_sw = 0x6883;
	assert_int_equal(list(), 1);
	assert_string_equal(card_serial(card), serial);
	buf_clear(&content);
}

static void
before_a_pin(void **state)
{
	const struct bytes pin = HEX("31 32 33 34 35 36");
	struct buf der;

	(void)state;
	(void)list();
	(void)list();
	buf_init(&der, CARD_CERT_MAX);
	/* Discovery comes before the first, and is known at the second. */
	for (int i = 0; i < 2; i++) {
		buf_truncate(&der, 0);
		assert_int_equal(
		    card_read_certificate(card, 0, never, &der), 0);
		assert_true(reader.left);
		buf_truncate(&reader.log, 0);
		assert_int_not_equal(card_login(card, 0, pin, never), 0);
		assert_memory_equal(
		    reader.log.p, "00 CB 3F FF 03 5C 01 7E\n00 20 00 80", 35);
		assert_false(reader.left);
	}
	reader.mid_chain_sw = 0x6883;
	buf_truncate(&der, 0);
	assert_int_equal(card_read_certificate(card, 0, never, &der), 0);
	buf_truncate(&reader.log, 0);
	assert_int_not_equal(card_login(card, 0, pin, never), 0);
	assert_memory_equal(reader.log.p,
	    "00 CB 3F FF 03 5C 01 7E\n00 C0 00 00 00\n"
	    "00 CB 3F FF 03 5C 01 7E\n00 20 00 80",
	    24 + 15 + 24 + 11);
	buf_clear(&der);
}

/* Any exchange fails, or the card is reset: with the cache as without. */
static void
disturbed(void **state)
{
	static const enum fake_fault_kind kinds[] = {
	    FAKE_RESET, FAKE_SILENT_RESET};
	unsigned n;

	(void)state;
	(void)list();
	(void)list();
	n = reader.exchanges;
	for (unsigned at = 0; at < 2 * n; at++) {
		const struct fake_fault fault = {
		    .at = at / 2, .kind = kinds[at % 2]};

		reader.faults = &fault;
		reader.fault_count = 1;
		(void)list();
		reader.fault_count = 0;
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("PIV cache: a second listing reads heads only", saves,
		setup, teardown),
	    TEST_WITH("PIV cache: another serial number, issuer or date of the "
		      "same length is seen at once",
		renewal, setup, teardown),
	    TEST_WITH("PIV cache: certificates that change places",
		swapped_places, setup, teardown),
	    TEST_WITH("PIV cache: an emptied object is empty at once", emptied,
		setup, teardown),
	    TEST_WITH("PIV cache: a card that insists on a chain's end gets "
		      "its way",
		insisting, setup, teardown),
	    TEST_WITH("PIV cache: the card is known by the first bytes of a "
		      "signed CHUID",
		signed_chuid, setup, teardown),
	    TEST_WITH("PIV cache: a chain is ended before a PIN is sent",
		before_a_pin, setup, teardown),
	    TEST_WITH("PIV cache: resets change no result", disturbed, setup,
		teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
