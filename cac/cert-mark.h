/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a certificate out of the cache is found to be still on the card: its last
 * bytes are where they were. They are the end of a signature, plain or packed,
 * which no other certificate has.
 *
 * A card could empty a container by its length alone and still give the old
 * bytes behind it. One that was seen to give nothing past the end of a buffer
 * does not; any other is asked for the length as well.
 */
#ifndef CAC_CERT_MARK_H
#define CAC_CERT_MARK_H

#include "cac/cac-io.h"

/* Where a certificate was read. */
struct cert_site {
	struct buf stored; /* as it is in V */
	size_t start;	   /* there, counted from the prefix */
	size_t total;	   /* of V, as the prefix says */
};

/*
 * Append the container's certificate, if it is in the cache and the card proves
 * that it still holds it. On any trouble false, and der is as it was.
 */
bool cert_mark_recall(
    struct cac_io *io, const struct cac_path *path, struct buf *der);

/*
 * Whether V of what is selected has a certificate where the site says, whose
 * end can tell it from others. CARD_ERR_DATA: it has not. Others as
 * cac_buffer_read_at(). site->total is filled: where V ends, or the certificate
 * when the card was not asked for more.
 */
err_t cert_mark_prove(struct cac_io *io, struct cert_site *site) MUST_CHECK;

/*
 * Keep the certificate just read from what is selected, if it can be known
 * again by its end.
 */
void cert_mark_keep(struct cac_io *io, const struct cac_path *path,
    const struct cert_site *site, struct bytes der);

#endif
