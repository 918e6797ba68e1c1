/* SPDX-License-Identifier: BSD-2-Clause */
/* APDU cases, and how long commands go out (ISO/IEC 7816-3, 12.2). */
#include "tests/unit/exchange-rig.h"

/* A command of n bytes of the pattern; its parts as TPDUs of `most` bytes. */
static void
step_part(const char *cla, size_t at, size_t n, const char *answer)
{
	static char tpdu[3 * 300];
	char *p = tpdu;

	p += sprintf(p, "%s 87 07 9A %02X ", cla, (unsigned)n);
	for (size_t i = 0; i < n; i++)
		p += sprintf(p, "%02X ", pattern(at + i));
	step(tpdu, answer);
}

static struct apdu_cmd
long_command(uint8_t *room, size_t n)
{
	for (size_t i = 0; i < n; i++)
		room[i] = pattern(i);
	return (struct apdu_cmd){.ins = 0x87,
	    .p1 = 0x07,
	    .p2 = 0x9A,
	    .data = bytes_of(room, n),
	    .ne = APDU_NE_ALL};
}

static void
long_commands_are_chained(void **state)
{
	uint8_t room[600];
	struct apdu_cmd cmd = long_command(room, 266);

	(void)state;
	step_part("10", 0, 255, "90 00");
	step_part("00", 255, 11, "61 02");
	step("00 C0 00 00 02", "AA BB 90 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got_sw, 0x9000);
	assert_int_equal(got.n, 2);

	cmd = long_command(room, 510);
	step_part("10", 0, 255, "90 00");
	step_part("00", 255, 255, "90 00");
	assert_int_equal(run(&cmd, 256), 0);

	/* A part that is refused is the last: nothing follows. */
	cmd = long_command(room, 600);
	step_part("10", 0, 255, "90 00");
	step_part("10", 255, 255, "68 84");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got_sw, 0x6884);
}

static void
case_1_has_p3_00(void **state)
{
	struct apdu_cmd cmd = {.ins = 0x20, .p2 = 0x80};

	(void)state;
	step("00 20 00 80 00", "63 C3");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got_sw, 0x63C3);
	assert_int_equal(got.n, 0);
}

static void
case_2_has_le_in_p3(void **state)
{
	struct apdu_cmd cmd = {.ins = 0xB0, .ne = 4};

	(void)state;
	step_data("00 B0 00 00 04", 0, 4, "90 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got_sw, 0x9000);
	assert_int_equal(got.n, 4);

	cmd.ne = 256;
	step_data("00 B0 00 00 00", 0, 256, "90 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got.n, 256);

	cmd.ne = APDU_NE_ALL;
	step_data("00 B0 00 00 00", 0, 200, "90 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got.n, 200);
}

static void
case_3_has_lc_and_data(void **state)
{
	struct apdu_cmd cmd = {
	    .ins = 0xDA, .p1 = 1, .p2 = 2, .data = HEX("AA BB CC")};

	(void)state;
	step("00 DA 01 02 03 AA BB CC", "90 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got_sw, 0x9000);
}

static void
case_4_drops_le(void **state)
{
	struct apdu_cmd cmd = {.ins = 0xCB,
	    .p1 = 0x3F,
	    .p2 = 0xFF,
	    .data = HEX("5C 03 5F C1 05"),
	    .ne = APDU_NE_ALL};

	(void)state;
	step("00 CB 3F FF 05 5C 03 5F C1 05", "61 1C");
	step_data("00 C0 00 00 1C", 0, 28, "90 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got_sw, 0x9000);
	assert_int_equal(got.n, 28);
}

static void
wrong_length_is_asked_for_whole_once(void **state)
{
	struct apdu_cmd cmd = {.ins = 0xB0, .ne = 200};

	(void)state;
	step("00 B0 00 00 C8", "67 00");
	step_data("00 B0 00 00 00", 0, 200, "90 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got.n, 200);

	step("00 B0 00 00 C8", "67 00");
	step("00 B0 00 00 00", "67 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got_sw, 0x6700);

	/* With data or without answer there is nothing to vary. */
	cmd = (struct apdu_cmd){.ins = 0x20, .data = HEX("31 32")};
	step("00 20 00 00 02 31 32", "67 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got_sw, 0x6700);
}

static void
other_status_words_end_the_chain(void **state)
{
	struct apdu_cmd cmd = {
	    .ins = 0xCB, .data = HEX("5C 00"), .ne = APDU_NE_ALL};

	(void)state;
	step("00 CB 00 00 02 5C 00", "6A 82");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got_sw, 0x6A82);
	step("00 CB 00 00 02 5C 00", "61 00");
	step_data("00 C0 00 00 00", 0, 256, "61 10");
	step("00 C0 00 00 10", "6F 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got_sw, 0x6F00);
}

static void
invalid_commands_never_leave(void **state)
{
	static const struct apdu_cmd bad[] = {{.cla = 0xFF}, {.ins = 0x60},
	    {.ins = 0x6C}, {.ins = 0x90}, {.ins = 0x9F},
	    {.ne = APDU_NE_ALL + 1}};
	static const uint8_t long_data[APDU_CHAINED_MAX + 1];
	struct apdu_cmd cmd = {.data = BYTES(long_data)};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(apdu_check(&bad[i]), READER_ERR_COMMAND);
	assert_int_equal(apdu_check(&cmd), READER_ERR_COMMAND);
	cmd.data.n--;
	assert_int_equal(apdu_check(&cmd), 0);
	/* Chaining is the module's own business. */
	cmd.cla = 0x10;
	assert_int_equal(apdu_check(&cmd), READER_ERR_COMMAND);
	cmd.data.n = 255;
	assert_int_equal(apdu_check(&cmd), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    EXCHANGE("case 1 goes out with P3 00", case_1_has_p3_00),
	    EXCHANGE("case 2 goes out with Le in P3, 256 as 00",
		case_2_has_le_in_p3),
	    EXCHANGE(
		"case 3 goes out with Lc and data", case_3_has_lc_and_data),
	    EXCHANGE(
		"case 4 goes out without Le and is fetched", case_4_drops_le),
	    EXCHANGE("more than 255 bytes of data are chained",
		long_commands_are_chained),
	    EXCHANGE("6700 to case 2 asks once for all",
		wrong_length_is_asked_for_whole_once),
	    EXCHANGE("other status words end the chain and come up",
		other_status_words_end_the_chain),
	    EXCHANGE(
		"invalid commands never leave", invalid_commands_never_leave),
	};

	reader_error_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
