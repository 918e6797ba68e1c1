/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reader that plays back a transcript: the M lines of a trace file
 * (base/trace.h), with or without the time and reader in front.
 *
 *	M > XfrBlock slot=0 seq=7 00 00 00 | 00 C0 00 00 1C
 *	M < DataBlock slot=0 seq=7 status=00 error=00 00 | .. 90 00
 *	M - no answer: USB_TIMEOUT after 0 bytes
 *	M - not sent: USB_UNSENT
 *	M < raw | 80 02
 *
 * raw may also be called malformed.
 * Sequence numbers count from the transcript's own start: only their distance
 * to the command matters. ** in a command stands for any number of bytes.
 */
#ifndef TESTS_FAKE_USB_H
#define TESTS_FAKE_USB_H

#include "reader/usb.h"

#define FAKE_ENTRIES_MAX 4096

struct fake_entry {
	char dir; /* > command, < answer, ! error */
	uint8_t bytes[700];
	size_t n;
	bool any_tail; /* ** was there */
	bool unsent;   /* the error of a command, not of its answer */
	err_t err;
	unsigned line;
};

struct fake_usb {
	struct fake_entry *entry;
	size_t n, next;
	uint8_t seq_shift; /* actual minus transcript's */
	uint8_t pending[1024];
	size_t pending_n;
	bool zlp_first; /* a leftover zero-length packet before each answer */
	bool no_zlp;	/* none after a message of n * 64 bytes */
	bool zlp_next;	/* due after a full transfer */
	unsigned claims, releases, clear_halts, aborts, resets, closes;
	unsigned commands, reads;
	uint8_t bSeq;	      /* of the last command */
	uint16_t abort_value; /* of the last abort request */
	size_t abort_at;      /* index of the entry that was next then */
	uint64_t last_use;
	err_t claim_err; /* what claim answers, and so on */
	err_t abort_err, clear_halt_err, reset_err;
	void (*wait)(struct deadline until); /* before a timeout; or NULL */
	const uint8_t *rates; /* answer of GET_DATA_RATES, NULL: stall */
	size_t rates_n;
	char mismatch[512]; /* first difference to the transcript */
};

/* Fails the running test when the text is not a transcript. */
void fake_usb_load(struct fake_usb *f, const char *text);
void fake_usb_clear(struct fake_usb *f);
struct usb_pipe fake_usb_pipe(struct fake_usb *f);

/* All lines were played, and none differed. */
void fake_usb_assert_done(const struct fake_usb *f);

#endif
