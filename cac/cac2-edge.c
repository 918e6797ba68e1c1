/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cac/cac-buffer.h"
#include "cac/cac-ccc.h"
#include "cac/cac-certificate.h"
#include "cac/cac2-edge.h"
#include "cac/iso7816.h"

struct cac2 {
	struct cac_io io;
	struct cac_path pki[CARD_CONTAINERS_MAX];
	size_t pki_count;
};

/* The names that users know, by the order of the PKI CardURLs. */
static void
name_container(size_t index, struct card_container *out)
{
	static const char *const names[] = {
	    "CAC ID Certificate",
	    "CAC Email Signature Certificate",
	    "CAC Email Encryption Certificate",
	};
	size_t n = index + 1;

	if (index < sizeof(names) / sizeof(names[0]))
		(void)snprintf(
		    out->label, sizeof(out->label), "%s", names[index]);
	else
		(void)snprintf(
		    out->label, sizeof(out->label), "CAC Cert %zu", n);
	out->id[0] = (uint8_t)(n >> 8);
	out->id[1] = (uint8_t)n;
	out->id_len = 2;
}

/* FNV-1a, 64 bits: no secret, no adversary, only the same again. */
static uint64_t
checksum(struct bytes in)
{
	uint64_t sum = 0xCBF29CE484222325;

	for (size_t i = 0; i < in.n; i++)
		sum = (sum ^ in.p[i]) * 0x100000001B3;
	return sum;
}

/*
 * The card's own id out of the card identifier. A shorter identifier is shown
 * whole. Without one, a checksum of the CCC: it stays the same for a card, but
 * cards of one issue may share it.
 */
static void
name_card(struct bytes id, struct bytes ccc_v, char *serial, size_t room)
{
	if (id.n == 0) {
		(void)snprintf(serial, room, "%016" PRIx64, checksum(ccc_v));
		return;
	}
	if (id.n >= CCC_CARD_ID_OFFSET + CCC_CARD_ID_LENGTH)
		id = bytes_of(id.p + CCC_CARD_ID_OFFSET, CCC_CARD_ID_LENGTH);
	for (size_t i = 0; i < id.n && 2 * i + 2 < room; i++)
		(void)snprintf(serial + 2 * i, 3, "%02x", id.p[i]);
}

static err_t
read_ccc(struct cac_io *io, struct cac_buffers *b, struct cac_ccc *ccc)
{
	static const struct cac_path path = {.aid = GSCIS_AID_CCC};
	err_t err = cac_buffers_read(io, &path, b);

	if (err != 0)
		return err;
	return cac_ccc_parse(buf_bytes(&b->t), buf_bytes(&b->v), ccc);
}

/* Whether this card has no CCC, or nothing that reads like one. */
static bool
denied(const struct cac_io *io, err_t err)
{
	unsigned sw1 = SW1(io->sw);

	if (io->proven > 0)
		return false;
	if (err == CARD_ERR_STATUS)
		return !io->found || sw1 == SW1_PARAMETERS ||
		    sw1 == SW1_INS_UNKNOWN || sw1 == SW1_CLA_UNKNOWN;
	return err == CARD_ERR_NOT_FOUND || err == CARD_ERR_DATA;
}

/* Take over what the CCC says; without PKI containers it is not ours. */
static err_t
take_ccc(struct cac2 *cac, const struct cac_buffers *b,
    const struct cac_ccc *ccc, struct card_info *info)
{
	trace_text(reader_id(cac->io.r), TRACE_CARD, '-',
	    "the CCC names %zu PKI containers", ccc->pki_count);
	if (ccc->pki_count == 0)
		return CARD_ERR_UNKNOWN;
	memcpy(cac->pki, ccc->pki, sizeof(cac->pki));
	cac->pki_count = ccc->pki_count;
	info->count = ccc->pki_count;
	for (size_t i = 0; i < info->count; i++)
		name_container(i, &info->containers[i]);
	name_card(ccc->card_identifier, buf_bytes(&b->v), info->serial,
	    sizeof(info->serial));
	return 0;
}

static err_t
cac2_probe(struct reader *r, struct deadline until, struct card_info *info,
    void **state)
{
	struct cac2 *cac = calloc(1, sizeof(*cac));
	struct cac_buffers b;
	struct cac_ccc ccc;
	err_t err;

	if (cac == NULL)
		return ERR_MEMORY;
	cac_io_init(&cac->io);
	cac->io.r = r;
	cac->io.until = until;
	cac_buffers_init(&b);
	err = read_ccc(&cac->io, &b, &ccc);
	/* A disturbed line may be behind it. */
	if (err == CARD_ERR_DATA)
		err = read_ccc(&cac->io, &b, &ccc);
	if (denied(&cac->io, err))
		err = CARD_ERR_UNKNOWN;
	if (err == 0)
		err = take_ccc(cac, &b, &ccc, info);
	cac_buffers_clear(&b);
	if (err == 0)
		*state = cac;
	else
		free(cac);
	return err;
}

static err_t
cac2_read_certificate(void *state, struct reader *r, size_t index,
    struct deadline until, struct buf *der)
{
	struct cac2 *cac = state;

	if (index >= cac->pki_count)
		return CARD_ERR_NOT_FOUND;
	cac->io.r = r;
	cac->io.until = until;
	trace_bytes(reader_id(r), TRACE_CARD, '-', "read container",
	    BYTES(cac->pki[index].aid), SECRET_NONE);
	return cac_certificate_read(&cac->io, &cac->pki[index], der);
}

const struct card_edge cac2_edge = {
    .model = "CAC v2",
    .probe = cac2_probe,
    .read_certificate = cac2_read_certificate,
    .free = free,
};
