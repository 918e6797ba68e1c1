/* SPDX-License-Identifier: BSD-2-Clause */
/* Answer to reset (ISO/IEC 7816-3, 8.2). Pure; no I/O. */
#ifndef READER_ATR_H
#define READER_ATR_H

#include "base/bytes.h"
#include "reader/reader-error.h"

#define ATR_MAX 33

struct atr {
	uint8_t bytes[ATR_MAX];
	uint8_t n;
	bool inverse;	/* TS is 3F */
	bool tck_wrong; /* present and wrong, or missing */
	bool has_ta1;
	uint8_t ta1;   /* 11h when absent */
	uint8_t tc1;   /* extra guard time N, 0 when absent */
	bool specific; /* TA2 is present */
	uint8_t ta2;
	uint8_t wi;	    /* TC2, 0Ah when absent */
	uint16_t protocols; /* bit T for each T offered, without T=15 */
	uint8_t first;	    /* the protocol offered first */
	uint8_t ifsc;	    /* T=1: 20h when absent */
	uint8_t bwi_cwi;    /* T=1: 4Dh when absent */
	bool crc;	    /* T=1 */
	bool extended;	    /* Lc and Le of three bytes (7816-4, 8.1.1.2.7) */
	struct {
		uint8_t from, n;
	} historical;
};

/*
 * READER_ERR_ATR: TS unknown, truncated before the historical bytes end, more
 * bytes than the ATR announces, or over 33. A wrong TCK is only flagged: cards
 * with one exist, and are used.
 */
err_t atr_parse(struct bytes in, struct atr *out) MUST_CHECK;

struct bytes atr_bytes(const struct atr *atr);

/* Clock cycles F and divisor D of FI and DI; 0 for reserved values. */
unsigned atr_f(uint8_t fi);
unsigned atr_d(uint8_t di);

#endif
