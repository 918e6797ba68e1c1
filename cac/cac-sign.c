/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-sign.h"
#include "cac/iso7816.h"

/* Smaller parts are no use: with less than this something else is wrong. */
#define PART_MIN 30

/* An answer over it is too long for any key. */
#define ANSWER_MAX 1024

/*
 * Refused with 6E00, a command was not executed, and is good for another class
 * (CAC v1 of some issues has 80).
 */
static err_t
send_part(struct cac_io *io, struct apdu_cmd *cmd, struct buf *out)
{
	err_t err;

	cmd->cla = io->key_cla;
	err = cac_exchange(io, cmd, cmd->ne > 0 ? out : NULL);
	if (err != 0 || io->sw != SW_CLA_UNKNOWN)
		return err;
	cmd->cla ^= GSCIS_CLA;
	err = cac_exchange(io, cmd, cmd->ne > 0 ? out : NULL);
	if (err == 0 && io->sw == SW_OK)
		io->key_cla = cmd->cla;
	return err;
}

/* How far the card has come with the input. */
struct progress {
	bool begun; /* it has taken a part */
	bool last;  /* it has answered the last one */
};

static err_t
send_all(struct cac_io *io, struct bytes in, struct buf *out,
    struct progress *progress)
{
	size_t most = reader_chunk(io->r);
	bool *last = &progress->last;
	err_t err = 0;

	if (most > io->part)
		most = io->part;
	io->sw = SW_OK;
	*progress = (struct progress){0};
	while (err == 0 && io->sw == SW_OK && !*last) {
		struct apdu_cmd cmd = {
		    .ins = GSCIS_INS_SIGN,
		    .p1 = GSCIS_SIGN_MORE,
		    .replay = APDU_NEVER_REPLAY,
		    .secret = APDU_SECRET_DATA,
		};

		*last = in.n <= most;
		if (*last) {
			cmd.p1 = GSCIS_SIGN_LAST;
			cmd.ne = ANSWER_MAX;
			cmd.secret = APDU_SECRET_BOTH;
		}
		(void)bytes_take(&in, *last ? in.n : most, &cmd.data);
		err = send_part(io, &cmd, out);
		progress->begun |= err == 0 && io->sw == SW_OK;
	}
	return err == 0 ? buf_err(out) : err;
}

static bool
is_part_too_big(uint16_t sw)
{
	return sw == SW_RECORD_NOT_FOUND || sw == SW_WRONG_P1_P2 ||
	    sw == SW_WRONG_LENGTH;
}

/* Selecting again drops the parts that the card has taken. */
static err_t
start_over(struct cac_io *io, const struct cac_path *path)
{
	io->part /= 2;
	io->selection = CAC_SELECTED_NONE;
	return cac_select(io, path);
}

static err_t
send_in_parts(struct cac_io *io, const struct cac_path *path, struct bytes in,
    struct buf *out)
{
	unsigned part = io->part;
	struct progress done;
	err_t err = send_all(io, in, out, &done);

	while (err == 0 && !done.last && is_part_too_big(io->sw) &&
	    io->part / 2 >= PART_MIN) {
		err = start_over(io, path);
		if (err == 0)
			err = send_all(io, in, out, &done);
	}
	/* It was not the size. */
	if (err == 0 && !done.last && is_part_too_big(io->sw))
		io->part = part;
	/* What comes next must not follow the parts that were taken. */
	if (done.begun && io->sw != SW_OK)
		io->selection = CAC_SELECTED_NONE;
	return err == 0 ? cac_judge_use(io->sw) : err;
}

err_t
cac_sign(struct cac_io *io, const struct cac_path *path,
    const struct card_op *op, struct buf *out)
{
	struct buf answer;
	err_t err;

	buf_init(&answer, ANSWER_MAX);
	err = send_in_parts(io, path, op->in, &answer);
	if (err == 0 && answer.n != op->bits / 8)
		err = CARD_ERR_DATA;
	if (err == 0) {
		buf_append(out, buf_bytes(&answer));
		err = buf_err(out);
	}
	buf_clear(&answer);
	return err;
}
