/* SPDX-License-Identifier: BSD-2-Clause */
/* Readers that are not what their descriptors say. */
#include "reader/quirks.h"
#include "reader/pin-pad.h"
#include "tests/unit/readers-known.h"
#include "tests/unit/sim-pad.h"

static void
some_firmware_only(void **state)
{
	static const struct {
		uint16_t vendor, product, bcd;
		unsigned flags;
	} rows[] = {
	    {0x04E6, 0x5116, 0x0518, QUIRK_FULL_PACKETS},
	    {0x04E6, 0x5116, 0x0523, 0},
	    {0x04E6, 0x511F, 0x0522, 0},
	    /* The v2.0 silicon counts from 2.00 again. */
	    {0x04E6, 0x5116, 0x0204, 0},
	    {0x04E6, 0x5116, 0x0304, 0},
	    {0x04E6, 0x5824, 0x0602, 0},
	    {0x076B, 0x3021, 0x0518, 0},
	    {0x04E6, 0x5111, 0x0619, QUIRK_FULL_PACKETS},
	    {0x04E6, 0x5111, 0x0620, 0},
	    {0x04E6, 0xE003, 0x0510,
		QUIRK_FULL_PACKETS | QUIRK_PIN_ALL_INDEXES},
	    {0x04E6, 0xE003, 0x0700, QUIRK_PIN_ALL_INDEXES},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(
		    quirks_of(rows[i].vendor, rows[i].product, rows[i].bcd),
		    rows[i].flags);
}

static void
levels_are_put_right(void **state)
{
	uint8_t room[64];
	struct ccid_desc d;

	(void)state;
	assert_int_equal(ccid_desc_parse(hex_parse(SPR532, room), &d), 0);
	assert_int_equal(d.dwFeatures, 0x000100BA);
	quirks_correct(QUIRK_LEVEL_EXTENDED, &d);
	assert_int_equal(d.dwFeatures, 0x000400BA);
	assert_int_equal(d.bPINSupport, 3);
	quirks_correct(QUIRK_LEVEL_TPDU | QUIRK_NO_PIN_PAD, &d);
	assert_int_equal(d.dwFeatures, 0x000100BA);
	assert_int_equal(d.bPINSupport, 0);
}

/* A pad that tells the host what is typed must never be used. */
static void
no_pad_where_pins_leak(void **state)
{
	static const uint16_t ids[][2] = {{0x03F0, 0x1024}, {0x03F0, 0x0036},
	    {0x0BF8, 0x1017}, {0x076B, 0x3031}, {0x0783, 0x0006}};
	static struct sim_rig g;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		struct pin_entry e = {.min = 6, .max = 8};
		uint16_t sw;

		sim_rig_open(&g, 100);
		sim_rig_describe(&g, SPR532);
		assert_int_equal(reader_pin_pad(g.reader),
		    READER_PIN_VERIFY | READER_PIN_CHANGE);
		g.bus.info[0].idVendor = ids[i][0];
		g.bus.info[0].idProduct = ids[i][1];
		g.bus.info[0].address++;
		assert_int_equal(readers_refresh(g.readers), 0);
		if (readers_count(g.readers) > 1)
			g.reader = readers_get(g.readers, 1);
		assert_int_equal(reader_pin_pad(g.reader), 0);
		quirks_correct(
		    quirks_of(ids[i][0], ids[i][1], 0x0523), &g.sim.d);
		assert_int_equal(sim_rig_begin(&g), 0);
		assert_int_equal(
		    reader_pin_verify(g.reader, &e, deadline_in(600000), &sw),
		    CCID_ERR_UNSUPPORTED);
		assert_int_equal(g.sim.verifies, 0);
		sim_rig_end(&g);
		sim_rig_close(&g);
	}
}

#define FF8    "FF FF FF FF FF FF FF FF"
#define VERIFY " 00 00 00 00 20 00 00 08 " FF8
#define MODIFY " 00 00 00 00 24 00 00 10 " FF8 " " FF8

static void
known_messages(void **state)
{
	static const struct {
		enum ccid_pin_operation op;
		unsigned quirks;
		bool display;
		const char *abData;
	} rows[] = {
	    {CCID_PIN_VERIFY, 0, true,
		"00 1E 82 08 00 08 06 02 FF 09 04 00" VERIFY},
	    {CCID_PIN_VERIFY, QUIRK_PIN_ONE_MESSAGE, true,
		"00 1E 82 08 00 08 06 02 01 09 04 00" VERIFY},
	    {CCID_PIN_VERIFY, QUIRK_PIN_ONE_MESSAGE, false,
		"00 1E 82 08 00 08 06 02 01 09 04 00" VERIFY},
	    {CCID_PIN_VERIFY, QUIRK_PIN_NO_MESSAGE, true,
		"00 1E 82 08 00 08 06 02 00 09 04 00" VERIFY},
	    {CCID_PIN_VERIFY, QUIRK_PIN_NO_MESSAGE | QUIRK_PIN_DIGITS_SWAPPED,
		true, "00 1E 82 08 00 06 08 02 00 09 04 00" VERIFY},
	    /* bMsgIndex2 and 3 are there, and say nothing. */
	    {CCID_PIN_MODIFY, QUIRK_PIN_ALL_INDEXES, false,
		"01 1E 82 08 00 00 08 08 06 03 02 00 09 04 00 00 00" MODIFY},
	    {CCID_PIN_MODIFY, QUIRK_PIN_THREE_MESSAGES, false,
		"01 1E 82 08 00 00 08 08 06 03 02 03 09 04 00 01 02" MODIFY},
	    {CCID_PIN_MODIFY, QUIRK_PIN_ALL_INDEXES, true,
		"01 1E 82 08 00 00 08 08 06 03 02 03 09 04 00 01 02" MODIFY},
	    /* What is about the other operation changes nothing. */
	    {CCID_PIN_VERIFY, QUIRK_PIN_ALL_INDEXES, false,
		"00 1E 82 08 00 08 06 02 00 09 04 00" VERIFY},
	    {CCID_PIN_MODIFY, QUIRK_PIN_ONE_MESSAGE | QUIRK_PIN_DIGITS_SWAPPED,
		false, "01 1E 82 08 00 00 08 08 06 03 02 00 09 04 00" MODIFY},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct pin_entry e = {.min = 6, .max = 8};
		const struct pin_prompt p = {.display = rows[i].display,
		    .quirks = rows[i].quirks,
		    .bTimeOut = 30};
		uint8_t room[64];
		struct buf out;

		buf_init(&out, PIN_PAD_DATA_MAX);
		pin_pad_encode(rows[i].op, &e, &p, &out);
		assert_int_equal(buf_err(&out), 0);
		assert_bytes(buf_bytes(&out), hex_parse(rows[i].abData, room));
		buf_clear(&out);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("quirks: of some firmware, and not of its successors",
		some_firmware_only),
	    TEST("quirks: wrong levels are put right", levels_are_put_right),
	    TEST("quirks: no pad where there is none, or PINs leak",
		no_pad_where_pins_leak),
	    TEST("quirks: known messages for peculiar pads", known_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
