/* SPDX-License-Identifier: BSD-2-Clause */
/* Cards without a CCC: alternate tokens and CAC v1; and those of others. */
#include "cac/aca-table.h"
#include "tests/unit/edges-rig.h"
#include "tests/unit/unit.h"

static void
bare_token(void **state)
{
	(void)state;
	edges_insert_bare();
	edges_sweep("CAC v2, no CCC", edges_bare, EDGES_BARE);
}

static void
alternate_token(void **state)
{
	(void)state;
	edges_insert_alternate();
	edges_sweep("CAC Alt token", edges_alternate, EDGES_ALTERNATE);
}

/* 0100 packed, 0101 plain, 0102 with nothing behind certinfo. */
static void
insert_v1(void)
{
	struct buf packed;

	sample_pack(&packed, buf_bytes(&rig.sample.der[1]), 15);
	buf_append_u8(&rig.streams[0], 1);
	buf_append(&rig.streams[0], buf_bytes(&packed));
	buf_append_u8(&rig.streams[1], 0);
	buf_append(&rig.streams[1], buf_bytes(&rig.sample.der[2]));
	buf_append_u8(&rig.streams[2], 0);
	for (uint8_t i = 0; i < 3; i++) {
		struct fake_container *c = edges_add(1, i);

		c->stream = buf_bytes(&rig.streams[i]);
		c->read_sw = 0x6D00;
	}
	buf_clear(&packed);
	/* V1 cards have the usual ACA, without a table. */
	(void)edges_add(3, 0);
	rig.reader.no_answer_sw = 0x6D00;
}

static const struct expected v1[] = {
    {"CAC ID Certificate", 1, 1},
    {"CAC Email Signature Certificate", 2, 2},
    {"CAC Email Encryption Certificate", 3, 0},
};

static void
version_1(void **state)
{
	(void)state;
	insert_v1();
	edges_sweep("CAC v1", v1, COUNT_OF(v1));
}

/* The serial is that of the first certificate, and tells two apart. */
static void
known_again(void **state)
{
	char serial[65];

	(void)state;
	edges_insert_bare();
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	(void)snprintf(serial, sizeof(serial), "%s", card_serial(rig.card));
	assert_int_equal(strlen(serial), 16);
	assert_int_equal(card_recognise(rig.card, rig_never), 0);
	rig.containers[0].t = buf_bytes(&rig.sample.t[3]);
	rig.containers[0].v = buf_bytes(&rig.sample.v[3]);
	assert_int_equal(card_recognise(rig.card, rig_never), CARD_ERR_OTHER);
	card_free(&rig.card);
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	assert_string_not_equal(card_serial(rig.card), serial);
}

/* CAC v1 cards that say 63XX where others say 61XX. */
static void
version_1_selects(void **state)
{
	(void)state;
	insert_v1();
	rig.reader.applet_sw = 0x630D;
	edges_sweep("CAC v1", v1, COUNT_OF(v1));
}

/* A foreign card that says 63XX to everything is no such card. */
static void
foreign_log(uint16_t sw)
{
	const char *line;

	fake_reader_reset(&rig.reader);
	buf_truncate(&rig.reader.log, 0);
	rig.reader.exchanges = 0;
	rig.reader.count = 0;
	rig.reader.unknown_sw = sw;
	assert_int_equal(
	    card_open(&rig.reader, rig_never, &rig.card), CARD_ERR_UNKNOWN);
	assert_in_range(rig.reader.exchanges, 1, 8);
	buf_append_u8(&rig.reader.log, 0);
	/* SELECTs of our own, by name, and nothing else. */
	for (line = (const char *)rig.reader.log.p; *line != '\0';
	     line = strchr(line, '\n') + 1) {
		assert_int_equal(strncmp(line, "00 A4 04 0", 10), 0);
		assert_true(strncmp(line + 15, "A0 00 00 01 16", 14) == 0 ||
		    strncmp(line + 15, "A0 00 00 00 79", 14) == 0 ||
		    strncmp(line + 15, "A0 00 00 03 08", 14) == 0);
	}
}

static void
foreign(void **state)
{
	static const uint16_t sws[] = {0x6A82, 0x6A86, 0x6A81, 0x6A80, 0x6A88,
	    0x6D00, 0x6E00, 0x6F00, 0x6300, 0x630D, 0x63C3, 0x6283, 0x6700,
	    0x6982, 0x6985, 0x6999, 0x9404, 0x9240};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sws); i++)
		foreign_log(sws[i]);
}

static err_t
services(struct bytes in)
{
	struct aca_services out;

	return aca_services_parse(in, &out);
}

static void
tables(void **state)
{
	struct aca_services s;
	struct aca_objects o;

	(void)state;
	assert_int_equal(aca_services_parse(HEX(EDGES_SERVICES), &s), 0);
	assert_int_equal(s.count, 2);
	assert_bytes(BYTES(s.aids[1]), HEX("A0 00 00 00 79 00 05"));
	assert_int_equal(services(HEX("94 01 00")), 0);
	assert_int_equal(services(HEX("94 01 01")), CARD_ERR_DATA);
	assert_int_equal(
	    services(HEX("94 01 01 93 09 61 92 07 A0 00 00 00 79 01")),
	    CARD_ERR_DATA);
	assert_int_equal(services(HEX("94 01 01 93 00")), CARD_ERR_DATA);
	assert_int_equal(aca_objects_parse(HEX(EDGES_PROPERTIES), &o), 0);
	assert_int_equal(o.count, 3);
	assert_true(o.list[0].used && !o.list[1].used && o.list[2].used);
	assert_int_equal(
	    aca_objects_parse(HEX("40 01 02 51 04 41 02 01 00"), &o),
	    CARD_ERR_DATA);
	assert_int_equal(aca_objects_parse(HEX("40 01 01 51 03 41 01 01"), &o),
	    CARD_ERR_DATA);
	assert_int_equal(
	    aca_objects_parse(HEX("40 01 01 51 04 41 02 01 00"), &o), 0);
	assert_true(o.list[0].used);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("aca: the tables hold as many entries as they say", tables),
	    TEST_WITH("bare: applets are found by asking, resets change "
		      "nothing",
		bare_token, edges_setup, edges_teardown),
	    TEST_WITH("aca: objects of several applets are listed",
		alternate_token, edges_setup, edges_teardown),
	    TEST_WITH("v1: GET CERTIFICATE is read from its start each time",
		version_1, edges_setup, edges_teardown),
	    TEST_WITH("bare: the first certificate is the card's name",
		known_again, edges_setup, edges_teardown),
	    TEST_WITH("v1: 63XX to SELECT is a yes", version_1_selects,
		edges_setup, edges_teardown),
	    TEST_WITH("card: a foreign one gets eight SELECTs, nothing else",
		foreign, edges_setup, edges_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
