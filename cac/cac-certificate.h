/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a certificate out of a PKI container by READ BUFFER. */
#ifndef CAC_CAC_CERTIFICATE_H
#define CAC_CAC_CERTIFICATE_H

#include "cac/cac-io.h"

/*
 * Append the container's certificate to der. What another program has read
 * before, or what PIV holds as well, is not read again where the card proves
 * that it is the same; number is the container's, which is often that of PIV's.
 * Errors as cert_read_twice() and cac_buffers_read().
 */
err_t cac_certificate_read(struct cac_io *io, const struct cac_path *path,
    size_t number, struct buf *der) MUST_CHECK;

#endif
