/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/exchange.h"

#define CHAIN_MAX 1100 /* 64 KiB in pieces of 40h bytes, and some 6CXX */

#define SW_WRONG_LENGTH 0x6700
#define SW_WRONG_CLASS	0x6E00

/* One APDU on its way through several exchanges. */
struct chain {
	struct link *link;
	const struct apdu_cmd *cmd;
	unsigned chunk;
	struct deadline until;
	struct buf *data;
	uint16_t sw;
};

static uint8_t
sw1(const struct chain *c)
{
	return (uint8_t)(c->sw >> 8);
}

/* SW2 counts bytes; 00 stands for 256, or for more than that. */
static unsigned
sw2_count(const struct chain *c)
{
	return (c->sw & 0xFF) == 0 ? APDU_NE_MAX : c->sw & 0xFF;
}

static err_t
transmit(struct chain *c, const struct apdu_cmd *cmd, unsigned ne)
{
	return link_transmit(c->link, cmd, ne, c->until, c->data, &c->sw);
}

/* 6CXX: nothing was done; the same again with the length the card wants. */
static err_t
transmit_fitting(struct chain *c, const struct apdu_cmd *cmd, unsigned ne)
{
	err_t err = transmit(c, cmd, ne);

	if (err == 0 && ne > 0 && sw1(c) == SW1_WRONG_LE)
		err = transmit(c, cmd, sw2_count(c));
	return err;
}

/*
 * All parts of a long command but the last, which *last becomes. A card that
 * does not want them says so by its status word, and none follows then.
 */
static err_t
leading_parts(struct chain *c, struct apdu_cmd *last)
{
	size_t most = link_part(c->link);
	struct apdu_cmd part = *last;
	err_t err = 0;

	c->sw = SW_OK;
	part.cla |= CLA_CHAINING;
	if (last->data.n <= APDU_DATA_MAX)
		return 0;
	while (err == 0 && c->sw == SW_OK && last->data.n > most) {
		(void)bytes_take(&last->data, most, &part.data);
		err = transmit(c, &part, 0);
	}
	return err;
}

/*
 * Whether to send it whole, with extended lengths. A long answer alone is not
 * worth it for what runs only once: a refusal could not be made up for. Nor
 * is it where smaller answers are called for.
 */
static bool
goes_whole(const struct chain *c)
{
	if (!c->link->extended)
		return false;
	return c->cmd->data.n > APDU_DATA_MAX ||
	    (c->cmd->ne > APDU_NE_MAX && c->cmd->replay == APDU_REPLAY_OK &&
		c->chunk == APDU_NE_MAX);
}

/* *done: no need to send it in pieces, or no right to. */
static err_t
whole(struct chain *c, bool *done)
{
	err_t err = transmit(c, c->cmd, c->cmd->ne);

	*done =
	    err != 0 || (c->sw != SW_WRONG_LENGTH && sw1(c) != SW1_WRONG_LE);
	if (*done)
		return err;
	link_give_up_extended(c->link);
	*done = c->cmd->replay == APDU_NEVER_REPLAY;
	return 0;
}

static err_t
first(struct chain *c)
{
	unsigned ne = c->cmd->ne < APDU_NE_MAX ? c->cmd->ne : APDU_NE_MAX;
	struct apdu_cmd last = *c->cmd;
	bool done = false;
	err_t err = 0;

	if (goes_whole(c))
		err = whole(c, &done);
	if (err != 0 || done)
		return err;
	err = leading_parts(c, &last);
	if (err != 0 || c->sw != SW_OK)
		return err;
	err = transmit_fitting(c, &last, ne);
	/* Some cards want Le 00 for "all you have". */
	if (err == 0 && c->sw == SW_WRONG_LENGTH && last.data.n == 0 &&
	    ne > 0 && ne < APDU_NE_MAX)
		err = transmit_fitting(c, &last, APDU_NE_MAX);
	return err;
}

/*
 * Class 00: CAC and PIV cards take it whatever the class of the command was,
 * and some know no other.
 */
static err_t
get_response(struct chain *c, unsigned n)
{
	struct apdu_cmd cmd = {
	    .ins = INS_GET_RESPONSE, .secret = c->cmd->secret};
	err_t err = transmit_fitting(c, &cmd, n);

	if (err == 0 && c->sw == SW_WRONG_CLASS && c->cmd->cla != 0) {
		cmd.cla = (uint8_t)(c->cmd->cla & ~CLA_CHAINING);
		err = transmit_fitting(c, &cmd, n);
	}
	return err;
}

/* Bytes of the answer that are still to come. */
static unsigned
wanted(const struct chain *c, size_t start)
{
	size_t n = c->data->n - start;

	return n < c->cmd->ne ? c->cmd->ne - (unsigned)n : 0;
}

static err_t
follow(struct chain *c, size_t start)
{
	for (unsigned i = 0; sw1(c) == SW1_MORE_DATA; i++) {
		unsigned n = sw2_count(c);
		size_t before = c->data->n;
		err_t err;

		if (i == CHAIN_MAX)
			return READER_ERR_CHAIN;
		if (n > c->chunk)
			n = c->chunk;
		if (c->cmd->partial && n > wanted(c, start))
			n = wanted(c, start);
		if (n == 0)
			break;
		err = get_response(c, link_fitting(c->link, n));
		if (err != 0)
			return err;
		if (sw1(c) == SW1_MORE_DATA && c->data->n == before)
			return READER_ERR_CHAIN;
		if (c->data->n - start > c->cmd->ne)
			break;
	}
	return 0;
}

/* What came is enough, and what did not come may stay where it is. */
static void
end_partial(struct chain *c, size_t start, struct apdu_rsp *rsp)
{
	size_t n = c->data->n - start;

	rsp->more = sw1(c) == SW1_MORE_DATA;
	if (rsp->more)
		c->sw = SW_OK;
	if (n > c->cmd->ne)
		buf_truncate(c->data, start + c->cmd->ne);
}

err_t
exchange(struct link *l, const struct apdu_cmd *cmd, unsigned chunk,
    struct deadline until, struct apdu_rsp *rsp)
{
	struct chain c = {.link = l,
	    .cmd = cmd,
	    .chunk = chunk,
	    .until = until,
	    .data = rsp->data};
	size_t start = rsp->data != NULL ? rsp->data->n : 0;
	err_t err = first(&c);

	if (err == 0 && sw1(&c) == SW1_MORE_DATA) {
		/* What nobody wants the card may keep. */
		if (cmd->ne == 0)
			c.sw = SW_OK;
		else
			err = follow(&c, start);
	}
	rsp->more = false;
	if (err == 0 && cmd->partial)
		end_partial(&c, start, rsp);
	if (err == 0 && cmd->ne > 0 && sw1(&c) == SW1_WRONG_LE)
		err = READER_ERR_CHAIN;
	if (err == 0 && c.data != NULL && c.data->n - start > cmd->ne)
		err = READER_ERR_TOO_LONG;
	rsp->sw = c.sw;
	return err;
}
