/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Protocol, speed and the protocol data structure that follow from an ATR and
 * a reader's descriptor (ISO/IEC 7816-3, 6.3, 9 and 10; CCID 1.1, 6.1.7).
 * Pure; no I/O.
 */
#ifndef READER_PARAMS_H
#define READER_PARAMS_H

#include "reader/atr.h"
#include "reader/ccid-desc.h"

#define FIDI_DEFAULT   0x11
#define PARAMS_T0_LEN  5
#define PARAMS_T1_LEN  7
#define PPS_MAX	       6
#define DATA_RATES_MAX 256

/* GET_DATA_RATES of the reader in bit/s; n is 0 when it gives no list. */
struct data_rates {
	uint32_t rate[DATA_RATES_MAX];
	size_t n;
};

struct params {
	uint8_t protocol;
	uint8_t fidi;
	uint8_t guard; /* TC1 */
	uint8_t wi;    /* T=0 */
	bool inverse;
	bool crc; /* T=1, as are the next two */
	uint8_t bwi_cwi;
	uint8_t ifsc;
	bool extended; /* the card takes extended lengths */
};

/*
 * The best protocol and speed that card and reader share.
 *
 * READER_ERR_NO_PROTOCOL: none in common, or the card insists (TA2) on what
 * the reader cannot do.
 */
err_t params_choose(const struct atr *atr, const struct ccid_desc *desc,
    const struct data_rates *rates, struct params *out) MUST_CHECK;

/*
 * The next lower FI/DI worth trying when fidi failed, down to 11h;
 * 0 below that.
 */
uint8_t params_slower(uint8_t fidi);

/* Whether the reader takes APDUs, and keeps the line to itself. */
bool params_apdu_level(const struct ccid_desc *desc);

/* bit/s at the reader's default clock; 0 for reserved FI or DI. */
uint32_t params_rate(uint8_t fidi, const struct ccid_desc *desc);

/* abProtocolDataStructure; the length is returned. */
size_t params_encode(const struct params *p, uint8_t out[PARAMS_T1_LEN]);

/* PPS request for this protocol and speed (9.2); its length is returned. */
size_t pps_encode(const struct params *p, uint8_t out[PPS_MAX]);

/*
 * Check a PPS answer; *fidi is the speed that the card agreed to.
 * READER_ERR_NO_PROTOCOL when it is not an answer to this request.
 */
err_t pps_check(
    const struct params *asked, struct bytes answer, uint8_t *fidi) MUST_CHECK;

#endif
