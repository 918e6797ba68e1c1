/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the buffers: selecting, resets and errors on the way. */
#include "cac/cac-buffer.h"
#include "cac/card.h"
#include "tests/unit/buffer-rig.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/unit.h"

static void
select_p2(void **state)
{
	static const uint16_t sws[] = {0x6A86, 0x6D00};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		cac_io_init(&rig_io);
		rig_io.r = &reader;
		reader.no_answer_sw = sws[i];
		assert_int_equal(cac_select(&rig_io, &rig_path), 0);
		fake_reader_assert_log(&reader,
		    "00 A4 04 0C 07 A0 00 00 00 79 01 00\n"
		    "00 A4 04 00 07 A0 00 00 00 79 01 00\n"
		    "00 A4 02 00 02 01 00\n");
		fake_reader_reset(&reader);
	}
}

static void
select_fails(void **state)
{
	static const struct {
		uint16_t sw;
		err_t err;
	} cases[] = {
	    {0x6A82, CARD_ERR_NOT_FOUND},
	    {0x6A88, CARD_ERR_NOT_FOUND},
	    {0x6A81, CARD_ERR_STATUS},
	    {0x6283, CARD_ERR_STATUS},
	    {0x6985, CARD_ERR_STATUS},
	    {0x6F00, CARD_ERR_STATUS},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		for (unsigned at = 0; at < 2; at++) {
			rig_fault((struct fake_fault){
			    .at = at, .kind = FAKE_STATUS, .sw = cases[i].sw});
			reader.exchanges = 0;
			fake_reader_reset(&reader);
			/* Only the applet's absence can be proved. */
			assert_int_equal(cac_select(&rig_io, &rig_path),
			    at == 0 ? cases[i].err : CARD_ERR_STATUS);
			assert_int_equal(reader.exchanges, at + 1);
			/* Nothing of it is taken for selected. */
			assert_int_equal(cac_select(&rig_io, &rig_path), 0);
			assert_int_equal(reader.exchanges, 3);
		}
	}
}

static void
needless_selects(void **state)
{
	struct cac_path second = rig_path, applet = rig_path;

	(void)state;
	second.object[1] = 1;
	applet.has_object = false;
	assert_int_equal(cac_select(&rig_io, &rig_path), 0);
	assert_int_equal(cac_select(&rig_io, &rig_path), 0);
	assert_int_equal(cac_select(&rig_io, &second), 0);
	fake_reader_assert_log(&reader,
	    "00 A4 04 0C 07 A0 00 00 00 79 01 00\n"
	    "00 A4 02 0C 02 01 00\n"
	    "00 A4 02 0C 02 01 01\n");
	assert_int_equal(cac_select(&rig_io, &applet), 0);
	assert_int_equal(cac_select(&rig_io, &applet), 0);
	fake_reader_assert_log(
	    &reader, "00 A4 04 0C 07 A0 00 00 00 79 01 00\n");
	fake_reader_reset(&reader);
	assert_int_equal(cac_select(&rig_io, &applet), 0);
	fake_reader_assert_log(
	    &reader, "00 A4 04 0C 07 A0 00 00 00 79 01 00\n");
}

static void
resets(void **state)
{
	static const enum fake_fault_kind kinds[] = {
	    FAKE_RESET, FAKE_SILENT_RESET};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (unsigned at = 0; at < 8; at++) {
			rig_fault(
			    (struct fake_fault){.at = at, .kind = kinds[i]});
			reader.exchanges = 0;
			fake_reader_reset(&reader);
			rig_reads();
			assert_int_equal(reader.exchanges, at + 1 + 8);
		}
	}
}

static void
endless_resets(void **state)
{
	(void)state;
	rig_fault(
	    (struct fake_fault){.at = 3, .kind = FAKE_RESET, .stays = true});
	assert_int_equal(
	    cac_buffers_read(&rig_io, &rig_path, &rig_out), READER_ERR_RESET);
	assert_int_equal(reader.objects, 1);
	assert_true(reader.exchanges < 50);
}

static void
transport_errors(void **state)
{
	(void)state;
	for (unsigned at = 0; at < 8; at++) {
		rig_fault((struct fake_fault){
		    .at = at, .kind = FAKE_FAIL, .err = CCID_ERR_MUTE});
		reader.exchanges = 0;
		fake_reader_reset(&reader);
		assert_int_equal(cac_buffers_read(&rig_io, &rig_path, &rig_out),
		    CCID_ERR_MUTE);
		assert_int_equal(reader.exchanges, at + 1);
		assert_int_equal(rig_io.selection, CAC_SELECTED_NONE);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("select: on 6A86 and 6D00 P2 00 is tried and remembered",
		select_p2, rig_setup, rig_teardown),
	    TEST_WITH("select: 6A82 and 6A88 to the applet mean not there",
		select_fails, rig_setup, rig_teardown),
	    TEST_WITH("select: nothing is sent for what is still selected",
		needless_selects, rig_setup, rig_teardown),
	    TEST_WITH("recovery: after a reset the whole object is read again",
		resets, rig_setup, rig_teardown),
	    TEST_WITH("recovery: resets without an end are an error",
		endless_resets, rig_setup, rig_teardown),
	    TEST_WITH("recovery: a transport error is passed up at once",
		transport_errors, rig_setup, rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
