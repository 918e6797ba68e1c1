/* SPDX-License-Identifier: BSD-2-Clause */
/* Back into step with a reader (CCID 1.1, 5.3.1 for the abort). */
#include "tests/unit/ccid-rig.h"

#define SILENCE "M - no answer: USB_TIMEOUT after 0 bytes\n"
#define STATUS	"M > GetSlotStatus slot=0 seq=20 00 00 00\n"
#define ACTIVE	"M < SlotStatus slot=0 seq=20 status=00 error=00 00\n"
#define ABORT	"M > Abort slot=0 seq=30 00 00 00\n"
#define ABORTED "M < SlotStatus slot=0 seq=30 status=00 error=00 00\n"
#define LATE	"M < DataBlock slot=0 seq=19 status=00 error=00 00 | 01 02 90 00\n"

static struct rig rig;

static err_t
resync(const char *script, unsigned limit_ms)
{
	enum ccid_icc icc = CCID_ICC_ABSENT;
	err_t err;

	rig_open(&rig, SCR3310_5116, script);
	rig.ccid.bSeq = 18;
	err = ccid_resync(&rig.slot, deadline_in(limit_ms), &icc);
	if (err == 0)
		assert_int_equal(icc, CCID_ICC_ACTIVE);
	rig_close(&rig);
	return err;
}

static void
silence_and_a_status_are_enough(void **state)
{
	(void)state;
	assert_int_equal(resync(SILENCE STATUS ACTIVE, 10000), 0);
	assert_int_equal(rig.usb.clear_halts, 0);
	assert_int_equal(rig.usb.aborts, 0);
}

static void
late_answers_are_drained(void **state)
{
	(void)state;
	assert_int_equal(resync(LATE SILENCE STATUS ACTIVE, 10000), 0);
	assert_int_equal(
	    resync(LATE LATE LATE SILENCE STATUS ACTIVE, 10000), 0);
	/* Also broken ones. */
	assert_int_equal(resync("M < raw | 80 02\nM < raw | 80 02 00 00 00 00 "
				"01 00 00 00\n" SILENCE STATUS ACTIVE,
			     10000),
	    0);
	/* And one that comes after the silence. */
	assert_int_equal(resync(SILENCE STATUS LATE ACTIVE, 10000), 0);
}

static void
a_halt_is_cleared_after_the_first_failure(void **state)
{
	(void)state;
	assert_int_equal(
	    resync("M - no answer: USB_STALL after 0 bytes\n" STATUS
		   "M - no answer: USB_STALL after 0 bytes\n" SILENCE STATUS
		       ACTIVE,
		10000),
	    0);
	assert_int_equal(rig.usb.clear_halts, 2);
	assert_int_equal(rig.usb.aborts, 0);
}

/* One try each at 200 ms and 1 s, then the abort. */
#define UNTIL_ABORT SILENCE STATUS SILENCE SILENCE STATUS SILENCE

static void
the_abort_has_two_halves_in_order(void **state)
{
	(void)state;
	assert_int_equal(
	    resync(UNTIL_ABORT ABORT ABORTED STATUS ACTIVE, 10000), 0);
	assert_int_equal(rig.usb.aborts, 1);
	/* wValue is bSeq and bSlot; the bulk half carries the same bSeq. */
	assert_int_equal(rig.usb.abort_value, 21 << 8 | 0);
	assert_int_equal(rig.usb.abort_at, 6);
	assert_int_equal(rig.usb.bSeq, 22);
}

static void
answers_before_the_abort_s_own_are_dropped(void **state)
{
	(void)state;
	assert_int_equal(
	    resync(UNTIL_ABORT ABORT
		"M < DataBlock slot=0 seq=29 status=40 error=FF 00\n"
		"M < DataBlock slot=0 seq=30 status=40 error=FF 00\n"
		"M < SlotStatus slot=0 seq=29 status=00 error=00 00\n" ABORTED
		    STATUS ACTIVE,
		10000),
	    0);
	assert_int_equal(rig.usb.aborts, 1);
}

static void
the_abort_is_tried_three_times(void **state)
{
	int64_t start = fake_clock_now();

	(void)state;
	assert_int_equal(resync(UNTIL_ABORT ABORT SILENCE ABORT SILENCE ABORT
				    SILENCE STATUS SILENCE,
			     60000),
	    USB_ERR_TIMEOUT);
	assert_int_equal(rig.usb.aborts, 3);
	assert_true(fake_clock_now() - start <= 7000);
}

static void
a_reader_that_cannot_abort_is_not_pressed(void **state)
{
	enum ccid_icc icc;

	(void)state;
	rig_open(&rig, SCR3310_5116, UNTIL_ABORT STATUS SILENCE);
	rig.usb.abort_err = USB_ERR_STALL;
	assert_int_equal(
	    ccid_resync(&rig.slot, deadline_in(60000), &icc), USB_ERR_TIMEOUT);
	assert_int_equal(rig.usb.aborts, 1);
	rig_close(&rig);
}

static void
an_unplugged_reader_ends_it_at_once(void **state)
{
	static const char *const scripts[] = {
	    "M - no answer: USB_GONE after 0 bytes\n",
	    SILENCE STATUS "M - no answer: USB_GONE after 0 bytes\n",
	    SILENCE STATUS SILENCE SILENCE STATUS
	    "M - no answer: USB_GONE after 0 bytes\n",
	    UNTIL_ABORT ABORT "M - no answer: USB_GONE after 0 bytes\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(scripts); i++)
		assert_int_equal(resync(scripts[i], 60000), USB_ERR_GONE);
}

static void
gone_in_between_ends_it_too(void **state)
{
	enum ccid_icc icc;

	(void)state;
	rig_open(&rig, SCR3310_5116, SILENCE STATUS SILENCE);
	rig.usb.clear_halt_err = USB_ERR_GONE;
	assert_int_equal(
	    ccid_resync(&rig.slot, deadline_in(60000), &icc), USB_ERR_GONE);
	rig_close(&rig);
	rig_open(&rig, SCR3310_5116, UNTIL_ABORT);
	rig.usb.abort_err = USB_ERR_GONE;
	assert_int_equal(
	    ccid_resync(&rig.slot, deadline_in(60000), &icc), USB_ERR_GONE);
	rig_close(&rig);
}

static void
endless_garbage_ends(void **state)
{
	enum ccid_icc icc;

	(void)state;
	rig_open(&rig, SCR3310_5116, LATE);
	for (size_t i = 1; i < FAKE_ENTRIES_MAX; i++)
		rig.usb.entry[i] = rig.usb.entry[0];
	rig.usb.n = FAKE_ENTRIES_MAX;
	/* The transcript ends the reader at the first command. */
	assert_int_equal(
	    ccid_resync(&rig.slot, deadline_in(60000), &icc), USB_ERR_GONE);
	assert_true(rig.usb.reads <= 64);
	fake_usb_clear(&rig.usb);
	ccid_clear(&rig.ccid);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("resync: silence and a slot status are enough",
		silence_and_a_status_are_enough),
	    TEST("resync: late and broken answers are drained",
		late_answers_are_drained),
	    TEST("resync: both halts are cleared after the first failure",
		a_halt_is_cleared_after_the_first_failure),
	    TEST("resync: the abort is a request, then a message with the same "
		 "bSlot and bSeq",
		the_abort_has_two_halves_in_order),
	    TEST("resync: what comes before the abort's own answer is dropped",
		answers_before_the_abort_s_own_are_dropped),
	    TEST("resync: the abort is tried three times within seconds",
		the_abort_is_tried_three_times),
	    TEST("resync: a reader that stalls the abort is not pressed",
		a_reader_that_cannot_abort_is_not_pressed),
	    TEST("resync: an unplugged reader ends it at once",
		an_unplugged_reader_ends_it_at_once),
	    TEST("resync: unplugged at a request likewise",
		gone_in_between_ends_it_too),
	    TEST("resync: a reader that never stops talking is not listened to "
		 "for ever",
		endless_garbage_ends),
	};

	reader_error_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
