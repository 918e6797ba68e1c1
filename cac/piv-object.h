/* SPDX-License-Identifier: BSD-2-Clause */
/* The PIV application and its data objects (SP 800-73-4, part 2, 3.1). */
#ifndef CAC_PIV_OBJECT_H
#define CAC_PIV_OBJECT_H

#include "cac/cac-io.h"

/* The longest answer to GET DATA that is read. */
#define PIV_OBJECT_MAX 65536

/*
 * Select the PIV application; nothing is sent while it is selected. What the
 * card answers besides 9000 is not looked at: templates with a shifted PIX
 * are in use. Errors as cac_select().
 */
err_t piv_select(struct cac_io *io) MUST_CHECK;

/*
 * Read a data object whole: what GET DATA answers is appended to out, and
 * *content, within out, is what the object wraps.
 *
 * CARD_ERR_NOT_FOUND  6A82, 6A88, or 6A80, which CACs answer for objects that
 *		       they do not have
 * CARD_ERR_EMPTY      the object has length 0
 * CARD_ERR_STATUS     any other status word; see io->sw
 * CARD_ERR_DATA       not an object, or shorter than its own length says
 * A refusal is believed when PIV was surely selected. Others as
 * reader_exchange(). out keeps what came with CARD_ERR_EMPTY and CARD_ERR_DATA.
 */
err_t piv_object_read(struct cac_io *io, uint32_t tag, struct buf *out,
    struct bytes *content) MUST_CHECK;

/* The same, of a card that may not be PIV at all: the first answer counts. */
err_t piv_object_ask(struct cac_io *io, uint32_t tag, struct buf *out,
    struct bytes *content) MUST_CHECK;

/*
 * The same of the CHUID, of which the first bytes tell the card's name: all up
 * to the expiry date, when everything optional is there. What is behind them
 * stays in the card.
 */
#define PIV_CHUID_BEGIN 80
err_t piv_chuid_read(struct cac_io *io, uint32_t tag, struct buf *out,
    struct bytes *content) MUST_CHECK;
err_t piv_chuid_ask(struct cac_io *io, uint32_t tag, struct buf *out,
    struct bytes *content) MUST_CHECK;

/* Any of these. */
typedef err_t (*piv_object_reading)(
    struct cac_io *io, uint32_t tag, struct buf *out, struct bytes *content);

/*
 * Append the first n bytes of what GET DATA answers, at most APDU_NE_MAX, or
 * less when there are no more, and leave the rest in the card. Errors as of
 * cac_exchange(); any refusal, which proves nothing, is CARD_ERR_NOT_FOUND or
 * CARD_ERR_STATUS.
 */
err_t piv_object_head(
    struct cac_io *io, uint32_t tag, unsigned n, struct buf *out) MUST_CHECK;

#endif
