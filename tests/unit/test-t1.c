/* SPDX-License-Identifier: BSD-2-Clause */
/* Conversations in T=1 (ISO/IEC 7816-3, 11.6), one block a message. */
#include <string.h>

#include "reader/t1.h"
#include "tests/unit/ccid-rig.h"
#include "tests/unit/trace-file.h"

#define OUT(block)    "M > XfrBlock slot=0 seq=1 00 00 00 | " block "\n"
#define WTX(n, block) "M > XfrBlock slot=0 seq=1 " n " 00 00 | " block "\n"
#define IN(block)                                                              \
	"M < DataBlock slot=0 seq=1 status=00 error=00 00 | " block "\n"
#define LOST "M < DataBlock slot=0 seq=1 status=40 error=FD 00\n"

#define TELL_IFSD OUT("00 C1 01 FC 3C") IN("00 E1 01 FC 1C")
#define COMMAND	  "00 00 05 00 20 00 80 00 A5"
#define ANSWER	  "00 00 02 90 00 92"

static struct rig rig;
static struct t1 t1;
static struct buf rsp;

static int
cleared(void **state)
{
	(void)state;
	buf_init(&rsp, 70000);
	return 0;
}

static int
freed(void **state)
{
	(void)state;
	buf_clear(&rsp);
	return 0;
}

/* First contact and then `00 20 00 80 00`, with these blocks. */
static err_t
converse_ifsc(uint8_t ifsc, struct bytes apdu, const char *script)
{
	struct params p = {.protocol = 1, .ifsc = ifsc};
	static char text[16384];
	err_t err;

	buf_truncate(&rsp, 0);
	(void)snprintf(text, sizeof(text), TELL_IFSD "%s", script);
	rig_open(&rig, SCR3310_5116, text);
	rig.slot.wait_ms = CCID_WAIT_CARD_MS;
	assert_int_equal(
	    t1_start(&t1, &rig.slot, &p, true, deadline_in(600000)), 0);
	err = t1_transmit(&t1, &rig.slot, apdu, SECRET_NONE, false,
	    deadline_in(600000), &rsp);
	rig_close(&rig);
	return err;
}

static err_t
converse(const char *script)
{
	return converse_ifsc(254, HEX("00 20 00 80 00"), script);
}

static void
one_block_each_way(void **state)
{
	(void)state;
	assert_int_equal(converse(OUT(COMMAND) IN(ANSWER)), 0);
	assert_bytes(buf_bytes(&rsp), HEX("90 00"));
	assert_int_equal(t1.ns, 1);
	assert_int_equal(t1.nr, 1);
}

static void
first_contact_after_others(void **state)
{
	struct params p = {.protocol = 1, .ifsc = 254};

	(void)state;
	rig_open(
	    &rig, SCR3310_5116, OUT("00 C0 00 C0") IN("00 E0 00 E0") TELL_IFSD);
	t1.ns = t1.nr = 1;
	assert_int_equal(
	    t1_start(&t1, &rig.slot, &p, false, deadline_in(60000)), 0);
	assert_int_equal(t1.ns, 0);
	assert_int_equal(t1.nr, 0);
	rig_close(&rig);
}

static void
a_card_without_ifs_is_used(void **state)
{
	struct params p = {.protocol = 1, .ifsc = 254};

	(void)state;
	rig_open(&rig, SCR3310_5116,
	    OUT("00 C1 01 FC 3C") IN("00 82 00 82") OUT("00 C1 01 FC 3C")
		IN("00 82 00 82") OUT("00 C1 01 FC 3C") IN("00 82 00 82"));
	assert_int_equal(
	    t1_start(&t1, &rig.slot, &p, true, deadline_in(60000)), 0);
	rig_close(&rig);
}

/* IFSC 3: five bytes go as three and two; N(S) counts on. */
static void
chaining_out(void **state)
{
	(void)state;
	assert_int_equal(converse_ifsc(3, HEX("00 20 00 80 00"),
			     OUT("00 20 03 00 20 00 03") IN("00 90 00 90")
				 OUT("00 40 02 80 00 C2") IN(ANSWER)),
	    0);
	assert_bytes(buf_bytes(&rsp), HEX("90 00"));
	assert_int_equal(t1.ns, 0);
}

static void
chaining_in(void **state)
{
	(void)state;
	assert_int_equal(converse(OUT(COMMAND) IN("00 20 03 01 02 03 23") OUT(
			     "00 90 00 90") IN("00 60 03 04 05 06 64")
				 OUT("00 80 00 80") IN("00 00 03 07 90 00 94")),
	    0);
	assert_bytes(buf_bytes(&rsp), HEX("01 02 03 04 05 06 07 90 00"));
}

/* The multiplier goes into bBWI of the block that grants it, and no other. */
static void
waiting_time_extension(void **state)
{
	(void)state;
	assert_int_equal(
	    converse(OUT(COMMAND) IN("00 C3 01 01 C3")
		    WTX("01", "00 E3 01 01 E3") IN("00 C3 01 0A C8")
			WTX("0A", "00 E3 01 0A E8") IN("00 20 01 AA 8B")
			    OUT("00 90 00 90") IN("00 40 02 90 00 D2")),
	    0);
	assert_bytes(buf_bytes(&rsp), HEX("AA 90 00"));
}

static void
a_smaller_ifsc_in_between(void **state)
{
	(void)state;
	assert_int_equal(converse_ifsc(4, HEX("00 20 00 80 00"),
			     OUT("00 20 04 00 20 00 80 84") IN("00 C1 01 02 C2")
				 OUT("00 E1 01 02 E2") IN("00 90 00 90")
				     OUT("00 40 01 00 41") IN(ANSWER)),
	    0);
	assert_int_equal(t1.ifsc, 2);
}

static void
a_damaged_block_is_asked_for_again(void **state)
{
	(void)state;
	/* EDC wrong, then lost on the line, then whole. */
	assert_int_equal(converse(OUT(COMMAND) IN("00 00 02 90 00 93") OUT(
			     "00 81 00 81") LOST OUT("00 81 00 81") IN(ANSWER)),
	    0);
	assert_bytes(buf_bytes(&rsp), HEX("90 00"));
	/* The same in a chain: R names the block that is expected. */
	assert_int_equal(converse(OUT(COMMAND) IN("00 20 01 AA 8B")
				 OUT("00 90 00 90") IN("00 40 02 90 00 FF") OUT(
				     "00 90 00 90") IN("00 40 02 90 00 D2")),
	    0);
	assert_bytes(buf_bytes(&rsp), HEX("AA 90 00"));
}

static void
the_card_asks_for_our_block_again(void **state)
{
	(void)state;
	assert_int_equal(converse(OUT(COMMAND) IN("00 81 00 81") OUT(COMMAND)
				 IN("00 82 00 82") OUT(COMMAND) IN(ANSWER)),
	    0);
	assert_bytes(buf_bytes(&rsp), HEX("90 00"));
}

static void
a_block_twice_is_taken_once(void **state)
{
	(void)state;
	/* Our R was lost: the card sends its block again. */
	assert_int_equal(
	    converse(OUT(COMMAND) IN("00 20 01 AA 8B") OUT("00 90 00 90") IN(
		"00 20 01 AA 8B") OUT("00 90 00 90") IN("00 40 02 90 00 D2")),
	    0);
	assert_bytes(buf_bytes(&rsp), HEX("AA 90 00"));
}

/* After three tries S(RESYNCH), but never the command again. */
static void
the_command_never_runs_twice(void **state)
{
	(void)state;
	assert_int_equal(
	    converse(OUT(COMMAND) IN("00 00 02 90 00 93") OUT("00 81 00 81") IN(
		"00 00 02 90 00 93") OUT("00 81 00 81") IN("00 00 02 90 00 93")
		    OUT("00 81 00 81") IN("00 00 02 90 00 93")
			OUT("00 C0 00 C0") IN("00 E0 00 E0") TELL_IFSD),
	    READER_ERR_BLOCK);
	assert_int_equal(t1.ns, 0);
	assert_int_equal(t1.nr, 0);
}

static void
an_abort_of_the_card_ends_it(void **state)
{
	(void)state;
	assert_int_equal(converse(OUT(COMMAND) IN("00 C2 00 C2") OUT(
			     "00 C0 00 C0") IN("00 E0 00 E0") TELL_IFSD),
	    READER_ERR_BLOCK);
}

static void
reader_errors_come_through(void **state)
{
	(void)state;
	assert_int_equal(
	    converse(OUT(
		COMMAND) "M < DataBlock slot=0 seq=1 status=40 error=F6 00\n"),
	    CCID_ERR_PROTOCOL);
	assert_int_equal(
	    converse(OUT(COMMAND) "M - no answer: USB_TIMEOUT after 0 bytes\n"),
	    USB_ERR_TIMEOUT);
}

/* Over and over the last exchange of the script. */
static err_t
endless(const char *script)
{
	struct params p = {.protocol = 1, .ifsc = 254};
	err_t err;

	buf_truncate(&rsp, 0);
	rig_open(&rig, SCR3310_5116, script);
	for (size_t i = rig.usb.n; i < FAKE_ENTRIES_MAX; i++)
		rig.usb.entry[i] = rig.usb.entry[i - 2];
	rig.usb.n = FAKE_ENTRIES_MAX;
	assert_int_equal(
	    t1_start(&t1, &rig.slot, &p, true, deadline_in(600000)), 0);
	err = t1_transmit(&t1, &rig.slot, HEX("00 20 00 80 00"), SECRET_NONE,
	    false, deadline_in(600000), &rsp);
	rig.usb.next = rig.usb.n;
	rig.usb.mismatch[0] = '\0';
	rig_close(&rig);
	return err;
}

static void
endless_extensions_end(void **state)
{
	(void)state;
	assert_true(endless(TELL_IFSD OUT(COMMAND) IN("00 C3 01 01 C3") WTX(
			"01", "00 E3 01 01 E3") IN("00 C3 01 01 C3")) != 0);
}

/* A decryption's plaintext arrives in two blocks; a PIN leaves in three. */
static void
secrets_stay_out_of_the_trace(void **state)
{
	static const char *const pieces[] = {
	    "5A", "5B", "5C", "5D", "31", "32", "33", "34"};
	struct params p = {.protocol = 1, .ifsc = 3};
	struct trace_file trace;
	char *text;

	(void)state;
	rig_open(&rig, SCR3310_5116,
	    TELL_IFSD OUT("00 20 03 00 20 00 03") IN("00 90 00 90")
		OUT("00 60 03 80 04 31 D6") IN("00 80 00 80")
		    OUT("00 00 03 32 33 34 36") IN("00 20 02 5A 5B 23")
			OUT("00 90 00 90") IN("00 40 04 5C 5D 90 00 D5"));
	trace_file_begin(&trace);
	assert_int_equal(
	    t1_start(&t1, &rig.slot, &p, true, deadline_in(60000)), 0);
	assert_int_equal(
	    t1_transmit(&t1, &rig.slot, HEX("00 20 00 80 04 31 32 33 34"),
		(struct secret_range){5, 4}, true, deadline_in(60000), &rsp),
	    0);
	text = trace_file_text(&trace);
	trace_file_end(&trace);
	for (size_t i = 0; i < COUNT_OF(pieces); i++) {
		char want[8];

		(void)snprintf(want, sizeof(want), " %s ", pieces[i]);
		if (strstr(text, want) != NULL)
			fail_msg("%s is in the trace:\n%s", pieces[i], text);
	}
	free(text);
	rig_close(&rig);
	assert_bytes(buf_bytes(&rsp), HEX("5A 5B 5C 5D 90 00"));
}

#define T1_TEST(sentence, function)                                            \
	TEST_WITH("t1: " sentence, function, cleared, freed)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    T1_TEST(
		"IFSD is told, one block goes each way", one_block_each_way),
	    T1_TEST("first contact after others begins with RESYNCH",
		first_contact_after_others),
	    T1_TEST("a card that knows no IFS is used all the same",
		a_card_without_ifs_is_used),
	    T1_TEST("a long command is chained by IFSC", chaining_out),
	    T1_TEST("a long answer is chained", chaining_in),
	    T1_TEST("a waiting time extension is granted in bBWI",
		waiting_time_extension),
	    T1_TEST("the card may change its IFSC within a chain",
		a_smaller_ifsc_in_between),
	    T1_TEST("a damaged block is asked for again",
		a_damaged_block_is_asked_for_again),
	    T1_TEST("the card may ask for our block again",
		the_card_asks_for_our_block_again),
	    T1_TEST("a block that comes twice is taken once",
		a_block_twice_is_taken_once),
	    T1_TEST("after RESYNCH the command is not sent again",
		the_command_never_runs_twice),
	    T1_TEST(
		"an abort by the card ends it", an_abort_of_the_card_ends_it),
	    T1_TEST(
		"the reader's errors come through", reader_errors_come_through),
	    T1_TEST("extensions without end end", endless_extensions_end),
	    T1_TEST(
		"secrets stay out of the trace", secrets_stay_out_of_the_trace),
	};

	reader_error_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
