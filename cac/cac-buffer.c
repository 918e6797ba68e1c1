/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-buffer.h"
#include "cac/card.h"
#include "cac/iso7816.h"

/* A card that refuses so little does not mind the length. */
#define CHUNK_MIN 16

static unsigned
smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned
larger(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static err_t
send_read(struct cac_io *io, enum gscis_buffer type, size_t offset,
    unsigned count, struct buf *out)
{
	uint8_t data[2] = {(uint8_t)type, (uint8_t)count};
	struct apdu_cmd cmd = {
	    .cla = io->cla,
	    .ins = GSCIS_INS_READ_BUFFER,
	    .p1 = (uint8_t)(offset >> 8),
	    .p2 = (uint8_t)offset,
	    .data = BYTES(data),
	    .ne = count,
	    .replay = APDU_REPLAY_OK,
	    .secret = APDU_PUBLIC,
	};
	err_t err = cac_exchange(io, &cmd, out);

	if (err != 0 || io->sw != SW_CLA_UNKNOWN)
		return err;
	cmd.cla ^= GSCIS_CLA;
	err = cac_exchange(io, &cmd, out);
	if (err == 0 && io->sw == SW_OK)
		io->cla = cmd.cla;
	return err;
}

/* Both status words are seen where a card finds the piece too long. */
static bool
too_long(const struct cac_io *io, unsigned count)
{
	return (io->sw == SW_WRONG_P1_P2 || io->sw == SW_RECORD_NOT_FOUND) &&
	    count > CHUNK_MIN && count > io->proven;
}

/* At most *chunk bytes; a card that refuses makes *chunk smaller. */
static err_t
read_piece(struct cac_io *io, enum gscis_buffer type, size_t offset,
    size_t left, unsigned *chunk, struct buf *out)
{
	unsigned count = smaller(*chunk, larger(reader_chunk(io->r), 1));
	size_t before = out->n;
	err_t err;

	if (count > left)
		count = (unsigned)left;
	for (;;) {
		err = send_read(io, type, offset, count, out);
		if (err != 0 || io->sw == SW_OK)
			break;
		buf_truncate(out, before);
		if (!too_long(io, count))
			return CARD_ERR_STATUS;
		count = larger(larger(count / 2, CHUNK_MIN), io->proven);
		*chunk = count;
	}
	if (err != 0)
		return err;
	if (out->n - before != count)
		return CARD_ERR_DATA;
	io->proven = larger(io->proven, count);
	return 0;
}

static err_t
read_total(struct cac_io *io, enum gscis_buffer type, size_t *total)
{
	unsigned chunk = GSCIS_PREFIX_LENGTH;
	struct bytes in;
	struct buf prefix;
	uint16_t n = 0;
	err_t err = 0;

	buf_init(&prefix, APDU_NE_MAX);
	while (prefix.n < GSCIS_PREFIX_LENGTH) {
		err = read_piece(io, type, prefix.n,
		    GSCIS_PREFIX_LENGTH - prefix.n, &chunk, &prefix);
		if (err != 0)
			goto out;
	}
	in = buf_bytes(&prefix);
	if (!bytes_take_le16(&in, &n) || n > CAC_BUFFER_MAX)
		err = CARD_ERR_DATA;
	*total = n;
out:
	buf_clear(&prefix);
	return err;
}

err_t
cac_buffer_read(struct cac_io *io, enum gscis_buffer type, struct buf *out)
{
	size_t before = out->n, total = 0, done;
	unsigned chunk = io->chunk;
	err_t err = read_total(io, type, &total);

	while (err == 0 && (done = out->n - before) < total)
		err = read_piece(io, type, GSCIS_PREFIX_LENGTH + done,
		    total - done, &chunk, out);
	if (err == 0)
		err = buf_err(out);
	if (err == 0)
		io->chunk = chunk;
	else
		buf_truncate(out, before);
	return err;
}

err_t
cac_buffer_ask(struct cac_io *io)
{
	size_t total;

	return read_total(io, GSCIS_BUFFER_T, &total);
}

void
cac_buffers_init(struct cac_buffers *b)
{
	buf_init(&b->t, CAC_BUFFER_MAX + APDU_NE_MAX);
	buf_init(&b->v, CAC_BUFFER_MAX + APDU_NE_MAX);
}

void
cac_buffers_clear(struct cac_buffers *b)
{
	buf_clear(&b->t);
	buf_clear(&b->v);
}

static err_t
read_once(struct cac_io *io, const struct cac_path *path, struct cac_buffers *b)
{
	err_t err = cac_select(io, path);

	buf_truncate(&b->t, 0);
	buf_truncate(&b->v, 0);
	if (err == 0)
		err = cac_buffer_read(io, GSCIS_BUFFER_T, &b->t);
	if (err == 0)
		err = cac_buffer_read(io, GSCIS_BUFFER_V, &b->v);
	return err;
}

/*
 * A card that was reset behind our back has another applet selected, whose
 * answers say nothing about this container.
 */
static bool
selection_in_doubt(const struct cac_io *io, err_t err)
{
	return (err == CARD_ERR_STATUS || err == CARD_ERR_NOT_FOUND) &&
	    io->selection != CAC_SELECTED_NONE;
}

err_t
cac_buffers_read(
    struct cac_io *io, const struct cac_path *path, struct cac_buffers *b)
{
	bool doubted = false;
	err_t err;

	reader_new_object(io->r);
	for (unsigned n = 0; n < CAC_RESTARTS_MAX; n++) {
		err = read_once(io, path, b);
		if (selection_in_doubt(io, err) && !doubted)
			doubted = true;
		else if (err != READER_ERR_RESET)
			break;
		io->selection = CAC_SELECTED_NONE;
		trace_bytes(reader_id(io->r), TRACE_CARD, '-',
		    "select and read again", BYTES(path->aid), SECRET_NONE);
	}
	return err;
}
