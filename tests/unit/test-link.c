/* SPDX-License-Identifier: BSD-2-Clause */
/* Readers that take whole APDUs (CCID 1.1, 6.1.4), and quirks of others. */
#include "reader/exchange.h"
#include "reader/quirks.h"
#include "tests/unit/ccid-rig.h"

/* Short and extended APDU level; the latter with messages of 43 bytes. */
#define WITH_LEVEL(level, max)                                                 \
	"36 21 10 01 00 01 03 00 00 00 A0 0F 00 00 40 1F 00 00 00 01 2A 00 "   \
	"00 29 40 05 00 00 FE 00 00 00 00 00 00 00 00 00 00 00 7A 00 " level   \
	" 00 " max " 00 00 00 FF FF 00 00 00 01"
#define SHORT	  WITH_LEVEL("02", "FF")
#define EXTENDED  WITH_LEVEL("04", "2B")
#define CHARACTER WITH_LEVEL("00", "FF")

#define OUT(level, data)                                                       \
	"M > XfrBlock slot=0 seq=1 00 " level " 00 | " data "\n"
#define NEXT "M > XfrBlock slot=0 seq=1 00 10 00\n"
#define IN(chain, data)                                                        \
	"M < DataBlock slot=0 seq=1 status=00 error=00 " chain " | " data "\n"
#define GO_ON "M < DataBlock slot=0 seq=1 status=00 error=00 10\n"

#define TEN "00 01 02 03 04 05 06 07 08 09"
#define AID "A0 00 00 00 79 01 00"

static struct rig rig;
static struct buf got;

static int
cleared(void **state)
{
	(void)state;
	buf_init(&got, 70000);
	return 0;
}

static int
freed(void **state)
{
	(void)state;
	buf_clear(&got);
	return 0;
}

static err_t
send(const char *desc, const struct apdu_cmd *cmd, const char *script,
    uint16_t *sw)
{
	struct params p = {.protocol = 0};
	struct apdu_rsp rsp = {.data = &got};
	struct link link;
	err_t err;

	buf_truncate(&got, 0);
	rig_open(&rig, desc, script);
	rig.slot.wait_ms = CCID_WAIT_CARD_MS;
	assert_int_equal(
	    link_start(&link, &rig.slot, &p, true, deadline_in(60000)), 0);
	err = exchange(&link, cmd, 256, deadline_in(60000), &rsp);
	*sw = rsp.sw;
	rig_close(&rig);
	return err;
}

static void
short_level_takes_whole_apdus(void **state)
{
	struct apdu_cmd select = {
	    .ins = 0xA4, .p1 = 4, .data = HEX(AID), .ne = 256};
	struct apdu_cmd case_1 = {.ins = 0x20, .p2 = 0x80};
	struct apdu_cmd case_2 = {.ins = 0xB0, .ne = 10};
	struct apdu_cmd case_3 = {.ins = 0xA4, .p1 = 4, .data = HEX(AID)};
	uint16_t sw;

	(void)state;
	/* Le is there in case 4, and only where it belongs. */
	assert_int_equal(
	    send(SHORT, &select,
		OUT("00", "00 A4 04 00 07 " AID " 00") IN("00", TEN " 90 00"),
		&sw),
	    0);
	assert_bytes(buf_bytes(&got), HEX(TEN));
	assert_int_equal(sw, 0x9000);
	assert_int_equal(send(SHORT, &case_1,
			     OUT("00", "00 20 00 80") IN("00", "63 C3"), &sw),
	    0);
	assert_int_equal(sw, 0x63C3);
	assert_int_equal(
	    send(SHORT, &case_2,
		OUT("00", "00 B0 00 00 0A") IN("00", TEN " 90 00"), &sw),
	    0);
	assert_int_equal(
	    send(SHORT, &case_3,
		OUT("00", "00 A4 04 00 07 " AID) IN("00", "90 00"), &sw),
	    0);
}

/* Some readers leave 61XX and 6CXX to the host even so. */
static void
short_level_may_leave_status_words(void **state)
{
	struct apdu_cmd cmd = {
	    .ins = 0xA4, .p1 = 4, .data = HEX(AID), .ne = APDU_NE_ALL};
	uint16_t sw;

	(void)state;
	assert_int_equal(
	    send(SHORT, &cmd,
		OUT("00", "00 A4 04 00 07 " AID " 00") IN("00", "61 0A")
		    OUT("00", "00 C0 00 00 0A") IN("00", TEN " 90 00"),
		&sw),
	    0);
	assert_bytes(buf_bytes(&got), HEX(TEN));
}

static void
extended_level_chains_out(void **state)
{
	/* 33 bytes a part: 5 + 40 go as 33 and 12. */
	struct apdu_cmd cmd = {.ins = 0xDB, .data = HEX(TEN TEN TEN TEN)};
	uint16_t sw;

	(void)state;
	assert_int_equal(
	    send(EXTENDED, &cmd,
		OUT("01",
		    "00 DB 00 00 28 " TEN " " TEN " 00 01 02 03 04 05 06 "
		    "07") GO_ON OUT("02", "08 09 " TEN) IN("00", "90 00"),
		&sw),
	    0);
	assert_int_equal(sw, 0x9000);
}

static void
extended_level_chains_in(void **state)
{
	struct apdu_cmd cmd = {.ins = 0xCB, .ne = 256};
	uint16_t sw;

	(void)state;
	assert_int_equal(send(EXTENDED, &cmd,
			     OUT("00", "00 CB 00 00 00") IN("01", TEN)
				 NEXT IN("03", TEN) NEXT IN("02", TEN " 90 00"),
			     &sw),
	    0);
	assert_bytes(buf_bytes(&got), HEX(TEN TEN TEN));
	assert_int_equal(sw, 0x9000);
	/* The last part may hold nothing but the status word. */
	assert_int_equal(send(EXTENDED, &cmd,
			     OUT("00", "00 CB 00 00 00") IN("01", TEN)
				 NEXT IN("02", "90 00"),
			     &sw),
	    0);
	assert_bytes(buf_bytes(&got), HEX(TEN));
}

static void
a_chain_that_makes_no_sense(void **state)
{
	struct apdu_cmd cmd = {.ins = 0xCB, .ne = 256};
	struct apdu_cmd big = {.ins = 0xDB, .data = HEX(TEN TEN TEN TEN)};
	uint16_t sw;

	(void)state;
	/* A request for more of a command that was whole. */
	assert_int_equal(
	    send(EXTENDED, &cmd, OUT("00", "00 CB 00 00 00") GO_ON, &sw),
	    CCID_ERR_SYNC);
	/* An answer before the command's end. */
	assert_int_equal(send(EXTENDED, &big,
			     OUT("01",
				 "00 DB 00 00 28 " TEN " " TEN
				 " 00 01 02 03 04 05 06 07") IN("00", "90 00"),
			     &sw),
	    CCID_ERR_SYNC);
}

static void
an_endless_chain_ends(void **state)
{
	struct apdu_cmd cmd = {.ins = 0xCB, .ne = APDU_NE_ALL};
	struct params p = {.protocol = 0};
	struct apdu_rsp rsp = {.data = &got};
	struct link link;
	err_t err;

	(void)state;
	rig_open(&rig, EXTENDED,
	    OUT("00", "00 CB 00 00 00") IN("01", TEN) NEXT IN("03", "00"));
	for (size_t i = 4; i < FAKE_ENTRIES_MAX; i++)
		rig.usb.entry[i] = rig.usb.entry[i - 2];
	rig.usb.n = FAKE_ENTRIES_MAX;
	assert_int_equal(
	    link_start(&link, &rig.slot, &p, true, deadline_in(60000)), 0);
	err = exchange(&link, &cmd, 256, deadline_in(60000), &rsp);
	assert_int_equal(err, READER_ERR_CHAIN);
	rig.usb.next = rig.usb.n;
	rig_close(&rig);
}

static void
character_level(void **state)
{
	struct params p = {.protocol = 0};
	struct link link;

	(void)state;
	rig_open(&rig, CHARACTER, "");
	assert_int_equal(
	    link_start(&link, &rig.slot, &p, true, deadline_in(60000)), 0);
	assert_int_equal(link.level, LINK_T0_CHAR);
	p.protocol = 1;
	/* Its first block finds nobody: the transcript is empty. */
	assert_int_equal(
	    link_start(&link, &rig.slot, &p, true, deadline_in(60000)),
	    USB_ERR_GONE);
	assert_int_equal(link.level, LINK_T1);
	rig.usb.mismatch[0] = '\0';
	rig_close(&rig);
}

static void
no_full_packets_for_old_firmware(void **state)
{
	struct params p = {.protocol = 0};
	struct link link;

	(void)state;
	rig_open(&rig, SCR3310_5116, "");
	assert_int_equal(
	    link_start(&link, &rig.slot, &p, true, deadline_in(60000)), 0);
	/* 10 + 52 + 2 = 64. */
	assert_int_equal(link_fitting(&link, 52), 52);
	rig.ccid.quirks = QUIRK_FULL_PACKETS;
	assert_int_equal(link_fitting(&link, 52), 51);
	assert_int_equal(link_fitting(&link, 116), 115);
	assert_int_equal(link_fitting(&link, 180), 179);
	assert_int_equal(link_fitting(&link, 244), 243);
	assert_int_equal(link_fitting(&link, 53), 53);
	assert_int_equal(link_fitting(&link, 256), 256);
	assert_int_equal(link_fitting(&link, 1), 1);
	rig_close(&rig);
}

#define LINK(sentence, function)                                               \
	TEST_WITH("link: " sentence, function, cleared, freed)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    LINK("the short level takes whole APDUs of each case",
		short_level_takes_whole_apdus),
	    LINK("the short level may leave 61XX to the host",
		short_level_may_leave_status_words),
	    LINK("the extended level chains long commands",
		extended_level_chains_out),
	    LINK("the extended level chains long answers",
		extended_level_chains_in),
	    LINK("a chain that makes no sense is out of step",
		a_chain_that_makes_no_sense),
	    LINK("a chain without end ends", an_endless_chain_ends),
	    LINK("at character level both protocols are ours", character_level),
	    LINK("old firmware is not asked for full packets",
		no_full_packets_for_old_firmware),
	};

	reader_error_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
