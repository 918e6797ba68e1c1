/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PRIVATE SIGN/DECRYPT of CAC applets (GSC-IS 2.1, 5.3.3): raw RSA, the same
 * for signing and decrypting.
 */
#ifndef CAC_CAC_SIGN_H
#define CAC_CAC_SIGN_H

#include "cac/card-edge.h"

/* Of one block; more is less than what some of the cards have been given. */
#define CAC1_PART_MAX 128

/*
 * Use the key of what path selects; it is selected again when the input must
 * be given in smaller parts. Otherwise as card_edge.operate().
 */
err_t cac_sign(struct cac_io *io, const struct cac_path *path,
    const struct card_op *op, struct buf *out) MUST_CHECK;

#endif
