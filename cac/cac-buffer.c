/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-buffer.h"
#include "cac/card.h"
#include "cac/iso7816.h"
#include "cac/simple-tlv.h"

/* A card that refuses so little does not mind the length. */
#define CHUNK_MIN 16

#define CHUNK_USUAL 240

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

/* Many cards take 240 bytes, hardly any a number between that and 255. */
static unsigned
shorter(const struct cac_io *io, unsigned count)
{
	unsigned less = count > CHUNK_USUAL ? CHUNK_USUAL : count / 2;

	return larger(larger(less, CHUNK_MIN), io->proven);
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
		count = shorter(io, count);
		*chunk = count;
	}
	if (err != 0)
		return err;
	if (out->n - before != count)
		return CARD_ERR_DATA;
	io->proven = larger(io->proven, count);
	return 0;
}

/* The length of a buffer, alone. */
static err_t
read_prefix(struct cac_io *io, enum gscis_buffer type, size_t *total)
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

/* The first bytes with the prefix; all that were asked for, or up to the end.
 */
static err_t
take_first(struct bytes in, size_t asked, struct buf *out, size_t *total)
{
	size_t got = in.n;
	uint16_t n;

	if (!bytes_take_le16(&in, &n) || n > CAC_BUFFER_MAX)
		return CARD_ERR_DATA;
	if (got != asked && (got > asked || in.n != n))
		return CARD_ERR_DATA;
	if (in.n > n)
		in.n = n;
	buf_append(out, in);
	*total = n;
	return buf_err(out);
}

/* What was refused may have been too long, or past the end. */
static void
learn_refusal(struct cac_io *io, unsigned count, uint16_t sw, size_t total)
{
	if (total + GSCIS_PREFIX_LENGTH < count)
		return;
	io->sw = sw;
	if (too_long(io, count))
		io->chunk = shorter(io, count);
	io->sw = SW_OK;
}

err_t
cac_buffer_begin(struct cac_io *io, enum gscis_buffer type, size_t guess,
    struct buf *out, size_t *total)
{
	unsigned most = smaller(io->chunk, larger(reader_chunk(io->r), 1));
	unsigned count = guess < most ? (unsigned)guess : most;
	uint16_t refusal = SW_OK;
	struct buf first;
	err_t err;

	if (count <= GSCIS_PREFIX_LENGTH)
		return read_prefix(io, type, total);
	buf_init(&first, APDU_NE_MAX);
	err = send_read(io, type, 0, count, &first);
	if (err == 0)
		refusal = io->sw;
	if (err == 0 && refusal == SW_OK) {
		err = take_first(buf_bytes(&first), count, out, total);
		if (err == 0)
			io->proven = larger(io->proven, (unsigned)first.n);
	}
	buf_clear(&first);
	if (err != 0 || refusal == SW_OK)
		return err;
	/* Not the length, but the command is what it does not know. */
	if (SW1(refusal) == SW1_INS_UNKNOWN || SW1(refusal) == SW1_CLA_UNKNOWN)
		return CARD_ERR_STATUS;
	err = read_prefix(io, type, total);
	if (err == 0)
		learn_refusal(io, count, refusal, *total);
	return err;
}

err_t
cac_buffer_continue(
    struct cac_io *io, enum gscis_buffer type, size_t upto, struct buf *out)
{
	unsigned chunk = io->chunk;
	err_t err = 0;

	while (err == 0 && out->n < upto)
		err = read_piece(io, type, GSCIS_PREFIX_LENGTH + out->n,
		    upto - out->n, &chunk, out);
	if (err == 0)
		err = buf_err(out);
	if (err == 0)
		io->chunk = chunk;
	return err;
}

err_t
cac_buffer_read_at(struct cac_io *io, enum gscis_buffer type, size_t offset,
    size_t n, struct buf *out)
{
	unsigned chunk = io->chunk;
	size_t before = out->n, done;
	err_t err = 0;

	while (err == 0 && (done = out->n - before) < n)
		err =
		    read_piece(io, type, offset + done, n - done, &chunk, out);
	return err == 0 ? buf_err(out) : err;
}

err_t
cac_buffer_total(struct cac_io *io, enum gscis_buffer type, size_t *total)
{
	return read_prefix(io, type, total);
}

err_t
cac_buffer_ask(struct cac_io *io)
{
	size_t total;

	return read_prefix(io, GSCIS_BUFFER_T, &total);
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
read_both(struct cac_io *io, void *what)
{
	struct cac_buffers *b = what;
	size_t total, sum;
	err_t err;

	buf_truncate(&b->t, 0);
	buf_truncate(&b->v, 0);
	err = cac_buffer_begin(
	    io, GSCIS_BUFFER_T, GSCIS_PREFIX_LENGTH, &b->t, &total);
	if (err == 0)
		err = cac_buffer_continue(io, GSCIS_BUFFER_T, total, &b->t);
	if (err != 0)
		return err;
	/* What is no Simple-TLV has no sum, and is asked for its length. */
	if (simple_tlv_sum(buf_bytes(&b->t), &sum) != 0)
		sum = 0;
	err = cac_buffer_begin(
	    io, GSCIS_BUFFER_V, GSCIS_PREFIX_LENGTH + sum, &b->v, &total);
	if (err == 0)
		err = cac_buffer_continue(io, GSCIS_BUFFER_V, total, &b->v);
	return err;
}

err_t
cac_buffers_read(
    struct cac_io *io, const struct cac_path *path, struct cac_buffers *b)
{
	return cac_read_container(io, path, read_both, b);
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
cac_read_container(struct cac_io *io, const struct cac_path *path,
    cac_reading read, void *what)
{
	struct cac_path used = *path;
	bool doubted = false;
	err_t err;

	if (path->lone && !io->objects)
		used.has_object = false;
	reader_new_object(io->r);
	for (unsigned n = 0; n < CAC_RESTARTS_MAX; n++) {
		err = cac_select(io, &used);
		if (err == 0)
			err = read(io, what);
		if (selection_in_doubt(io, err) &&
		    used.has_object != path->has_object)
			used.has_object = true;
		else if (selection_in_doubt(io, err) && !doubted)
			doubted = true;
		else if (err != READER_ERR_RESET)
			break;
		io->selection = CAC_SELECTED_NONE;
		trace_bytes(reader_id(io->r), TRACE_CARD, '-',
		    "select and read again", BYTES(path->aid), SECRET_NONE);
	}
	/* It takes more than the applet: for this card's others as well. */
	if (err == 0 && used.has_object && path->lone)
		io->objects = true;
	return err;
}
