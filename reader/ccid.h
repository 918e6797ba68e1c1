/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One CCID message out, its answer in (CCID 1.1, 6): sequence numbers, stale
 * answers, time extensions, and getting back into step after a fault.
 */
#ifndef READER_CCID_H
#define READER_CCID_H

#include "base/deadline.h"
#include "reader/ccid-desc.h"
#include "reader/ccid-msg.h"
#include "reader/quirks.h"
#include "reader/usb.h"

/* Ordinary waits for an answer, restarted by each time extension. */
#define CCID_WAIT_QUICK_MS 1000	 /* the reader alone */
#define CCID_WAIT_CARD_MS  5000	 /* the card takes part */
#define CCID_WAIT_POWER_MS 10000 /* activation and a slow ATR */

/* An opened reader, shared by its slots. */
struct ccid {
	struct usb_pipe usb;
	struct ccid_desc desc;
	uint16_t wMaxPacketSize;
	unsigned quirks; /* flags of enum quirk */
	uint8_t bSeq;	 /* of the last command */
	struct buf tx;
	struct buf rx;
};

struct ccid_slot {
	struct ccid *ccid;
	uint8_t bSlot;
	unsigned id;	  /* for the trace */
	unsigned wait_ms; /* for answers that the card takes part in */
	uint8_t volts;	  /* 1 + bPowerSelect that its card came up with; 0 */
};

/* No I/O. The pipe stays the caller's. */
void ccid_init(struct ccid *c, struct usb_pipe usb,
    const struct ccid_desc *desc, const struct usb_reader_info *info);
void ccid_clear(struct ccid *c);

/*
 * Room that an answer of n data bytes takes, for the `expect` below. It should
 * be exact: a transfer that asks for more than comes ends by a short packet,
 * and not every reader sends one after n * wMaxPacketSize bytes.
 */
#define CCID_EXPECT(n) (CCID_HEADER_LENGTH + (size_t)(n))
/* Nobody knows: the first packet will tell. */
#define CCID_EXPECT_ANY CCID_EXPECT(0)

struct ccid_wait {
	unsigned ms;	       /* for the answer or the next time extension */
	struct deadline until; /* never moved by time extensions */
};

/*
 * Send a command and wait for its answer. Answers to other commands are
 * dropped without buying time. expect is the length of the answer foreseen,
 * header included, or CCID_EXPECT_ANY; another one is received all the same.
 *
 * answer->data is borrowed until the next call. A failed command comes back as
 * its CCID_ERR_*; CCID_ERR_NO_CARD whatever the code when the slot is empty,
 * and CCID_ERR_INACTIVE when XfrBlock finds the card without power. After
 * USB_ERR_* and CCID_ERR_SYNC call ccid_resync() before the next command;
 * answer is then undefined.
 */
err_t ccid_transceive(struct ccid_slot *s, const struct ccid_command *cmd,
    size_t expect, struct ccid_wait wait,
    struct ccid_answer *answer) MUST_CHECK;

/* State of the slot; does not disturb the card. */
err_t ccid_slot_status(
    struct ccid_slot *s, struct ccid_wait wait, enum ccid_icc *icc) MUST_CHECK;

/*
 * Back into step after an answer that was lost, late or malformed, cheapest
 * means first: drain, status, clear the halts, abort. Error: only a power
 * cycle of the reader is left.
 */
err_t ccid_resync(
    struct ccid_slot *s, struct deadline until, enum ccid_icc *icc) MUST_CHECK;

/* For ccid-resync.c. */
uint8_t ccid_send(struct ccid_slot *s, const struct ccid_command *cmd,
    struct deadline until, err_t *err);
err_t ccid_receive(struct ccid_slot *s, size_t expect, struct deadline until,
    enum ccid_secrecy secrecy, struct ccid_answer *answer) MUST_CHECK;

#endif
