/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/card.h"
#include "cac/iso7816.h"
#include "cac/piv-data.h"
#include "cac/piv-object.h"
#include "cac/piv-spec.h"

static bool
selected(const struct cac_io *io)
{
	return io->selection == CAC_SELECTED_PIV &&
	    io->epoch == reader_epoch(io->r);
}

/*
 * The answer is fetched, though nobody reads it: some cards refuse what comes
 * while a chain is unfinished.
 */
err_t
piv_select(struct cac_io *io)
{
	static const uint8_t aid[] = PIV_AID;
	struct apdu_cmd cmd = {
	    .cla = CLA_ISO,
	    .ins = INS_SELECT,
	    .p1 = SELECT_BY_NAME,
	    .p2 = SELECT_FCI,
	    .data = BYTES(aid),
	    .ne = APDU_NE_MAX,
	    .replay = APDU_REPLAY_OK,
	    .secret = APDU_PUBLIC,
	};
	struct buf answer;
	err_t err;

	if (selected(io))
		return 0;
	cac_io_selecting(io);
	buf_init(&answer, APDU_NE_MAX);
	err = cac_exchange(io, &cmd, &answer);
	buf_clear(&answer);
	if (err != 0)
		return err;
	if (io->sw == SW_FILE_NOT_FOUND || io->sw == SW_REFERENCE_NOT_FOUND)
		return CARD_ERR_NOT_FOUND;
	if (io->sw != SW_OK)
		return CARD_ERR_STATUS;
	io->selection = CAC_SELECTED_PIV;
	return 0;
}

static err_t
get_data(struct cac_io *io, uint32_t tag, unsigned ne, struct buf *out)
{
	size_t before = out->n;
	err_t err = cac_get_data(io, tag, ne, out);

	if (err == 0)
		err = buf_err(out);
	if (err == 0 && io->sw == SW_OK && out->n > before &&
	    io->piv_object != PIV_DISCOVERY)
		io->piv_object = tag;
	if (err != 0 || io->sw == SW_OK)
		return err;
	if (ne < APDU_NE_ALL && io->sw == SW_WRONG_LENGTH)
		io->no_parts = true;
	buf_truncate(out, before);
	if (io->sw == SW_FILE_NOT_FOUND || io->sw == SW_REFERENCE_NOT_FOUND ||
	    io->sw == SW_WRONG_DATA)
		return CARD_ERR_NOT_FOUND;
	return CARD_ERR_STATUS;
}

static err_t
select_and_get(struct cac_io *io, uint32_t tag, unsigned ne, struct buf *out)
{
	err_t err = piv_select(io);

	/* PIV itself is not what may be missing. */
	if (err == CARD_ERR_NOT_FOUND)
		err = CARD_ERR_STATUS;
	return err == 0 ? get_data(io, tag, ne, out) : err;
}

static err_t
read_once(struct cac_io *io, uint32_t tag, unsigned ne, struct buf *out,
    struct bytes *content)
{
	size_t before = out->n;
	struct bytes answer, others;
	err_t err = select_and_get(io, tag, ne, out);

	if (err != 0)
		return err;
	answer = buf_bytes(out);
	(void)bytes_take(&answer, before, &others);
	/* Cut off, whether or not the card says that there is more. */
	return answer.n == ne ? piv_data_begin(answer, content)
			      : piv_data_unwrap(answer, content);
}

/*
 * Whether PIV is what has refused: it still gives what it has. Discovery is
 * short; of any other object the first byte is enough.
 */
static bool
is_there(struct cac_io *io)
{
	unsigned ne = io->piv_object == PIV_DISCOVERY ? APDU_NE_ALL : 1;
	uint16_t refusal = io->sw;
	struct buf head;
	bool there;

	if (io->piv_object == 0 || (ne == 1 && io->no_parts) || !selected(io))
		return false;
	buf_init(&head, PIV_OBJECT_MAX);
	there = get_data(io, io->piv_object, ne, &head) == 0 && head.n > 0;
	if (there)
		io->sw = refusal;
	buf_clear(&head);
	return there;
}

/* Another application, selected behind our back, refuses as well. */
static err_t
read_surely(struct cac_io *io, uint32_t tag, unsigned ne, bool doubted,
    struct buf *out, struct bytes *content)
{
	size_t before = out->n;
	err_t err = READER_ERR_RESET;

	reader_new_object(io->r);
	for (unsigned n = 0; n < CAC_RESTARTS_MAX; n++) {
		bool fresh = !selected(io);

		buf_truncate(out, before);
		err = read_once(io, tag, ne, out, content);
		if ((err == CARD_ERR_NOT_FOUND || err == CARD_ERR_STATUS) &&
		    !fresh && !doubted && !is_there(io))
			doubted = true;
		else if (err != READER_ERR_RESET)
			break;
		io->selection = CAC_SELECTED_NONE;
	}
	return err;
}

err_t
piv_object_read(
    struct cac_io *io, uint32_t tag, struct buf *out, struct bytes *content)
{
	return read_surely(io, tag, APDU_NE_ALL, false, out, content);
}

err_t
piv_object_ask(
    struct cac_io *io, uint32_t tag, struct buf *out, struct bytes *content)
{
	return read_surely(io, tag, APDU_NE_ALL, true, out, content);
}

static unsigned
chuid_begin(const struct cac_io *io)
{
	return io->no_parts ? APDU_NE_ALL : PIV_CHUID_BEGIN;
}

err_t
piv_chuid_read(
    struct cac_io *io, uint32_t tag, struct buf *out, struct bytes *content)
{
	return read_surely(io, tag, chuid_begin(io), false, out, content);
}

err_t
piv_chuid_ask(
    struct cac_io *io, uint32_t tag, struct buf *out, struct bytes *content)
{
	return read_surely(io, tag, chuid_begin(io), true, out, content);
}

err_t
piv_object_head(struct cac_io *io, uint32_t tag, unsigned n, struct buf *out)
{
	err_t err = READER_ERR_RESET;

	reader_new_object(io->r);
	for (unsigned i = 0; i < CAC_RESTARTS_MAX; i++) {
		err = select_and_get(io, tag, n, out);
		if (err != READER_ERR_RESET)
			break;
	}
	return err;
}
