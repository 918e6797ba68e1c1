/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The I/O contact between reader and card: the characters of ISO/IEC 7816-3,
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

/* What happens to the next T=1 block. */
enum line_spoil {
	SPOIL_NONE,
	SPOIL_EDC_OUT,	/* the block to the card is damaged */
	SPOIL_LOST_OUT, /* it never gets there */
	SPOIL_EDC,	/* the card's block is damaged */
	SPOIL_LOST,	/* the card's block is lost */
	SPOIL_SEQUENCE	/* the card's block has the other number */
};

struct line {
	const struct model *model;
	uint8_t fidi;	  /* in force on the reader's side */
	uint8_t guard;	  /* N, extra etu of each character to the card */
	bool dead;	  /* only a reset makes the card listen again */
	uint8_t protocol; /* T in force on the reader's side */
	uint8_t wtx;	  /* T=1: multiplier that the card has asked for */
	bool chaining;	  /* T=1: the last I-block to the card had M */
	enum line_spoil spoil;
	uint64_t get_responses; /* sent to the card */
	uint64_t ticks;
	uint64_t to_card; /* characters */
	uint64_t from_card;
};

enum line_result {
	LINE_OK,
	LINE_MUTE,     /* the card stayed silent */
	LINE_CONFLICT, /* not a procedure byte that fits */
	LINE_VIOLATION /* characters that make no sense */
};

struct line_answer {
	unsigned nulls;		     /* NULL procedure bytes seen on the way */
	uint8_t bytes[T1_BLOCK_MAX]; /* data, SW1 SW2; or a block */
	size_t n;
};

/* Reset the card and take its ATR at 372/1; returns its length. */
size_t line_reset(struct line *line, struct card *card, uint8_t atr[ATR_MAX]);

/* The time of n etu at the speed in force. */
void line_spend(struct line *line, uint64_t etu);

/* Characters to the card with the guard time in force, and from it. */
void line_send(struct line *line, size_t n);
void line_receive(struct line *line, size_t n);

/* Whether the reader's speed is the card's; if not, what that looks like. */
enum line_result line_speed(const struct line *line, const struct card *card);

/*
 * Protocol and parameters selection (ISO/IEC 7816-3, 9). On success reader and
 * card are at fidi. LINE_VIOLATION: the card kept 372/1 (PPS1 left out), and
 * so does the reader; after any other failure the card wants a reset.
 */
enum line_result
line_pps(struct line *line, struct card *card, uint8_t protocol, uint8_t fidi);

/*
 * A PPS request that the host made itself: its answer, and no change of the
 * reader's speed or protocol.
 */
enum line_result line_raw_pps(struct line *line, struct card *card,
    const uint8_t *request, size_t n, struct line_answer *answer);

/* One T=0 command: a header, or a header and P3 characters of data. */
enum line_result line_exchange(struct line *line, struct card *card,
    const uint8_t *tpdu, size_t n, struct line_answer *answer);

/*
 * One T=1 block each way. bwi multiplies the block waiting time: an answer to
 * S(WTX response) that needs more than that is lost.
 */
enum line_result line_block(struct line *line, struct card *card,
    const uint8_t *block, size_t n, uint8_t bwi, struct line_answer *answer);

#endif
