/* SPDX-License-Identifier: BSD-2-Clause */
/* A PIN from the reader's own pad goes to the card once, and may take long. */
#include "tests/unit/sim-pad.h"

static struct sim_pad pad;
static const struct pin_entry cac = {.min = 6, .max = 8};

#define OPEN(atr, turns)                                                       \
	sim_pad_open(&pad, atr, SIM_NO_PATCH, turns, COUNT_OF(turns))

static void
one_fault(const char *atr, const struct sim_turn *turn, err_t out_err)
{
	uint16_t sw = 0;
	err_t err;

	sim_pad_open(&pad, atr, SIM_NO_PATCH, turn, 1);
	pad.out_err = out_err;
	err = sim_pad_verify(&pad, &cac, &sw);
	if (err == 0 || err == READER_ERR_RESET || pad.sent != 1)
		fail_msg("status %02X error %02X: %s, sent %u times",
		    turn->status, turn->error, err_name(err), pad.sent);
	if (!pad.g.sim.unplugged && !pad.g.sim.absent)
		sim_pad_assert_usable(&pad);
	assert_int_equal(pad.sent, 1);
	sim_pad_close(&pad);
}

static void
no_error_code_sends_it_again(void **state)
{
	(void)state;
	for (unsigned code = 0; code < 256; code++) {
		struct sim_turn t = {.status = 0x40, .error = (uint8_t)code};

		one_fault(NULL, &t, 0);
		one_fault(SIM_ATR_T1, &t, 0);
		t.type = 0x81;
		one_fault(NULL, &t, 0);
	}
}

static void
nothing_else_sends_it_again(void **state)
{
	static const struct sim_turn faults[] = {
	    {.err = USB_ERR_STALL}, {.err = USB_ERR_IO},
	    {.err = USB_ERR_OVERFLOW}, {.err = USB_ERR_TIMEOUT},
	    {.err = USB_ERR_GONE},
	    {.status = SIM_CUT_SHORT},		   /* half a header */
	    {.status = 0xC0},			   /* reserved */
	    {.status = 0x03},			   /* likewise */
	    {.status = 0x42, .error = 0xFE},	   /* pulled */
	    {.status = 0x41, .error = 0xFE},	   /* mute, power cut */
	    {.seq_off = 1, .data = "90 00"},	   /* another's answer */
	    {.type = 0x81},			   /* no status word */
	    {.type = 0x82, .data = "90 00"},	   /* of another kind */
	    {.data = NULL},			   /* likewise */
	    {.data = "90"},			   /* half of one */
	    {.data = "90 00 00"},		   /* too much */
	    {.data = "60 00"},			   /* not a status word */
	    {.data = "A5 5A"},			   /* likewise */
	    {.data = "00 82 00 82"},		   /* R-block: again, please */
	    {.data = "00 00 02 90 00 93"},	   /* EDC */
	    {.data = "00 40 02 90 00 D2"},	   /* N(S) */
	    {.data = "00 20 02 90 00 B2"},	   /* M */
	    {.data = "00 00 00 00"},		   /* empty */
	    {.data = "00 C1 01 20 E0"},		   /* S(IFS) */
	    {.after_ms = 100000, .data = "90 00"}, /* late */
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		one_fault(NULL, &faults[i], 0);
		one_fault(SIM_ATR_T1, &faults[i], 0);
	}
	one_fault(NULL, &faults[0], USB_ERR_UNSENT);
	one_fault(SIM_ATR_T1, &faults[0], USB_ERR_UNSENT);
	one_fault(NULL, &faults[0], USB_ERR_IO);
}

static void
a_pulled_card_is_noticed(void **state)
{
	static const struct sim_turn turns[] = {
	    {.after_ms = 5000, .status = 0x42, .error = 0xEF}};
	unsigned generation;
	uint16_t sw;
	err_t why;

	(void)state;
	OPEN(NULL, turns);
	assert_int_equal(sim_pad_verify(&pad, &cac, &sw), CCID_ERR_NO_CARD);
	assert_int_equal(
	    reader_poll(pad.g.reader, &generation, &why), PRESENCE_EMPTY);
	sim_pad_close(&pad);
}

static void
a_minute_of_time_extensions(void **state)
{
	static struct sim_turn turns[61];
	int64_t start;
	uint16_t sw = 0;

	(void)state;
	for (unsigned i = 0; i < 60; i++)
		turns[i] = (struct sim_turn){
		    .after_ms = 1000, .status = 0x80, .error = 1};
	turns[60] = (struct sim_turn){.after_ms = 1000, .data = "90 00"};
	OPEN(NULL, turns);
	start = fake_clock_now();
	assert_int_equal(sim_pad_verify(&pad, &cac, &sw), 0);
	assert_int_equal(sw, 0x9000);
	assert_int_equal(fake_clock_now() - start, 61000);
	sim_pad_close(&pad);
}

/* 90 s without a word, and as many again after each extension. */
static void
the_wait_is_for_people(void **state)
{
	static const struct sim_turn slow[] = {
	    {.after_ms = 89000, .data = "90 00"}};
	static const struct sim_turn slower[] = {
	    {.after_ms = 89000, .status = 0x80, .error = 1},
	    {.after_ms = 89000, .data = "90 00"}};
	static const struct sim_turn thrice[] = {
	    {.after_ms = 99000, .data = "90 00"}};
	static const struct sim_turn never[] = {{.after_ms = 700000}};
	int64_t start;
	uint16_t sw;

	(void)state;
	/* Three PINs of 30 s each. */
	OPEN(NULL, thrice);
	assert_int_equal(
	    reader_pin_change(pad.g.reader, &cac, deadline_in(600000), &sw), 0);
	sim_pad_close(&pad);
	OPEN(NULL, slow);
	assert_int_equal(sim_pad_verify(&pad, &cac, &sw), 0);
	sim_pad_close(&pad);
	OPEN(NULL, slower);
	assert_int_equal(sim_pad_verify(&pad, &cac, &sw), 0);
	sim_pad_close(&pad);
	OPEN(NULL, never);
	start = fake_clock_now();
	assert_int_equal(sim_pad_verify(&pad, &cac, &sw), USB_ERR_TIMEOUT);
	assert_in_range(fake_clock_now() - start, 90000, 95000);
	sim_pad_assert_usable(&pad);
	assert_int_equal(pad.sent, 1);
	sim_pad_close(&pad);
}

/* The reader gets what the caller has left, less the time to recover. */
static void
the_callers_deadline_rules(void **state)
{
	static const struct sim_turn never[] = {{.after_ms = 700000}};
	static const struct {
		unsigned ms;
		uint8_t asked, given;
	} times[] = {{600000, 0, 30}, {600000, 255, 255}, {600000, 45, 45},
	    {20000, 0, 17}, {4000, 0, 1}};
	uint16_t sw;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(times); i++) {
		struct pin_entry e = cac;
		int64_t start;

		OPEN(NULL, never);
		start = fake_clock_now();
		e.timeout_s = times[i].asked;
		assert_int_equal(reader_pin_verify(pad.g.reader, &e,
				     deadline_in(times[i].ms), &sw),
		    USB_ERR_TIMEOUT);
		assert_int_equal(pad.msg[11], times[i].given);
		assert_true(fake_clock_now() - start <= times[i].ms);
		assert_true(fake_clock_now() - start >= times[i].given * 1000);
		sim_pad_close(&pad);
	}
	OPEN(NULL, never);
	assert_int_equal(
	    reader_pin_verify(pad.g.reader, &cac, deadline_in(3500), &sw),
	    ERR_TIMEOUT);
	assert_int_equal(pad.sent, 0);
	sim_pad_close(&pad);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("pin-pad: never sent twice, whatever the error code",
		no_error_code_sends_it_again),
	    TEST("pin-pad: never sent twice, whatever else fails",
		nothing_else_sends_it_again),
	    TEST("pin-pad: a card pulled during the entry is noticed",
		a_pulled_card_is_noticed),
	    TEST("pin-pad: time extensions for a minute",
		a_minute_of_time_extensions),
	    TEST("pin-pad: the wait is at least 90 seconds",
		the_wait_is_for_people),
	    TEST("pin-pad: the caller's deadline rules",
		the_callers_deadline_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
