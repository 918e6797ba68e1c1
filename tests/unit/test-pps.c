/* SPDX-License-Identifier: BSD-2-Clause */
/* Protocol and parameters selection (ISO/IEC 7816-3, 9). */
#include "reader/params.h"
#include "tests/unit/unit.h"

static void
expect_request(uint8_t protocol, uint8_t fidi, const char *want)
{
	struct params p = {.protocol = protocol, .fidi = fidi};
	uint8_t out[PPS_MAX], room[8];
	size_t n = pps_encode(&p, out);

	assert_bytes(bytes_of(out, n), hex_parse(want, room));
}

static void
requests(void **state)
{
	(void)state;
	expect_request(0, 0x13, "FF 10 13 FC");
	expect_request(0, 0x18, "FF 10 18 F7");
	expect_request(0, 0x94, "FF 10 94 7B");
	expect_request(0, 0x95, "FF 10 95 7A");
	expect_request(0, 0x96, "FF 10 96 79");
	expect_request(1, 0x96, "FF 11 96 78");
	expect_request(1, 0x97, "FF 11 97 79");
	expect_request(1, 0x18, "FF 11 18 F6");
	expect_request(0, 0x11, "FF 00 FF");
	expect_request(1, 0x11, "FF 01 FE");
}

static void
expect_answer(uint8_t protocol, const char *hex, err_t want, uint8_t want_fidi)
{
	struct params asked = {.protocol = protocol, .fidi = 0x96};
	uint8_t room[16], fidi = 0;
	err_t err = pps_check(&asked, hex_parse(hex, room), &fidi);

	if (err != want || (err == 0 && fidi != want_fidi))
		fail_msg("%s: error %x, FI/DI %02X", hex, (unsigned)err, fidi);
}

static void
an_echo_is_agreement(void **state)
{
	(void)state;
	expect_answer(0, "FF 10 96 79", 0, 0x96);
	expect_answer(1, "FF 11 96 78", 0, 0x96);
}

static void
without_pps1_the_default_speed_stays(void **state)
{
	(void)state;
	expect_answer(0, "FF 00 FF", 0, 0x11);
	expect_answer(1, "FF 01 FE", 0, 0x11);
}

static void
anything_else_is_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    "FF",
	    "FF 10",
	    "FF 10 96",		       /* too short */
	    "FF 10 96 78",	       /* PCK */
	    "FF 10 95 7A",	       /* another speed */
	    "FF 11 96 78",	       /* another protocol */
	    "3F 10 96 B9",	       /* PPSS */
	    "FF 90 96 F9",	       /* reserved bit */
	    "FF 10 96 79 00",	       /* too long */
	    "FF 10 96 79 FF 10 96 79", /* twice */
	    "FF 30 96 00 59",	       /* PPS2, which was not asked for */
	    "FF 50 96 00 39",	       /* PPS3 likewise */
	    "6D 00",
	    "00",
	    "FF FF",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		expect_answer(0, bad[i], READER_ERR_NO_PROTOCOL, 0);
}

static void
every_changed_byte_is_refused(void **state)
{
	struct params asked = {.protocol = 0, .fidi = 0x96};

	(void)state;
	for (size_t at = 0; at < 4; at++) {
		for (unsigned v = 0; v < 256; v++) {
			uint8_t answer[4] = {0xFF, 0x10, 0x96, 0x79}, fidi;

			if (answer[at] == v)
				continue;
			answer[at] = (uint8_t)v;
			assert_int_equal(
			    pps_check(&asked, BYTES(answer), &fidi),
			    READER_ERR_NO_PROTOCOL);
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("pps: requests for each protocol and speed", requests),
	    TEST("pps: an echo is agreement", an_echo_is_agreement),
	    TEST("pps: without PPS1 the card stays at 372/1",
		without_pps1_the_default_speed_stays),
	    TEST("pps: anything else is refused", anything_else_is_refused),
	    TEST("pps: an echo with any one byte changed is refused",
		every_changed_byte_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
