/* SPDX-License-Identifier: BSD-2-Clause */
/* PIV alone: its certificates, its serial, its retired keys. */
#include "tests/unit/joined-rig.h"
#include "tests/unit/unit.h"

static void
alone(void **state)
{
	struct listing l;

	(void)state;
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	assert_string_equal(card_model(rig.card), "PIV");
	assert_string_equal(card_serial(rig.card),
	    "d0439458211682108b210842108421"
	    "0c84210842108421"
	    "0842");
	assert_int_equal(card_recognise(rig.card, rig_never), 0);
	card_free(&rig.card);
	joined_list(&l, false);
	assert_int_equal(l.count, 4);
	assert_int_equal(l.err[0], 0);
	assert_bytes(buf_bytes(&l.der[0]), buf_bytes(&rig.authentication));
	assert_bytes(buf_bytes(&l.der[1]), buf_bytes(&rig.sample.der[2]));
	assert_bytes(buf_bytes(&l.der[2]), buf_bytes(&rig.sample.der[3]));
	assert_int_equal(l.err[3], CARD_ERR_NOT_FOUND);
	listing_clear(&l);
}

static void
piv_serial(const char *expected)
{
	fake_reader_reset(&rig.reader);
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	assert_string_equal(card_serial(rig.card), expected);
	assert_int_equal(card_recognise(rig.card, rig_never), 0);
	card_free(&rig.card);
}

static void
serials(void **state)
{
	(void)state;
	rig.piv.objects[1].data = HEX("53 00");
	piv_serial("c0c1c2c3c4c5c6c7c8c9cacbcccd");
	rig.piv.objects[1].sw = 0x6A82;
	piv_serial("c0c1c2c3c4c5c6c7c8c9cacbcccd");
	/* Nothing but Discovery: the first certificate stands in. */
	rig.piv.objects[0].sw = 0x6A80;
	sample_piv_add(&rig.piv, 0x7E, HEX("4F 01 A0"));
	sample_piv_insert(&rig.piv, &rig.reader);
	piv_serial("34385165cc54d363");
}

static void
not_piv(void **state)
{
	(void)state;
	rig.reader.piv = FAKE_PIV_LIAR;
	assert_int_equal(
	    card_open(&rig.reader, rig_never, &rig.card), CARD_ERR_UNKNOWN);
	rig.reader.count = rig.sample.count;
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	assert_int_equal(card_container_count(rig.card), JOINED_CAC);
}

static void
retired_listing(size_t count, size_t at)
{
	struct listing l;

	sample_piv_insert(&rig.piv, &rig.reader);
	joined_list(&l, false);
	assert_int_equal(l.count, 4 + count);
	for (size_t i = 4; i < l.count; i++)
		assert_int_equal(
		    l.err[i], i == 4 + at ? 0 : CARD_ERR_NOT_FOUND);
	if (count > 0)
		assert_bytes(
		    buf_bytes(&l.der[4 + at]), buf_bytes(&rig.retired));
	listing_clear(&l);
}

static void
retired_found(void **state)
{
	(void)state;
	retired_listing(0, 0);
	/* Not named; behind one hole it is found, behind two it is not. */
	sample_piv_certificate(
	    &rig.piv, 0x5FC110, buf_bytes(&rig.retired), SAMPLE_GZIP);
	retired_listing(0, 3);
	rig.piv.objects[rig.piv.count - 1].tag = 0x5FC10E;
	retired_listing(2, 1);
	rig.piv.objects[rig.piv.count - 1].tag = 0x5FC10D;
	retired_listing(1, 0);
	sample_piv_add(&rig.piv, 0x5FC10C, HEX("C1 01 00 C2 01 00 FE 00"));
	retired_listing(1, 0);
	rig.piv.objects[rig.piv.count - 1].data =
	    HEX("53 0A C1 01 06 C2 01 00 F3 00 FE 00");
	retired_listing(6, 0);
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	assert_string_equal(card_container(rig.card, 4)->label,
	    "Retired Certificate for Key Management 1");
	assert_int_equal(card_container(rig.card, 8)->id[0], 0x09);
	assert_int_equal(card_container(rig.card, 9)->id[0], 0x10);
}

static void
lazy(void **state)
{
	(void)state;
	rig.reader.count = rig.sample.count;
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	buf_append_u8(&rig.reader.log, 0);
	assert_null(strstr((const char *)rig.reader.log.p, "5C 03 5F C1 05"));
	assert_null(strstr((const char *)rig.reader.log.p, "5C 03 5F C1 07"));
	assert_null(strstr((const char *)rig.reader.log.p, "00 20 "));
}

static void
short_objects(void **state)
{
	struct listing l;

	(void)state;
	rig.piv.objects[2].data.n--;
	joined_list(&l, false);
	assert_int_equal(l.err[0], CARD_ERR_DATA);
	assert_false(card_err_is_absence(l.err[0]));
	listing_clear(&l);
	rig.piv.objects[2].sw = 0x6982;
	joined_list(&l, false);
	assert_int_equal(l.err[0], CARD_ERR_STATUS);
	listing_clear(&l);
	rig.piv.objects[2].sw = 0x6A80;
	joined_list(&l, false);
	assert_int_equal(l.err[0], CARD_ERR_NOT_FOUND);
	listing_clear(&l);
}

static size_t
find_data(const char *label)
{
	size_t i = 0;

	assert_int_equal(card_find_data(rig.card, rig_never), 0);
	while (i < card_data_count(rig.card) &&
	    strcmp(card_data(rig.card, i)->label, label) != 0)
		i++;
	assert_true(i < card_data_count(rig.card));
	return i;
}

/* Read the fingerprints, which the card refuses once. */
static err_t
read_fingerprints(struct bytes pin, struct buf *out)
{
	size_t i = find_data("Card Holder Fingerprints");
	const struct fake_fault fault = {
	    .at = rig.reader.exchanges, .kind = FAKE_STATUS, .sw = 0x6982};
	err_t err;

	buf_truncate(out, 0);
	buf_truncate(&rig.reader.log, 0);
	rig.reader.faults = &fault;
	rig.reader.fault_count = 1;
	err = card_read_data(rig.card, i, pin, rig_never, out);
	rig.reader.fault_count = 0;
	return err;
}

#define GIVEN_AND_READ                                                         \
	"00 20 00 80 08 31 32 33 34 35 36 FF FF\n00 CB 3F FF 05 5C 03 5F C1 "  \
	"03\n"

static void
behind_the_pin(void **state)
{
	struct fake_keys keys = {.pin = "123456", .tries = 3, .tries_max = 3};
	struct buf out;
	size_t end;

	(void)state;
	buf_init(&out, 1000);
	rig.reader.keys = &keys;
	sample_piv_add(&rig.piv, 0x5FC103, HEX("BC 01 00"));
	sample_piv_insert(&rig.piv, &rig.reader);
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	assert_int_equal(
	    read_fingerprints(bytes_of(NULL, 0), &out), CARD_ERR_NOT_VERIFIED);
	assert_int_equal(keys.verifies, 0);
	assert_int_equal(read_fingerprints(bytes_of("123456", 6), &out), 0);
	assert_bytes(buf_bytes(&out), HEX("53 03 BC 01 00"));
	end = rig.reader.log.n - strlen(GIVEN_AND_READ);
	assert_memory_equal(
	    rig.reader.log.p + end, GIVEN_AND_READ, strlen(GIVEN_AND_READ));
	assert_int_equal(keys.verifies, 1);
	/* A wrong one is given once. */
	keys.pin = "999999";
	fake_reader_reset(&rig.reader);
	assert_int_equal(
	    read_fingerprints(bytes_of("123456", 6), &out), CARD_ERR_PIN_WRONG);
	assert_int_equal(read_fingerprints(bytes_of("123456", 6), &out),
	    CARD_ERR_NOT_VERIFIED);
	assert_int_equal(keys.verifies, 2);
	assert_int_equal(out.n, 0);
	rig.reader.keys = NULL;
	buf_clear(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("piv: alone it is listed and known again", alone,
		joined_setup_piv, joined_teardown),
	    TEST_WITH("piv: the serial has fall-backs", serials,
		joined_setup_piv, joined_teardown),
	    TEST_WITH("piv: 9000 to SELECT alone proves nothing", not_piv,
		joined_setup_piv, joined_teardown),
	    TEST_WITH("piv: retired certificates, named or found",
		retired_found, joined_setup_piv, joined_teardown),
	    TEST_WITH("piv: opening reads no certificate", lazy,
		joined_setup_piv, joined_teardown),
	    TEST_WITH("piv: a short or refused object is an error",
		short_objects, joined_setup_piv, joined_teardown),
	    TEST_WITH("piv: data behind the PIN, which is given once, to PIV",
		behind_the_pin, joined_setup_piv, joined_teardown),
	    TEST_WITH("piv: the same on a card with CAC applets",
		behind_the_pin, joined_setup, joined_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
