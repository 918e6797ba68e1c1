/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the T and V buffers of an object, piece by piece (GSC-IS 2.1, 5.3.4).
 */
#include "cac/cac-buffer.h"
#include "cac/card.h"
#include "tests/unit/buffer-rig.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/unit.h"

static void
worked_example(void **state)
{
	(void)state;
	rig_reads();
	fake_reader_assert_log(&reader,
	    "00 A4 04 0C 07 A0 00 00 00 79 01 00\n"
	    "00 A4 02 0C 02 01 00\n"
	    "80 52 00 00 02 01 02\n"
	    "80 52 00 02 02 01 0A\n"
	    "80 52 00 00 02 02 FF\n"
	    "80 52 00 FF 02 02 FF\n"
	    "80 52 01 FE 02 02 FF\n"
	    "80 52 02 FD 02 02 DF\n");
	assert_int_equal(reader.objects, 1);
}

static void
small_reader(void **state)
{
	static const unsigned chunks[] = {1, 2, 7, 64, 128, 239, 241};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(chunks); i++) {
		reader.chunk = chunks[i];
		rig_reads();
	}
}

static void
halve(uint16_t sw)
{
	unsigned exchanges;

	reader.longest = 100;
	reader.too_long_sw = sw;
	rig_reads();
	assert_int_equal(rig_io.chunk, 60);
	exchanges = reader.exchanges;
	reader.exchanges = 0;
	buf_truncate(&reader.log, 0);
	rig_reads();
	/* No SELECT, no refused piece, no prefix alone a second time. */
	assert_int_equal(reader.exchanges, exchanges - 2 - 4);
}

static void
halves(void **state)
{
	(void)state;
	halve(0x6A86);
}

static void
halves_6a83(void **state)
{
	(void)state;
	halve(0x6A83);
}

static void
halving_ends(void **state)
{
	(void)state;
	reader.longest = 10;
	reader.too_long_sw = 0x6A86;
	assert_int_equal(
	    cac_buffers_read(&rig_io, &rig_path, &rig_out), CARD_ERR_STATUS);
	assert_int_equal(rig_io.sw, 0x6A86);
	assert_int_equal(rig_out.v.n, 0);
	/* Twice: the selection might have been lost behind our back. */
	assert_true(reader.exchanges < 32);
	assert_int_equal(rig_io.chunk, 120);
}

static void
proven_length(void **state)
{
	(void)state;
	/* The second full piece of V: as long as the first, so no halving. */
	rig_fault((struct fake_fault){
	    .at = 6, .kind = FAKE_STATUS, .stays = true, .sw = 0x6A86});
	assert_int_equal(
	    cac_buffers_read(&rig_io, &rig_path, &rig_out), CARD_ERR_STATUS);
	/* SELECT again is refused too; its P2 has worked before. */
	assert_int_equal(reader.exchanges, 7 + 1);
}

static void
other_status(void **state)
{
	static const uint16_t sws[] = {
	    0x6282, 0x6300, 0x6700, 0x6982, 0x6A82, 0x6D00, 0x6F00};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sws); i++) {
		const struct fake_fault faults[] = {
		    {.at = 5, .kind = FAKE_STATUS, .sw = sws[i]},
		    {.at = 11, .kind = FAKE_STATUS, .sw = sws[i]},
		};

		/* Once: the card may have been reset behind our back. */
		reader.faults = faults;
		reader.fault_count = 1;
		reader.exchanges = 0;
		fake_reader_reset(&reader);
		assert_int_equal(
		    cac_buffers_read(&rig_io, &rig_path, &rig_out), 0);
		/* Twice: the card means it. */
		reader.fault_count = 2;
		reader.exchanges = 0;
		fake_reader_reset(&reader);
		assert_int_equal(cac_buffers_read(&rig_io, &rig_path, &rig_out),
		    CARD_ERR_STATUS);
		assert_int_equal(reader.exchanges, 12);
		assert_int_equal(rig_io.sw, sws[i]);
	}
}

static void
short_piece(void **state)
{
	(void)state;
	for (unsigned at = 2; at < 8; at++) {
		rig_fault((struct fake_fault){.at = at, .kind = FAKE_SHORT});
		reader.exchanges = 0;
		fake_reader_reset(&reader);
		assert_int_equal(cac_buffers_read(&rig_io, &rig_path, &rig_out),
		    CARD_ERR_DATA);
		assert_int_equal(reader.exchanges, at + 1);
	}
}

static void
over_long(void **state)
{
	struct buf big;

	(void)state;
	sample_der(&big, CAC_BUFFER_MAX, 3);
	rig_containers[0].v = buf_bytes(&big);
	assert_int_equal(cac_buffers_read(&rig_io, &rig_path, &rig_out), 0);
	assert_true(bytes_equal(buf_bytes(&rig_out.v), buf_bytes(&big)));
	buf_append_u8(&big, 0);
	rig_containers[0].v = buf_bytes(&big);
	assert_int_equal(
	    cac_buffers_read(&rig_io, &rig_path, &rig_out), CARD_ERR_DATA);
	assert_int_equal(rig_out.v.n, 0);
	buf_clear(&big);
}

static void
zero(void **state)
{
	(void)state;
	rig_containers[0].t = bytes_of(NULL, 0);
	rig_containers[0].v = bytes_of(NULL, 0);
	assert_int_equal(cac_buffers_read(&rig_io, &rig_path, &rig_out), 0);
	assert_int_equal(rig_out.t.n + rig_out.v.n, 0);
	assert_int_equal(reader.exchanges, 4);
}

static void
cla(void **state)
{
	unsigned exchanges;

	(void)state;
	reader.wrong_cla_sw = 0x6E00;
	reader.cla = 0x00;
	rig_reads();
	assert_int_equal(reader.exchanges, 9);
	exchanges = reader.exchanges;
	rig_reads();
	assert_int_equal(reader.exchanges - exchanges, 6);
}

static void
cla_both_refused(void **state)
{
	(void)state;
	reader.wrong_cla_sw = 0x6E00;
	reader.cla = 0x90;
	assert_int_equal(
	    cac_buffers_read(&rig_io, &rig_path, &rig_out), CARD_ERR_STATUS);
	assert_int_equal(reader.exchanges, 4 + 4);
	assert_int_equal(rig_io.cla, 0x80);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("buffer: the commands are those of the worked example",
		worked_example, rig_setup, rig_teardown),
	    TEST_WITH("buffer: no piece is longer than the reader's chunk",
		small_reader, rig_setup, rig_teardown),
	    TEST_WITH("buffer: 6A86 halves the piece, and that is remembered",
		halves, rig_setup, rig_teardown),
	    TEST_WITH("buffer: 6A83 halves the piece, and that is remembered",
		halves_6a83, rig_setup, rig_teardown),
	    TEST_WITH("buffer: halving has a lower limit", halving_ends,
		rig_setup, rig_teardown),
	    TEST_WITH("buffer: a length that has worked is not halved",
		proven_length, rig_setup, rig_teardown),
	    TEST_WITH("buffer: any other status word is an error at once",
		other_status, rig_setup, rig_teardown),
	    TEST_WITH("buffer: a piece shorter than asked for is an error",
		short_piece, rig_setup, rig_teardown),
	    TEST_WITH("buffer: a total over the longest is an error", over_long,
		rig_setup, rig_teardown),
	    TEST_WITH("buffer: a total of zero is an empty buffer", zero,
		rig_setup, rig_teardown),
	    TEST_WITH("buffer: on 6E00 the other class is tried and remembered",
		cla, rig_setup, rig_teardown),
	    TEST_WITH("buffer: 6E00 for both classes is an error",
		cla_both_refused, rig_setup, rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
