/* SPDX-License-Identifier: BSD-2-Clause */
/* GENERAL AUTHENTICATE with private keys (SP 800-73-4, part 2, 3.2.4). */
#ifndef CAC_PIV_AUTH_H
#define CAC_PIV_AUTH_H

#include "cac/card-edge.h"

/*
 * Append the template that asks for the operation. CARD_ERR_INPUT: no key of
 * that size has an algorithm; *algorithm is its identifier. Pure.
 */
err_t piv_auth_template(
    const struct card_op *op, uint8_t *algorithm, struct buf *out) MUST_CHECK;

/*
 * Append the result out of the card's answer: of RSA as long as the modulus, of
 * ECDSA r and s, each as long as the order, of ECDH as long as the field. Pure.
 * CARD_ERR_DATA: anything but one response of that length in its template.
 */
err_t piv_auth_parse(
    const struct card_op *op, struct bytes answer, struct buf *out) MUST_CHECK;

/* Use a key of the selected PIV application, as card_edge.operate(). */
err_t piv_auth(struct cac_io *io, uint8_t key, const struct card_op *op,
    struct buf *out) MUST_CHECK;

#endif
