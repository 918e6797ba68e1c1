/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this folder share about a reader. */
#ifndef READER_READER_PRIVATE_H
#define READER_READER_PRIVATE_H

#include "reader/device.h"
#include "reader/link.h"
#include "reader/power.h"
#include "reader/reader.h"
#include "reader/recovery.h"

#define PROTOCOLS_ALL 0xFFFF

struct reader {
	unsigned id;
	struct device *device;
	uint8_t bSlot;
	_Atomic unsigned *generations; /* shared: never the same twice */

	/* Under device->busy. */
	struct ccid_slot slot;
	unsigned arrival; /* of the device, when last taken */
	bool powered;	  /* by us, and atr and params are true */
	struct atr atr;
	struct params params;
	struct link link;
	unsigned epoch;
	unsigned memory;
	unsigned chunk;	    /* learned; 256 at first */
	uint8_t fidi_limit; /* learned; 0 none */
	uint16_t protocols; /* learned: a bit for each T worth using */
	struct recovery recovery;
	struct deadline share; /* until then others may wait */
	err_t unusable;	       /* why this card could not be activated */
	struct deadline retry; /* until then nobody tries again */

	/* Under device->state: the last look. */
	enum presence presence;
	unsigned gone; /* the arrival that PRESENCE_NO_READER is about */
	unsigned generation;
	unsigned strangers; /* the device's count when the card was known */
	err_t why;
};

/* Largest answer that the reader's messages hold, 1 to 256. */
unsigned reader_chunk_max(const struct reader *r);

/*
 * Reset the card and agree on speed again, at most at fidi_limit. The epoch
 * changes. READER_ERR_CHANGED: another ATR, a new generation has begun.
 */
err_t reader_reset(
    struct reader *r, enum power_how how, struct deadline until) MUST_CHECK;

/* The card is gone, or lost its power behind our back. */
void reader_note_absent(struct reader *r);
void reader_note_unpowered(struct reader *r);

/* The card has lost, or may have lost, what it was told. */
void reader_note_amnesia(struct reader *r);

void reader_forget_card(struct reader *r);
void reader_set_presence(struct reader *r, enum presence presence, err_t why);

#endif
