/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * On a card with both, most certificates of the CAC applets are PIV's as well.
 * One that was read there is not read again from an applet that proves by its
 * end that it holds the same.
 */
#ifndef CAC_CERT_TWIN_H
#define CAC_CERT_TWIN_H

#include "cac/cert-mark.h"

/*
 * Whether the container holds the certificate of PIV that has its number, where
 * most cards have it, packed as the last one: then it is appended to der, and
 * site tells of it. The first number is not tried: those two often differ.
 */
bool cert_twin_guess(struct cac_io *io, const struct cac_path *path,
    size_t number, struct cert_site *site, struct buf *der);

/*
 * Look for a certificate of PIV in what is selected, by what its T says without
 * the prefix. site tells of it; without one site->stored is empty. Errors as
 * cac_buffer_read_at().
 */
err_t cert_twin_find(
    struct cac_io *io, struct bytes t, struct cert_site *site) MUST_CHECK;

#endif
