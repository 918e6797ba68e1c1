/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/t0.h"

#define HEADER_LENGTH 5

/* A 5-byte TPDU lets the card send up to P3 bytes, 00 meaning 256. */
static size_t
most_data(struct bytes tpdu)
{
	if (tpdu.n > HEADER_LENGTH)
		return 0;
	return tpdu.p[4] == 0 ? 256 : tpdu.p[4];
}

static err_t
take_answer(struct bytes in, size_t most, struct buf *data, uint16_t *sw)
{
	struct bytes body;

	if (in.n < 2 || !bytes_take(&in, in.n - 2, &body) || body.n > most)
		return READER_ERR_TPDU;
	*sw = bytes_be16(in.p);
	if ((in.p[0] & 0xF0) != 0x60 && (in.p[0] & 0xF0) != 0x90)
		return READER_ERR_TPDU;
	if (in.p[0] == 0x60)
		return READER_ERR_TPDU;
	if (data == NULL)
		return body.n == 0 ? 0 : READER_ERR_TPDU;
	buf_append(data, body);
	return buf_err(data) != 0 ? READER_ERR_TOO_LONG : 0;
}

err_t
t0_transmit(struct ccid_slot *s, struct t0_tpdu tpdu, struct deadline until,
    struct buf *data, uint16_t *sw)
{
	struct ccid_command cmd = {.type = PC_to_RDR_XfrBlock,
	    .data = tpdu.bytes,
	    .secret = tpdu.secret,
	    .answer = tpdu.secret_answer ? CCID_ANSWER_SECRET_BODY
					 : CCID_ANSWER_PUBLIC};
	struct ccid_wait wait = {s->wait_ms, until};
	struct ccid_answer answer;
	size_t most = most_data(tpdu.bytes);
	err_t err;

	trace_bytes(s->id, TRACE_TPDU, '>', NULL, tpdu.bytes, tpdu.secret);
	err = ccid_transceive(s, &cmd, CCID_EXPECT(most + 2), wait, &answer);
	if (err != 0)
		return err;
	trace_bytes(s->id, TRACE_TPDU, '<', NULL, answer.data,
	    tpdu.secret_answer && answer.data.n > 2
		? (struct secret_range){0, answer.data.n - 2}
		: SECRET_NONE);
	return take_answer(answer.data, most, data, sw);
}
