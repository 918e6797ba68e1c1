/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole card layer against a card whose answers are the input: a status
 * word (or an error), then as many bytes as the command wants, and again from
 * the start when the input is used up.
 */
#include <stdlib.h>

#include "cac/card.h"

/* A listing that needs more has lost its way: 65 objects, several tries. */
#define EXCHANGES_MAX 400000

/* Where a command takes what there is, two bytes of input say how much. */
#define OBJECT_MAX 4096

struct reader {
	struct bytes input;
	struct bytes left;
	unsigned exchanges;
	unsigned epoch;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

unsigned
reader_id(const struct reader *r)
{
	(void)r;
	return 1;
}

unsigned
reader_epoch(const struct reader *r)
{
	return r->epoch;
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

static uint8_t
next(struct reader *r)
{
	uint8_t v = 0;

	if (r->left.n == 0)
		r->left = r->input;
	(void)bytes_take_u8(&r->left, &v);
	return v;
}

err_t
reader_exchange(struct reader *r, const struct apdu_cmd *cmd,
    struct apdu_rsp *rsp, struct deadline until)
{
	static const uint16_t sws[] = {
	    0x9000, 0x6A82, 0x6A86, 0x6A83, 0x6D00, 0x6E00, 0x6F00};
	uint8_t what = next(r);
	unsigned ne = cmd->ne;

	(void)until;
	if (cmd->data.n > APDU_DATA_MAX || ++r->exchanges > EXCHANGES_MAX)
		abort();
	if (what >= 0xFC) {
		r->epoch++;
		return what == 0xFF ? CCID_ERR_MUTE : READER_ERR_RESET;
	}
	rsp->sw = what < 0xF0 ? SW_OK : sws[what % 7];
	if (rsp->sw == SW_OK && cmd->ne > APDU_NE_MAX)
		ne = (unsigned)(next(r) << 8 | next(r)) % OBJECT_MAX;
	for (unsigned i = 0; rsp->sw == SW_OK && i < ne; i++)
		buf_append_u8(rsp->data, next(r));
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = {.input = bytes_of(data, size)};
	struct deadline never = {INT64_MAX};
	struct card *card;
	struct buf der;

	if (card_open(&r, never, &card) != 0)
		return 0;
	buf_init(&der, CARD_CERT_MAX);
	for (size_t i = 0; i < card_container_count(card); i++) {
		buf_truncate(&der, 0);
		if (card_read_certificate(card, i, never, &der) != 0 &&
		    der.n > 0)
			abort();
	}
	buf_clear(&der);
	card_free(&card);
	return 0;
}
