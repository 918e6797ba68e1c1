/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One slot of one reader, and the card in it. This is all that the card layer
 * sees of everything below: APDUs go in, answers come out, and what went wrong
 * on the way was put right where that is possible.
 */
#ifndef READER_READER_H
#define READER_READER_H

#include "base/deadline.h"
#include "reader/apdu.h"

struct reader;

/* Stable for the life of the readers it belongs to; from 1. */
unsigned reader_id(const struct reader *r);

struct reader_info {
	char manufacturer[64];	/* UTF-8 */
	char product[64];	/* never empty */
	uint8_t firmware_major; /* of bcdDevice */
	uint8_t firmware_minor;
	bool plugged;
};

/* May ask the reader for its strings once, when nobody else uses it. */
void reader_describe(struct reader *r, struct reader_info *out);

/* What PINs the reader takes on a pad of its own (CCID 1.1, 5.1). */
enum reader_pin_pad {
	READER_PIN_VERIFY = 1 << 0,
	READER_PIN_CHANGE = 1 << 1,
	READER_PIN_DISPLAY = 1 << 2, /* and it asks for them by itself */
};

/* Flags of enum reader_pin_pad; 0 also when unplugged. Never waits. */
unsigned reader_pin_pad(const struct reader *r);

enum presence {
	PRESENCE_NO_READER, /* unplugged */
	PRESENCE_UNKNOWN,   /* no permission, or another program holds it */
	PRESENCE_EMPTY,
	PRESENCE_CARD
};

/*
 * Is there a card, and which one? Quick, and never waits for a transaction of
 * another thread or program: then the last answer stands.
 *
 * *generation changes with every insertion that was noticed and is never
 * reused; *why tells what is behind PRESENCE_UNKNOWN.
 */
enum presence reader_poll(struct reader *r, unsigned *generation, err_t *why);

/*
 * Whether others have used the reader since reader_trust(): then a card that
 * looks the same may be another one of the same kind.
 */
bool reader_in_doubt(struct reader *r);

/*
 * Start a transaction: take the reader from other threads and programs, and
 * have the card powered and its parameters set. Waits until the deadline for
 * others to finish.
 *
 * USB_ERR_GONE, USB_ERR_ACCESS, USB_ERR_BUSY, CCID_ERR_NO_CARD, and what
 * power-on reports. On any error there is no transaction.
 */
err_t reader_begin(struct reader *r, struct deadline until) MUST_CHECK;
void reader_end(struct reader *r);

/*
 * Whether other threads or programs wait, and this transaction has had its
 * share of 25 ms: then end it after the object in hand, and begin another for
 * the rest. They come first. Never waits; called between reader_begin() and
 * reader_end(), as is all that follows.
 */
bool reader_wanted(struct reader *r);

/* As from reader_poll(): which insertion this is. */
unsigned reader_generation(const struct reader *r);

/*
 * Changes whenever the card may have lost its state: selected applet, verified
 * PIN. Also changes at each transaction, since others may have used the card.
 */
unsigned reader_epoch(const struct reader *r);

/*
 * Changes whenever the card may have lost a verified PIN: at every reset, and
 * when others have used it since our last transaction. Unlike reader_epoch() it
 * stays the same from one transaction to the next when the reader was ours.
 */
unsigned reader_memory(const struct reader *r);

/*
 * Reset the card, so that it forgets a verified PIN. READER_ERR_CHANGED: it is
 * another card. Others as reader_begin().
 */
err_t reader_reset_card(struct reader *r, struct deadline until) MUST_CHECK;

/* The card's answer to reset, valid until the next call to this reader. */
struct bytes reader_atr(const struct reader *r);

/*
 * The most bytes that one command should ask for, 1 to 256: what the reader's
 * messages hold, or less once smaller answers have helped.
 */
unsigned reader_chunk(const struct reader *r);

/* It has shown that it is the same card; or another, of a new generation. */
void reader_trust(struct reader *r);
void reader_distrust(struct reader *r);

/*
 * The next object (a container, a selection with its reads) starts: recovery
 * may again use each of its steps.
 */
void reader_new_object(struct reader *r);

/*
 * Send one command APDU; follow 61XX and 6CXX to the end (ISO/IEC 7816-3,
 * 12.2). The answer is appended to rsp->data, at most cmd->ne bytes.
 *
 * A command with APDU_REPLAY_OK that fails on the way is recovered: repeated
 * as a whole with its GET RESPONSE chain, in smaller pieces, at lower speed,
 * after resets. READER_ERR_RESET: recovery worked, but the card lost its state
 * and reader_epoch() changed; select and read the object again. A command
 * that must not be repeated comes back with its error, the reader usable.
 * On any error rsp->data is as it was.
 *
 * Other errors are final for this object: USB_ERR_*, CCID_ERR_*, READER_ERR_*.
 */
err_t reader_exchange(struct reader *r, const struct apdu_cmd *cmd,
    struct apdu_rsp *rsp, struct deadline until) MUST_CHECK;

/*
 * VERIFY or CHANGE REFERENCE DATA with PINs from the reader's own pad, as
 * ASCII digits in blocks of eight bytes, filled up with FF (NIST SP 800-73-4,
 * part 2, 2.4.3).
 */
struct pin_entry {
	uint8_t cla, p1, p2;
	uint8_t min, max;  /* digits of each PIN, 1 to 8 */
	uint8_t timeout_s; /* for the person at the pad; 0: 30 s */
};

/*
 * Have a PIN typed and sent to the card, once, whatever happens; *sw is the
 * card's verdict. 61XX and 6CXX are not followed. To change, the old PIN is
 * typed, and the new one twice. Less time than timeout_s is given when the
 * deadline asks for it; two minutes are enough for any entry.
 *
 * CCID_ERR_PIN_TIMEOUT, CCID_ERR_PIN_CANCELLED: the card saw nothing, and the
 * counter of wrong PINs is as it was. Before anything is sent:
 * CCID_ERR_UNSUPPORTED, when the reader cannot do it for this card;
 * READER_ERR_COMMAND, bad min or max; ERR_TIMEOUT. After any other error as of
 * reader_exchange() the card may have counted an attempt; the reader is usable.
 */
err_t reader_pin_verify(struct reader *r, const struct pin_entry *e,
    struct deadline until, uint16_t *sw) MUST_CHECK;
err_t reader_pin_change(struct reader *r, const struct pin_entry *e,
    struct deadline until, uint16_t *sw) MUST_CHECK;

#endif
