/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-io.h"
#include "cac/card.h"
#include "cac/iso7816.h"
#include "cac/piv-spec.h"

/* All that READ BUFFER can ask for; cards that take less are learned. */
#define CHUNK_START 255

/* As most middleware: PRIVATE SIGN/DECRYPT takes as much in one block. */
#define PART_START 240

void
cac_io_init(struct cac_io *io)
{
	*io = (struct cac_io){
	    .select_p2 = SELECT_NO_ANSWER,
	    .cla = GSCIS_CLA,
	    .chunk = CHUNK_START,
	    .part = PART_START,
	};
	for (unsigned i = 0; i < CAC_TWINS; i++)
		buf_init(&io->twins[i], CARD_CERT_MAX);
}

void
cac_io_clear(struct cac_io *io)
{
	for (unsigned i = 0; i < CAC_TWINS; i++)
		buf_clear(&io->twins[i]);
}

bool
cac_io_has_twins(const struct cac_io *io)
{
	for (unsigned i = 0; i < CAC_TWINS; i++)
		if (io->twins[i].n > 0)
			return true;
	return false;
}

void
cac_io_resume(struct cac_io *io)
{
	if (io->memory == reader_memory(io->r))
		io->epoch = reader_epoch(io->r);
	else
		io->selection = CAC_SELECTED_NONE;
}

void
cac_io_selecting(struct cac_io *io)
{
	io->selection = CAC_SELECTED_NONE;
	io->epoch = reader_epoch(io->r);
	io->memory = reader_memory(io->r);
	io->selects++;
}

bool
cac_not_here(uint16_t sw)
{
	unsigned sw1 = SW1(sw);

	return sw1 == SW1_PARAMETERS || sw1 == SW1_INS_UNKNOWN ||
	    sw1 == SW1_CLA_UNKNOWN;
}

err_t
cac_judge_use(uint16_t sw)
{
	switch (sw) {
	case SW_OK:
		return 0;
	case SW_NOT_SATISFIED:
	case SW_CONDITIONS:
		return CARD_ERR_NOT_VERIFIED;
	case SW_NOT_USABLE:
	case SW_WRONG_DATA:
	case SW_WRONG_LENGTH:
		return CARD_ERR_INPUT;
	default:
		return cac_not_here(sw) ? CARD_ERR_NO_KEY : CARD_ERR_STATUS;
	}
}

static err_t
transmit(struct cac_io *io, const struct apdu_cmd *cmd, struct buf *rsp)
{
	struct apdu_rsp answer = {.data = rsp};
	err_t err = reader_exchange(io->r, cmd, &answer, io->until);

	io->commands++;
	/* Nobody knows which applet gave an answer around a reset. */
	if (err == 0 && reader_epoch(io->r) != io->epoch)
		err = READER_ERR_RESET;
	io->sw = answer.sw;
	io->left = err == 0 && answer.more;
	return err;
}

/*
 * GET RESPONSE to the end; its one repetition would miss a piece. A card that
 * has lost the chain is as good as one that has given it.
 */
static err_t
drain(struct cac_io *io)
{
	struct apdu_cmd cmd = {
	    .cla = CLA_ISO,
	    .ins = INS_GET_RESPONSE,
	    .ne = APDU_NE_ALL,
	    .replay = APDU_NEVER_REPLAY,
	    .secret = APDU_PUBLIC,
	};
	struct buf rest;
	err_t err;

	buf_init(&rest, APDU_NE_ALL);
	err = transmit(io, &cmd, &rest);
	buf_clear(&rest);
	return err;
}

/* OpenFIPS201 says 6883, others 6F00. */
static bool
is_mid_chain(uint16_t sw)
{
	return sw == SW_CHAIN_UNFINISHED || sw == SW_NO_DIAGNOSIS;
}

/* The card insists. On an error whatever was read is to be read anew. */
static err_t
end_chain(struct cac_io *io)
{
	uint16_t refusal = io->sw;
	err_t err = drain(io);

	trace_text(reader_id(io->r), TRACE_CARD, '-',
	    "the card insists on its answer's end");
	io->no_parts = true;
	io->sw = refusal;
	return err == 0 ? 0 : READER_ERR_RESET;
}

err_t
cac_exchange(struct cac_io *io, const struct apdu_cmd *cmd, struct buf *rsp)
{
	size_t before = rsp != NULL ? rsp->n : 0;
	bool left = io->left;
	err_t err = 0;

	if (left && cmd->replay == APDU_NEVER_REPLAY)
		err = cac_io_settle(io);
	left = left && cmd->replay == APDU_REPLAY_OK;
	if (err == 0)
		err = transmit(io, cmd, rsp);
	if (err == 0 && left && is_mid_chain(io->sw)) {
		if (rsp != NULL)
			buf_truncate(rsp, before);
		err = end_chain(io);
		if (err == 0 && !cmd->partial)
			err = transmit(io, cmd, rsp);
	}
	if (err != 0) {
		io->selection = CAC_SELECTED_NONE;
		if (rsp != NULL)
			buf_truncate(rsp, before);
	}
	return err;
}

err_t
cac_get_data(struct cac_io *io, uint32_t tag, unsigned ne, struct buf *rsp)
{
	uint8_t data[5] = {PIV_TAG_LIST, 3, (uint8_t)(tag >> 16),
	    (uint8_t)(tag >> 8), (uint8_t)tag};
	struct apdu_cmd cmd = {
	    .cla = CLA_ISO,
	    .ins = PIV_INS_GET_DATA,
	    .p1 = PIV_GET_DATA_P1,
	    .p2 = PIV_GET_DATA_P2,
	    .data = BYTES(data),
	    .ne = ne,
	    .partial = ne < APDU_NE_ALL,
	    .replay = APDU_REPLAY_OK,
	    .secret = APDU_PUBLIC,
	};

	if (tag <= 0xFF) {
		data[1] = 1;
		data[2] = (uint8_t)tag;
		cmd.data.n = 3;
	}
	return cac_exchange(io, &cmd, rsp);
}

err_t
cac_io_settle(struct cac_io *io)
{
	struct buf answer;
	err_t err;

	if (!io->left)
		return 0;
	buf_init(&answer, APDU_NE_ALL);
	err = cac_get_data(io, PIV_DISCOVERY, APDU_NE_ALL, &answer);
	buf_clear(&answer);
	return err;
}

/*
 * Cards of CAC v1 say 63XX where others say 61XX: there is an answer of XX
 * bytes, which nobody needs. It is no such thing on a card that has said no in
 * the same way, or in none yet.
 */
static bool
is_yes(const struct cac_io *io, uint8_t p1)
{
	return p1 == SELECT_BY_NAME && io->says_no &&
	    SW1(io->sw) == SW1_MORE_CERTIFICATE && (io->sw & 0xFF) != 0 &&
	    (io->sw & 0xF0) != 0xC0;
}

static err_t
send_select(struct cac_io *io, uint8_t p1, struct bytes name)
{
	struct apdu_cmd cmd = {
	    .cla = CLA_ISO,
	    .ins = INS_SELECT,
	    .p1 = p1,
	    .p2 = io->select_p2,
	    .data = name,
	    .replay = APDU_REPLAY_OK,
	    .secret = APDU_PUBLIC,
	};
	err_t err = cac_exchange(io, &cmd, NULL);

	if (err == 0 && cmd.p2 != SELECT_FCI &&
	    !(io->p2_proven && p1 == SELECT_BY_NAME) &&
	    (io->sw == SW_WRONG_P1_P2 || io->sw == SW_INS_UNKNOWN)) {
		/* All cards take it; when one refuses, it was not P2. */
		cmd.p2 = SELECT_FCI;
		err = cac_exchange(io, &cmd, NULL);
		if (err == 0)
			io->select_p2 = SELECT_FCI;
	}
	if (err == 0 && io->sw == SW_OK)
		io->p2_proven = true;
	if (err != 0 || io->sw == SW_OK || is_yes(io, p1))
		return err;
	if (p1 == SELECT_BY_NAME && SW1(io->sw) != SW1_MORE_CERTIFICATE)
		io->says_no = true;
	if (io->sw == SW_FILE_NOT_FOUND || io->sw == SW_REFERENCE_NOT_FOUND)
		return CARD_ERR_NOT_FOUND;
	return CARD_ERR_STATUS;
}

bool
cac_path_equal(const struct cac_path *a, const struct cac_path *b)
{
	return bytes_equal(BYTES(a->aid), BYTES(b->aid)) &&
	    a->has_object == b->has_object &&
	    (!a->has_object || bytes_equal(BYTES(a->object), BYTES(b->object)));
}

static bool
applet_selected(const struct cac_io *io, const struct cac_path *path)
{
	return (io->selection == CAC_SELECTED_APPLET ||
		   io->selection == CAC_SELECTED_ALL) &&
	    io->epoch == reader_epoch(io->r) &&
	    bytes_equal(BYTES(io->selected.aid), BYTES(path->aid));
}

static bool
all_selected(const struct cac_io *io, const struct cac_path *path)
{
	if (!applet_selected(io, path))
		return false;
	if (!path->has_object)
		return io->selection == CAC_SELECTED_APPLET;
	return io->selection == CAC_SELECTED_ALL &&
	    bytes_equal(BYTES(io->selected.object), BYTES(path->object));
}

err_t
cac_select(struct cac_io *io, const struct cac_path *path)
{
	err_t err = 0;

	if (all_selected(io, path))
		return 0;
	if (!path->has_object || !applet_selected(io, path)) {
		cac_io_selecting(io);
		err = send_select(io, SELECT_BY_NAME, BYTES(path->aid));
		if (err != 0)
			return err;
		io->selection = CAC_SELECTED_APPLET;
		io->found = true;
		memcpy(io->selected.aid, path->aid, sizeof(path->aid));
	}
	if (path->has_object) {
		io->selects++;
		err = send_select(io, SELECT_EF, BYTES(path->object));
		/*
		 * Proves nothing: a reset behind our back selects another
		 * applet. Cards empty a container and keep its object.
		 */
		if (err == CARD_ERR_NOT_FOUND)
			err = CARD_ERR_STATUS;
		if (err != 0)
			return err;
		io->selection = CAC_SELECTED_ALL;
	}
	io->selected = *path;
	return 0;
}

err_t
cac_select_applet(struct cac_io *io, const struct cac_path *path)
{
	struct cac_path applet = *path;

	if (applet_selected(io, path))
		return 0;
	applet.has_object = false;
	return cac_select(io, &applet);
}

err_t
cac_try_select(struct cac_io *io, const struct cac_path *path)
{
	bool doubted = !io->found;
	err_t err = READER_ERR_RESET;

	reader_new_object(io->r);
	for (unsigned n = 0; n < CAC_RESTARTS_MAX; n++) {
		err = cac_select(io, path);
		if (err == CARD_ERR_STATUS && !doubted && !cac_not_here(io->sw))
			doubted = true;
		else if (err != READER_ERR_RESET)
			break;
	}
	if (err != CARD_ERR_STATUS)
		return err;
	if (!io->found && !cac_not_here(io->sw))
		io->unusual = true;
	return CARD_ERR_NOT_FOUND;
}
