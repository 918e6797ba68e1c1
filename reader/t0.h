/* SPDX-License-Identifier: BSD-2-Clause */
/* One T=0 TPDU through a TPDU-level reader (ISO/IEC 7816-3, 10). */
#ifndef READER_T0_H
#define READER_T0_H

#include "reader/ccid.h"

struct t0_tpdu {
	struct bytes bytes;	    /* header, or header and P3 bytes of data */
	struct secret_range secret; /* in bytes */
	bool secret_answer;
};

/*
 * Send one TPDU; the card's data are appended to data, without SW1 SW2. The
 * reader handles procedure bytes.
 *
 * READER_ERR_TPDU: no status word, one that is none (SW1 must be 6X or 9X), or
 * more data than P3 asked for. CCID_ERR_*, USB_ERR_* as ccid_transceive().
 */
err_t t0_transmit(struct ccid_slot *s, struct t0_tpdu tpdu,
    struct deadline until, struct buf *data, uint16_t *sw) MUST_CHECK;

#endif
