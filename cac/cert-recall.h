/* SPDX-License-Identifier: BSD-2-Clause */
/* One container's entry in the cache, whatever the card proves it by. */
#ifndef CAC_CERT_RECALL_H
#define CAC_CERT_RECALL_H

#include "cac/cac-io.h"

/* Whether certificates of this card are kept. Pure. */
bool cert_recall_on(const struct cac_io *io);

/* Whether the container still holds what was kept with this mark. */
typedef bool (*cert_proof)(
    struct cac_io *io, const void *container, struct bytes mark);

/*
 * Append the certificate kept for a place of the card, if proof() says that
 * the container still holds it. On any trouble false, and der is as it was.
 */
bool cert_recall(struct cac_io *io, struct bytes place, cert_proof proof,
    const void *container, struct buf *der);

/* Keep it, with the mark that it is to be proved by. */
void cert_recall_keep(const struct cac_io *io, struct bytes place,
    struct bytes mark, struct bytes der);

#endif
