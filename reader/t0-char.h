/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One T=0 TPDU through a character-level reader, which moves characters only:
 * the procedure bytes are ours (ISO/IEC 7816-3, 10.3.3; CCID 1.1, 6.1.4).
 */
#ifndef READER_T0_CHAR_H
#define READER_T0_CHAR_H

#include "reader/t0.h"

/* As t0_transmit(). CCID_ERR_PROCEDURE: a procedure byte that is none. */
err_t t0_char_transmit(struct ccid_slot *s, struct t0_tpdu tpdu,
    struct deadline until, struct buf *data, uint16_t *sw) MUST_CHECK;

#endif
