/* SPDX-License-Identifier: BSD-2-Clause */
/* Time extensions (CCID 1.1, 6.2.6, bmCommandStatus 2). */
#include "tests/unit/ccid-rig.h"

#define COMMAND "M > XfrBlock slot=0 seq=7 00 00 00 | 00 C0 00 00 00\n"
#define ANSWER	"M < DataBlock slot=0 seq=7 status=00 error=00 00 | 90 00\n"
#define SILENCE "M - no answer: USB_TIMEOUT after 0 bytes\n"

/* Time that a transfer took whose answers these are. */
static err_t
timed(const char *answers, unsigned limit_ms, int64_t *took)
{
	static char text[64 * 1024];
	struct ccid_command cmd = {
	    .type = PC_to_RDR_XfrBlock, .data = HEX("00 C0 00 00 00")};
	struct ccid_answer a;
	struct rig r;
	int64_t start = fake_clock_now();
	err_t err;

	(void)snprintf(text, sizeof(text), COMMAND "%s", answers);
	rig_open(&r, SCR3310_5116, text);
	err = ccid_transceive(&r.slot, &cmd, CCID_EXPECT(258),
	    (struct ccid_wait){CCID_WAIT_CARD_MS, deadline_in(limit_ms)}, &a);
	*took = fake_clock_now() - start;
	/* Nothing may be sent between notice and answer. */
	assert_int_equal(r.usb.commands, 1);
	rig_close(&r);
	return err;
}

static void
the_multiplier_counts(void **state)
{
	static const struct {
		const char *bError;
		int64_t ms;
	} rows[] = {
	    {"01", 5000}, {"05", 25000}, {"00", 5000}, {"FF", 255 * 5000}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char text[200];
		int64_t took;

		(void)snprintf(text, sizeof(text),
		    "M < DataBlock slot=0 seq=7 status=80 error=%s "
		    "00\n" SILENCE,
		    rows[i].bError);
		assert_int_equal(timed(text, 3600000, &took), USB_ERR_TIMEOUT);
		assert_int_equal(took, rows[i].ms);
	}
}

static void
notices_do_not_compound(void **state)
{
	int64_t took;

	(void)state;
	assert_int_equal(
	    timed("M < DataBlock slot=0 seq=7 status=80 error=14 00\n"
		  "M < DataBlock slot=0 seq=7 status=80 error=02 00\n" SILENCE,
		3600000, &took),
	    USB_ERR_TIMEOUT);
	assert_int_equal(took, 2 * CCID_WAIT_CARD_MS);
}

static void
any_number_of_them(void **state)
{
	static const unsigned counts[] = {1, 2, 10, 100, 200};
	static char text[32 * 1024];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		size_t at = 0;
		int64_t took;

		for (unsigned n = 0; n < counts[i]; n++)
			at += (size_t)snprintf(text + at, sizeof(text) - at,
			    "M < DataBlock slot=0 seq=7 status=80 error=01 "
			    "00\n");
		(void)snprintf(text + at, sizeof(text) - at, ANSWER);
		assert_int_equal(timed(text, 60000, &took), 0);
	}
}

static void
the_ceiling_does_not_move(void **state)
{
	int64_t took;

	(void)state;
	assert_int_equal(
	    timed("M < DataBlock slot=0 seq=7 status=80 error=FF 00\n" SILENCE,
		30000, &took),
	    USB_ERR_TIMEOUT);
	assert_int_equal(took, 30000);
}

static void
they_may_come_as_slot_status(void **state)
{
	int64_t took;

	(void)state;
	assert_int_equal(
	    timed("M < SlotStatus slot=0 seq=7 status=80 error=01 00\n" ANSWER,
		60000, &took),
	    0);
}

static void
an_old_notice_gives_no_time(void **state)
{
	int64_t took;

	(void)state;
	assert_int_equal(
	    timed("M < DataBlock slot=0 seq=6 status=80 error=64 00\n" SILENCE,
		3600000, &took),
	    USB_ERR_TIMEOUT);
	assert_int_equal(took, CCID_WAIT_CARD_MS);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("ccid: a time extension multiplies the wait, 0 restarts it",
		the_multiplier_counts),
	    TEST("ccid: time extensions do not compound",
		notices_do_not_compound),
	    TEST(
		"ccid: 1 to 200 time extensions, and nothing is sent meanwhile",
		any_number_of_them),
	    TEST("ccid: time extensions never move the caller's deadline",
		the_ceiling_does_not_move),
	    TEST("ccid: a time extension may come as SlotStatus",
		they_may_come_as_slot_status),
	    TEST("ccid: a time extension of another command gives no time",
		an_old_notice_gives_no_time),
	};

	reader_error_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
