/* SPDX-License-Identifier: BSD-2-Clause */
/* T=0 by characters: procedure bytes (ISO/IEC 7816-3, 10.3.3). */
#include "reader/t0-char.h"
#include "tests/unit/ccid-rig.h"

/* A command goes out with its level; an answer comes back. */
#define OUT(level, hex) "M > XfrBlock slot=0 seq=0 00 " level " | " hex "\n"
#define IN(hex)		"M < DataBlock slot=0 seq=0 status=00 error=00 00 | " hex "\n"

static struct rig rig;

static err_t
play(
    const char *transcript, const char *command, struct buf *data, uint16_t *sw)
{
	uint8_t room[300];
	struct t0_tpdu t = {.bytes = hex_parse(command, room)};
	err_t err;

	rig_open(&rig, SCR3310_5116, transcript);
	err = t0_char_transmit(&rig.slot, t, deadline_in(60000), data, sw);
	rig_close(&rig);
	return err;
}

static void
expect(const char *transcript, const char *command, const char *want_data,
    uint16_t want_sw)
{
	uint8_t room[300];
	struct buf data;
	uint16_t sw = 0;

	buf_init(&data, 1000);
	assert_int_equal(play(transcript, command, &data, &sw), 0);
	assert_bytes(buf_bytes(&data), hex_parse(want_data, room));
	assert_int_equal(sw, want_sw);
	buf_clear(&data);
}

static void
a_status_at_once(void **state)
{
	(void)state;
	expect(OUT("01 00", "00 20 00 80 00") IN("63") OUT("01 00", "")
		   IN("C3"),
	    "00 20 00 80 00", "", 0x63C3);
}

static void
data_from_the_card(void **state)
{
	(void)state;
	expect(OUT("01 00", "00 C0 00 00 03") IN("C0") OUT("05 00", "")
		   IN("01 02 03 90 00"),
	    "00 C0 00 00 03", "01 02 03", 0x9000);
	/* With the low bit set: the same. */
	expect(OUT("01 00", "00 C0 00 00 03") IN("C1") OUT("05 00", "")
		   IN("01 02 03 61 05"),
	    "00 C0 00 00 03", "01 02 03", 0x6105);
}

static void
data_to_the_card(void **state)
{
	(void)state;
	expect(OUT("01 00", "00 A4 04 00 02") IN("A4") OUT("01 00", "3F 00")
		   IN("61") OUT("01 00", "") IN("0D"),
	    "00 A4 04 00 02 3F 00", "", 0x610D);
}

static void
one_character_at_a_time(void **state)
{
	(void)state;
	expect(OUT("01 00", "00 A4 04 00 02") IN("5B") OUT("01 00", "3F") IN(
		   "5B") OUT("01 00", "00") IN("90") OUT("01 00", "") IN("00"),
	    "00 A4 04 00 02 3F 00", "", 0x9000);
	expect(OUT("01 00", "00 C0 00 00 02") IN("3F") OUT("01 00", "") IN("AA")
		   OUT("01 00", "") IN("C0") OUT("03 00", "") IN("BB 90 00"),
	    "00 C0 00 00 02", "AA BB", 0x9000);
}

static void
a_card_that_needs_time(void **state)
{
	(void)state;
	expect(OUT("01 00", "00 C0 00 00 01") IN("60") OUT("01 00", "") IN("60")
		   OUT("01 00", "") IN("C0") OUT("03 00", "") IN("AA 90 00"),
	    "00 C0 00 00 01", "AA", 0x9000);
}

static void
no_procedure_byte(void **state)
{
	struct buf data;
	uint16_t sw;

	(void)state;
	buf_init(&data, 1000);
	assert_int_equal(play(OUT("01 00", "00 C0 00 00 01") IN("12"),
			     "00 C0 00 00 01", &data, &sw),
	    CCID_ERR_PROCEDURE);
	/* Fewer characters than were asked for. */
	assert_int_equal(play(OUT("01 00", "00 C0 00 00 03") IN("C0")
				  OUT("05 00", "") IN("01 90 00"),
			     "00 C0 00 00 03", &data, &sw),
	    READER_ERR_TPDU);
	/* One data character when none is expected. */
	assert_int_equal(play(OUT("01 00", "00 A4 00 00 01") IN("A4")
				  OUT("01 00", "3F") IN("5B"),
			     "00 A4 00 00 01 3F", &data, &sw),
	    CCID_ERR_PROCEDURE);
	buf_clear(&data);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("t0-char: a status word at once", a_status_at_once),
	    TEST("t0-char: ACK brings all data and the status word",
		data_from_the_card),
	    TEST("t0-char: ACK takes all data", data_to_the_card),
	    TEST("t0-char: complemented ACK moves one character",
		one_character_at_a_time),
	    TEST("t0-char: NULL asks for patience", a_card_that_needs_time),
	    TEST("t0-char: anything else is an error", no_procedure_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
