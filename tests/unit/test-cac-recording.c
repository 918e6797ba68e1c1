/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whole listings against what real cards answered. What was taken out of a
 * recording is filled with made-up content of the same length. The recorded
 * host read in other pieces: what it got is put together.
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

static size_t reads;
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

/* What the recorded host read, put together again. */
static struct container {
	uint8_t aid[7];
	struct buf buffers[2]; /* T and V, with their prefixes */
} containers[1 + CERTIFICATES];
static size_t container_count;
static const struct container *selected;

static struct container *
find_container(struct bytes aid)
{
	for (size_t i = 0; i < container_count; i++)
		if (bytes_equal(aid, BYTES(containers[i].aid)))
			return &containers[i];
	return NULL;
}

static struct container *
add_container(struct bytes aid)
{
	struct container *c = find_container(aid);

	if (c != NULL)
		return c;
	assert_true(container_count < COUNT_OF(containers));
	c = &containers[container_count++];
	memcpy(c->aid, aid.p, sizeof(c->aid));
	for (size_t i = 0; i < 2; i++)
		buf_init(&c->buffers[i], SAMPLE_MAX);
	return c;
}

/* The answer of one READ BUFFER, where it belongs. */
static void
put_piece(struct container *c, const uint8_t *p, struct bytes answer)
{
	struct buf *b = &c->buffers[p[5] - 1];
	size_t offset = bytes_be16(p + 2), skip = b->n - offset;
	struct bytes known;

	/* Hosts read things twice, but in order. */
	assert_true(offset <= b->n);
	if (skip < answer.n && bytes_take(&answer, skip, &known))
		buf_append(b, answer);
}

static void
put_together(void)
{
	struct container *c = NULL;

	container_count = 0;
	for (size_t i = 0; i < recording_count; i++) {
		const uint8_t *p = recording_pairs[i].command.p;
		struct bytes answer = buf_bytes(&recording_pairs[i].answer);
		uint16_t sw = bytes_be16(answer.p + answer.n - 2);
		bool good = sw == SW_OK || sw >> 8 == SW1_MORE_DATA;

		if (p[1] == 0xA4 && p[2] == 0x04)
			c = good && p[4] == 7
			    ? add_container(bytes_of(p + 5, 7))
			    : NULL;
		else if (p[1] == 0x52 && c != NULL && good)
			put_piece(c, p, bytes_of(answer.p, answer.n - 2));
	}
}

static uint16_t
select_it(const struct apdu_cmd *cmd)
{
	if (cmd->p1 == 0x02)
		return selected != NULL ? SW_OK : 0x6D00;
	if (find_container(cmd->data) == NULL)
		return 0x6D00;
	selected = find_container(cmd->data);
	return SW_OK;
}

/* 6A86 past what was recorded, which is all there was. */
static uint16_t
read_it(const struct apdu_cmd *cmd, struct buf *out)
{
	struct bytes left, piece;

	reads++;
	if (selected == NULL)
		return 0x6D00;
	left = buf_bytes(&selected->buffers[cmd->data.p[0] - 1]);
	if (!bytes_take(&left, (size_t)(cmd->p1 << 8 | cmd->p2), &piece) ||
	    !bytes_take(&left, cmd->data.p[1], &piece))
		return 0x6A86;
	buf_append(out, piece);
	return SW_OK;
}

err_t
reader_exchange(struct reader *r, const struct apdu_cmd *cmd,
    struct apdu_rsp *rsp, struct deadline until)
{
	(void)r;
	(void)until;
	if (cmd->ins == 0xA4)
		rsp->sw = select_it(cmd);
	else if (cmd->ins == 0x52)
		rsp->sw = read_it(cmd, rsp->data);
	else
		rsp->sw = 0x6D00;
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

	reads = 0;
	make_fill(recording);
	recording_parse(recording->file, buf_bytes(&fill));
	put_together();
	for (size_t i = 0; i < recording_count; i++)
		recorded += recording_pairs[i].command.p[1] == 0x52;
	assert_lists();
	/* With less commands than the recorded host. */
	assert_in_range(reads, 1, recorded - 1);
	recording_clear();
	for (size_t i = 0; i < container_count; i++)
		for (size_t k = 0; k < 2; k++)
			buf_clear(&containers[i].buffers[k]);
	for (size_t i = 0; i < CERTIFICATES; i++)
		buf_clear(&ders[i]);
	buf_clear(&fill);
	selected = NULL;
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
	    TEST("recording: a Gemalto GCX4 CAC is listed from what it gave",
		gemalto),
	    TEST("recording: an Oberthur Cosmo v5.2D CAC, too", oberthur),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
