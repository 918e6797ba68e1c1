/* SPDX-License-Identifier: BSD-2-Clause */
/* 61XX and 6CXX, followed to their end (ISO/IEC 7816-4, 5.3.4). */
#include "tests/unit/exchange-rig.h"

/* GET DATA whose object is n bytes, in pieces of chunk at most. */
static void
read_in_pieces(size_t n, size_t chunk)
{
	struct apdu_cmd cmd = {.ins = 0xCB,
	    .p1 = 0x3F,
	    .p2 = 0xFF,
	    .data = HEX("5C 01 7E"),
	    .ne = APDU_NE_ALL};
	char sw[6], tpdu[16];

	for (size_t at = 0, part = 0;; at += part) {
		size_t left = n - at;

		(void)snprintf(sw, sizeof(sw), left == 0 ? "90 00" : "61 %02X",
		    (unsigned)(left < 256 ? left : 0));
		if (at == 0)
			step("00 CB 3F FF 03 5C 01 7E", sw);
		else
			step_data(tpdu, at - part, part, sw);
		if (left == 0)
			break;
		part = left < chunk ? left : chunk;
		(void)snprintf(tpdu, sizeof(tpdu), "00 C0 00 00 %02X",
		    (unsigned)(part & 0xFF));
	}
	assert_int_equal(run(&cmd, (unsigned)chunk), 0);
	assert_int_equal(got_sw, 0x9000);
	assert_int_equal(got.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(got.p[i], pattern(i));
}

static void
chains_of_every_kind(void **state)
{
	static const size_t lengths[] = {1, 255, 256, 257, 511, 512, 513, 1500};
	static const size_t chunks[] = {256, 253, 0xF8, 0x80, 0x40};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		for (size_t k = 0; k < COUNT_OF(chunks); k++)
			read_in_pieces(lengths[i], chunks[k]);
	}
}

static void
wrong_le_is_repeated_once(void **state)
{
	struct apdu_cmd cmd = {.ins = 0x56, .p1 = 1, .ne = 255};

	(void)state;
	step("00 56 01 00 FF", "6C 1D");
	step_data("00 56 01 00 1D", 0, 29, "90 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got.n, 29);

	/* 00 stands for 256. */
	cmd.ne = 256;
	step("00 56 01 00 00", "6C 05");
	step_data("00 56 01 00 05", 0, 5, "90 00");
	assert_int_equal(run(&cmd, 256), 0);
	cmd.ne = APDU_NE_ALL;
	step("00 56 01 00 00", "6C 00");
	step_data("00 56 01 00 00", 0, 256, "90 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got.n, 256);

	/* Once only. */
	step("00 56 01 00 00", "6C 1D");
	step("00 56 01 00 1D", "6C 1C");
	assert_int_equal(run(&cmd, 256), READER_ERR_CHAIN);
}

static void
wrong_le_on_get_response(void **state)
{
	struct apdu_cmd cmd = {.ins = 0xA4,
	    .p1 = 4,
	    .data = HEX("A0 00 00 00 79 01 00"),
	    .ne = 256};

	(void)state;
	step("00 A4 04 00 07 A0 00 00 00 79 01 00", "61 20");
	step("00 C0 00 00 20", "6C 0D");
	step_data("00 C0 00 00 0D", 0, 13, "90 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got.n, 13);

	step("00 A4 04 00 07 A0 00 00 00 79 01 00", "61 00");
	step("00 C0 00 00 00", "6C 03");
	step_data("00 C0 00 00 03", 0, 3, "61 02");
	step("00 C0 00 00 02", "6C 01");
	step_data("00 C0 00 00 01", 3, 1, "90 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got.n, 4);
	assert_int_equal(got.p[3], pattern(3));

	step("00 A4 04 00 07 A0 00 00 00 79 01 00", "61 00");
	step("00 C0 00 00 00", "6C 03");
	step("00 C0 00 00 03", "6C 02");
	assert_int_equal(run(&cmd, 256), READER_ERR_CHAIN);
}

static void
never_more_than_ne(void **state)
{
	struct apdu_cmd cmd = {.ins = 0xB0, .ne = 10};

	(void)state;
	step("00 B0 00 00 0A", "6C 20");
	step_data("00 B0 00 00 20", 0, 32, "90 00");
	assert_int_equal(run(&cmd, 256), READER_ERR_TOO_LONG);

	step("00 B0 00 00 0A", "67 00");
	step_data("00 B0 00 00 00", 0, 200, "90 00");
	assert_int_equal(run(&cmd, 256), READER_ERR_TOO_LONG);

	cmd.data = HEX("01");
	step("00 B0 00 00 01 01", "61 0B");
	step_data("00 C0 00 00 0B", 0, 11, "90 00");
	assert_int_equal(run(&cmd, 256), READER_ERR_TOO_LONG);
}

static void
get_response_tries_the_command_s_class(void **state)
{
	struct apdu_cmd cmd = {
	    .cla = 0x90, .ins = 0x52, .data = HEX("01 02"), .ne = APDU_NE_ALL};

	(void)state;
	step("90 52 00 00 02 01 02", "61 02");
	step("00 C0 00 00 02", "6E 00");
	step_data("80 C0 00 00 02", 0, 2, "90 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got.n, 2);

	cmd.cla = 0;
	step("00 52 00 00 02 01 02", "61 02");
	step("00 C0 00 00 02", "6E 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got_sw, 0x6E00);
}

static void
chains_without_progress_end(void **state)
{
	struct apdu_cmd cmd = {
	    .ins = 0xCB, .data = HEX("5C 00"), .ne = APDU_NE_ALL};

	(void)state;
	step("00 CB 00 00 02 5C 00", "61 10");
	step("00 C0 00 00 10", "61 10");
	assert_int_equal(run(&cmd, 256), READER_ERR_CHAIN);

	step("00 CB 00 00 02 5C 00", "61 00");
	step_data("00 C0 00 00 00", 0, 3, "61 00");
	step("00 C0 00 00 00", "61 00");
	assert_int_equal(run(&cmd, 256), READER_ERR_CHAIN);
}

/* One step of a chain, over and over until the host has enough. */
static err_t
endless(size_t piece)
{
	struct apdu_cmd cmd = {
	    .ins = 0xCB, .data = HEX("5C 00"), .ne = APDU_NE_ALL};
	struct apdu_rsp rsp = {.data = &got};
	struct params t0 = {.protocol = 0};
	struct link link;
	err_t err;

	step("00 CB 00 00 02 5C 00", "61 00");
	step_data("00 C0 00 00 00", 0, piece, "61 00");
	rig_open(&rig, SCR3310_5116, script);
	assert_int_equal(rig.usb.n, 4);
	for (size_t i = 4; i < FAKE_ENTRIES_MAX; i++)
		rig.usb.entry[i] = rig.usb.entry[i - 2];
	rig.usb.n = FAKE_ENTRIES_MAX;
	assert_int_equal(
	    link_start(&link, &rig.slot, &t0, true, deadline_in(1000)), 0);
	err = exchange(&link, &cmd, 256, deadline_in(600000), &rsp);
	assert_true(rig.usb.next < rig.usb.n);
	rig.usb.next = rig.usb.n;
	rig_close(&rig);
	return err;
}

static void
endless_chains_end(void **state)
{
	(void)state;
	assert_int_equal(endless(256), READER_ERR_TOO_LONG);
	buf_clear(&got);
	empty(state);
	assert_int_equal(endless(1), READER_ERR_CHAIN);
}

static void
what_nobody_wants_is_not_fetched(void **state)
{
	struct apdu_cmd cmd = {.ins = 0xA4, .p1 = 4, .data = HEX("A0 00")};

	(void)state;
	step("00 A4 04 00 02 A0 00", "61 0D");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got_sw, 0x9000);
	assert_int_equal(got.n, 0);
}

static void
a_part_is_enough(void **state)
{
	struct apdu_cmd cmd = {.ins = 0xCB,
	    .p1 = 0x3F,
	    .p2 = 0xFF,
	    .data = HEX("5C 01 7E"),
	    .ne = 100,
	    .partial = true};

	(void)state;
	step("00 CB 3F FF 03 5C 01 7E", "61 00");
	step_data("00 C0 00 00 64", 0, 100, "61 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got_sw, 0x9000);
	assert_true(got_more);
	assert_int_equal(got.n, 100);

	/* In smaller pieces. */
	step("00 CB 3F FF 03 5C 01 7E", "61 00");
	step_data("00 C0 00 00 40", 0, 64, "61 00");
	step_data("00 C0 00 00 24", 64, 36, "61 10");
	assert_int_equal(run(&cmd, 64), 0);
	assert_true(got_more);
	assert_int_equal(got.n, 100);

	/* There is no more, or not so much. */
	step("00 CB 3F FF 03 5C 01 7E", "61 64");
	step_data("00 C0 00 00 64", 0, 100, "90 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_false(got_more);
	step("00 CB 3F FF 03 5C 01 7E", "61 12");
	step_data("00 C0 00 00 12", 0, 18, "90 00");
	assert_int_equal(run(&cmd, 256), 0);
	assert_false(got_more);
	assert_int_equal(got.n, 18);

	/* The card gives what it likes. */
	step("00 CB 3F FF 03 5C 01 7E", "61 00");
	step("00 C0 00 00 64", "6C 80");
	step_data("00 C0 00 00 80", 0, 128, "61 05");
	assert_int_equal(run(&cmd, 256), 0);
	assert_true(got_more);
	assert_int_equal(got.n, 100);

	step("00 CB 3F FF 03 5C 01 7E", "6A 82");
	assert_int_equal(run(&cmd, 256), 0);
	assert_int_equal(got_sw, 0x6A82);
	assert_false(got_more);
}

static void
an_error_cuts_the_chain(void **state)
{
	struct apdu_cmd cmd = {
	    .ins = 0xCB, .data = HEX("5C 00"), .ne = APDU_NE_ALL};

	(void)state;
	step("00 CB 00 00 02 5C 00", "61 00");
	add("M > XfrBlock slot=0 seq=1 00 00 00 | ", "00 C0 00 00 00");
	add("M < DataBlock slot=0 seq=1 status=40 error=F6 00", "");
	assert_int_equal(run(&cmd, 256), CCID_ERR_PROTOCOL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    EXCHANGE("61XX chains of 1 to 1500 bytes in every chunk size",
		chains_of_every_kind),
	    EXCHANGE("6CXX repeats the command once with the card's length",
		wrong_le_is_repeated_once),
	    EXCHANGE("6CXX to GET RESPONSE consumes nothing",
		wrong_le_on_get_response),
	    EXCHANGE(
		"more than Ne is an error on every way", never_more_than_ne),
	    EXCHANGE("GET RESPONSE has class 00, else the command's",
		get_response_tries_the_command_s_class),
	    EXCHANGE("61XX without progress ends", chains_without_progress_end),
	    EXCHANGE("61XX without end ends", endless_chains_end),
	    EXCHANGE("what nobody wants is not fetched",
		what_nobody_wants_is_not_fetched),
	    EXCHANGE("a partial command leaves the rest in the card",
		a_part_is_enough),
	    EXCHANGE("an error cuts the chain", an_error_cuts_the_chain),
	};

	reader_error_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
