/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/apdu.h"

err_t
apdu_check(const struct apdu_cmd *cmd)
{
	uint8_t high = cmd->ins & 0xF0;

	/* FF would start a PPS; INS 6X and 9X look like status words. */
	if (cmd->cla == 0xFF || high == 0x60 || high == 0x90 ||
	    cmd->data.n > APDU_CHAINED_MAX || cmd->ne > APDU_NE_ALL ||
	    (cmd->data.n > APDU_DATA_MAX && (cmd->cla & CLA_CHAINING)))
		return READER_ERR_COMMAND;
	return 0;
}

static void
append_header(const struct apdu_cmd *cmd, struct buf *out)
{
	uint8_t header[4] = {cmd->cla, cmd->ins, cmd->p1, cmd->p2};

	buf_append(out, BYTES(header));
}

void
apdu_to_t0(const struct apdu_cmd *cmd, unsigned ne, struct buf *tpdu)
{
	append_header(cmd, tpdu);
	/* P3 00 is 256 bytes to come, or none at all: the card knows which. */
	buf_append_u8(tpdu, (uint8_t)(cmd->data.n > 0 ? cmd->data.n : ne));
	buf_append(tpdu, cmd->data);
}

void
apdu_to_short(const struct apdu_cmd *cmd, unsigned ne, struct buf *apdu)
{
	append_header(cmd, apdu);
	if (cmd->data.n > 0)
		buf_append_u8(apdu, (uint8_t)cmd->data.n);
	buf_append(apdu, cmd->data);
	if (ne > 0)
		buf_append_u8(apdu, (uint8_t)ne);
}

static void
append_be16(struct buf *out, size_t v)
{
	buf_append_u8(out, (uint8_t)(v >> 8));
	buf_append_u8(out, (uint8_t)v);
}

void
apdu_to_extended(const struct apdu_cmd *cmd, unsigned ne, struct buf *apdu)
{
	append_header(cmd, apdu);
	if (cmd->data.n > 0 || ne > 0)
		buf_append_u8(apdu, 0);
	if (cmd->data.n > 0)
		append_be16(apdu, cmd->data.n);
	buf_append(apdu, cmd->data);
	if (ne > 0)
		append_be16(apdu, ne);
}
