/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The recovery ladder: after a failed exchange, one step at a time, cheapest
 * first, until the object can be read or no step is left. What an error means
 * and where it enters the ladder stands in one table in recovery.c.
 */
#ifndef READER_RECOVERY_H
#define READER_RECOVERY_H

#include "base/deadline.h"
#include "reader/apdu.h"

struct reader;

/* How far the current object has climbed. */
struct recovery {
	unsigned next;	       /* rung */
	bool climbing;	       /* until is set */
	struct deadline until; /* for all steps of this object */
	unsigned chunk;	       /* when the climb began */
	bool silent;	       /* one exchange ended in silence */
};

/*
 * Bring reader and card back after `why`, by the next step that can help.
 *
 * 0: repeat the command; when reader_epoch() has changed, the card has lost
 * its state. For a command that must not be repeated the answer is `why`, and
 * the messages are in step. Otherwise the error that is final for this object.
 */
err_t recovery_step(struct reader *r, enum apdu_replay replay, err_t why,
    struct deadline until) MUST_CHECK;

#endif
