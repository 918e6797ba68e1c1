/* SPDX-License-Identifier: BSD-2-Clause */
#include "cac/cac-buffer.h"
#include "cac/cac-container.h"
#include "cac/card.h"
#include "cac/cert-repack.h"
#include "cac/cert-twin.h"

/* Behind one byte of certinfo. */
#define START_USUAL 1

/* site->stored: PIV's certificate as the applet would hold it; or empty. */
static void
pack_twin(const struct cac_io *io, size_t number, enum cert_packing packing,
    struct cert_site *site)
{
	struct bytes in = buf_bytes(&io->twins[number]);
	struct buf der;
	err_t err;

	buf_truncate(&site->stored, 0);
	if (in.n == 0)
		return;
	buf_init(&der, CARD_CERT_MAX);
	err = cert_inflate(in, &der);
	if (err == 0)
		err = cert_repack(in, buf_bytes(&der), packing, &site->stored);
	if (err != 0)
		buf_truncate(&site->stored, 0);
	buf_clear(&der);
}

static err_t
prove_site(struct cac_io *io, void *site)
{
	return cert_mark_prove(io, site);
}

bool
cert_twin_guess(struct cac_io *io, const struct cac_path *path, size_t number,
    struct cert_site *site, struct buf *der)
{
	bool found;

	if (number == 0 || number >= CAC_TWINS)
		return false;
	pack_twin(io, number, io->packing, site);
	if (site->stored.n == 0)
		return false;
	site->start = GSCIS_PREFIX_LENGTH + START_USUAL;
	found = cac_read_container(io, path, prove_site, site) == 0 &&
	    cert_inflate(buf_bytes(&site->stored), der) == 0;
	trace_text(reader_id(io->r), TRACE_CARD, '-',
	    "%s the certificate of PIV with its number",
	    found ? "holds" : "does not hold");
	if (!found)
		buf_truncate(&site->stored, 0);
	return found;
}

/* CARD_ERR_DATA: none of this packing. */
static err_t
find_packed(struct cac_io *io, size_t n, enum cert_packing packing,
    struct cert_site *site)
{
	err_t err = CARD_ERR_DATA;

	for (size_t i = 0; err == CARD_ERR_DATA && i < CAC_TWINS; i++) {
		pack_twin(io, i, packing, site);
		if (site->stored.n == n)
			err = cert_mark_prove(io, site);
	}
	if (err == 0)
		io->packing = packing;
	return err;
}

err_t
cert_twin_find(struct cac_io *io, struct bytes t, struct cert_site *site)
{
	static const enum cert_packing packings[] = {
	    CERT_ZLIB, CERT_GZIP, CERT_PLAIN};
	size_t start = 0, n = cac_container_certificate(t, &start);
	err_t err = CARD_ERR_DATA;

	site->start = GSCIS_PREFIX_LENGTH + start;
	if (n > 0)
		for (unsigned i = 0; err == CARD_ERR_DATA && i < 3; i++)
			err = find_packed(io, n, packings[i], site);
	if (err != 0)
		buf_truncate(&site->stored, 0);
	return err == CARD_ERR_DATA ? 0 : err;
}
