/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The I/O contact between reader and card: T=0 characters (ISO/IEC 7816-3),
 * each of them counted and timed. Nothing here waits.
 */
#ifndef EMULATOR_LINE_H
#define EMULATOR_LINE_H

#include "tools/emulator/card/card.h"
#include "tools/emulator/model.h"

/* One microsecond in units that hold every etu of every speed exactly. */
#define LINE_TICKS_PER_US 23040

#define ATR_MAX	    33
#define TPDU_HEADER 5

struct line {
	const struct model *model;
	uint8_t fidi;  /* in force on the reader's side */
	uint8_t guard; /* N, extra etu of each character to the card */
	bool dead;     /* only a reset makes the card listen again */
	uint64_t ticks;
	uint64_t to_card; /* characters */
	uint64_t from_card;
};

enum line_result {
	LINE_OK,
	LINE_MUTE,     /* the card stayed silent */
	LINE_CONFLICT, /* not a procedure byte that fits */
	LINE_VIOLATION /* characters that make no T=0 */
};

struct line_answer {
	unsigned nulls;		/* NULL procedure bytes seen on the way */
	uint8_t bytes[256 + 2]; /* data, SW1 SW2 */
	size_t n;
};

/* Reset the card and take its ATR at 372/1; returns its length. */
size_t line_reset(struct line *line, struct card *card, uint8_t atr[ATR_MAX]);

/*
 * Protocol and parameters selection (ISO/IEC 7816-3, 9). On success reader and
 * card are at fidi. LINE_VIOLATION: the card kept 372/1 (PPS1 left out), and
 * so does the reader; after any other failure the card wants a reset.
 */
enum line_result
line_pps(struct line *line, struct card *card, uint8_t protocol, uint8_t fidi);

/* One T=0 command: a header, or a header and P3 characters of data. */
enum line_result line_exchange(struct line *line, struct card *card,
    const uint8_t *tpdu, size_t n, struct line_answer *answer);

#endif
