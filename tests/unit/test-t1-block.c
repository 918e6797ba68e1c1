/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/t1-block.h"
#include "tests/unit/unit.h"

static void
expect(uint8_t pcb, struct bytes inf, const char *want)
{
	struct t1_block b = {pcb, inf}, back;
	uint8_t room[300];
	struct buf out;
	bool edc_wrong = true;

	buf_init(&out, T1_BLOCK_MAX);
	t1_block_encode(&b, false, &out);
	assert_bytes(buf_bytes(&out), hex_parse(want, room));
	assert_int_equal(
	    t1_block_parse(buf_bytes(&out), false, &back, &edc_wrong), 0);
	assert_false(edc_wrong);
	assert_int_equal(back.pcb, pcb);
	assert_bytes(back.inf, inf);
	buf_clear(&out);
}

/* ISO/IEC 7816-3, 11.3 and 11.6.3, with LRC. */
static void
known_blocks(void **state)
{
	(void)state;
	expect(0x80, HEX(""), "00 80 00 80");
	expect(0x90, HEX(""), "00 90 00 90");
	expect(0xC0, HEX(""), "00 C0 00 C0");
	expect(0xE0, HEX(""), "00 E0 00 E0");
	expect(0xC1, HEX("FC"), "00 C1 01 FC 3C");
	expect(0xE1, HEX("FC"), "00 E1 01 FC 1C");
	expect(0xC3, HEX("01"), "00 C3 01 01 C3");
	expect(0xE3, HEX("01"), "00 E3 01 01 E3");
	expect(0x00, HEX("00 20 00 80 00"), "00 00 05 00 20 00 80 00 A5");
	expect(0x60, HEX("90 00"), "00 60 02 90 00 F2");
}

static void
crc_blocks(void **state)
{
	struct t1_block b = {0x40, HEX("90 00")}, back;
	struct buf out;
	bool edc_wrong;

	(void)state;
	buf_init(&out, T1_BLOCK_MAX);
	t1_block_encode(&b, true, &out);
	assert_int_equal(out.n, 3 + 2 + 2);
	assert_int_equal(
	    t1_block_parse(buf_bytes(&out), true, &back, &edc_wrong), 0);
	assert_bytes(back.inf, HEX("90 00"));
	/* Every flipped bit is seen. */
	for (size_t bit = 0; bit < 8 * out.n; bit++) {
		out.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(
		    t1_block_parse(buf_bytes(&out), true, &back, &edc_wrong),
		    READER_ERR_BLOCK);
		assert_true(edc_wrong);
		out.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	buf_clear(&out);
}

static void
expect_bad(const char *hex, bool edc)
{
	uint8_t room[300];
	struct t1_block b;
	bool edc_wrong;

	if (t1_block_parse(hex_parse(hex, room), false, &b, &edc_wrong) !=
		READER_ERR_BLOCK ||
	    edc_wrong != edc)
		fail_msg("%s: edc_wrong %d", hex, edc_wrong);
}

static void
damaged_blocks(void **state)
{
	(void)state;
	expect_bad("", false);
	expect_bad("00 80 00", false);
	expect_bad("00 80 00 81", true);
	expect_bad("00 00 02 90 00 93", true);
	/* LEN too large, too small, and FF. */
	expect_bad("00 00 03 90 00 93", false);
	expect_bad("00 00 01 90 00 91", false);
	expect_bad("00 00 FF 90 00 6F", false);
	/* Another node address. */
	expect_bad("21 00 02 90 00 B3", false);
}

static void
blocks_that_do_not_exist(void **state)
{
	(void)state;
	/* R with data, S(IFS) and S(WTX) of wrong length. */
	expect_bad("00 80 01 00 81", false);
	expect_bad("00 C1 00 C1", false);
	expect_bad("00 C1 02 20 20 C3", false);
	expect_bad("00 C3 00 C3", false);
	expect_bad("00 C0 01 00 C1", false);
	/* Reserved bits of I, R and S. */
	expect_bad("00 01 00 01", false);
	expect_bad("00 84 00 84", false);
	expect_bad("00 A0 00 A0", false);
	expect_bad("00 C4 00 C4", false);
	expect_bad("00 C8 00 C8", false);
	expect_bad("00 D0 00 D0", false);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("t1-block: blocks of the standard, byte for byte",
		known_blocks),
	    TEST("t1-block: a CRC sees every flipped bit", crc_blocks),
	    TEST("t1-block: damaged blocks are refused", damaged_blocks),
	    TEST("t1-block: blocks that do not exist are refused",
		blocks_that_do_not_exist),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
