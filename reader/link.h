/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way of one APDU to the card: as T=0 TPDU, in T=1 blocks, or whole, as
 * reader and protocol want it (CCID 1.1, 5.1 dwFeatures).
 */
#ifndef READER_LINK_H
#define READER_LINK_H

#include "reader/apdu.h"
#include "reader/t1.h"

enum link_level {
	LINK_T0,       /* TPDU level, T=0 */
	LINK_T0_CHAR,  /* character level, T=0 */
	LINK_T1,       /* TPDU level, T=1 */
	LINK_SHORT,    /* short APDU level */
	LINK_EXTENDED, /* extended APDU level */
};

struct link {
	struct ccid_slot *slot;
	enum link_level level;
	bool extended; /* lengths above 255 and 256 go at once */
	struct t1 t1;
};

/*
 * Choose the level for what was agreed with the card, and start T=1. fresh:
 * the card was just reset.
 */
err_t link_start(struct link *l, struct ccid_slot *s, const struct params *p,
    bool fresh, struct deadline until) MUST_CHECK;

/*
 * Long commands and answers do not work after all, whatever the card says of
 * itself: until its next reset they go in pieces.
 */
void link_give_up_extended(struct link *l);

/* The most data that one part of a chained command should carry, 1 to 255. */
size_t link_part(const struct link *l);

/*
 * n, or one less where an answer of n data bytes would fill its last USB packet
 * and the reader is known to hang on that.
 */
unsigned link_fitting(const struct link *l, unsigned n);

/*
 * Send a command with its data, asking for ne bytes (0 none, up to 256, or
 * with l->extended up to 65536; and so for the data), and append the answer's
 * data. What the status word asks for is the caller's.
 */
err_t link_transmit(struct link *l, const struct apdu_cmd *cmd, unsigned ne,
    struct deadline until, struct buf *data, uint16_t *sw) MUST_CHECK;

#endif
