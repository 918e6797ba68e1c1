/* SPDX-License-Identifier: BSD-2-Clause */
/* Extended lengths, where card and reader both have them. */
#include "reader/atr.h"
#include "tests/unit/readers-known.h"
#include "tests/unit/sim-rig.h"

#define OBJECT 2000

/* T=1; card capabilities 73 C0 01 40, or 80: no extended lengths. */
#define ATR_EXTENDED "3B 95 96 81 31 FE 45 80 73 C0 01 40 7A"
#define ATR_CHAINING "3B 95 96 81 31 FE 45 80 73 C0 01 80 BA"

#define WITH_LEVEL(level)                                                      \
	"36 21 10 01 00 01 03 00 00 00 A0 0F 00 00 40 1F 00 00 00 01 2A 00 "   \
	"00 29 40 05 00 00 FC 00 00 00 00 00 00 00 00 00 00 00 BA 00 " level   \
	" 00 0F 01 00 00 FF FF 00 00 00 01"
#define TPDU	 WITH_LEVEL("01")
#define SHORT	 WITH_LEVEL("02")
#define EXTENDED WITH_LEVEL("04")

static struct sim_rig g;

static void
the_card_says_it(void **state)
{
	static const struct {
		const char *atr;
		bool extended;
	} rows[] = {
	    {ATR_EXTENDED, true},
	    {ATR_CHAINING, false},
	    /* An OpenPGP card 2.0: category 00, status at the end. */
	    {"3B DA 18 FF 81 B1 FE 75 1F 03 00 31 C5 73 C0 01 40 00 90 00 0C",
		true},
	    /* CAC and PIV cards say nothing of the kind. */
	    {"3B D6 96 00 81 B1 FE 45 1F 87 80 31 C1 52 41 1A 2A", false},
	    {"3B D8 18 00 80 B1 FE 45 1F 07 80 31 C1 64 08 06 92 0F D5", false},
	    /* 73 as the first byte is no tag: the maker's own format. */
	    {"3B 7A 18 00 00 73 66 74 65 20 63 64 31 34 34", false},
	    /* Cut off in the object, and in its tag. */
	    {"3B 03 80 73 C0", false},
	    {"3B 02 80 73", false},
	    {"3B 02 00 73", false},
	    /* Two bytes of capabilities. */
	    {"3B 04 80 72 C0 41", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint8_t room[64];
		struct atr atr;

		assert_int_equal(
		    atr_parse(hex_parse(rows[i].atr, room), &atr), 0);
		if (atr.extended != rows[i].extended)
			fail_msg("%s", rows[i].atr);
	}
}

static void
known_apdus(void **state)
{
	static const struct {
		struct apdu_cmd cmd;
		unsigned ne;
		const char *hex;
	} rows[] = {
	    {{.ins = 0x20, .p2 = 0x80}, 0, "00 20 00 80"},
	    {{.ins = 0xB0}, 256, "00 B0 00 00 00 01 00"},
	    {{.ins = 0xB0}, APDU_NE_ALL, "00 B0 00 00 00 00 00"},
	    {{.ins = 0xDB, .data = {(const uint8_t *)"\x01\x02", 2}}, 0,
		"00 DB 00 00 00 00 02 01 02"},
	    {{.ins = 0xCB, .p1 = 0x3F, .data = {(const uint8_t *)"\x5C", 1}},
		1000, "00 CB 3F 00 00 00 01 5C 03 E8"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint8_t room[32];
		struct buf out;

		buf_init(&out, 64);
		apdu_to_extended(&rows[i].cmd, rows[i].ne, &out);
		assert_bytes(buf_bytes(&out), hex_parse(rows[i].hex, room));
		buf_clear(&out);
	}
}

static void
open_as(const char *desc, const char *atr, bool card_can)
{
	sim_rig_open(&g, OBJECT);
	sim_rig_describe(&g, desc);
	g.sim.card.atr = atr;
	g.sim.card.extended = card_can;
	g.sim.card.signature_n = 300;
}

/* 300 bytes of data, 300 of answer. */
static err_t
sign(uint16_t *sw)
{
	static const uint8_t data[300];
	struct apdu_cmd cmd = {.ins = 0x2A,
	    .p1 = 0x9E,
	    .p2 = 0x9A,
	    .data = BYTES(data),
	    .ne = APDU_NE_ALL,
	    .replay = APDU_NEVER_REPLAY,
	    .secret = APDU_SECRET_DATA};
	struct apdu_rsp rsp = {.data = &g.data};
	err_t err;

	buf_truncate(&g.data, 0);
	reader_new_object(g.reader);
	err = reader_exchange(g.reader, &cmd, &rsp, deadline_in(60000));
	*sw = rsp.sw;
	return err;
}

static void
one_command_is_enough(void **state)
{
	static const char *const descs[] = {TPDU, EXTENDED};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(descs); i++) {
		uint16_t sw;

		open_as(descs[i], ATR_EXTENDED, true);
		assert_int_equal(sim_rig_begin(&g), 0);
		assert_int_equal(sim_rig_read(&g), 0);
		assert_int_equal(g.sim.card.long_commands, 1);
		assert_int_equal(sign(&sw), 0);
		assert_int_equal(sw, 0x9000);
		assert_int_equal(g.data.n, 300);
		assert_int_equal(g.sim.card.signed_n, 300);
		assert_int_equal(g.sim.card.operations, 1);
		assert_int_equal(g.sim.card.long_commands, 2);
		sim_rig_end(&g);
		sim_rig_close(&g);
	}
}

static void
not_where_one_of_them_cannot(void **state)
{
	static const struct {
		const char *desc, *atr;
	} rows[] = {
	    {SHORT, ATR_EXTENDED},
	    {TPDU, ATR_CHAINING},
	    {EXTENDED, ATR_CHAINING},
	    /* T=0, and the same words in the historical bytes. */
	    {TPDU, "3B 15 96 80 73 C0 01 40"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint16_t sw;

		open_as(rows[i].desc, rows[i].atr, true);
		assert_int_equal(sim_rig_begin(&g), 0);
		assert_int_equal(sim_rig_read(&g), 0);
		assert_int_equal(sign(&sw), 0);
		assert_int_equal(g.data.n, 300);
		assert_int_equal(g.sim.card.signed_n, 300);
		assert_int_equal(g.sim.card.operations, 1);
		assert_int_equal(g.sim.card.long_commands, 0);
		sim_rig_end(&g);
		sim_rig_close(&g);
	}
}

/* It says that it can, and answers 6700. */
static void
a_boaster_is_asked_once(void **state)
{
	unsigned transfers;
	uint16_t sw;

	(void)state;
	open_as(TPDU, ATR_EXTENDED, false);
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_int_equal(sim_rig_read(&g), 0);
	/* It is known now: a signature comes at the first try. */
	assert_int_equal(sign(&sw), 0);
	assert_int_equal(g.sim.card.signed_n, 300);
	assert_int_equal(g.data.n, 300);
	transfers = g.sim.transfers;
	assert_int_equal(sim_rig_read(&g), 0);
	transfers = g.sim.transfers - transfers;
	sim_rig_end(&g);
	/* Also in the next transaction; the S-blocks that start it are two. */
	assert_int_equal(sim_rig_begin(&g), 0);
	g.sim.transfers = 0;
	assert_int_equal(sim_rig_read(&g), 0);
	assert_true(g.sim.transfers <= transfers + 1);
	sim_rig_end(&g);
	sim_rig_close(&g);
}

/* What runs only once is not sent again in another form. */
static void
a_boaster_signs_at_the_second_try(void **state)
{
	uint16_t sw;

	(void)state;
	open_as(TPDU, ATR_EXTENDED, false);
	assert_int_equal(sim_rig_begin(&g), 0);
	assert_int_equal(sign(&sw), 0);
	assert_int_equal(sw, 0x6700);
	assert_int_equal(g.sim.card.operations, 0);
	assert_int_equal(sign(&sw), 0);
	assert_int_equal(sw, 0x9000);
	assert_int_equal(g.sim.card.operations, 1);
	sim_rig_end(&g);
	sim_rig_close(&g);
}

static bool
asks_for_64k(const struct sim_reader *s, struct bytes tpdu)
{
	(void)s;
	/* In one I-block: GET DATA with Le 0000. */
	return tpdu.n > 12 && tpdu.p[4] == 0xCB && tpdu.p[7] == 0;
}

static void
a_fault_leads_to_pieces(void **state)
{
	(void)state;
	open_as(TPDU, ATR_EXTENDED, true);
	sim_reader_strike(&g.sim, SIM_ERROR, 0xF6, asks_for_64k);
	assert_int_equal(sim_rig_read_once(&g), 0);
	assert_true(g.sim.strikes > 0);
	assert_int_equal(g.sim.card.long_commands, 0);
	sim_rig_close(&g);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("extended: the card's capabilities say it", the_card_says_it),
	    TEST("extended: known APDUs of each case", known_apdus),
	    TEST("extended: one command reads, and signs",
		one_command_is_enough),
	    TEST("extended: not where card or reader cannot",
		not_where_one_of_them_cannot),
	    TEST("extended: a card that only says so is asked once",
		a_boaster_is_asked_once),
	    TEST("extended: a refused signature is not sent again",
		a_boaster_signs_at_the_second_try),
	    TEST("extended: what fails whole comes in pieces",
		a_fault_leads_to_pieces),
	};

	reader_error_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
