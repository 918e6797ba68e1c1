/* SPDX-License-Identifier: BSD-2-Clause */
/* T=1 on the card's side (ISO/IEC 7816-3, 11). */
#ifndef EMULATOR_CARD_T1_H
#define EMULATOR_CARD_T1_H

#include "tools/emulator/card/blob.h"
#include "tools/emulator/card/t1-block.h"

struct card;

struct t1 {
	bool crc;
	uint8_t ns; /* of the I-block that is out, or of the next one */
	uint8_t nr; /* expected of the host's next I-block */
	uint8_t ifsc, ifsd;

	struct blob command;  /* INF of the host's chain so far */
	struct blob response; /* what our I-blocks carry */
	size_t at;	      /* of response: where the I-block begins */
	size_t part;	      /* of response: how much of it is in it */
	bool out;	      /* an I-block was sent and not acknowledged */

	uint8_t last[T1_BLOCK_MAX]; /* block sent, for its repetition */
	size_t last_n;
	uint8_t request;     /* PCB of an S request that waits, 0: none */
	unsigned complaints; /* in a row */
	unsigned wtx_left;
	uint8_t wtx_multiplier;
	bool ifs_told; /* our own S(IFS request) */
	unsigned host_errors;
};

/* After a reset: the parameters of the ATR. */
void t1_reset(struct card *card);

/* Forget what is under way, and wipe it. */
void t1_clear(struct t1 *t);

#endif
