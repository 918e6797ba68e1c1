/* SPDX-License-Identifier: BSD-2-Clause */
/* Command and response APDUs (ISO/IEC 7816-3, 12.1). */
#ifndef READER_APDU_H
#define READER_APDU_H

#include "base/buf.h"
#include "base/trace.h"
#include "reader/reader-error.h"

#define APDU_DATA_MAX 255 /* of one command on the line */
/* Of one command in all, by command chaining. */
#define APDU_CHAINED_MAX 16384
#define APDU_NE_MAX	 256
/* As much as the card has, by GET RESPONSE or in one extended answer. */
#define APDU_NE_ALL 65536

/* Whether a command may run twice when nobody knows if it ran at all. */
enum apdu_replay {
	APDU_NEVER_REPLAY, /* VERIFY, CHANGE, signatures, GET CHALLENGE */
	APDU_REPLAY_OK	   /* SELECT and reads */
};

/* What of a command must not be seen in a trace. */
enum apdu_secret {
	APDU_PUBLIC = 0,
	APDU_SECRET_DATA = 1 << 0,
	APDU_SECRET_RESPONSE = 1 << 1,
	APDU_SECRET_BOTH = APDU_SECRET_DATA | APDU_SECRET_RESPONSE
};

struct apdu_cmd {
	uint8_t cla, ins, p1, p2;
	struct bytes data; /* over 255 bytes chained, or extended */
	/*
	 * 0: no answer data wanted; what the card offers by 61XX is not
	 * fetched. Without data (case 2) up to 256 is sent as P3.
	 */
	unsigned ne;
	/*
	 * ne bytes are enough: what the card offers beyond them by 61XX is left
	 * there, and the next command ends it (ISO/IEC 7816-4, 5.3.4). To be
	 * used with reads only, and ne at most APDU_NE_MAX.
	 */
	bool partial;
	enum apdu_replay replay;
	enum apdu_secret secret;
};

struct apdu_rsp {
	struct buf *data; /* the caller's; may be NULL when ne is 0 */
	uint16_t sw;	  /* never 61XX or 6CXX */
	bool more;	  /* of a partial command: the card has more of it */
};

#define SW_OK 0x9000

/* GET RESPONSE and its two status words (ISO/IEC 7816-4, 5.6 and 11.8.1). */
#define INS_GET_RESPONSE 0xC0

/* Bit of CLA in all parts of a command but the last (7816-4, 5.3.3). */
#define CLA_CHAINING  0x10
#define SW1_MORE_DATA 0x61
#define SW1_WRONG_LE  0x6C

/*
 * READER_ERR_COMMAND: too much data, an invalid INS (6X, 9X) or CLA (FF, or
 * one that asks for chaining itself).
 */
err_t apdu_check(const struct apdu_cmd *cmd) MUST_CHECK;

/* The TPDU for T=0: header and data, never Le of a case 4. */
void apdu_to_t0(const struct apdu_cmd *cmd, unsigned ne, struct buf *tpdu);

/* The short APDU with Le when ne is above 0; 256 becomes 00. */
void apdu_to_short(const struct apdu_cmd *cmd, unsigned ne, struct buf *apdu);

/*
 * The extended APDU (ISO/IEC 7816-3, 12.1.3); APDU_NE_ALL becomes 0000. Data
 * begin at APDU_EXTENDED_OFFSET.
 */
#define APDU_EXTENDED_OFFSET 7
void
apdu_to_extended(const struct apdu_cmd *cmd, unsigned ne, struct buf *apdu);

#endif
