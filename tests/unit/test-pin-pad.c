/* SPDX-License-Identifier: BSD-2-Clause */
/* PINs from the reader's own pad: the messages, and what they bring. */
#include "reader/pin-pad.h"
#include "tests/unit/sim-pad.h"
#include "tests/unit/trace-file.h"

#define EIGHT_FF "FF FF FF FF FF FF FF FF"
/* What follows bPINOperation and the time in seconds. */
#define VERIFY	     "82 08 00 08 06 02 00 09 04 00 00 00 00 "
#define VERIFY_SHOWN "82 08 00 08 06 02 FF 09 04 00 00 00 00 "
#define VERIFY_T1    "82 08 00 08 06 02 00 09 04 00 00 00 0D "
#define CHANGE	     "82 08 00 00 08 08 06 03 02 00 09 04 00 00 00 00 "
#define CHANGE_SHOWN "82 08 00 00 08 08 06 03 02 03 09 04 00 01 02 00 00 00 "
#define CHANGE_T1    "82 08 00 00 08 08 06 03 02 00 09 04 00 00 00 15 "
#define CAC_VERIFY   "00 20 00 00 08 " EIGHT_FF
#define PIV_VERIFY   "00 20 00 80 08 " EIGHT_FF
#define PIV_CHANGE   "00 24 00 80 10 " EIGHT_FF " " EIGHT_FF

static struct sim_pad pad;
static const struct pin_entry cac = {.min = 6, .max = 8};
static const struct pin_entry piv = {.p2 = 0x80, .min = 6, .max = 8};

#define OPEN(atr, turns)                                                       \
	sim_pad_open(&pad, atr, SIM_NO_PATCH, turns, COUNT_OF(turns))

/* What entry the reader at hand must be sent as what. */
struct known {
	const char *atr;
	size_t at; /* in the class descriptor */
	uint8_t value;
	bool change;
	const struct pin_entry *entry;
	const char *abData;
};

static void
known_answers(void **state)
{
	static const struct known known[] = {
	    {NULL, SIM_NO_PATCH, false, &cac, "00 1E" VERIFY CAC_VERIFY},
	    {NULL, SIM_NO_PATCH, false, &piv, "00 1E" VERIFY PIV_VERIFY},
	    {NULL, SIM_NO_PATCH, true, &piv, "01 1E" CHANGE PIV_CHANGE},
	    /* wLcdLayout, two lines: the reader asks by itself. */
	    {NULL, 50, 2, false, &cac, "00 1E" VERIFY_SHOWN CAC_VERIFY},
	    {NULL, 50, 2, true, &piv, "01 1E" CHANGE_SHOWN PIV_CHANGE},
	    /* Short and extended APDU level: no prologue of ours. */
	    {NULL, 42, 2, false, &piv, "00 1E" VERIFY PIV_VERIFY},
	    {SIM_ATR_T1, 42, 2, true, &piv, "01 1E" CHANGE PIV_CHANGE},
	    {SIM_ATR_T1, 42, 4, false, &cac, "00 1E" VERIFY CAC_VERIFY},
	    /* T=1 at TPDU level: NAD, PCB, LEN. */
	    {SIM_ATR_T1, SIM_NO_PATCH, false, &cac,
		"00 1E" VERIFY_T1 CAC_VERIFY},
	    {SIM_ATR_T1, SIM_NO_PATCH, true, &piv,
		"01 1E" CHANGE_T1 PIV_CHANGE},
	};
	static const struct sim_turn word[] = {{.data = "90 00"}};
	static const struct sim_turn block[] = {
	    {.data = "90 00", .block = true}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		const struct known *k = &known[i];
		bool t1 = k->atr != NULL && k->at == 0;
		uint8_t room[64];
		uint16_t sw = 0;
		err_t err;

		sim_pad_open(
		    &pad, k->atr, k->at, k->value, t1 ? block : word, 1);
		err = k->change ? reader_pin_change(pad.g.reader, k->entry,
				      deadline_in(600000), &sw)
				: sim_pad_verify(&pad, k->entry, &sw);
		assert_int_equal(err, 0);
		assert_int_equal(sw, 0x9000);
		assert_bytes(bytes_of(pad.msg + 10, pad.msg_n - 10),
		    hex_parse(k->abData, room));
		assert_int_equal(pad.msg[0], 0x69);
		assert_int_equal(pad.msg[1], pad.msg_n - 10);
		assert_bytes(bytes_of(pad.msg + 7, 3), HEX("00 00 00"));
		if (!k->change)
			assert_bytes(bytes_of(pad.msg + 25, 2), HEX("00 20"));
		sim_pad_close(&pad);
	}
}

static void
status_words_are_data(void **state)
{
	static const struct sim_turn turns[] = {{.data = "63 C2"}};
	static const struct sim_turn blocked[] = {
	    {.data = "69 83", .block = true}};
	uint16_t sw = 0;

	(void)state;
	OPEN(NULL, turns);
	assert_int_equal(sim_pad_verify(&pad, &cac, &sw), 0);
	assert_int_equal(sw, 0x63C2);
	sim_pad_assert_usable(&pad);
	sim_pad_close(&pad);
	OPEN(SIM_ATR_T1, blocked);
	assert_int_equal(sim_pad_verify(&pad, &cac, &sw), 0);
	assert_int_equal(sw, 0x6983);
	sim_pad_assert_usable(&pad);
	assert_int_equal(pad.resynchs, 0);
	sim_pad_close(&pad);
}

/* PCB in bTeoPrologue follows N(S), also after what went before. */
static void
sequence_numbers_count_on(void **state)
{
	static const struct sim_turn turns[] = {
	    {.data = "90 00", .block = true}};
	uint16_t sw;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		OPEN(SIM_ATR_T1, turns);
		/* Three commands. */
		if (i == 1)
			sim_pad_assert_usable(&pad);
		assert_int_equal(pad.nr, i);
		assert_int_equal(sim_pad_verify(&pad, &cac, &sw), 0);
		assert_bytes(bytes_of(pad.msg + 22, 3),
		    i == 0 ? HEX("00 00 0D") : HEX("00 40 0D"));
		sim_pad_assert_usable(&pad);
		assert_int_equal(pad.resynchs, 0);
		sim_pad_close(&pad);
	}
}

/* Each way of readers to say it; no block has moved the T=1 counters. */
static void
no_pin_was_typed(void **state)
{
	static const struct {
		struct sim_turn turn;
		err_t err;
	} ways[] = {
	    {{.status = 0x40, .error = 0xF0}, CCID_ERR_PIN_TIMEOUT},
	    {{.status = 0x40, .error = 0xEF}, CCID_ERR_PIN_CANCELLED},
	    {{.type = 0x81, .status = 0x40, .error = 0xF0},
		CCID_ERR_PIN_TIMEOUT},
	    {{.type = 0x81, .status = 0x40, .error = 0xEF},
		CCID_ERR_PIN_CANCELLED},
	    {{.status = 0x40, .error = 0xEF, .data = "64 01"},
		CCID_ERR_PIN_CANCELLED},
	    {{.data = "64 00"}, CCID_ERR_PIN_TIMEOUT},
	    {{.data = "64 01"}, CCID_ERR_PIN_CANCELLED},
	};
	uint16_t sw;

	(void)state;
	for (size_t i = 0; i < 2 * COUNT_OF(ways); i++) {
		sim_pad_open(&pad, i % 2 ? SIM_ATR_T1 : NULL, SIM_NO_PATCH,
		    &ways[i / 2].turn, 1);
		assert_int_equal(
		    sim_pad_verify(&pad, &cac, &sw), ways[i / 2].err);
		sim_pad_assert_usable(&pad);
		assert_int_equal(pad.sent, 1);
		assert_int_equal(pad.resynchs, 0);
		sim_pad_close(&pad);
	}
	assert_string_equal(err_name(CCID_ERR_PIN_TIMEOUT), "PIN_TIMEOUT");
	assert_string_equal(err_name(CCID_ERR_PIN_CANCELLED), "PIN_CANCELLED");
	assert_string_equal(ccid_type_name(PC_to_RDR_Secure), "Secure");
}

/* S(WTX) is granted by an XfrBlock, and the answer follows that. */
static void
a_card_that_needs_time(void **state)
{
	static const struct sim_turn turns[] = {{.data = "00 C3 01 05 C7"},
	    {.after_ms = 20000, .data = "90 00", .block = true}};
	uint16_t sw = 0;

	(void)state;
	OPEN(SIM_ATR_T1, turns);
	assert_int_equal(sim_pad_verify(&pad, &cac, &sw), 0);
	assert_int_equal(sw, 0x9000);
	sim_pad_assert_usable(&pad);
	assert_int_equal(pad.sent, 1);
	assert_int_equal(pad.resynchs, 0);
	sim_pad_close(&pad);
}

static void
readers_without_support(void **state)
{
	static const struct {
		const char *atr;
		size_t at;
		uint8_t value;
		unsigned flags;
		bool verify, change;
	} cases[] = {
	    {NULL, 52, 0x00, 0, false, false},
	    {NULL, 52, 0x01, READER_PIN_VERIFY, true, false},
	    {NULL, 52, 0x02, READER_PIN_CHANGE, false, true},
	    {NULL, 52, 0xFF, READER_PIN_VERIFY | READER_PIN_CHANGE, true, true},
	    {NULL, 51, 1,
		READER_PIN_VERIFY | READER_PIN_CHANGE | READER_PIN_DISPLAY,
		true, true},
	    {NULL, 42, 0x00, 0, false, false}, /* character level */
	    /* The new PIN would need a second block. */
	    {SIM_ATR_IFSC, SIM_NO_PATCH, READER_PIN_VERIFY | READER_PIN_CHANGE,
		true, false},
	};
	static const struct sim_turn none[] = {
	    {.status = 0x40, .error = 0xEF}, {.status = 0x40, .error = 0xEF}};
	uint16_t sw;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		unsigned before;

		sim_pad_open(
		    &pad, cases[i].atr, cases[i].at, cases[i].value, none, 2);
		before = pad.g.sim.commands + pad.blocks;
		assert_int_equal(reader_pin_pad(pad.g.reader), cases[i].flags);
		assert_int_equal(sim_pad_verify(&pad, &cac, &sw),
		    cases[i].verify ? CCID_ERR_PIN_CANCELLED
				    : CCID_ERR_UNSUPPORTED);
		assert_int_equal(reader_pin_change(pad.g.reader, &cac,
				     deadline_in(600000), &sw),
		    cases[i].change ? CCID_ERR_PIN_CANCELLED
				    : CCID_ERR_UNSUPPORTED);
		assert_int_equal(pad.sent, cases[i].verify + cases[i].change);
		assert_int_equal(pad.g.sim.commands + pad.blocks, before);
		sim_rig_end(&pad.g);
		fake_bus_unplug(&pad.g.bus, 0);
		assert_int_equal(readers_refresh(pad.g.readers), 0);
		assert_int_equal(reader_pin_pad(pad.g.reader), 0);
		sim_rig_close(&pad.g);
	}
}

static void
messages_that_do_not_fit(void **state)
{
	struct ccid ccid = {.desc = {.bPINSupport = 3,
				.dwFeatures = CCID_FEATURE_LEVEL_SHORT,
				.dwMaxCCIDMessageLength = 51}};
	struct ccid_slot slot = {.ccid = &ccid};
	struct link link = {.slot = &slot, .level = LINK_SHORT};

	(void)state;
	assert_int_equal(pin_pad_check(&link, CCID_PIN_MODIFY, &cac), 0);
	ccid.desc.dwMaxCCIDMessageLength--;
	assert_int_equal(
	    pin_pad_check(&link, CCID_PIN_MODIFY, &cac), CCID_ERR_UNSUPPORTED);
}

static void
lengths_that_fit_no_block(void **state)
{
	static const struct pin_entry bad[] = {{.min = 0, .max = 8},
	    {.min = 6, .max = 9}, {.min = 7, .max = 6}, {.min = 0, .max = 0}};
	static const struct sim_turn none[] = {{.status = 0x40}};
	uint16_t sw;

	(void)state;
	OPEN(NULL, none);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(
		    sim_pad_verify(&pad, &bad[i], &sw), READER_ERR_COMMAND);
	assert_int_equal(pad.sent, 0);
	sim_pad_close(&pad);
}

/* The trace hides nothing here, for there is nothing to hide. */
static void
the_trace_shows_empty_blocks(void **state)
{
	static const struct sim_turn turns[] = {{.data = "63 C1"}};
	struct trace_file trace;
	uint16_t sw;
	char *text;

	(void)state;
	trace_file_begin(&trace);
	OPEN(NULL, turns);
	assert_int_equal(sim_pad_verify(&pad, &piv, &sw), 0);
	text = trace_file_text(&trace);
	trace_file_end(&trace);
	assert_non_null(strstr(text, "A > PIN from the pad | " PIV_VERIFY));
	assert_non_null(strstr(text, "A < 63 C1"));
	assert_non_null(strstr(text, "00 1E " VERIFY PIV_VERIFY));
	assert_null(strstr(text, "**"));
	free(text);
	sim_pad_close(&pad);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("pin-pad: known messages for CAC and PIV, T=0 and T=1",
		known_answers),
	    TEST("pin-pad: a wrong or blocked PIN is a status word",
		status_words_are_data),
	    TEST("pin-pad: T=1 sequence numbers count on",
		sequence_numbers_count_on),
	    TEST("pin-pad: cancelled and timed out, in every reader's words",
		no_pin_was_typed),
	    TEST("pin-pad: a T=1 card that needs time gets it",
		a_card_that_needs_time),
	    TEST("pin-pad: nothing is sent to readers that cannot do it",
		readers_without_support),
	    TEST("pin-pad: a message longer than the reader takes is not sent",
		messages_that_do_not_fit),
	    TEST("pin-pad: nothing is sent for lengths that fit no block",
		lengths_that_fit_no_block),
	    TEST("pin-pad: the trace shows the empty blocks and the answer",
		the_trace_shows_empty_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
