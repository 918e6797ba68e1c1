/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Habits of cards other than the current CAC. Their lines in a profile:
 *
 * atr none                  no chip that answers: mute at power on
 * private-blocks many|one   whether PRIVATE SIGN/DECRYPT takes P1=80
 * certificate-piece N       GET CERTIFICATE: what 63xx says at most, decimal
 * select-more SW1           61 or 63 before the length of SELECT's answer
 * tell-tries yes|no         63 00 for a wrong PIN, or with the count
 * verify-applet AID         VERIFY only while this one is selected
 * change-applet AID         the same for CHANGE REFERENCE DATA
 * extended-length yes|no    lengths of three bytes are understood with T=1
 * unknown-aid SW...         statuses in turn, in place of one
 * endless INS SW1           61, 63: the answer to INS has no end; 6C: the
 *                           length is never right
 * expects INS...            all other commands are counted as unexpected
 * answer PREFIX SW [BYTES]  a command that begins so, in every applet or in
 *                           the one above; PREFIX goes up to all of its data
 */
#ifndef EMULATOR_CARD_PROFILE_HABIT_H
#define EMULATOR_CARD_PROFILE_HABIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "tools/emulator/card/blob.h"

#define AID_MAX	     16
#define STATUSES_MAX 8

struct applet;

struct aid {
	uint8_t bytes[AID_MAX];
	size_t len;
};

/* What to say to a command, whatever it is. */
struct scripted {
	STAILQ_ENTRY(scripted) next;
	const struct applet *applet; /* NULL: any */
	struct blob prefix;
	struct blob bytes;
	uint16_t sw;
};
STAILQ_HEAD(scripted_list, scripted);

struct habits {
	bool mute;
	bool one_block;
	unsigned certificate_piece;
	uint8_t select_more;
	bool hide_tries;
	struct aid verify_applet;
	struct aid change_applet;
	bool extended_length;
	uint16_t unknown_aid[STATUSES_MAX];
	size_t n_unknown_aid;
	uint8_t endless[256]; /* SW1, 0: not */
	bool picky;	      /* an expects line was there */
	bool expects[256];
	struct scripted_list scripted;
};

#endif
