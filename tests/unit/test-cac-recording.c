/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whole listings against what real cards answered. What was taken out of a
 * recording is filled with made-up content of the same length. The recorded
 * host asked for more than we do: what we do not ask for is passed over.
 */
#include "cac/card.h"
#include "tests/unit/cac-samples.h"
#include "tests/unit/recording.h"
#include "tests/unit/unit.h"

#define CERTIFICATES 3

/* A PIN and a signature's data, at most. */
#define REST 300

/* By how much a stored zlib stream is longer than its data. */
#define STORED_OVERHEAD 11

/* MSCUID and check code, behind the certificate. */
#define BEHIND 39

struct recording {
	const char *file;
	size_t lengths[CERTIFICATES]; /* as the recorded T-buffers name them */
};

static size_t next_pair, reads;
static struct buf ders[CERTIFICATES];
static struct buf fill; /* what was taken out, in order */

static void
make_fill(const struct recording *recording)
{
	static const uint8_t zeros[REST];
	struct buf packed;

	buf_init(&fill, SAMPLE_MAX);
	for (uint8_t i = 1; i <= 14; i++)
		buf_append_u8(&fill, i);
	for (size_t i = 0; i < CERTIFICATES; i++) {
		size_t n = recording->lengths[i];

		sample_der(&ders[i], n - STORED_OVERHEAD, (unsigned)i);
		sample_pack(&packed, buf_bytes(&ders[i]), 15);
		assert_int_equal(packed.n, n);
		assert_bytes(bytes_of(packed.p, 2), HEX("78 9C"));
		buf_append(&fill, bytes_of(packed.p + 2, packed.n - 2));
		buf_append(&fill, bytes_of(zeros, BEHIND));
		buf_clear(&packed);
	}
	/* A PIN and a signature's data. */
	buf_append(&fill, BYTES(zeros));
}

unsigned
reader_id(const struct reader *r)
{
	(void)r;
	return 1;
}

unsigned
reader_epoch(const struct reader *r)
{
	(void)r;
	return 1;
}

unsigned
reader_chunk(const struct reader *r)
{
	(void)r;
	return 256;
}

void
reader_new_object(struct reader *r)
{
	(void)r;
}

static bool
is_read(const struct recording_pair *pair)
{
	return pair->command.p[1] == 0x52;
}

/* Class of READ BUFFER and P2 of SELECT are habits: cards take several. */
static bool
same_command(const struct apdu_cmd *cmd, const struct recording_pair *pair)
{
	const uint8_t *p = pair->command.p;
	bool select = cmd->ins == 0xA4;

	return cmd->ins == p[1] && cmd->p1 == p[2] &&
	    (select || cmd->p2 == p[3]) && cmd->data.n == p[4] &&
	    bytes_equal(cmd->data, bytes_of(p + 5, pair->command.n - 5));
}

err_t
reader_exchange(struct reader *r, const struct apdu_cmd *cmd,
    struct apdu_rsp *rsp, struct deadline until)
{
	const struct recording_pair *pair;
	struct buf answer;

	(void)r;
	(void)until;
	/* As these cards answered, before the recorded host came to the CCC. */
	if (cmd->ins == 0xA4 && cmd->data.n == 9) {
		rsp->sw = 0x6D00;
		return 0;
	}
	while (next_pair < recording_count &&
	    !same_command(cmd, &recording_pairs[next_pair]))
		next_pair++;
	assert_true(next_pair < recording_count);
	pair = &recording_pairs[next_pair++];
	reads += is_read(pair);
	answer = pair->answer;
	assert_true(answer.n >= 2);
	rsp->sw = SW_OK;
	if (cmd->ne > 0) {
		rsp->sw = bytes_be16(answer.p + answer.n - 2);
		buf_append(rsp->data, bytes_of(answer.p, answer.n - 2));
	}
	return 0;
}

static void
assert_lists(void)
{
	static const struct deadline never = {INT64_MAX};
	struct reader reader = {0};
	struct card *card;
	struct buf der;

	assert_int_equal(card_open(&reader, never, &card), 0);
	assert_string_equal(card_serial(card), "0102030405060708090a0b0c0d0e");
	assert_int_equal(card_container_count(card), CERTIFICATES);
	buf_init(&der, CARD_CERT_MAX);
	for (size_t i = 0; i < CERTIFICATES; i++) {
		assert_int_equal(
		    card_read_certificate(card, i, never, &der), 0);
		assert_bytes(buf_bytes(&der), buf_bytes(&ders[i]));
		buf_truncate(&der, 0);
	}
	buf_clear(&der);
	card_free(&card);
}

static void
replay(const struct recording *recording)
{
	size_t recorded = 0;

	next_pair = reads = 0;
	make_fill(recording);
	recording_parse(recording->file, buf_bytes(&fill));
	for (size_t i = 0; i < recording_count; i++)
		recorded += is_read(&recording_pairs[i]);
	assert_lists();
	assert_true(recorded > 0);
	assert_int_equal(reads, recorded);
	recording_clear();
	for (size_t i = 0; i < CERTIFICATES; i++)
		buf_clear(&ders[i]);
	buf_clear(&fill);
}

static void
gemalto(void **state)
{
	(void)state;
	replay(&(struct recording){
	    "gemalto-gcx4-cac.txt", {0x035D, 0x03B2, 0x0385}});
}

static void
oberthur(void **state)
{
	(void)state;
	replay(&(struct recording){
	    "oberthur-cosmo52-cac.txt", {0x034D, 0x039F, 0x0371}});
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("recording: a Gemalto GCX4 CAC is listed read by read",
		gemalto),
	    TEST("recording: an Oberthur Cosmo v5.2D CAC, too", oberthur),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
