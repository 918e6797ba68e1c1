/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole card layer against a card whose answers are the input: a status
 * word (or an error), then as many bytes as the command wants, and again from
 * the start when the input is used up. After the certificates the PIN is given
 * and the keys are used.
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
	unsigned memory;
	unsigned pins; /* that the card has looked at, in one call */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t
next(struct reader *r)
{
	uint8_t v = 0;

	if (r->left.n == 0)
		r->left = r->input;
	(void)bytes_take_u8(&r->left, &v);
	return v;
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
	return r->epoch;
}

struct bytes
reader_atr(const struct reader *r)
{
	static const uint8_t atr[] = {0x3B, 0x00};

	(void)r;
	return BYTES(atr);
}

unsigned
reader_memory(const struct reader *r)
{
	return r->memory;
}

err_t
reader_reset_card(struct reader *r, struct deadline until)
{
	(void)until;
	r->epoch++;
	r->memory++;
	return 0;
}

err_t
reader_pin_verify(struct reader *r, const struct pin_entry *e,
    struct deadline until, uint16_t *sw)
{
	(void)e;
	(void)until;
	*sw = (uint16_t)(next(r) << 8 | next(r));
	return 0;
}

err_t
reader_pin_change(struct reader *r, const struct pin_entry *e,
    struct deadline until, uint16_t *sw)
{
	return reader_pin_verify(r, e, until, sw);
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
is_pin(const struct apdu_cmd *cmd)
{
	return (cmd->ins == 0x20 || cmd->ins == 0x24) && cmd->data.n > 0;
}

/* Of commands for PINs and keys. */
static uint16_t
key_status(uint8_t what)
{
	static const uint16_t sws[] = {0x9000, 0x63C2, 0x63C0, 0x6300, 0x6983,
	    0x6982, 0x6985, 0x6984, 0x6A80, 0x6A83, 0x6A86, 0x6A88, 0x6D00,
	    0x6E00, 0x6F00};

	return what < 0x80 ? SW_OK : sws[what % 15];
}

static uint16_t
status(struct reader *r, const struct apdu_cmd *cmd, uint8_t what)
{
	static const uint16_t sws[] = {
	    0x9000, 0x6A82, 0x6A86, 0x6A83, 0x6D00, 0x6E00, 0x6F00};
	uint16_t sw;

	if (cmd->ins != 0x20 && cmd->ins != 0x24 && cmd->ins != 0x42 &&
	    cmd->ins != 0x87)
		return what < 0xF0 ? SW_OK : sws[what % 7];
	sw = key_status(what);
	if (is_pin(cmd) && sw != 0x6A86 && sw != 0x6D00 && sw != 0x6E00)
		r->pins++;
	return sw;
}

err_t
reader_exchange(struct reader *r, const struct apdu_cmd *cmd,
    struct apdu_rsp *rsp, struct deadline until)
{
	uint8_t what = next(r);
	unsigned ne = cmd->ne;

	(void)until;
	if ((cmd->data.n > APDU_DATA_MAX && cmd->ins != 0x87) ||
	    ++r->exchanges > EXCHANGES_MAX)
		abort();
	if (what >= 0xFC) {
		r->epoch++;
		r->memory++;
		r->pins += is_pin(cmd);
		return what == 0xFF ? CCID_ERR_MUTE : READER_ERR_RESET;
	}
	rsp->sw = status(r, cmd, what);
	if (rsp->sw == SW_OK && cmd->ne > APDU_NE_MAX)
		ne = (unsigned)(next(r) << 8 | next(r)) %
		    (cmd->ne < OBJECT_MAX ? cmd->ne : OBJECT_MAX);
	for (unsigned i = 0; rsp->sw == SW_OK && i < ne; i++)
		buf_append_u8(rsp->data, next(r));
	return 0;
}

/* At most one PIN for one call, whatever the card says. */
static void
check_pins(struct reader *r, unsigned most)
{
	if (r->pins > most)
		abort();
	r->pins = 0;
}

static void
use_key(struct reader *r, struct card *card, size_t index, bool ec)
{
	static const uint8_t in[256] = {0};
	const struct bytes pin = bytes_of("123456", 6);
	const struct card_op op = {ec ? CARD_OP_ECDSA : CARD_OP_RSA,
	    ec ? 256 : 2048, bytes_of(in, ec ? 32 : 256)};
	struct deadline never = {INT64_MAX};
	struct buf out;
	err_t err;

	buf_init(&out, 512);
	err = card_private(card, index, &op, pin, never, &out);
	check_pins(r, 1);
	if (out.n != (err == 0 ? (ec ? 64u : 256u) : 0))
		abort();
	buf_truncate(&out, 0);
	(void)!card_private(card, index, &op, bytes_of(NULL, 0), never, &out);
	check_pins(r, 0);
	buf_clear(&out);
}

static void
use_keys(struct reader *r, struct card *card)
{
	const struct bytes pin = bytes_of("123456", 6);
	struct deadline never = {INT64_MAX};

	(void)!card_login(card, 0, pin, never);
	check_pins(r, 1);
	for (size_t i = 0; i < card_container_count(card); i++) {
		use_key(r, card, i, false);
		use_key(r, card, i, true);
	}
	(void)!card_ask_pin_tries(card, never);
	check_pins(r, 0);
	(void)!card_change_pin(card, pin, pin, never);
	check_pins(r, 1);
	(void)!card_logout(card, never);
}

static void
read_data(struct reader *r, struct card *card)
{
	struct deadline never = {INT64_MAX};
	struct buf out;

	buf_init(&out, 65536);
	(void)!card_find_data(card, never);
	for (size_t i = 0; i < card_data_count(card); i++) {
		buf_truncate(&out, 0);
		if (card_read_data(
			card, i, bytes_of("123456", 6), never, &out) != 0 &&
		    out.n > 0)
			abort();
		check_pins(r, 1);
	}
	buf_clear(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = {.input = bytes_of(data, size)};
	struct deadline never = {INT64_MAX};
	struct card *card;
	struct buf der;

	(void)setenv("CAC_PKCS11_CACHE", "off", 1);
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
	read_data(&r, card);
	use_keys(&r, card);
	card_free(&card);
	return 0;
}
