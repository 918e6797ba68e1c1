/* SPDX-License-Identifier: BSD-2-Clause */
/* T=0, PPS and ATR on the emulated card's side. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/emulator/card-host.h"
#include "tools/emulator/card/atr.h"
#include "tools/emulator/card/state.h"
#include "tools/emulator/card/t0.h"

/* n bytes wait, the last command has just said so. */
static void
leave_pending(struct card *card, size_t n)
{
	size_t i;

	t0_reset(card);
	for (i = 0; i < n; i++)
		blob_byte(&card->answer, (unsigned)(i * 7 + (i >> 8)));
}

static void
chains_deliver_each_byte_once(void **state)
{
	static const size_t lengths[] = {1, 255, 256, 257, 511, 512, 1500};
	struct card *card = host_habit("cac-v2-gcx4", "");
	struct host_answer a;
	size_t i, at, n;
	char hex[32];
	uint16_t sw;

	(void)state;
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		n = lengths[i];
		leave_pending(card, n);
		sw = t0_pending(card);
		for (at = 0; at < n; at += a.len) {
			size_t left = n - at;

			assert_int_equal(sw, 0x6100 | (left < 256 ? left : 0));
			snprintf(
			    hex, sizeof(hex), "00 C0 00 00 %02X", sw & 0xFFu);
			sw = host_hex(card, hex, &a);
			assert_int_equal(a.len, left < 256 ? left : 256);
			assert_int_equal(
			    a.data[0], (uint8_t)(at * 7 + (at >> 8)));
		}
		assert_int_equal(sw, 0x9000);
		host_expect(card, hex, "6A 88");
	}
	card_free(&card);
}

static void
get_response_may_ask_for_less_but_not_more(void **state)
{
	struct card *card = host_habit("cac-v2-gcx4", "");
	struct host_answer a;

	(void)state;
	host_expect(card, "00 C0 00 00 00", "6A 88");
	leave_pending(card, 3);
	host_expect(card, "00 C0 00 00 04", "6C 03");
	host_expect(card, "00 C0 00 00 00", "6C 03");
	host_expect(card, "00 C0 01 00 03", "6A 86");
	host_expect(card, "00 C0 00 00 01", "00 61 02");
	host_expect(card, "00 C0 00 00 02", "07 0E 90 00");
	leave_pending(card, 300);
	assert_int_equal(host_hex(card, "00 C0 00 00 FA", &a), 0x6132);
	assert_int_equal(host_hex(card, "00 C0 00 00 32", &a), 0x9000);
	leave_pending(card, 600);
	assert_int_equal(host_hex(card, "00 C0 00 00 01", &a), 0x6100);
	card_free(&card);
}

static void
another_command_drops_the_rest(void **state)
{
	struct card *card = host_habit("cac-v2-gcx4", "");
	struct host_answer a;

	(void)state;
	leave_pending(card, 300);
	assert_int_equal(host_hex(card, "00 C0 00 00 10", &a), 0x6100);
	host_expect(card, "00 20 00 00 00", "63 C3");
	host_expect(card, "00 C0 00 00 10", "6A 88");
	leave_pending(card, 300);
	host_expect(card, "42 C0 00 00 10", "6E 00");
	host_expect(card, "00 C0 00 00 10", "6A 88");
	card_free(&card);
}

static void
an_unfinished_chain_may_refuse_commands(void **state)
{
	struct card *card = host_habit("cac-v2-gcx4", "status mid-chain 6883");
	struct host_answer a;

	(void)state;
	leave_pending(card, 300);
	assert_int_equal(host_hex(card, "00 C0 00 00 FF", &a), 0x612D);
	host_expect(card, "00 20 00 00 00", "68 83");
	assert_int_equal(host_hex(card, "00 C0 00 00 2D", &a), 0x9000);
	host_expect(card, "00 20 00 00 00", "63 C3");
	/* Before the first piece was fetched nothing is unfinished. */
	leave_pending(card, 300);
	host_expect(card, "00 20 00 00 00", "63 C3");
	card_free(&card);
}

static void
data_of_another_length_is_refused(void **state)
{
	static const uint8_t header[5] = {0x00, 0xA4, 0x04, 0x00, 0x07};
	static const uint8_t aid[7] = {0xA0, 0, 0, 0, 0x79, 0x01, 0x00};
	struct card *card = host_habit("cac-v2-gcx4", "");
	struct t0_reply reply;

	(void)state;
	card_t0_header(card, header, &reply);
	assert_int_equal(reply.turn, T0_RECEIVES);
	card_t0_data(card, aid, 6, &reply);
	assert_int_equal(reply.sw, 0x6700);
	/* Data that nobody asked for. */
	card_t0_data(card, aid, sizeof(aid), &reply);
	assert_int_equal(reply.sw, 0x6700);
	/* A header takes the place of data: the host began anew. */
	card_t0_header(card, header, &reply);
	host_expect(card, "00 20 00 00 00", "63 C3");
	card_t0_data(card, aid, sizeof(aid), &reply);
	assert_int_equal(reply.sw, 0x6700);
	card_free(&card);
}

static void
slow_and_careful_commands_say_so(void **state)
{
	struct card *card = host_habit("cac-v2-gcx4",
	    "nulls 52 3\nnulls 56 2\nsingle-ack 52\n"
	    "single-ack 56");
	struct host_answer a;

	(void)state;
	host_select(card, "01 16 DB 00");
	assert_int_equal(host_hex(card, "00 52 00 00 02 01 02", &a), 0x6102);
	assert_int_equal(a.nulls, 3);
	assert_true(a.single);
	assert_int_equal(host_hex(card, "00 C0 00 00 02", &a), 0x9000);
	assert_int_equal(a.nulls, 0);
	assert_false(a.single);
	assert_int_equal(host_hex(card, "00 56 01 00 17", &a), 0x9000);
	assert_int_equal(a.nulls, 2);
	assert_true(a.single);
	/* A status word needs no ACK. */
	host_hex(card, "00 56 01 00 00", &a);
	assert_false(a.single);
	card_free(&card);
}

static void
pps(struct card *card, const char *request, const char *answer, uint8_t fidi)
{
	uint8_t req[16], want[16], got[6];
	size_t n = hex_bytes(request, req, sizeof(req)), len;
	size_t wanted = hex_bytes(answer, want, sizeof(want));

	card_reset(card, &len);
	assert_int_equal(card_pps(card, req, n, got), wanted);
	assert_memory_equal(got, want, wanted);
	assert_int_equal(card_fidi(card), fidi);
}

static void
pps_takes_the_offered_speed_or_a_slower_one(void **state)
{
	struct card *card = host_habit("cac-v2-gcx4", ""); /* TA1 96 */

	(void)state;
	pps(card, "FF 10 96 79", "FF 10 96 79", 0x96);
	pps(card, "FF 10 95 7A", "FF 10 95 7A", 0x95);
	pps(card, "FF 10 91 7E", "FF 10 91 7E", 0x91);
	pps(card, "FF 10 11 FE", "FF 10 11 FE", 0x11);
	pps(card, "FF 10 18 F7", "FF 10 18 F7", 0x18);
	pps(card, "FF 00 FF", "FF 00 FF", 0x11);
	/* Faster, another F, reserved values: declined, F and D by default. */
	pps(card, "FF 10 97 78", "FF 00 FF", 0x11);
	pps(card, "FF 10 16 F9", "FF 00 FF", 0x11);
	pps(card, "FF 10 A6 49", "FF 00 FF", 0x11);
	pps(card, "FF 10 9F 70", "FF 00 FF", 0x11);
	pps(card, "FF 10 76 99", "FF 00 FF", 0x11);
	/* PPS2 and PPS3 are left out of the answer. */
	pps(card, "FF 70 96 00 00 19", "FF 10 96 79", 0x96);
	card_free(&card);
}

static void
pps_is_silent_on_errors(void **state)
{
	static const uint8_t good[4] = {0xFF, 0x10, 0x96, 0x79};
	struct card *card = host_habit("cac-v2-gcx4", "");
	uint8_t answer[6];
	size_t len;

	(void)state;
	pps(card, "FF 10 96 78", "", 0x11);
	pps(card, "FE 10 96 78", "", 0x11);
	pps(card, "FF FF", "", 0x11);
	pps(card, "FF 10 EF", "", 0x11);
	pps(card, "FF 00 96 69", "", 0x11);
	pps(card, "FF 90 96 F9", "", 0x11);
	pps(card, "FF 11 96 78", "", 0x11);
	pps(card, "FF 70 96 00 00 00 19", "", 0x11);
	/* Only once, and only as the first exchange. */
	pps(card, "FF 10 96 79", "FF 10 96 79", 0x96);
	assert_int_equal(card_pps(card, good, 4, answer), 0);
	assert_int_equal(card_fidi(card), 0x96);
	card_reset(card, &len);
	assert_int_equal(card_fidi(card), 0x11);
	host_expect(card, "00 20 00 00 00", "63 C3");
	assert_int_equal(card_pps(card, good, 4, answer), 0);
	card_power_off(card);
	assert_int_equal(card_pps(card, good, 4, answer), 0);
	card_free(&card);
}

static void
a_specific_mode_leaves_nothing_to_select(void **state)
{
	struct card *card = host_habit("cac-v2-gcx4", "atr 3B 90 96 10 80");

	(void)state;
	assert_int_equal(card_fidi(card), 0x96);
	pps(card, "FF 10 96 79", "", 0x96);
	card_free(&card);
	card = host_habit("cac-v2-gcx4", "atr 3B 90 96 10 90");
	pps(card, "FF 10 96 79", "", 0x11);
	card_free(&card);
}

static void
atr_case(const char *hex, bool ok, uint8_t ta1, uint16_t protocols)
{
	uint8_t bytes[ATR_MAX + 1];
	size_t n = hex_bytes(hex, bytes, sizeof(bytes));
	struct atr atr;

	assert_int_equal(atr_parse(&atr, bytes, n), ok);
	if (!ok)
		return;
	assert_int_equal(atr.ta1, ta1);
	assert_int_equal(atr.protocols, protocols);
}

static void
atr_is_checked(void **state)
{
	(void)state;
	atr_case("3B 7D 96 00 00 80 31 80 65 B0 83 11 13 AC 83 00 90 00", true,
	    0x96, 1);
	atr_case("3B DB 96 00 80 1F 03 00 31 C0 64 77 E3 03 00 82 90 00 C1",
	    true, 0x96, 1);
	atr_case("3B F9 96 00 00 80 31 FE 45 53 43 45 37 20 0F 00 20 46 4E",
	    true, 0x96, 3);
	atr_case("3B D6 96 00 81 B1 FE 45 1F 87 80 31 C1 52 21 19 49", true,
	    0x96, 2);
	atr_case("3B 65 00 00 9C 02 02 07 02", true, 0x11, 1);
	atr_case("3F 00", true, 0x11, 1);
	atr_case("3B", false, 0, 0);
	atr_case("3C 00", false, 0, 0);
	/* TCK wrong, TCK cut off, one byte too many, no end of TDi. */
	atr_case("3B DB 96 00 80 1F 03 00 31 C0 64 77 E3 03 00 82 90 00 C0",
	    false, 0, 0);
	atr_case("3B DB 96 00 80 1F 03 00 31 C0 64 77 E3 03 00 82 90 00", false,
	    0, 0);
	atr_case("3B 65 00 00 9C 02 02 07 02 00", false, 0, 0);
	atr_case("3B 80 80 80 80 80 80 80 80 80", false, 0, 0);
	atr_case("3B F0", false, 0, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(chains_deliver_each_byte_once),
	    cmocka_unit_test(get_response_may_ask_for_less_but_not_more),
	    cmocka_unit_test(another_command_drops_the_rest),
	    cmocka_unit_test(an_unfinished_chain_may_refuse_commands),
	    cmocka_unit_test(data_of_another_length_is_refused),
	    cmocka_unit_test(slow_and_careful_commands_say_so),
	    cmocka_unit_test(pps_takes_the_offered_speed_or_a_slower_one),
	    cmocka_unit_test(pps_is_silent_on_errors),
	    cmocka_unit_test(a_specific_mode_leaves_nothing_to_select),
	    cmocka_unit_test(atr_is_checked),
	};

	return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
