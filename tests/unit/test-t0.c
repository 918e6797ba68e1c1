/* SPDX-License-Identifier: BSD-2-Clause */
/* One TPDU (ISO/IEC 7816-3, 10.3); the reader does the procedure bytes. */
#include "reader/t0.h"
#include "tests/unit/ccid-rig.h"

static struct rig rig;

/* Send a TPDU whose answer is these bytes in a DataBlock. */
static err_t
tpdu(const char *command, const char *answer, struct buf *data, uint16_t *sw)
{
	static char text[2048];
	uint8_t room[300];
	struct t0_tpdu t = {.bytes = hex_parse(command, room)};
	err_t err;

	(void)snprintf(text, sizeof(text),
	    "M > XfrBlock slot=0 seq=1 00 00 00 | %s\n"
	    "M < DataBlock slot=0 seq=1 status=00 error=00 00 | %s\n",
	    command, answer);
	rig_open(&rig, SCR3310_5116, text);
	err = t0_transmit(&rig.slot, t, deadline_in(60000), data, sw);
	rig_close(&rig);
	return err;
}

static void
expect(const char *command, const char *answer, const char *want_data,
    uint16_t want_sw)
{
	uint8_t room[300];
	struct buf data;
	uint16_t sw = 0;

	buf_init(&data, 1000);
	assert_int_equal(tpdu(command, answer, &data, &sw), 0);
	assert_bytes(buf_bytes(&data), hex_parse(want_data, room));
	assert_int_equal(sw, want_sw);
	buf_clear(&data);
}

static void
the_worked_examples(void **state)
{
	(void)state;
	expect("00 A4 04 00 0B A0 00 00 03 08 00 00 10 00 01 00", "61 1C", "",
	    0x611C);
	expect("00 20 00 80 08 31 32 33 34 35 36 FF FF", "90 00", "", 0x9000);
	expect("00 20 00 80 00", "63 C3", "", 0x63C3);
	expect("00 C0 00 00 02", "AA BB 90 00", "AA BB", 0x9000);
	expect("00 C0 00 00 00", "6C 20", "", 0x6C20);
	/* Less than asked for. */
	expect("00 B0 00 00 10", "01 02 62 82", "01 02", 0x6282);
}

static void
two_hundred_and_fifty_six_bytes(void **state)
{
	char answer[3 * 260] = "", *at = answer;
	struct buf data;
	uint16_t sw;

	(void)state;
	for (unsigned i = 0; i < 256; i++)
		at += sprintf(at, "%02X ", i);
	(void)strcpy(at, "61 2C");
	buf_init(&data, 1000);
	assert_int_equal(tpdu("00 C0 00 00 00", answer, &data, &sw), 0);
	assert_int_equal(data.n, 256);
	assert_int_equal(data.p[255], 0xFF);
	assert_int_equal(sw, 0x612C);
	buf_clear(&data);
}

static void
what_breaks_the_rules_is_an_error(void **state)
{
	static const struct {
		const char *command, *answer;
	} rows[] = {
	    {"00 C0 00 00 02", ""},		  /* nothing */
	    {"00 C0 00 00 02", "90"},		  /* half a status word */
	    {"00 C0 00 00 02", "AA BB CC 90 00"}, /* more than P3 */
	    {"00 C0 00 00 02", "60 00"},	  /* NULL is none */
	    {"00 C0 00 00 02", "AA BB 60 00"},	  /* nor behind data */
	    {"00 C0 00 00 02", "00 00"},	  /* SW1 is 6X or 9X */
	    {"00 C0 00 00 02", "AA BB C0 90"},	  /* a byte lost */
	    {"00 20 00 80 01 31", "AA 90 00"},	  /* data both ways */
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf data;
		uint16_t sw;

		buf_init(&data, 1000);
		assert_int_equal(
		    tpdu(rows[i].command, rows[i].answer, &data, &sw),
		    READER_ERR_TPDU);
		buf_clear(&data);
	}
}

static void
a_buffer_that_is_full_is_an_error(void **state)
{
	struct buf data;
	uint16_t sw;

	(void)state;
	buf_init(&data, 3);
	assert_int_equal(
	    tpdu("00 C0 00 00 04", "01 02 03 04 90 00", &data, &sw),
	    READER_ERR_TOO_LONG);
	buf_clear(&data);
}

static void
nobody_s_data_are_an_error(void **state)
{
	uint16_t sw;

	(void)state;
	assert_int_equal(tpdu("00 20 00 80 00", "90 00", NULL, &sw), 0);
	assert_int_equal(sw, 0x9000);
	assert_int_equal(
	    tpdu("00 20 00 80 00", "01 90 00", NULL, &sw), READER_ERR_TPDU);
}

static void
reader_errors_come_through(void **state)
{
	struct t0_tpdu t = {.bytes = HEX("00 C0 00 00 00")};
	uint16_t sw;

	(void)state;
	rig_open(&rig, SCR3310_5116,
	    "M > XfrBlock slot=0 seq=1 00 00 00 | 00 C0 00 00 00\n"
	    "M < DataBlock slot=0 seq=1 status=40 error=F6 00\n");
	assert_int_equal(
	    t0_transmit(&rig.slot, t, deadline_in(60000), NULL, &sw),
	    CCID_ERR_PROTOCOL);
	rig_close(&rig);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("t0: header and data out, data and status word in",
		the_worked_examples),
	    TEST("t0: P3 00 lets the card send 256 bytes",
		two_hundred_and_fifty_six_bytes),
	    TEST("t0: an answer that breaks the rules is an error",
		what_breaks_the_rules_is_an_error),
	    TEST("t0: a full buffer is an error",
		a_buffer_that_is_full_is_an_error),
	    TEST("t0: data that nobody takes are an error",
		nobody_s_data_are_an_error),
	    TEST("t0: the reader's errors come through",
		reader_errors_come_through),
	};

	reader_error_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
