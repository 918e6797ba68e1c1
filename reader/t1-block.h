/* SPDX-License-Identifier: BSD-2-Clause */
/* T=1 blocks as bytes (ISO/IEC 7816-3, 11.3 and 11.6.1). Pure; no I/O. */
#ifndef READER_T1_BLOCK_H
#define READER_T1_BLOCK_H

#include "base/buf.h"
#include "reader/reader-error.h"

#define T1_PROLOGUE  3
#define T1_INF_MAX   254
#define T1_BLOCK_MAX (T1_PROLOGUE + T1_INF_MAX + 2)

/* PCB of the three kinds (11.3.2.2). */
#define T1_I_NS	      0x40
#define T1_I_MORE     0x20
#define T1_R	      0x80
#define T1_R_NR	      0x10
#define T1_R_OK	      0x00
#define T1_R_EDC      0x01
#define T1_R_OTHER    0x02
#define T1_S_RESYNCH  0xC0
#define T1_S_IFS      0xC1
#define T1_S_ABORT    0xC2
#define T1_S_WTX      0xC3
#define T1_S_RESPONSE 0x20

enum t1_kind { T1_KIND_I, T1_KIND_R, T1_KIND_S };

struct t1_block {
	uint8_t pcb;
	struct bytes inf;
};

enum t1_kind t1_kind(uint8_t pcb);

/* NAD is 00; the epilogue is a CRC or an LRC. */
void t1_block_encode(const struct t1_block *b, bool crc, struct buf *out);

/*
 * READER_ERR_BLOCK: epilogue wrong (*edc_wrong), or length or NAD not what
 * they must be, or a PCB that no block has.
 */
err_t t1_block_parse(struct bytes in, bool crc, struct t1_block *out,
    bool *edc_wrong) MUST_CHECK;

#endif
