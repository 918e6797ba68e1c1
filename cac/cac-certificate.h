/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a certificate out of a PKI container by READ BUFFER. */
#ifndef CAC_CAC_CERTIFICATE_H
#define CAC_CAC_CERTIFICATE_H

#include "cac/cac-io.h"

/*
 * Append the container's certificate to der. A content that makes no sense is
 * read a second time, so that a disturbed line is not taken for an absent
 * certificate.
 *
 * CARD_ERR_EMPTY, CARD_ERR_UNDECODABLE, CARD_ERR_TOO_BIG, CARD_ERR_NOT_FOUND:
 * proved, there is no certificate. CARD_ERR_DATA: also when two readings
 * differ. Others as cac_buffers_read(). On any error der is as it was.
 */
err_t cac_certificate_read(
    struct cac_io *io, const struct cac_path *path, struct buf *der) MUST_CHECK;

#endif
