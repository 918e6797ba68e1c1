/* SPDX-License-Identifier: BSD-2-Clause */
/* The T=1 protocol on TPDU-level readers (ISO/IEC 7816-3, 11). */
#ifndef READER_T1_H
#define READER_T1_H

#include "reader/ccid.h"
#include "reader/params.h"
#include "reader/t1-block.h"

struct t1 {
	bool crc;
	bool by_characters; /* a character-level reader */
	uint8_t ns;	    /* of our next I-block, 0 or 1 */
	uint8_t nr;	    /* expected of the card's next I-block */
	uint8_t ifsc;	    /* most INF the card takes */
};

/*
 * First contact. After a reset (fresh) the counters are known to be 0; else
 * others may have talked to the card and S(RESYNCH) sets them. Then our IFSD
 * is told, unless the reader does that.
 */
err_t t1_start(struct t1 *t, struct ccid_slot *s, const struct params *p,
    bool fresh, struct deadline until) MUST_CHECK;

/*
 * Send one command APDU and append the response APDU (data, SW1 SW2) to rsp.
 *
 * A block that arrives damaged is asked for again; the command itself never
 * runs twice. READER_ERR_BLOCK: the card could not be understood; S(RESYNCH)
 * was tried, and *t is in step with the card if the error is not USB or CCID.
 */
err_t t1_transmit(struct t1 *t, struct ccid_slot *s, struct bytes apdu,
    struct secret_range secret, bool secret_answer, struct deadline until,
    struct buf *rsp) MUST_CHECK;

#endif
