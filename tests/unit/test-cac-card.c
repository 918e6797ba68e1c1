/* SPDX-License-Identifier: BSD-2-Clause */
/* What a card is: its names, its serial, and whether it is ours. */
#include "cac/gscis-spec.h"
#include "tests/unit/card-rig.h"
#include "tests/unit/unit.h"

#define FOREIGN_BUDGET 8

static void
names(void **state)
{
	static const char *const labels[] = {"CAC ID Certificate",
	    "CAC Email Signature Certificate",
	    "CAC Email Encryption Certificate", "CAC Cert 4"};

	(void)state;
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	assert_string_equal(card_model(rig.card), "CAC v2");
	assert_string_equal(
	    card_serial(rig.card), "cac0000000000000000000000000");
	assert_int_equal(card_container_count(rig.card), 4);
	for (size_t i = 0; i < 4; i++) {
		const struct card_container *c = card_container(rig.card, i);

		assert_string_equal(c->label, labels[i]);
		assert_int_equal(c->id_len, 2);
		assert_int_equal(c->id[0], 0);
		assert_int_equal(c->id[1], i + 1);
	}
	assert_null(card_container(rig.card, 4));
}

static void
holes(void **state)
{
	(void)state;
	card_rig_assert_right();
}

static void
past_the_end(void **state)
{
	struct buf der;

	(void)state;
	buf_init(&der, CARD_CERT_MAX);
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	assert_int_equal(card_read_certificate(rig.card, 4, rig_never, &der),
	    CARD_ERR_NOT_FOUND);
	buf_clear(&der);
}

static void
serial(struct bytes t, struct bytes v, const char *expected)
{
	rig.sample.containers[0].t = t;
	rig.sample.containers[0].v = v;
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	assert_string_equal(card_serial(rig.card), expected);
	card_free(&rig.card);
	fake_reader_reset(&rig.reader);
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
		rig.reader.count = 0;
		rig.reader.unknown_sw = sws[i];
		rig.reader.exchanges = 0;
		assert_int_equal(card_open(&rig.reader, rig_never, &rig.card),
		    CARD_ERR_UNKNOWN);
		assert_null(rig.card);
		assert_true(rig.reader.exchanges <= FOREIGN_BUDGET);
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

	rig.reader.faults = faults;
	rig.reader.fault_count = 2;
	rig.reader.exchanges = 0;
	fake_reader_reset(&rig.reader);
	assert_int_equal(
	    card_open(&rig.reader, rig_never, &rig.card), expected);
	assert_true(rig.reader.exchanges <= FOREIGN_BUDGET);
	rig.reader.fault_count = 0;
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
	rig.sample.containers[0].t = HEX("F0 01 F3 00 FE 00");
	rig.sample.containers[0].v = HEX("AA");
	assert_int_equal(
	    card_open(&rig.reader, rig_never, &rig.card), CARD_ERR_UNKNOWN);
	rig.sample.containers[0].t = bytes_of(NULL, 0);
	rig.sample.containers[0].v = bytes_of(NULL, 0);
	assert_int_equal(
	    card_open(&rig.reader, rig_never, &rig.card), CARD_ERR_UNKNOWN);
}

static void
broken_ccc(void **state)
{
	(void)state;
	rig.sample.containers[0].v.n--;
	assert_int_equal(
	    card_open(&rig.reader, rig_never, &rig.card), CARD_ERR_DATA);
	rig.sample.containers[0].v.n++;
	rig.sample.containers[0].t.n--;
	assert_int_equal(
	    card_open(&rig.reader, rig_never, &rig.card), CARD_ERR_DATA);
}

static void
habits(void **state)
{
	(void)state;
	rig.reader.no_answer_sw = 0x6A86;
	rig.reader.wrong_cla_sw = 0x6E00;
	rig.reader.longest = 128;
	rig.reader.too_long_sw = 0x6A83;
	rig.reader.chunk = 200;
	card_rig_assert_right();
}

static void
verify_card(void **state)
{
	const struct fake_fault fault = {
	    .at = 3, .kind = FAKE_FAIL, .err = CCID_ERR_PROTOCOL};
	struct bytes v = rig.sample.containers[0].v;
	uint8_t other[512];

	(void)state;
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	assert_int_equal(card_recognise(rig.card, rig_never), 0);
	/* The same CCC but for the last byte of the card's id. */
	assert_true(v.n <= sizeof(other));
	memcpy(other, v.p, v.n);
	other[CCC_CARD_ID_OFFSET + CCC_CARD_ID_LENGTH - 1] ^= 1;
	rig.sample.containers[0].v.p = other;
	fake_reader_reset(&rig.reader);
	assert_int_equal(card_recognise(rig.card, rig_never), CARD_ERR_OTHER);
	/* None of our cards at all. */
	rig.sample.containers[0].v = v;
	rig.sample.containers[0].select_sw = 0x6A82;
	fake_reader_reset(&rig.reader);
	assert_int_equal(card_recognise(rig.card, rig_never), CARD_ERR_OTHER);
	rig.sample.containers[0].select_sw = 0;
	rig.reader.faults = &fault;
	rig.reader.fault_count = 1;
	rig.reader.exchanges = 0;
	fake_reader_reset(&rig.reader);
	assert_int_equal(
	    card_recognise(rig.card, rig_never), CCID_ERR_PROTOCOL);
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
	    TEST_WITH("card: model, serial, labels and ids", names,
		card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: a hole keeps its index, the others are read",
		holes, card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: an index past the end is not there", past_the_end,
		card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: the serial is the card id, or a stable stand-in",
		serials, card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: a foreign card is dismissed within 8 exchanges",
		foreign, card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: one that selects anything is dismissed, too",
		yes_cards, card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: a CCC without PKI containers is not ours", no_pki,
		card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: a broken CCC is an error, not a foreign card",
		broken_ccc, card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: all habits at once", habits, card_rig_setup,
		card_rig_teardown),
	    TEST_WITH("card: it is known again by its id", verify_card,
		card_rig_setup, card_rig_teardown),
	    TEST_WITH("card: every error has a name and a text", error_names,
		card_rig_setup, card_rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
