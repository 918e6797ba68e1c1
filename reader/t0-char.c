/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/t0-char.h"

#define HEADER_LENGTH 5
#define NULL_BYTE     0x60
/* 256 single data characters, each with its procedure byte; and NULLs. */
#define STEPS_MAX 2000

struct talk {
	struct ccid_slot *slot;
	struct deadline until;
	const struct t0_tpdu *tpdu;
	uint8_t ins;
	struct bytes left; /* data for the card */
	size_t wanted;	   /* data from the card */
	struct buf *data;
	struct bytes got; /* borrowed until the next step */
};

/* Send some characters of the TPDU and take n from the card. */
static err_t
move(struct talk *k, struct bytes out, size_t n)
{
	size_t at = out.n > 0 ? (size_t)(out.p - k->tpdu->bytes.p) : 0;
	struct secret_range secret = k->tpdu->secret;
	struct ccid_command cmd = {.type = PC_to_RDR_XfrBlock,
	    .specific = {0, (uint8_t)n, (uint8_t)(n >> 8)},
	    .data = out,
	    .answer = k->tpdu->secret_answer ? CCID_ANSWER_SECRET
					     : CCID_ANSWER_PUBLIC};
	struct ccid_wait wait = {k->slot->wait_ms, k->until};
	struct ccid_answer answer;
	err_t err;

	if (secret.n > 0 && at + out.n > secret.from)
		cmd.secret = SECRET_ALL;
	err = ccid_transceive(k->slot, &cmd, CCID_EXPECT(n), wait, &answer);
	if (err != 0)
		return err;
	k->got = answer.data;
	return answer.data.n == n ? 0 : READER_ERR_TPDU;
}

static err_t
next_procedure_byte(struct talk *k, struct bytes out)
{
	return move(k, out, 1);
}

static struct bytes
nothing(void)
{
	return bytes_of(NULL, 0);
}

/* ACK for all that is left: to the card, or from it with SW1 SW2. */
static err_t
move_all(struct talk *k, bool *done, uint16_t *sw)
{
	struct bytes all = k->left, body, sw_bytes;
	err_t err;

	if (all.n > 0) {
		k->left = nothing();
		return next_procedure_byte(k, all);
	}
	err = move(k, nothing(), k->wanted + 2);
	if (err != 0)
		return err;
	sw_bytes = k->got;
	if (!bytes_take(&sw_bytes, k->wanted, &body))
		return READER_ERR_TPDU;
	buf_append(k->data, body);
	*sw = bytes_be16(sw_bytes.p);
	*done = true;
	return buf_err(k->data) != 0 ? READER_ERR_TOO_LONG : 0;
}

/* ACK for one character. */
static err_t
move_one(struct talk *k)
{
	struct bytes one;
	err_t err;

	if (k->left.n > 0) {
		(void)bytes_take(&k->left, 1, &one);
		return next_procedure_byte(k, one);
	}
	if (k->wanted == 0)
		return CCID_ERR_PROCEDURE;
	err = move(k, nothing(), 1);
	if (err != 0)
		return err;
	buf_append(k->data, k->got);
	k->wanted--;
	return next_procedure_byte(k, nothing());
}

static err_t
take_status(struct talk *k, uint8_t sw1, bool *done, uint16_t *sw)
{
	err_t err = move(k, nothing(), 1);

	if (err == 0)
		*sw = (uint16_t)(sw1 << 8 | k->got.p[0]);
	*done = err == 0;
	return err;
}

static err_t
step(struct talk *k, bool *done, uint16_t *sw)
{
	uint8_t byte = k->got.p[0];

	if (byte == NULL_BYTE)
		return next_procedure_byte(k, nothing());
	if ((byte & 0xF0) == 0x60 || (byte & 0xF0) == 0x90)
		return take_status(k, byte, done, sw);
	/* Older cards set the low bit to ask for Vpp. */
	if ((byte | 1) == (k->ins | 1))
		return move_all(k, done, sw);
	if ((byte | 1) == ((uint8_t)~k->ins | 1))
		return move_one(k);
	return CCID_ERR_PROCEDURE;
}

err_t
t0_char_transmit(struct ccid_slot *s, struct t0_tpdu tpdu,
    struct deadline until, struct buf *data, uint16_t *sw)
{
	struct buf none = {.failed = false};
	struct talk k = {.slot = s,
	    .until = until,
	    .tpdu = &tpdu,
	    .left = tpdu.bytes,
	    .data = data != NULL ? data : &none};
	struct bytes header;
	bool done = false;
	err_t err;

	if (!bytes_take(&k.left, HEADER_LENGTH, &header))
		return READER_ERR_COMMAND;
	k.ins = header.p[1];
	if (k.left.n == 0)
		k.wanted = header.p[4] == 0 ? 256 : header.p[4];
	trace_bytes(s->id, TRACE_TPDU, '>', NULL, tpdu.bytes, tpdu.secret);
	err = next_procedure_byte(&k, header);
	for (unsigned i = 0; err == 0 && !done; i++)
		err = i < STEPS_MAX ? step(&k, &done, sw) : READER_ERR_CHAIN;
	if (err == 0)
		trace_text(
		    s->id, TRACE_TPDU, '<', "%02X %02X", *sw >> 8, *sw & 0xFF);
	return err;
}
