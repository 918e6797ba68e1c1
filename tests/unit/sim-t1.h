/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The card's side of T=1 (ISO/IEC 7816-3, 11) in front of the simulated card.
 * Nothing is lost on its line: an R-block that asks for a repetition fails the
 * test.
 */
#ifndef TESTS_SIM_T1_H
#define TESTS_SIM_T1_H

#include "tests/unit/sim-card.h"

#define SIM_BLOCK_MAX 259

struct sim_t1 {
	uint8_t ns, nr, ifsd;
	uint8_t command[1024], answer[SIM_OBJECT_MAX + 2];
	size_t command_n, answer_n, answered;
	unsigned ifs_requests, resynchs;
};

void sim_t1_reset(struct sim_t1 *t);

/* One block in, the length of one block out. */
size_t sim_t1_block(struct sim_t1 *t, struct sim_card *c, struct bytes in,
    uint8_t out[SIM_BLOCK_MAX]);

#endif
