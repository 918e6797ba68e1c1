/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The certificates of PIV, out of the cache where the card proves that they are
 * still the same.
 *
 * GET DATA begins with an object's first byte, so the proof is its head: the
 * lengths of the object and of the stored certificate, and as much of that as
 * tells its serial number, issuer and validity, plain or packed. The first two
 * name one certificate (RFC 5280, 4.1.2.2); the dates, to the second, are for
 * issuers who do not keep to that.
 */
#ifndef CAC_PIV_CERTIFICATE_H
#define CAC_PIV_CERTIFICATE_H

#include "cac/cac-io.h"

/*
 * Append the certificate of an object. When it was read whole, and not only
 * proved, *stored is what the object holds, if its end can tell it from others;
 * otherwise stored, which may be NULL, is left empty. Errors as
 * cert_read_twice().
 */
err_t piv_certificate_read(struct cac_io *io, uint32_t tag, struct buf *stored,
    struct buf *der) MUST_CHECK;

#endif
