/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bulk IN endpoint: answers wait here, cut into packets of 64 bytes, until
 * the host takes them (USB 2.0, 5.8).
 */
#ifndef EMULATOR_PIPE_H
#define EMULATOR_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a transfer ended, or that it has not. */
enum transfer {
	TRANSFER_DONE,
	TRANSFER_PENDING,
	TRANSFER_STALL,
	TRANSFER_BABBLE, /* a packet larger than the room that was left */
	TRANSFER_GONE	 /* no device any more */
};

/* An IN transfer of the host; it keeps what it has while it is pending. */
struct in_transfer {
	uint8_t *buf;
	size_t room;
	size_t actual;
};

enum answer_flags {
	ANSWER_LAST = 1,       /* the last answer of its command */
	ANSWER_SLOW = 2,       /* its command counts as running until taken */
	ANSWER_BABBLE = 4,     /* runs over whatever room there is */
	ANSWER_ZERO_PACKET = 8 /* is empty or ends with a ZLP when n*64 */
};

struct pipe {
	struct answer *first;
	bool halted;
};

/* due_ms: not to be seen before. False when out of memory. */
bool pipe_put(struct pipe *pipe, const uint8_t *bytes, size_t n,
    uint64_t due_ms, unsigned flags);

/*
 * Move packets into the transfer. *lasts grows by the number of ANSWER_LAST
 * that were taken whole.
 */
enum transfer pipe_take(struct pipe *pipe, uint64_t now_ms,
    struct in_transfer *transfer, uint64_t *lasts);

/* Whether a slow command still runs. */
bool pipe_is_busy(const struct pipe *pipe);

/* When the next answer is due; UINT64_MAX: none is waiting. */
uint64_t pipe_next_due(const struct pipe *pipe);

/* Forget the answers to bSeq, or all of them. */
void pipe_drop_seq(struct pipe *pipe, uint8_t seq);
void pipe_clear(struct pipe *pipe);

#endif
