/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/ccid-msg.h"
#include "tests/unit/unit.h"

#include <string.h>

static void
expect_command(const struct ccid_command *cmd, uint8_t bSlot, uint8_t bSeq,
    const char *want)
{
	uint8_t room[64];
	struct buf out;

	buf_init(&out, 300);
	ccid_command_encode(cmd, bSlot, bSeq, &out);
	assert_int_equal(buf_err(&out), 0);
	assert_bytes(buf_bytes(&out), hex_parse(want, room));
	buf_clear(&out);
}

static void
commands(void **state)
{
	static const struct {
		enum ccid_command_type type;
		const char *want;
	} bare[] = {
	    {PC_to_RDR_IccPowerOn, "62 00 00 00 00 00 08 00 00 00"},
	    {PC_to_RDR_IccPowerOff, "63 00 00 00 00 00 08 00 00 00"},
	    {PC_to_RDR_GetSlotStatus, "65 00 00 00 00 00 08 00 00 00"},
	    {PC_to_RDR_GetParameters, "6C 00 00 00 00 00 08 00 00 00"},
	    {PC_to_RDR_Abort, "72 00 00 00 00 00 08 00 00 00"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bare); i++) {
		struct ccid_command cmd = {.type = bare[i].type};

		expect_command(&cmd, 0, 8, bare[i].want);
	}
}

static void
commands_with_fields(void **state)
{
	struct ccid_command power = {
	    .type = PC_to_RDR_IccPowerOn, .specific = {CCID_POWER_3V}};
	struct ccid_command params = {
	    .type = PC_to_RDR_SetParameters, .data = HEX("96 00 00 0A 00")};
	struct ccid_command rate = {
	    .type = PC_to_RDR_SetDataRateAndClockFrequency,
	    .data = HEX("A0 0F 00 00 90 D0 03 00")};
	struct ccid_command select = {.type = PC_to_RDR_XfrBlock,
	    .data = HEX("00 A4 04 00 0B A0 00 00 03 08 00 00 10 00 01 00")};

	(void)state;
	expect_command(&power, 3, 0xFF, "62 00 00 00 00 03 FF 02 00 00");
	expect_command(
	    &params, 0, 9, "61 05 00 00 00 00 09 00 00 00 96 00 00 0A 00");
	expect_command(&rate, 0, 1,
	    "73 08 00 00 00 00 01 00 00 00 A0 0F 00 00 90 D0 03 00");
	expect_command(&select, 0, 10,
	    "6F 10 00 00 00 00 0A 00 00 00 "
	    "00 A4 04 00 0B A0 00 00 03 08 00 00 10 00 01 00");
}

static void
length_is_little_endian(void **state)
{
	uint8_t data[260] = {0};
	struct ccid_command cmd = {
	    .type = PC_to_RDR_XfrBlock, .data = BYTES(data)};
	struct buf out;

	(void)state;
	buf_init(&out, 271);
	ccid_command_encode(&cmd, 0, 0x10, &out);
	assert_int_equal(out.n, 270);
	assert_bytes(bytes_of(out.p, 10), HEX("6F 04 01 00 00 00 10 00 00 00"));
	buf_clear(&out);
}

static struct ccid_answer
parse(const char *hex, uint8_t *room)
{
	struct ccid_answer a;

	assert_int_equal(ccid_answer_parse(hex_parse(hex, room), &a), 0);
	return a;
}

static void
answers(void **state)
{
	uint8_t room[64];
	struct ccid_answer a;

	(void)state;
	a = parse("81 00 00 00 00 00 07 01 00 00", room);
	assert_int_equal(a.type, RDR_to_PC_SlotStatus);
	assert_int_equal(a.bSeq, 7);
	assert_int_equal(a.icc, CCID_ICC_INACTIVE);
	assert_int_equal(a.outcome, CCID_COMMAND_DONE);
	assert_int_equal(a.data.n, 0);

	a = parse("80 13 00 00 00 00 08 00 00 00 3B DB 96 00 80 1F 03 00 31 "
		  "C0 64 B0 F3 10 00 07 90 00 80",
	    room);
	assert_int_equal(a.type, RDR_to_PC_DataBlock);
	assert_int_equal(a.icc, CCID_ICC_ACTIVE);
	assert_bytes(a.data,
	    HEX("3B DB 96 00 80 1F 03 00 31 C0 64 B0 F3 10 00 07 90 00 80"));

	a = parse("82 05 00 00 00 02 09 00 00 01 96 00 00 0A 00", room);
	assert_int_equal(a.type, RDR_to_PC_Parameters);
	assert_int_equal(a.bSlot, 2);
	assert_int_equal(a.specific, 1);
	assert_bytes(a.data, HEX("96 00 00 0A 00"));
}

static void
failures_and_time_extensions(void **state)
{
	uint8_t room[64];
	struct ccid_answer a;

	(void)state;
	/* Mute card at power-on: inactive. */
	a = parse("80 00 00 00 00 00 08 41 FE 00", room);
	assert_int_equal(a.outcome, CCID_COMMAND_FAILED);
	assert_int_equal(a.icc, CCID_ICC_INACTIVE);
	assert_int_equal(ccid_error(a.bError), CCID_ERR_MUTE);
	/* GET RESPONSE that the reader could not carry through. */
	a = parse("80 00 00 00 00 00 0C 40 F6 00", room);
	assert_int_equal(a.outcome, CCID_COMMAND_FAILED);
	assert_int_equal(a.icc, CCID_ICC_ACTIVE);
	assert_int_equal(ccid_error(a.bError), CCID_ERR_PROTOCOL);
	/* Five times the waiting time. */
	a = parse("80 00 00 00 00 00 0D 80 05 00", room);
	assert_int_equal(a.outcome, CCID_COMMAND_TIME_EXTENSION);
	assert_int_equal(a.bError, 5);
	a = parse("81 00 00 00 00 00 0D 42 FE 00", room);
	assert_int_equal(a.icc, CCID_ICC_ABSENT);
}

static void
malformed_answers(void **state)
{
	static const char *const bad[] = {
	    "", "80", "80 00 00 00 00 00 08 00 00",   /* no whole header */
	    "80 02 00 00 00 00 0A 00 00 00 90",	      /* too little */
	    "80 02 00 00 00 00 0A 00 00 00 90 00 00", /* too much */
	    "80 FF FF FF FF 00 0A 00 00 00 90 00",    /* 4 GiB */
	    "80 F8 FF FF FF 00 0A 00 00 00 90 00",    /* wraps at 32 bit */
	    "80 02 00 00 01 00 0A 00 00 00 90 00",
	    "81 00 00 00 00 00 0A 03 00 00", /* reserved ICC status */
	    "81 00 00 00 00 00 0A C0 00 00", /* reserved outcome */
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		uint8_t room[64];
		struct ccid_answer a;

		assert_int_equal(ccid_answer_parse(hex_parse(bad[i], room), &a),
		    CCID_ERR_SYNC);
	}
}

static void
truncated_answers(void **state)
{
	struct bytes whole = HEX("80 1E 00 00 00 00 0B 00 00 00 01 02 03 04 05 "
				 "06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 "
				 "15 16 17 18 19 1A 1B 1C 90 00");

	(void)state;
	for (size_t n = 0; n < whole.n; n++) {
		uint8_t *copy = malloc(n > 0 ? n : 1);
		struct ccid_answer a;

		assert_non_null(copy);
		memcpy(copy, whole.p, n);
		assert_int_equal(
		    ccid_answer_parse(bytes_of(copy, n), &a), CCID_ERR_SYNC);
		free(copy);
	}
}

/* CCID 1.1, table 6.2-2. */
static err_t
error_by_the_table(unsigned bError)
{
	static const struct {
		uint8_t code;
		err_t err;
	} table[] = {{0xFF, CCID_ERR_ABORTED}, {0xFE, CCID_ERR_MUTE},
	    {0xFD, CCID_ERR_PARITY}, {0xFC, CCID_ERR_OVERRUN},
	    {0xFB, CCID_ERR_HARDWARE}, {0xF8, CCID_ERR_BAD_ATR},
	    {0xF7, CCID_ERR_BAD_ATR}, {0xF6, CCID_ERR_PROTOCOL},
	    {0xF5, CCID_ERR_CLASS}, {0xF4, CCID_ERR_PROCEDURE},
	    {0xF3, CCID_ERR_DEACTIVATED}, {0xF2, CCID_ERR_AUTO_BUSY},
	    {0xE0, CCID_ERR_SLOT_BUSY}, {0x00, CCID_ERR_UNSUPPORTED}};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		if (table[i].code == bError)
			return table[i].err;
	}
	return bError < 0x80 ? CCID_ERR_REFUSED : CCID_ERR_VENDOR;
}

static void
all_error_codes(void **state)
{
	(void)state;
	for (unsigned code = 0; code < 256; code++)
		assert_int_equal(
		    ccid_error((uint8_t)code), error_by_the_table(code));
}

static void
each_command_has_its_answer(void **state)
{
	static const uint8_t pairs[][2] = {{0x61, 0x82}, {0x62, 0x80},
	    {0x63, 0x81}, {0x65, 0x81}, {0x6C, 0x82}, {0x6F, 0x80},
	    {0x72, 0x81}, {0x73, 0x84}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		assert_int_equal(ccid_answer_type(pairs[i][0]), pairs[i][1]);
		assert_string_not_equal(ccid_type_name(pairs[i][0]), "unknown");
		assert_string_not_equal(ccid_type_name(pairs[i][1]), "unknown");
	}
	assert_string_equal(ccid_type_name(0x00), "unknown");
	assert_string_equal(ccid_type_name(0x83), "unknown");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("ccid-msg: commands without data, byte for byte", commands),
	    TEST("ccid-msg: commands with fields and data, byte for byte",
		commands_with_fields),
	    TEST(
		"ccid-msg: dwLength is little-endian", length_is_little_endian),
	    TEST("ccid-msg: answers, field by field", answers),
	    TEST("ccid-msg: failures and time extensions",
		failures_and_time_extensions),
	    TEST("ccid-msg: malformed answers are out of step",
		malformed_answers),
	    TEST("ccid-msg: an answer cut at any length is out of step",
		truncated_answers),
	    TEST("ccid-msg: all 256 error codes", all_error_codes),
	    TEST("ccid-msg: each command has its answer and name",
		each_command_has_its_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
