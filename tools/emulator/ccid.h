/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CCID machine: takes PC_to_RDR messages, checks each byte of them, has
 * the slot carry them out, applies faults and queues the RDR_to_PC answers.
 */
#ifndef EMULATOR_CCID_H
#define EMULATOR_CCID_H

#include "tools/emulator/ccid-slot.h"
#include "tools/emulator/pipe.h"

struct ccid {
	const struct model *model;
	struct report *report;
	struct faults *faults;
	struct pipe *in;
	struct slot slot;
	bool zero_packets;
	bool hung;	    /* a command that will never answer */
	bool abort_control; /* one half of an abort came, with abort_seq */
	bool abort_bulk;
	uint8_t abort_seq;
};

/* What the endpoint does about a message. */
enum verdict { CCID_TAKEN, CCID_STALL_OUT, CCID_STALL_IN, CCID_UNPLUG };

/*
 * One message of n bytes, of which the first stored ones are at p (stored < n
 * only when n is longer than any command may be); n >= 10. *number is the
 * milliseconds of CCID_UNPLUG.
 */
enum verdict ccid_command(struct ccid *ccid, const uint8_t *p, size_t stored,
    size_t n, uint64_t now_ms, unsigned long *number);

/* The control request ABORT (CCID 1.1, 5.3.1); false: stall it. */
bool ccid_abort_request(struct ccid *ccid, uint16_t value, uint64_t now_ms);

/* Power lost or bus reset. */
void ccid_reset(struct ccid *ccid);

/* Names of messages; NULL and -1 for what is not one. */
const char *ccid_message_name(uint8_t type);
int ccid_message_type(const char *name);

#endif
