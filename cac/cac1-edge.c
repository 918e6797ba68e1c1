/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "cac/cac-sign.h"
#include "cac/cac1-edge.h"
#include "cac/cert-twice.h"
#include "cac/iso7816.h"
#include "cac/pki-applet.h"

/* What the first GET CERTIFICATE asks for; 63XX tells the next length. */
#define FIRST_LENGTH 100

/* Nobody knows where a card stands after a failure: all of it again. */
#define TRIES 3

/* Of one certificate; real ones are below 2 KiB. */
#define PIECES_MAX 256

/*
 * No offset is sent, the card counts for itself: sent twice, the command would
 * leave out a piece.
 */
static err_t
get_certificate(
    struct cac_io *io, unsigned ne, enum apdu_replay replay, struct buf *out)
{
	struct apdu_cmd cmd = {
	    .cla = GSCIS_CLA,
	    .ins = CAC1_INS_GET_CERTIFICATE,
	    .ne = ne,
	    .replay = replay,
	    .secret = APDU_PUBLIC,
	};
	err_t err = cac_exchange(io, &cmd, out);

	if (err != 0 || io->sw != SW_CLA_UNKNOWN)
		return err;
	cmd.cla ^= GSCIS_CLA;
	return cac_exchange(io, &cmd, out);
}

static err_t
read_stream(struct cac_io *io, const struct cac_path *path, struct buf *out)
{
	unsigned ne = FIRST_LENGTH;
	err_t err;

	buf_truncate(out, 0);
	/* Selecting again sets the card to the first byte. */
	io->selection = CAC_SELECTED_NONE;
	err = cac_select(io, path);
	for (unsigned i = 0; err == 0 && i < PIECES_MAX; i++) {
		size_t before = out->n;

		err = get_certificate(io, ne, APDU_NEVER_REPLAY, out);
		if (err == 0)
			err = buf_err(out);
		if (err != 0 || io->sw == SW_OK)
			return err;
		if (io->sw == SW_NO_CERTIFICATE && before == 0)
			return CARD_ERR_EMPTY;
		if (SW1(io->sw) != SW1_MORE_CERTIFICATE)
			return CARD_ERR_STATUS;
		if (out->n == before)
			return CARD_ERR_DATA;
		ne = (io->sw & 0xFF) == 0 ? APDU_NE_MAX : io->sw & 0xFF;
	}
	return err != 0 ? err : CARD_ERR_DATA;
}

/* Errors of the way, which recovery could not mend without a second sending. */
static bool
of_the_line(err_t err)
{
	return err != 0 && err != ERR_MEMORY && err != ERR_TIMEOUT &&
	    err != USB_ERR_GONE && err != CCID_ERR_NO_CARD &&
	    err != READER_ERR_CHANGED && err < CARD_ERR_UNKNOWN;
}

static err_t
read_container(
    struct cac_io *io, const void *container, struct cert_reading *reading)
{
	struct bytes in, certinfo;
	err_t err = READER_ERR_RESET;
	unsigned tries = 0;

	reader_new_object(io->r);
	for (unsigned n = 0; n < CAC_RESTARTS_MAX && tries < TRIES; n++) {
		err = read_stream(io, container, &reading->raw);
		if (!of_the_line(err))
			break;
		tries += err != READER_ERR_RESET;
	}
	if (err != 0)
		return err;
	in = buf_bytes(&reading->raw);
	if (!bytes_take(&in, 1, &certinfo) || in.n == 0)
		return CARD_ERR_EMPTY;
	reading->certinfo = certinfo.p[0];
	reading->certificate = in;
	return 0;
}

/*
 * Two bytes are enough to know, and it does not matter which; 6981
 * is an applet without a certificate.
 */
static err_t
ask_once(struct cac_io *io)
{
	struct buf answer;
	bool any;
	err_t err;

	buf_init(&answer, APDU_NE_MAX);
	err = get_certificate(io, 2, APDU_REPLAY_OK, &answer);
	any = answer.n > 0;
	buf_clear(&answer);
	if (err != 0)
		return err;
	if ((SW1(io->sw) == SW1_MORE_CERTIFICATE && any) || io->sw == SW_OK ||
	    io->sw == SW_NO_CERTIFICATE)
		return 0;
	return cac_not_here(io->sw) ? CARD_ERR_NOT_FOUND : CARD_ERR_STATUS;
}

/* An unusual status word counts when it comes twice. */
static err_t
has_stream(struct cac_io *io)
{
	err_t err = ask_once(io);

	if (err == CARD_ERR_STATUS)
		err = ask_once(io);
	return err == CARD_ERR_STATUS ? CARD_ERR_NOT_FOUND : err;
}

static err_t
cac1_probe(struct cac_io *io, struct card_info *info, void **state)
{
	struct pki_list list;
	err_t err = pki_search(io, has_stream, &list);

	return err == 0 ? pki_take(&list, info, state) : err;
}

static err_t
cac1_read_certificate(
    void *state, struct cac_io *io, size_t index, struct buf *der)
{
	const struct pki_list *list = state;

	if (index >= list->count)
		return CARD_ERR_NOT_FOUND;
	trace_bytes(reader_id(io->r), TRACE_CARD, '-', "read container",
	    BYTES(list->paths[index].aid), SECRET_NONE);
	return cert_read_twice(io, read_container, &list->paths[index], der);
}

/* The PIN is changed in the ACA, which these cards call PIN applet. */
static err_t
cac1_select_pin(void *state, struct cac_io *io, size_t index, enum pin_use use,
    struct pin_place *place)
{
	static const struct cac_path aca = {.aid = ACA_AID};
	const struct pki_list *list = state;

	*place = (struct pin_place){.cla = CLA_ISO};
	if (use != PIN_CHANGE)
		return cac_select(io, &list->paths[index]);
	place->cla = GSCIS_CLA;
	place->p1 = PIN_CHANGE_P1;
	return cac_select(io, &aca);
}

static err_t
cac1_operate(void *state, struct cac_io *io, size_t index,
    const struct card_op *op, struct buf *out)
{
	const struct pki_list *list = state;

	if (io->part > CAC1_PART_MAX)
		io->part = CAC1_PART_MAX;
	return cac_sign(io, &list->paths[index], op, out);
}

const struct card_edge cac1_edge = {
    .model = "CAC v1",
    .probe = cac1_probe,
    .read_certificate = cac1_read_certificate,
    .rsa_only = true,
    .key_rule = pki_key_rule,
    .select_pin = cac1_select_pin,
    .select_key = pki_select_key,
    .operate = cac1_operate,
    .free = free,
};
