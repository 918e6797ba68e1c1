/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-buffer.h"
#include "cac/card.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/unit.h"

#define T_HEX	 "71 01 70 FF B2 03 72 26 FE 01"
#define V_LENGTH 986

static const struct cac_path path = {
    .aid = {0xA0, 0, 0, 0, 0x79, 1, 0},
    .object = {1, 0},
    .has_object = true,
};

/* The PKI container of GSC-IS cards, as recorded: T of 10, V of 986 bytes. */
static const uint8_t t[] = {
    0x71, 1, 0x70, 0xFF, 0xB2, 0x03, 0x72, 0x26, 0xFE, 1};
static struct buf v;
static struct fake_container containers[2];
static struct reader reader;
static struct cac_io io;
static struct cac_buffers out;

static int
setup(void **state)
{
	(void)state;
	sample_der(&v, V_LENGTH, 1);
	for (uint8_t i = 0; i < 2; i++)
		containers[i] = (struct fake_container){
		    .aid = {0xA0, 0, 0, 0, 0x79, 1, 0},
		    .object = {1, i},
		    .needs_object = true,
		    .t = BYTES(t),
		    .v = buf_bytes(&v),
		};
	fake_reader_init(&reader, containers, 2);
	cac_io_init(&io);
	io.r = &reader;
	cac_buffers_init(&out);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	buf_clear(&v);
	fake_reader_clear(&reader);
	cac_buffers_clear(&out);
	return 0;
}

static void
assert_reads(void)
{
	assert_int_equal(cac_buffers_read(&io, &path, &out), 0);
	assert_bytes(buf_bytes(&out.t), BYTES(t));
	assert_bytes(buf_bytes(&out.v), buf_bytes(&v));
}

static void
set_fault(struct fake_fault fault)
{
	static struct fake_fault faults[1];

	faults[0] = fault;
	reader.faults = faults;
	reader.fault_count = 1;
}

static void
worked_example(void **state)
{
	(void)state;
	assert_reads();
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
		assert_reads();
	}
}

static void
halve(uint16_t sw)
{
	unsigned exchanges;

	reader.longest = 100;
	reader.too_long_sw = sw;
	assert_reads();
	assert_int_equal(io.chunk, 60);
	exchanges = reader.exchanges;
	reader.exchanges = 0;
	buf_truncate(&reader.log, 0);
	assert_reads();
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
	assert_int_equal(cac_buffers_read(&io, &path, &out), CARD_ERR_STATUS);
	assert_int_equal(io.sw, 0x6A86);
	assert_int_equal(out.v.n, 0);
	/* Twice: the selection might have been lost behind our back. */
	assert_true(reader.exchanges < 32);
	assert_int_equal(io.chunk, 120);
}

static void
proven_length(void **state)
{
	(void)state;
	/* The second full piece of V: as long as the first, so no halving. */
	set_fault((struct fake_fault){
	    .at = 6, .kind = FAKE_STATUS, .stays = true, .sw = 0x6A86});
	assert_int_equal(cac_buffers_read(&io, &path, &out), CARD_ERR_STATUS);
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
		assert_int_equal(cac_buffers_read(&io, &path, &out), 0);
		/* Twice: the card means it. */
		reader.fault_count = 2;
		reader.exchanges = 0;
		fake_reader_reset(&reader);
		assert_int_equal(
		    cac_buffers_read(&io, &path, &out), CARD_ERR_STATUS);
		assert_int_equal(reader.exchanges, 12);
		assert_int_equal(io.sw, sws[i]);
	}
}

static void
short_piece(void **state)
{
	(void)state;
	for (unsigned at = 2; at < 8; at++) {
		set_fault((struct fake_fault){.at = at, .kind = FAKE_SHORT});
		reader.exchanges = 0;
		fake_reader_reset(&reader);
		assert_int_equal(
		    cac_buffers_read(&io, &path, &out), CARD_ERR_DATA);
		assert_int_equal(reader.exchanges, at + 1);
	}
}

static void
over_long(void **state)
{
	struct buf big;

	(void)state;
	sample_der(&big, CAC_BUFFER_MAX, 3);
	containers[0].v = buf_bytes(&big);
	assert_int_equal(cac_buffers_read(&io, &path, &out), 0);
	assert_true(bytes_equal(buf_bytes(&out.v), buf_bytes(&big)));
	buf_append_u8(&big, 0);
	containers[0].v = buf_bytes(&big);
	assert_int_equal(cac_buffers_read(&io, &path, &out), CARD_ERR_DATA);
	assert_int_equal(out.v.n, 0);
	buf_clear(&big);
}

static void
zero(void **state)
{
	(void)state;
	containers[0].t = bytes_of(NULL, 0);
	containers[0].v = bytes_of(NULL, 0);
	assert_int_equal(cac_buffers_read(&io, &path, &out), 0);
	assert_int_equal(out.t.n + out.v.n, 0);
	assert_int_equal(reader.exchanges, 4);
}

static void
cla(void **state)
{
	unsigned exchanges;

	(void)state;
	reader.wrong_cla_sw = 0x6E00;
	reader.cla = 0x00;
	assert_reads();
	assert_int_equal(reader.exchanges, 9);
	exchanges = reader.exchanges;
	assert_reads();
	assert_int_equal(reader.exchanges - exchanges, 6);
}

static void
cla_both_refused(void **state)
{
	(void)state;
	reader.wrong_cla_sw = 0x6E00;
	reader.cla = 0x90;
	assert_int_equal(cac_buffers_read(&io, &path, &out), CARD_ERR_STATUS);
	assert_int_equal(reader.exchanges, 4 + 4);
	assert_int_equal(io.cla, 0x80);
}

static void
select_p2(void **state)
{
	static const uint16_t sws[] = {0x6A86, 0x6D00};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		cac_io_init(&io);
		io.r = &reader;
		reader.no_answer_sw = sws[i];
		assert_int_equal(cac_select(&io, &path), 0);
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
			set_fault((struct fake_fault){
			    .at = at, .kind = FAKE_STATUS, .sw = cases[i].sw});
			reader.exchanges = 0;
			fake_reader_reset(&reader);
			/* Only the applet's absence can be proved. */
			assert_int_equal(cac_select(&io, &path),
			    at == 0 ? cases[i].err : CARD_ERR_STATUS);
			assert_int_equal(reader.exchanges, at + 1);
			/* Nothing of it is taken for selected. */
			assert_int_equal(cac_select(&io, &path), 0);
			assert_int_equal(reader.exchanges, 3);
		}
	}
}

static void
needless_selects(void **state)
{
	struct cac_path second = path, applet = path;

	(void)state;
	second.object[1] = 1;
	applet.has_object = false;
	assert_int_equal(cac_select(&io, &path), 0);
	assert_int_equal(cac_select(&io, &path), 0);
	assert_int_equal(cac_select(&io, &second), 0);
	fake_reader_assert_log(&reader,
	    "00 A4 04 0C 07 A0 00 00 00 79 01 00\n"
	    "00 A4 02 0C 02 01 00\n"
	    "00 A4 02 0C 02 01 01\n");
	assert_int_equal(cac_select(&io, &applet), 0);
	assert_int_equal(cac_select(&io, &applet), 0);
	fake_reader_assert_log(
	    &reader, "00 A4 04 0C 07 A0 00 00 00 79 01 00\n");
	fake_reader_reset(&reader);
	assert_int_equal(cac_select(&io, &applet), 0);
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
			set_fault(
			    (struct fake_fault){.at = at, .kind = kinds[i]});
			reader.exchanges = 0;
			fake_reader_reset(&reader);
			assert_reads();
			assert_int_equal(reader.exchanges, at + 1 + 8);
		}
	}
}

static void
endless_resets(void **state)
{
	(void)state;
	set_fault(
	    (struct fake_fault){.at = 3, .kind = FAKE_RESET, .stays = true});
	assert_int_equal(cac_buffers_read(&io, &path, &out), READER_ERR_RESET);
	assert_int_equal(reader.objects, 1);
	assert_true(reader.exchanges < 50);
}

static void
transport_errors(void **state)
{
	(void)state;
	for (unsigned at = 0; at < 8; at++) {
		set_fault((struct fake_fault){
		    .at = at, .kind = FAKE_FAIL, .err = CCID_ERR_MUTE});
		reader.exchanges = 0;
		fake_reader_reset(&reader);
		assert_int_equal(
		    cac_buffers_read(&io, &path, &out), CCID_ERR_MUTE);
		assert_int_equal(reader.exchanges, at + 1);
		assert_int_equal(io.selection, CAC_SELECTED_NONE);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("buffer: the commands are those of the worked example",
		worked_example, setup, teardown),
	    TEST_WITH("buffer: no piece is longer than the reader's chunk",
		small_reader, setup, teardown),
	    TEST_WITH("buffer: 6A86 halves the piece, and that is remembered",
		halves, setup, teardown),
	    TEST_WITH("buffer: 6A83 halves the piece, and that is remembered",
		halves_6a83, setup, teardown),
	    TEST_WITH("buffer: halving has a lower limit", halving_ends, setup,
		teardown),
	    TEST_WITH("buffer: a length that has worked is not halved",
		proven_length, setup, teardown),
	    TEST_WITH("buffer: any other status word is an error at once",
		other_status, setup, teardown),
	    TEST_WITH("buffer: a piece shorter than asked for is an error",
		short_piece, setup, teardown),
	    TEST_WITH("buffer: a total over the longest is an error", over_long,
		setup, teardown),
	    TEST_WITH("buffer: a total of zero is an empty buffer", zero, setup,
		teardown),
	    TEST_WITH("buffer: on 6E00 the other class is tried and remembered",
		cla, setup, teardown),
	    TEST_WITH("buffer: 6E00 for both classes is an error",
		cla_both_refused, setup, teardown),
	    TEST_WITH("select: on 6A86 and 6D00 P2 00 is tried and remembered",
		select_p2, setup, teardown),
	    TEST_WITH("select: 6A82 and 6A88 to the applet mean not there",
		select_fails, setup, teardown),
	    TEST_WITH("select: nothing is sent for what is still selected",
		needless_selects, setup, teardown),
	    TEST_WITH("recovery: after a reset the whole object is read again",
		resets, setup, teardown),
	    TEST_WITH("recovery: resets without an end are an error",
		endless_resets, setup, teardown),
	    TEST_WITH("recovery: a transport error is passed up at once",
		transport_errors, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
