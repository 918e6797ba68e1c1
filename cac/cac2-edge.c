/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "cac/cac-certificate.h"
#include "cac/cac-sign.h"
#include "cac/cac2-edge.h"
#include "cac/card-name.h"
#include "cac/ccc-read.h"
#include "cac/iso7816.h"
#include "cac/pki-applet.h"

struct cac2 {
	struct cac_path pki[CARD_CONTAINERS_MAX];
	size_t pki_count;
	struct cac_path data[1 + CARD_CONTAINERS_MAX];
	size_t data_count;
};

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

/*
 * Take over what the CCC says. Without PKI containers it is no use here; what
 * else it says helps to find them.
 */
static err_t
take_ccc(struct cac_io *io, const struct cac_ccc *ccc, struct card_info *info,
    void **state)
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
	cac->data[0] = (struct cac_path){
	    .aid = GSCIS_AID_CCC, .object = CCC_OBJECT, .has_object = true};
	memcpy(cac->data + 1, ccc->others, sizeof(ccc->others));
	cac->data_count = 1 + ccc->other_count;
	card_name_containers(info, cac->pki_count);
	*state = cac;
	return 0;
}

static err_t
cac2_probe(struct cac_io *io, struct card_info *info, void **state)
{
	struct cac_ccc ccc;
	err_t err = ccc_read(io, info, &ccc);

	if (denied(io, err)) {
		/* 9000 without the bytes: what else it says yes to is void. */
		io->senseless = err == CARD_ERR_DATA;
		err = CARD_ERR_UNKNOWN;
	}
	if (ccc.has_aca) {
		memcpy(io->aca, ccc.aca, sizeof(io->aca));
		io->has_aca = true;
	}
	return err == 0 ? take_ccc(io, &ccc, info, state) : err;
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
	return cac_certificate_read(io, &cac->pki[index], index, der);
}

/* Any applet takes the PIN; it is there for all of them then. */
static err_t
cac2_select_pin(void *state, struct cac_io *io, size_t index, enum pin_use use,
    struct pin_place *place)
{
	const struct cac2 *cac = state;

	*place = (struct pin_place){.cla = CLA_ISO};
	/* No key follows the question. */
	return use == PIN_ASK ? cac_select_applet(io, &cac->pki[index])
			      : cac_select(io, &cac->pki[index]);
}

static err_t
cac2_select_key(void *state, struct cac_io *io, size_t index)
{
	const struct cac2 *cac = state;

	return cac_select(io, &cac->pki[index]);
}

static err_t
cac2_operate(void *state, struct cac_io *io, size_t index,
    const struct card_op *op, struct buf *out)
{
	const struct cac2 *cac = state;

	return cac_sign(io, &cac->pki[index], op, out);
}

static size_t
cac2_data(const void *state, const struct cac_path **paths)
{
	const struct cac2 *cac = state;

	*paths = cac->data;
	return cac->data_count;
}

const struct card_edge cac2_edge = {
    .model = "CAC v2",
    .probe = cac2_probe,
    .read_certificate = cac2_read_certificate,
    .tells_tries = true,
    .rsa_only = true,
    .key_rule = pki_key_rule,
    .select_pin = cac2_select_pin,
    .select_key = cac2_select_key,
    .operate = cac2_operate,
    .data = cac2_data,
    .free = free,
};
