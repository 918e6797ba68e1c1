/* SPDX-License-Identifier: BSD-2-Clause */
/* T=1 blocks as bytes (ISO/IEC 7816-3, 11.3). */
#ifndef EMULATOR_CARD_T1_BLOCK_H
#define EMULATOR_CARD_T1_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define T1_PROLOGUE  3
#define T1_INF_MAX   254
#define T1_BLOCK_MAX (T1_PROLOGUE + T1_INF_MAX + 2)

/* PCB (11.3.2.2) */
#define T1_I_NS	      0x40
#define T1_I_MORE     0x20
#define T1_R	      0x80
#define T1_R_NR	      0x10
#define T1_S	      0xC0
#define T1_S_RESPONSE 0x20
#define T1_S_RESYNCH  0xC0
#define T1_S_IFS      0xC1
#define T1_S_ABORT    0xC2
#define T1_S_WTX      0xC3

/* What an R-block says about the block before it. */
enum t1_error { T1_FINE = 0, T1_BAD_EDC = 1, T1_BAD_BLOCK = 2 };

struct t1_block {
	uint8_t pcb;
	const uint8_t *inf;
	uint8_t len;
};

/*
 * NAD 00 and an epilogue of one LRC byte or two CRC bytes, high byte first.
 * Returns the length; out has room for T1_BLOCK_MAX.
 */
size_t t1_block_make(
    uint8_t *out, bool crc, uint8_t pcb, const uint8_t *inf, size_t len);

/* Epilogue, length, NAD, PCB and what LEN is for it; block->inf is in p. */
enum t1_error
t1_block_take(const uint8_t *p, size_t n, bool crc, struct t1_block *block);

/* Set the epilogue of n bytes anew, after a change in them. */
void t1_block_seal(uint8_t *p, size_t n, bool crc);

bool t1_is_i(uint8_t pcb);
bool t1_is_r(uint8_t pcb);

#endif
