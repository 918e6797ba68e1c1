/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/ccid-rig.h"

#define LATE_OF_6                                                              \
	"M < DataBlock slot=0 seq=6 status=00 error=00 00 | EE EE 90 00\n"

static void
an_answer_is_handed_up(void **state)
{
	(void)state;
	assert_int_equal(rig_get_response(TWO_BYTES), 0);
}

static void
sequence_numbers_wrap_around(void **state)
{
	static const char script[] =
	    "M > GetSlotStatus slot=0 seq=1 00 00 00\n"
	    "M < SlotStatus slot=0 seq=1 status=01 error=00 00\n";
	struct rig r;

	(void)state;
	for (unsigned i = 0; i < 600; i++) {
		enum ccid_icc icc = CCID_ICC_ABSENT;

		if (i == 0)
			rig_open(&r, SCR3310_5116, script);
		r.usb.next = 0;
		assert_int_equal(
		    ccid_slot_status(&r.slot, rig_wait(), &icc), 0);
		assert_int_equal(icc, CCID_ICC_INACTIVE);
		assert_int_equal(r.usb.bSeq, (uint8_t)(i + 1));
	}
	rig_close(&r);
}

static void
stale_answers_are_dropped(void **state)
{
	(void)state;
	assert_int_equal(rig_get_response(LATE_OF_6 TWO_BYTES), 0);
	assert_int_equal(rig_get_response(LATE_OF_6 LATE_OF_6 TWO_BYTES), 0);
	/* Also a failed one, and one from before a wrap-around. */
	assert_int_equal(
	    rig_get_response(
		"M < DataBlock slot=0 seq=6 status=40 error=F6 00\n"
		"M < SlotStatus slot=0 seq=255 status=02 error=00 "
		"00\n" TWO_BYTES),
	    0);
}

static void
another_slot_is_dropped(void **state)
{
	(void)state;
	assert_int_equal(
	    rig_get_response(
		"M < DataBlock slot=1 seq=7 status=00 error=00 00 | "
		"EE EE 90 00\n" TWO_BYTES),
	    0);
}

static void
stale_answers_buy_no_time(void **state)
{
	int64_t start = fake_clock_now();

	(void)state;
	assert_int_equal(rig_get_response(LATE_OF_6 LATE_OF_6
			     "M - no answer: USB_TIMEOUT after 0 bytes\n"),
	    USB_ERR_TIMEOUT);
	assert_int_equal(fake_clock_now() - start, CCID_WAIT_CARD_MS);
}

static void
endless_stale_answers_end(void **state)
{
	struct ccid_answer a;
	struct rig r;
	err_t err;

	(void)state;
	rig_open(&r, SCR3310_5116, GET_RESPONSE LATE_OF_6);
	/* The same stale answer over and over. */
	for (size_t i = 2; i < FAKE_ENTRIES_MAX; i++)
		r.usb.entry[i] = r.usb.entry[1];
	r.usb.n = FAKE_ENTRIES_MAX;
	err = rig_transfer(&r, HEX("00 C0 00 00 02"), &a);
	assert_int_equal(err, CCID_ERR_SYNC);
	r.usb.next = r.usb.n;
	rig_close(&r);
}

static void
wrong_type_is_out_of_step(void **state)
{
	static const char *const wrong[] = {
	    "M < Parameters slot=0 seq=7 status=00 error=00 00 | AA BB 90 00\n",
	    "M < Parameters slot=0 seq=7 status=40 error=F6 00\n",
	    "M < SlotStatus slot=0 seq=7 status=00 error=00 00\n",
	    "M < raw | 83 00 00 00 00 00 07 00 00 00\n",
	    "M < raw | 6F 00 00 00 00 00 07 00 00 00\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(rig_get_response(wrong[i]), CCID_ERR_SYNC);
}

static void
a_failed_command_may_answer_slot_status(void **state)
{
	(void)state;
	assert_int_equal(
	    rig_get_response(
		"M < SlotStatus slot=0 seq=7 status=40 error=F6 00\n"),
	    CCID_ERR_PROTOCOL);
}

static void
transfer_errors_come_through(void **state)
{
	static const struct {
		const char *line;
		err_t err;
	} rows[] = {
	    {"M - no answer: USB_TIMEOUT after 0 bytes\n", USB_ERR_TIMEOUT},
	    {"M - no answer: USB_STALL after 0 bytes\n", USB_ERR_STALL},
	    {"M - no answer: USB_OVERFLOW after 0 bytes\n", USB_ERR_OVERFLOW},
	    {"M - no answer: USB_IO after 0 bytes\n", USB_ERR_IO},
	    {"M - no answer: USB_GONE after 0 bytes\n", USB_ERR_GONE},
	    {"M - not sent: USB_UNSENT\n", USB_ERR_UNSENT},
	    {"M - not sent: USB_IO\n", USB_ERR_IO},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(rig_get_response(rows[i].line), rows[i].err);
}

/* CCID 1.1, table 6.2-2, with the card still powered. */
static void
failed_commands_bring_their_error(void **state)
{
	(void)state;
	for (unsigned code = 0; code < 256; code++) {
		char line[100];

		(void)snprintf(line, sizeof(line),
		    "M < DataBlock slot=0 seq=7 status=40 error=%02X 00\n",
		    code);
		assert_int_equal(
		    rig_get_response(line), ccid_error((uint8_t)code));
		/* The slot's state says more than the code. */
		(void)snprintf(line, sizeof(line),
		    "M < DataBlock slot=0 seq=7 status=42 error=%02X 00\n",
		    code);
		assert_int_equal(rig_get_response(line), CCID_ERR_NO_CARD);
		(void)snprintf(line, sizeof(line),
		    "M < DataBlock slot=0 seq=7 status=41 error=%02X 00\n",
		    code);
		assert_int_equal(rig_get_response(line), CCID_ERR_INACTIVE);
	}
}

static void
slot_status_is_read_from_failures(void **state)
{
	static const struct {
		const char *answer;
		enum ccid_icc icc;
	} rows[] = {
	    {"status=00 error=00 00\n", CCID_ICC_ACTIVE},
	    {"status=01 error=00 00\n", CCID_ICC_INACTIVE},
	    {"status=02 error=00 00\n", CCID_ICC_ABSENT},
	    {"status=42 error=FE 00\n", CCID_ICC_ABSENT},
	    {"status=41 error=FE 00\n", CCID_ICC_INACTIVE},
	    {"status=40 error=FE 00\n", CCID_ICC_ACTIVE},
	    {"status=42 error=00 00\n", CCID_ICC_ABSENT},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char text[300];
		enum ccid_icc icc = CCID_ICC_ACTIVE;
		struct rig r;

		(void)snprintf(text, sizeof(text),
		    "M > GetSlotStatus slot=0 seq=1 00 00 00\n"
		    "M < SlotStatus slot=0 seq=1 %s",
		    rows[i].answer);
		rig_open(&r, SCR3310_5116, text);
		assert_int_equal(
		    ccid_slot_status(&r.slot, rig_wait(), &icc), 0);
		assert_int_equal(icc, rows[i].icc);
		rig_close(&r);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("ccid: an answer is handed up", an_answer_is_handed_up),
	    TEST("ccid: sequence numbers wrap around",
		sequence_numbers_wrap_around),
	    TEST("ccid: stale answers are dropped", stale_answers_are_dropped),
	    TEST("ccid: the answer of another slot is dropped",
		another_slot_is_dropped),
	    TEST("ccid: stale answers buy no time", stale_answers_buy_no_time),
	    TEST("ccid: stale answers without end are out of step",
		endless_stale_answers_end),
	    TEST("ccid: an answer of the wrong type is out of step",
		wrong_type_is_out_of_step),
	    TEST("ccid: a failed command may be answered by SlotStatus",
		a_failed_command_may_answer_slot_status),
	    TEST("ccid: errors of the transfer come through",
		transfer_errors_come_through),
	    TEST("ccid: all 256 error codes, with the card on, off and gone",
		failed_commands_bring_their_error),
	    TEST("ccid: the slot's state is read from failures too",
		slot_status_is_read_from_failures),
	};

	reader_error_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
