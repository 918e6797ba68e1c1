/* SPDX-License-Identifier: BSD-2-Clause */
/* CCCs that do not help, that follow each other, and that name an ACA. */
#include "tests/unit/edges-rig.h"
#include "tests/unit/unit.h"

#define URL(n)	"A0 00 00 00 79 04 01 0" n " 01 0" n " 00 00 00 00 00 00 "
#define NEXT(n) "A0 00 00 01 16 01 DB 0" n " DB 0" n " 00 00 00 00 00 00 "

static struct fake_container *
add_ccc(uint8_t number, struct bytes t, struct bytes v)
{
	static const uint8_t rid[] = {0xA0, 0, 0, 1, 0x16};
	struct fake_container *c = edges_add(0xDB, number);

	memcpy(c->aid, rid, sizeof(rid));
	memcpy(c->object, c->aid + 5, 2);
	c->t = t;
	c->v = v;
	return c;
}

/* A CCC that is there and does not help: the applets are found without. */
static void
useless_ccc(void **state)
{
	static const uint8_t aid[] = {0xA0, 0, 0, 1, 0x16, 0xDB, 0};
	struct fake_container *ccc;

	(void)state;
	edges_insert_bare();
	ccc = edges_add(0, 0);
	memcpy(ccc->aid, aid, sizeof(aid));
	assert_int_equal(
	    edges_list("CAC v2, no CCC", edges_bare, EDGES_BARE), 3);
	ccc->t = HEX("F0 01 F3 00 FE 00");
	ccc->v = HEX("AA");
	assert_int_equal(
	    edges_list("CAC v2, no CCC", edges_bare, EDGES_BARE), 3);
	ccc->v = HEX("AA BB");
	assert_int_equal(
	    edges_list("CAC v2, no CCC", edges_bare, EDGES_BARE), 3);
	ccc->read_sw = 0x6D00;
	assert_int_equal(
	    edges_list("CAC v2, no CCC", edges_bare, EDGES_BARE), 3);
	ccc->select_sw = 0x6A82;
	assert_int_equal(
	    edges_list("CAC v2, no CCC", edges_bare, EDGES_BARE), 3);
}

/* A broken line, twice in other ways, is no reason to look elsewhere. */
static void
disturbed_ccc(void **state)
{
	(void)state;
	rig.reader.containers = rig.sample.containers;
	rig.reader.count = rig.sample.count;
	for (unsigned second = 3; second < 12; second++) {
		const struct fake_fault two[] = {
		    {.at = 2, .kind = FAKE_CORRUPT},
		    {.at = second, .kind = FAKE_SHORT},
		};
		err_t err;

		rig.reader.faults = two;
		rig.reader.fault_count = 2;
		rig.reader.exchanges = 0;
		fake_reader_reset(&rig.reader);
		err = card_open(&rig.reader, rig_never, &rig.card);
		if (err == 0)
			assert_string_equal(card_model(rig.card), "CAC v2");
		else
			assert_int_equal(err, CARD_ERR_DATA);
		card_free(&rig.card);
	}
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
		edges_add_object(
		    1, i, bytes_of((const uint8_t[]){1, i}, 2), i + 1);
	(void)add_ccc(0, HEX("F0 05 F3 10 FD 10"),
	    HEX("A0 00 00 00 79 " URL("0") NEXT("1")));
	(void)add_ccc(
	    1, HEX("F3 10 F3 10 FD 10"), HEX(URL("0") URL("1") NEXT("2")));
	/* Back to the first: that ends it. */
	(void)add_ccc(2, HEX("F3 10 FD 10"), HEX(URL("2") NEXT("0")));
	edges_sweep("CAC v2", chain, COUNT_OF(chain));
	/* The second is of no use: what is known is kept. */
	rig.containers[rig.reader.count - 2].v.n--;
	assert_int_equal(edges_list("CAC v2", chain, 1), 1);
	rig.containers[rig.reader.count - 2].select_sw = 0x6A82;
	assert_int_equal(edges_list("CAC v2", chain, 1), 1);
}

static void
endless_chain(void **state)
{
	static const struct expected first[] = {{"CAC ID Certificate", 1, 1}};
	static uint8_t v[4][64];

	(void)state;
	edges_add_sample(1, 0, 1);
	/* Itself; and two that name each other without PKI containers. */
	(void)add_ccc(
	    0, HEX("F3 10 FD 10"), hex_parse(URL("0") NEXT("0"), v[0]));
	assert_int_equal(edges_list("CAC v2", first, 1), 1);
	rig.containers[rig.reader.count - 1].t = HEX("FD 10");
	rig.containers[rig.reader.count - 1].v = hex_parse(NEXT("1"), v[1]);
	(void)add_ccc(1, HEX("FD 10"), hex_parse(NEXT("0"), v[2]));
	rig.reader.exchanges = 0;
	assert_int_equal(edges_list("CAC v2, no CCC", first, 1), 1);
	assert_in_range(rig.reader.exchanges, 1, 60);
}

/* Where the CCC has the ACA is asked first; and the card's id is kept. */
static void
named_aca(void **state)
{
	static uint8_t t[16], v[64];
	const char *log;

	(void)state;
	edges_insert_alternate();
	rig.containers[0].aid[5] = 0x12;
	(void)add_ccc(0, hex_parse("F0 15 F3 00 F6 11", t),
	    hex_parse("A0 00 00 00 79 03 02 01 02 03 04 05 06 07 08 09 0A 0B "
		      "0C 0D 0E "
		      "07 A0 00 00 00 79 12 00 00 00 00 00 00 00 00 00 00",
		v));
	assert_int_equal(
	    edges_list("CAC Alt token", edges_alternate, EDGES_ALTERNATE), 3);
	buf_append_u8(&rig.reader.log, 0);
	log = (const char *)rig.reader.log.p;
	assert_non_null(strstr(log, "A0 00 00 00 79 12 00"));
	assert_null(strstr(log, "A0 00 00 00 79 03 00"));
	assert_int_equal(card_open(&rig.reader, rig_never, &rig.card), 0);
	assert_string_equal(
	    card_serial(rig.card), "0102030405060708090a0b0c0d0e");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("bare: an empty, wrong or unreadable CCC is no obstacle",
		useless_ccc, edges_setup, edges_teardown),
	    TEST_WITH("ccc: the next ones are followed, each container once",
		ccc_chain, edges_setup, edges_teardown),
	    TEST_WITH("ccc: a chain without an end is ended", endless_chain,
		edges_setup, edges_teardown),
	    TEST_WITH("aca: it is where a CCC without containers says",
		named_aca, edges_setup, edges_teardown),
	    TEST_WITH("card: a disturbed CCC is not taken for a wrong one",
		disturbed_ccc, edges_setup, edges_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
