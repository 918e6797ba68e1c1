/* SPDX-License-Identifier: BSD-2-Clause */
/* Cards without a CCC that helps: alternate tokens, and CAC v1. */
#include "cac/aca-table.h"
#include "cac/card.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/unit.h"

#define SERVICES                                                               \
	"01 05 10 02 06 02 02 94 01 03 "                                       \
	"93 0A 4F 92 07 A0 00 00 01 16 DB 00 "                                 \
	"93 0A 61 92 07 A0 00 00 00 79 01 00 "                                 \
	"93 0A 62 92 07 A0 00 00 00 79 00 05 "
#define OBJECT(id, keys)                                                       \
	"51 11 41 02 " id " 42 05 00 1E 00 54 05 43 04 06 20 " keys " "
#define PROPERTIES                                                             \
	"01 05 10 02 06 02 03 40 01 04 " OBJECT("01 00", "01 01")              \
	    OBJECT("01 01", "00 00") OBJECT(                                   \
		"01 02", "00 01") "50 0B 41 02 DB 00 42 05 00 F6 00 04 02"
#define MORE_PROPERTIES                                                        \
	"01 05 10 02 06 02 03 40 01 01 " OBJECT("02 07", "01 00")

static const enum sample_packing packings[] = {
    SAMPLE_ZLIB, SAMPLE_PLAIN, SAMPLE_GZIP, SAMPLE_HOLE};

/* What is right, in the order in which it is listed. */
struct expected {
	const char *label;
	uint8_t id;
	size_t sample; /* its index; 0: a hole */
};

static struct sample_card sample;
static struct fake_container containers[8];
static struct buf streams[3];
static struct reader reader;
static struct card *card;
static const struct deadline never = {INT64_MAX};

static int
setup(void **state)
{
	(void)state;
	sample_card_init(&sample, packings, COUNT_OF(packings));
	memset(containers, 0, sizeof(containers));
	fake_reader_init(&reader, containers, 0);
	for (size_t i = 0; i < COUNT_OF(streams); i++)
		buf_init(&streams[i], SAMPLE_MAX);
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
	for (size_t i = 0; i < COUNT_OF(streams); i++)
		buf_clear(&streams[i]);
	return 0;
}

static struct fake_container *
add(uint8_t group, uint8_t number)
{
	struct fake_container *c = &containers[reader.count++];

	memcpy(c->aid, (const uint8_t[]){0xA0, 0, 0, 0, 0x79}, 5);
	c->aid[5] = group;
	c->aid[6] = number;
	return c;
}

static void
add_sample(uint8_t group, uint8_t number, size_t i)
{
	struct fake_container *c = add(group, number);

	c->t = buf_bytes(&sample.t[i]);
	c->v = buf_bytes(&sample.v[i]);
}

static void
add_object(uint8_t group, uint8_t number, struct bytes id, size_t i)
{
	struct fake_container *c;

	add_sample(group, number, i);
	c = &containers[reader.count - 1];
	memcpy(c->object, id.p, 2);
	c->needs_object = true;
}

/* Bare applets 0100, 0101 (empty) and 0103. */
static void
insert_bare(void)
{
	add_sample(1, 0, 1);
	add_sample(1, 1, 4);
	add_sample(1, 3, 2);
}

static const struct expected bare[] = {
    {"CAC ID Certificate", 1, 1},
    {"CAC Email Signature Certificate", 2, 0},
    {"CAC Cert 4", 4, 2},
};

/* Two applets with objects, behind the other ACA. */
static void
insert_alternate(void)
{
	static uint8_t services[sizeof(SERVICES)];
	static uint8_t properties[2][sizeof(PROPERTIES)];

	add(0x10, 0)->services = hex_parse(SERVICES, services);
	add_object(1, 0, HEX("01 00"), 1);
	containers[reader.count - 1].properties =
	    hex_parse(PROPERTIES, properties[0]);
	add_object(1, 0, HEX("01 02"), 2);
	add_object(0, 5, HEX("02 07"), 3);
	containers[reader.count - 1].properties =
	    hex_parse(MORE_PROPERTIES, properties[1]);
}

static const struct expected alternate[] = {
    {"CAC ID Certificate", 1, 1},
    {"CAC Email Encryption Certificate", 3, 2},
    {"CAC Cert 4", 4, 3},
};

/* 0100 packed, 0101 plain, 0102 with nothing behind certinfo. */
static void
insert_v1(void)
{
	struct buf packed;

	sample_pack(&packed, buf_bytes(&sample.der[1]), 15);
	buf_append_u8(&streams[0], 1);
	buf_append(&streams[0], buf_bytes(&packed));
	buf_append_u8(&streams[1], 0);
	buf_append(&streams[1], buf_bytes(&sample.der[2]));
	buf_append_u8(&streams[2], 0);
	for (uint8_t i = 0; i < 3; i++) {
		struct fake_container *c = add(1, i);

		c->stream = buf_bytes(&streams[i]);
		c->read_sw = 0x6D00;
	}
	buf_clear(&packed);
	/* V1 cards have the usual ACA, without a table. */
	(void)add(3, 0);
	reader.no_answer_sw = 0x6D00;
}

static const struct expected v1[] = {
    {"CAC ID Certificate", 1, 1},
    {"CAC Email Signature Certificate", 2, 2},
    {"CAC Email Encryption Certificate", 3, 0},
};

static bool
right_entry(size_t i, const struct expected *e)
{
	const struct card_container *c = card_container(card, i);
	struct buf der;
	bool right;
	err_t err;

	buf_init(&der, CARD_CERT_MAX);
	err = card_read_certificate(card, i, never, &der);
	if (e->sample == 0)
		right = err == CARD_ERR_EMPTY;
	else
		right = err == 0 &&
		    bytes_equal(
			buf_bytes(&der), buf_bytes(&sample.der[e->sample]));
	if (!right) {
		assert_int_not_equal(err, 0);
		assert_false(card_err_is_absence(err));
	}
	buf_clear(&der);
	assert_string_equal(c->label, e->label);
	assert_int_equal(c->id_len, 2);
	assert_int_equal(c->id[1], e->id);
	return right;
}

/* Open and read all; how many entries are right, or -1. */
static int
list(const char *model, const struct expected *expected, size_t count)
{
	int right = 0;

	fake_reader_reset(&reader);
	reader.exchanges = 0;
	buf_truncate(&reader.log, 0);
	if (card_open(&reader, never, &card) != 0)
		return -1;
	assert_string_equal(card_model(card), model);
	assert_int_equal(card_container_count(card), count);
	for (size_t i = 0; i < count; i++)
		right += right_entry(i, &expected[i]);
	card_free(&card);
	return right;
}

static void
sweep(const char *model, const struct expected *expected, size_t count)
{
	static const struct fake_fault faults[] = {
	    {.kind = FAKE_RESET},
	    {.kind = FAKE_SILENT_RESET},
	    {.kind = FAKE_FAIL, .err = CCID_ERR_PROTOCOL},
	    {.kind = FAKE_STATUS, .sw = 0x6F00},
	    {.kind = FAKE_SHORT},
	};
	unsigned n;

	assert_int_equal(list(model, expected, count), count);
	n = reader.exchanges;
	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		struct fake_fault fault = faults[i];

		reader.faults = &fault;
		for (fault.at = 0; fault.at < n; fault.at++) {
			reader.fault_count = 1;
			if (fault.kind == FAKE_RESET ||
			    fault.kind == FAKE_SILENT_RESET)
				assert_int_equal(
				    list(model, expected, count), count);
			else
				(void)list(model, expected, count);
		}
		reader.fault_count = 0;
	}
}

static void
bare_token(void **state)
{
	(void)state;
	insert_bare();
	sweep("CAC v2, no CCC", bare, COUNT_OF(bare));
}

static void
alternate_token(void **state)
{
	(void)state;
	insert_alternate();
	sweep("CAC Alt token", alternate, COUNT_OF(alternate));
}

static void
version_1(void **state)
{
	(void)state;
	insert_v1();
	sweep("CAC v1", v1, COUNT_OF(v1));
}

/* The serial is that of the first certificate, and tells two apart. */
static void
known_again(void **state)
{
	char serial[65];

	(void)state;
	insert_bare();
	assert_int_equal(card_open(&reader, never, &card), 0);
	(void)snprintf(serial, sizeof(serial), "%s", card_serial(card));
	assert_int_equal(strlen(serial), 16);
	assert_int_equal(card_recognise(card, never), 0);
	containers[0].t = buf_bytes(&sample.t[3]);
	containers[0].v = buf_bytes(&sample.v[3]);
	assert_int_equal(card_recognise(card, never), CARD_ERR_OTHER);
	card_free(&card);
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_string_not_equal(card_serial(card), serial);
}

/* A CCC that is there and does not help: the applets are found without. */
static void
useless_ccc(void **state)
{
	static const uint8_t aid[] = {0xA0, 0, 0, 1, 0x16, 0xDB, 0};
	struct fake_container *ccc;

	(void)state;
	insert_bare();
	ccc = add(0, 0);
	memcpy(ccc->aid, aid, sizeof(aid));
	assert_int_equal(list("CAC v2, no CCC", bare, COUNT_OF(bare)), 3);
	ccc->t = HEX("F0 01 F3 00 FE 00");
	ccc->v = HEX("AA");
	assert_int_equal(list("CAC v2, no CCC", bare, COUNT_OF(bare)), 3);
	ccc->v = HEX("AA BB");
	assert_int_equal(list("CAC v2, no CCC", bare, COUNT_OF(bare)), 3);
	ccc->read_sw = 0x6D00;
	assert_int_equal(list("CAC v2, no CCC", bare, COUNT_OF(bare)), 3);
	ccc->select_sw = 0x6A82;
	assert_int_equal(list("CAC v2, no CCC", bare, COUNT_OF(bare)), 3);
}

/* A broken line, twice in other ways, is no reason to look elsewhere. */
static void
disturbed_ccc(void **state)
{
	(void)state;
	reader.containers = sample.containers;
	reader.count = sample.count;
	for (unsigned second = 3; second < 12; second++) {
		const struct fake_fault two[] = {
		    {.at = 2, .kind = FAKE_CORRUPT},
		    {.at = second, .kind = FAKE_SHORT},
		};
		err_t err;

		reader.faults = two;
		reader.fault_count = 2;
		reader.exchanges = 0;
		fake_reader_reset(&reader);
		err = card_open(&reader, never, &card);
		if (err == 0)
			assert_string_equal(card_model(card), "CAC v2");
		else
			assert_int_equal(err, CARD_ERR_DATA);
		card_free(&card);
	}
}

#define URL(n)	"A0 00 00 00 79 04 01 0" n " 01 0" n " 00 00 00 00 00 00 "
#define NEXT(n) "A0 00 00 01 16 01 DB 0" n " DB 0" n " 00 00 00 00 00 00 "

static struct fake_container *
add_ccc(uint8_t number, struct bytes t, struct bytes v)
{
	static const uint8_t rid[] = {0xA0, 0, 0, 1, 0x16};
	struct fake_container *c = add(0xDB, number);

	memcpy(c->aid, rid, sizeof(rid));
	memcpy(c->object, c->aid + 5, 2);
	c->t = t;
	c->v = v;
	return c;
}

/* Each CCC names one container, and all of them the first again. */
static void
ccc_chain(void **state)
{
	static const struct expected chain[] = {
	    {"CAC ID Certificate", 1, 1},
	    {"CAC Email Signature Certificate", 2, 2},
	    {"CAC Email Encryption Certificate", 3, 3},
	};

	(void)state;
	for (uint8_t i = 0; i < 3; i++)
		add_object(1, i, bytes_of((const uint8_t[]){1, i}, 2), i + 1);
	(void)add_ccc(0, HEX("F0 05 F3 10 FD 10"),
	    HEX("A0 00 00 00 79 " URL("0") NEXT("1")));
	(void)add_ccc(
	    1, HEX("F3 10 F3 10 FD 10"), HEX(URL("0") URL("1") NEXT("2")));
	/* Back to the first: that ends it. */
	(void)add_ccc(2, HEX("F3 10 FD 10"), HEX(URL("2") NEXT("0")));
	sweep("CAC v2", chain, COUNT_OF(chain));
	/* The second is of no use: what is known is kept. */
	containers[reader.count - 2].v.n--;
	assert_int_equal(list("CAC v2", chain, 1), 1);
	containers[reader.count - 2].select_sw = 0x6A82;
	assert_int_equal(list("CAC v2", chain, 1), 1);
}

static void
endless_chain(void **state)
{
	static const struct expected first[] = {{"CAC ID Certificate", 1, 1}};
	static uint8_t v[4][64];

	(void)state;
	add_sample(1, 0, 1);
	/* Itself; and two that name each other without PKI containers. */
	(void)add_ccc(
	    0, HEX("F3 10 FD 10"), hex_parse(URL("0") NEXT("0"), v[0]));
	assert_int_equal(list("CAC v2", first, 1), 1);
	containers[reader.count - 1].t = HEX("FD 10");
	containers[reader.count - 1].v = hex_parse(NEXT("1"), v[1]);
	(void)add_ccc(1, HEX("FD 10"), hex_parse(NEXT("0"), v[2]));
	reader.exchanges = 0;
	assert_int_equal(list("CAC v2, no CCC", first, 1), 1);
	assert_in_range(reader.exchanges, 1, 60);
}

/* Where the CCC has the ACA is asked first; and the card's id is kept. */
static void
named_aca(void **state)
{
	static uint8_t t[16], v[64];
	const char *log;

	(void)state;
	insert_alternate();
	containers[0].aid[5] = 0x12;
	(void)add_ccc(0, hex_parse("F0 15 F3 00 F6 11", t),
	    hex_parse("A0 00 00 00 79 03 02 01 02 03 04 05 06 07 08 09 0A 0B "
		      "0C 0D 0E "
		      "07 A0 00 00 00 79 12 00 00 00 00 00 00 00 00 00 00",
		v));
	assert_int_equal(
	    list("CAC Alt token", alternate, COUNT_OF(alternate)), 3);
	buf_append_u8(&reader.log, 0);
	log = (const char *)reader.log.p;
	assert_non_null(strstr(log, "A0 00 00 00 79 12 00"));
	assert_null(strstr(log, "A0 00 00 00 79 03 00"));
	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_string_equal(card_serial(card), "0102030405060708090a0b0c0d0e");
}

/* CAC v1 cards that say 63XX where others say 61XX. */
static void
version_1_selects(void **state)
{
	(void)state;
	insert_v1();
	reader.applet_sw = 0x630D;
	sweep("CAC v1", v1, COUNT_OF(v1));
}

/* A foreign card that says 63XX to everything is no such card. */
static void
foreign_log(uint16_t sw)
{
	const char *line;

	fake_reader_reset(&reader);
	buf_truncate(&reader.log, 0);
	reader.exchanges = 0;
	reader.count = 0;
	reader.unknown_sw = sw;
	assert_int_equal(card_open(&reader, never, &card), CARD_ERR_UNKNOWN);
	assert_in_range(reader.exchanges, 1, 8);
	buf_append_u8(&reader.log, 0);
	/* SELECTs of our own, by name, and nothing else. */
	for (line = (const char *)reader.log.p; *line != '\0';
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
	assert_int_equal(aca_services_parse(HEX(SERVICES), &s), 0);
	assert_int_equal(s.count, 2);
	assert_bytes(BYTES(s.aids[1]), HEX("A0 00 00 00 79 00 05"));
	assert_int_equal(services(HEX("94 01 00")), 0);
	assert_int_equal(services(HEX("94 01 01")), CARD_ERR_DATA);
	assert_int_equal(
	    services(HEX("94 01 01 93 09 61 92 07 A0 00 00 00 79 01")),
	    CARD_ERR_DATA);
	assert_int_equal(services(HEX("94 01 01 93 00")), CARD_ERR_DATA);
	assert_int_equal(aca_objects_parse(HEX(PROPERTIES), &o), 0);
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
		bare_token, setup, teardown),
	    TEST_WITH("aca: objects of several applets are listed",
		alternate_token, setup, teardown),
	    TEST_WITH("v1: GET CERTIFICATE is read from its start each time",
		version_1, setup, teardown),
	    TEST_WITH("bare: the first certificate is the card's name",
		known_again, setup, teardown),
	    TEST_WITH("bare: an empty, wrong or unreadable CCC is no obstacle",
		useless_ccc, setup, teardown),
	    TEST_WITH("ccc: the next ones are followed, each container once",
		ccc_chain, setup, teardown),
	    TEST_WITH("ccc: a chain without an end is ended", endless_chain,
		setup, teardown),
	    TEST_WITH("aca: it is where a CCC without containers says",
		named_aca, setup, teardown),
	    TEST_WITH("v1: 63XX to SELECT is a yes", version_1_selects, setup,
		teardown),
	    TEST_WITH("card: a foreign one gets eight SELECTs, nothing else",
		foreign, setup, teardown),
	    TEST_WITH("card: a disturbed CCC is not taken for a wrong one",
		disturbed_ccc, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
