/* SPDX-License-Identifier: BSD-2-Clause */
/* What the CCC of a card, and those behind it, say (GSC-IS 2.1, 7.3). */
#ifndef CAC_CCC_READ_H
#define CAC_CCC_READ_H

#include "cac/cac-ccc.h"
#include "cac/card-edge.h"

/*
 * Read the CCC and the chain of next ones. The card's serial is taken over into
 * info when it has none yet; also with CARD_ERR_UNDECODABLE. ccc holds what was
 * understood; its card_identifier is empty.
 *
 * CARD_ERR_NOT_FOUND     there is no CCC
 * CARD_ERR_UNDECODABLE   read whole and twice the same, but it makes no sense
 * CARD_ERR_DATA          two readings differ, or a length is wrong
 * CARD_ERR_TOO_BIG       as cac_ccc_parse()
 * Others as cac_buffer_begin().
 */
err_t ccc_read(
    struct cac_io *io, struct card_info *info, struct cac_ccc *ccc) MUST_CHECK;

#endif
