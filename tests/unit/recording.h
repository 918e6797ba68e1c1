/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What real cards answered, from files in tests/wire, and of their reader what
 * is the same for all. What was taken out of a
 * recording is filled with made-up content of the same length.
 */
#ifndef TESTS_UNIT_RECORDING_H
#define TESTS_UNIT_RECORDING_H

#include "base/buf.h"

#define RECORDING_PAIRS_MAX 128
#define RECORDING_PAIR_MAX  4096

/* One command and its whole answer: GET RESPONSE is no command of its own. */
struct recording_pair {
	struct buf command;
	struct buf answer; /* with status word */
};

extern struct recording_pair recording_pairs[RECORDING_PAIRS_MAX];
extern size_t recording_count;

/* fill is used up gap by gap. */
void recording_parse(const char *name, struct bytes fill);
void recording_clear(void);

#endif
