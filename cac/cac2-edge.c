/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "cac/cac-buffer.h"
#include "cac/cac-ccc.h"
#include "cac/cac-certificate.h"
#include "cac/cac2-edge.h"
#include "cac/card-name.h"
#include "cac/iso7816.h"

struct cac2 {
	struct cac_path pki[CARD_CONTAINERS_MAX];
	size_t pki_count;
};

/*
 * The card's own id out of the card identifier. A shorter identifier is shown
 * whole. Without one, a checksum of the CCC: it stays the same for a card, but
 * cards of one issue may share it.
 */
static void
name_card(struct bytes id, struct bytes ccc_v, struct card_info *info)
{
	if (id.n >= CCC_CARD_ID_OFFSET + CCC_CARD_ID_LENGTH)
		id = bytes_of(id.p + CCC_CARD_ID_OFFSET, CCC_CARD_ID_LENGTH);
	if (id.n == 0)
		card_name_checksum(info, ccc_v);
	else
		card_name_serial(info, id);
}

/* CARD_ERR_UNDECODABLE: read whole, but it makes no sense. */
static err_t
read_ccc(struct cac_io *io, struct cac_buffers *b, struct cac_ccc *ccc)
{
	static const struct cac_path path = {.aid = GSCIS_AID_CCC};
	err_t err = cac_try_select(io, &path);

	if (err == 0)
		err = cac_buffers_read(io, &path, b);
	if (err != 0)
		return err;
	err = cac_ccc_parse(buf_bytes(&b->t), buf_bytes(&b->v), ccc);
	return err == CARD_ERR_DATA ? CARD_ERR_UNDECODABLE : err;
}

static bool
same_buffers(const struct cac_buffers *a, const struct cac_buffers *b)
{
	return bytes_equal(buf_bytes(&a->t), buf_bytes(&b->t)) &&
	    bytes_equal(buf_bytes(&a->v), buf_bytes(&b->v));
}

/*
 * A disturbed line may be behind a CCC that makes no sense; only when it is
 * the same a second time is it the card's.
 */
static err_t
read_ccc_twice(struct cac_io *io, struct cac_buffers *b, struct cac_ccc *ccc)
{
	struct cac_buffers first;
	err_t once = read_ccc(io, b, ccc), err;

	if (once != CARD_ERR_DATA && once != CARD_ERR_UNDECODABLE)
		return once;
	first = *b;
	cac_buffers_init(b);
	err = read_ccc(io, b, ccc);
	if (err == CARD_ERR_UNDECODABLE &&
	    (once != err || !same_buffers(&first, b)))
		err = CARD_ERR_DATA;
	cac_buffers_clear(&first);
	return err;
}

/* Whether this card has no CCC, or nothing that reads like one. */
static bool
denied(const struct cac_io *io, err_t err)
{
	if (io->proven > 0)
		return false;
	if (err == CARD_ERR_STATUS)
		return !io->found || cac_not_here(io->sw);
	return err == CARD_ERR_NOT_FOUND || err == CARD_ERR_DATA;
}

/* Take over what the CCC says; without PKI containers it is not ours. */
static err_t
take_ccc(struct cac_io *io, const struct cac_ccc *ccc, struct bytes v,
    struct card_info *info, void **state)
{
	struct cac2 *cac;

	trace_text(reader_id(io->r), TRACE_CARD, '-',
	    "the CCC names %zu PKI containers", ccc->pki_count);
	if (ccc->pki_count == 0)
		return CARD_ERR_UNKNOWN;
	cac = calloc(1, sizeof(*cac));
	if (cac == NULL)
		return ERR_MEMORY;
	memcpy(cac->pki, ccc->pki, sizeof(cac->pki));
	cac->pki_count = ccc->pki_count;
	card_name_containers(info, cac->pki_count);
	name_card(ccc->card_identifier, v, info);
	*state = cac;
	return 0;
}

static err_t
cac2_probe(struct cac_io *io, struct card_info *info, void **state)
{
	struct cac_buffers b;
	struct cac_ccc ccc;
	err_t err;

	cac_buffers_init(&b);
	err = read_ccc_twice(io, &b, &ccc);
	if (denied(io, err)) {
		/* 9000 without the bytes: what else it says yes to is void. */
		io->senseless = err == CARD_ERR_DATA;
		err = CARD_ERR_UNKNOWN;
	}
	if (err == 0)
		err = take_ccc(io, &ccc, buf_bytes(&b.v), info, state);
	cac_buffers_clear(&b);
	return err;
}

static err_t
cac2_read_certificate(
    void *state, struct cac_io *io, size_t index, struct buf *der)
{
	const struct cac2 *cac = state;

	if (index >= cac->pki_count)
		return CARD_ERR_NOT_FOUND;
	trace_bytes(reader_id(io->r), TRACE_CARD, '-', "read container",
	    BYTES(cac->pki[index].aid), SECRET_NONE);
	return cac_certificate_read(io, &cac->pki[index], der);
}

const struct card_edge cac2_edge = {
    .model = "CAC v2",
    .probe = cac2_probe,
    .read_certificate = cac2_read_certificate,
    .free = free,
};
