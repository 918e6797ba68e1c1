/* SPDX-License-Identifier: BSD-2-Clause */
/* How long messages are: what they claim, what comes, and in which pieces. */
#include "tests/unit/ccid-rig.h"

static void
wrong_length_is_out_of_step(void **state)
{
	static const char *const wrong[] = {
	    "M < raw | 80\n",
	    "M < raw | 80 04 00 00 00 00 07 00 00\n",
	    "M < raw | 80 05 00 00 00 00 07 00 00 00 AA BB 90 00\n",
	    "M < raw | 80 03 00 00 00 00 07 00 00 00 AA BB 90 00\n",
	    "M < raw | 80 FF FF FF FF 00 07 00 00 00 AA BB 90 00\n",
	    "M < raw | 80 04 00 00 00 00 07 03 00 00 AA BB 90 00\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(rig_get_response(wrong[i]), CCID_ERR_SYNC);
}

static void
a_message_longer_than_any_ends(void **state)
{
	struct ccid_answer a;
	struct rig r;

	(void)state;
	rig_open(&r, SCR3310_5116, GET_RESPONSE TWO_BYTES);
	/* 640 bytes that say they are 4 GiB: whole packets without end. */
	r.usb.entry[1].n = 640;
	memset(r.usb.entry[1].bytes + 1, 0xFF, 4);
	assert_int_equal(
	    rig_transfer(&r, HEX("00 C0 00 00 02"), &a), CCID_ERR_SYNC);
	assert_true(r.ccid.rx.room <= 1024);
	rig_close(&r);
}

static void
a_claimed_length_costs_no_memory(void **state)
{
	uint8_t room[64];
	struct usb_reader_info info = {.wMaxPacketSize = 64};
	struct ccid_desc desc;
	struct ccid c;
	struct rig r;

	(void)state;
	rig_open(&r, SCR3310_5116, "");
	(void)hex_parse(SCR3310_5116, room);
	memset(room + 44, 0xFF, 4);
	assert_int_equal(ccid_desc_parse(bytes_of(room, 54), &desc), 0);
	ccid_init(&c, fake_usb_pipe(&r.usb), &desc, &info);
	/* abData has 65544 bytes at most (6.1.4). */
	assert_true(c.desc.dwMaxCCIDMessageLength <= 10 + 65544);
	assert_true(c.rx.cap <= 10 + 65544 + 128);
	ccid_clear(&c);
	rig_close(&r);
}

/* Data so long that the whole message has n * 64 bytes. */
static void
full_packets(size_t message, bool zlp, size_t expect)
{
	struct ccid_command cmd = {
	    .type = PC_to_RDR_XfrBlock, .data = HEX("00 C0 00 00 02")};
	struct ccid_answer a;
	struct rig r;

	rig_open(&r, SCR3310_5116,
	    GET_RESPONSE TWO_BYTES
	    "M > GetSlotStatus slot=0 seq=8 00 00 00\n"
	    "M < SlotStatus slot=0 seq=8 status=00 error=00 00\n");
	r.usb.no_zlp = !zlp;
	r.usb.entry[1].n = message;
	r.usb.entry[1].bytes[1] = (uint8_t)(message - 10);
	r.usb.entry[1].bytes[2] = (uint8_t)((message - 10) >> 8);
	assert_int_equal(
	    ccid_transceive(&r.slot, &cmd, expect, rig_wait(), &a), 0);
	assert_int_equal(a.data.n, message - 10);
	assert_memory_equal(a.data.p, r.usb.entry[1].bytes + 10, message - 10);

	/* A zero-length packet left behind is not the next answer. */
	enum ccid_icc icc = CCID_ICC_ABSENT;

	assert_int_equal(ccid_slot_status(&r.slot, rig_wait(), &icc), 0);
	assert_int_equal(icc, CCID_ICC_ACTIVE);
	rig_close(&r);
}

static void
messages_of_whole_packets(void **state)
{
	static const size_t lengths[] = {64, 128, 192, 256};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		for (int zlp = 0; zlp < 2; zlp++) {
			/* Read as foreseen, shorter and longer. */
			full_packets(lengths[i], zlp, lengths[i]);
			full_packets(lengths[i], zlp, 10);
			full_packets(lengths[i], zlp, 268);
		}
	}
}

static void
every_length_in_every_read(void **state)
{
	(void)state;
	for (size_t n = 10; n <= 271; n++) {
		full_packets(n, true, 10);
		full_packets(n, false, 100);
		full_packets(n, true, 268);
	}
}

static void
a_stray_zero_length_packet_is_skipped(void **state)
{
	struct ccid_answer a;
	struct rig r;

	(void)state;
	rig_open(&r, SCR3310_5116, GET_RESPONSE TWO_BYTES);
	r.usb.zlp_first = true;
	assert_int_equal(rig_transfer(&r, HEX("00 C0 00 00 02"), &a), 0);
	assert_bytes(a.data, HEX("AA BB 90 00"));
	rig_close(&r);
}

static void
a_command_that_does_not_fit_is_not_sent(void **state)
{
	uint8_t big[300] = {0};
	struct ccid_answer a;
	struct rig r;

	(void)state;
	rig_open(&r, SCR3310_5116, "");
	assert_int_equal(rig_transfer(&r, BYTES(big), &a), READER_ERR_COMMAND);
	assert_int_equal(r.usb.commands, 0);
	/* 263 is meant as 271: a whole short APDU goes out. */
	rig_close(&r);
	rig_open(&r, SCR3310_511F,
	    "M > XfrBlock slot=0 seq=1 00 00 00 | 00 **\n"
	    "M < DataBlock slot=0 seq=1 status=00 error=00 00 | 90 00\n");
	assert_int_equal(rig_transfer(&r, bytes_of(big, 260), &a), 0);
	rig_close(&r);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("ccid: an answer of the wrong length is out of step",
		wrong_length_is_out_of_step),
	    TEST("ccid: an answer longer than any message ends",
		a_message_longer_than_any_ends),
	    TEST("ccid: a huge dwMaxCCIDMessageLength costs no memory",
		a_claimed_length_costs_no_memory),
	    TEST("ccid: answers of n * 64 bytes, with and without the "
		 "zero-length packet",
		messages_of_whole_packets),
	    TEST("ccid: answers of every length", every_length_in_every_read),
	    TEST("ccid: a stray zero-length packet is skipped",
		a_stray_zero_length_packet_is_skipped),
	    TEST("ccid: a command that does not fit is not sent",
		a_command_that_does_not_fit_is_not_sent),
	};

	reader_error_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
