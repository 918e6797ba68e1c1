/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PIN entry on the reader's own pad (CCID 1.1, 6.1.11). The host sends the
 * card's command with its PIN blocks still empty; the reader puts in what was
 * typed and sends it on. No digit of a PIN passes through here.
 */
#ifndef READER_PIN_PAD_H
#define READER_PIN_PAD_H

#include "reader/link.h"
#include "reader/reader.h"

/* What of the message does not follow from the entry. */
struct pin_prompt {
	bool display;		 /* the reader has one */
	unsigned quirks;	 /* flags of enum quirk */
	uint8_t bTimeOut;	 /* s, at least 1 */
	uint8_t bTeoPrologue[3]; /* NAD PCB LEN of T=1, else 0 */
};

/*
 * abData of PC_to_RDR_Secure: bPINOperation, the data structure, the command.
 * Pure. At most PIN_PAD_DATA_MAX bytes.
 */
#define PIN_PAD_DATA_MAX 41
void pin_pad_encode(enum ccid_pin_operation op, const struct pin_entry *e,
    const struct pin_prompt *p, struct buf *out);

/*
 * Whether the entry can be tried. No I/O. CCID_ERR_UNSUPPORTED: not in
 * bPINSupport, a character-level reader, or a T=1 card that wants the command
 * in more than one block. READER_ERR_COMMAND: min or max.
 */
err_t pin_pad_check(const struct link *l, enum ccid_pin_operation op,
    const struct pin_entry *e) MUST_CHECK;

/*
 * One entry, after pin_pad_check() returned 0. The message is sent once.
 * Errors as of reader_pin_verify(), and the counters of l->t1 are in step
 * unless recovery is due. Some of the time to the deadline is left to that.
 */
err_t pin_pad_exchange(struct link *l, enum ccid_pin_operation op,
    const struct pin_entry *e, bool display, struct deadline until,
    uint16_t *sw) MUST_CHECK;

#endif
