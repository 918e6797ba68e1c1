/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a certificate out of a PKI container by READ BUFFER. */
#ifndef CAC_CAC_CERTIFICATE_H
#define CAC_CAC_CERTIFICATE_H

#include "cac/cac-io.h"

/* Errors as cert_read_twice() and cac_buffers_read(). */
err_t cac_certificate_read(
    struct cac_io *io, const struct cac_path *path, struct buf *der) MUST_CHECK;

#endif
