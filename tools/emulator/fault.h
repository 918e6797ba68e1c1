/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults on demand: which exchange goes wrong, how, and how often. The
 * language of a line is in cac-emulator(1).
 */
#ifndef EMULATOR_FAULT_H
#define EMULATOR_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAULT_ANY	  (-1)
#define FAULT_PREFIX_MAX  64
#define FAULT_MESSAGE_ANY 0x100

enum fault_kind {
	FAULT_ERROR,	      /* number: bError */
	FAULT_TIMEOUT,	      /* no answer */
	FAULT_LATE,	      /* number: milliseconds */
	FAULT_TIME_EXTENSION, /* number: how many */
	FAULT_STALL_IN,
	FAULT_STALL_OUT,
	FAULT_SHORT,
	FAULT_BABBLE,
	FAULT_WRONG_SEQ,
	FAULT_WRONG_SLOT,
	FAULT_WRONG_TYPE,
	FAULT_WRONG_LENGTH,
	FAULT_ZERO_PACKET,
	FAULT_PARAMS_RESET,
	FAULT_WARM_RESET,
	FAULT_CARD_RESET,
	FAULT_CARD_OUT,	  /* number: commands until it is back, 0: stays out */
	FAULT_CARD_SWAP,  /* text: profile of the other card */
	FAULT_CARD_OTHER, /* the same, of another identity */
	FAULT_UNPLUG,	  /* number: milliseconds until it is back */
	FAULT_ATR,	  /* bytes */
	FAULT_TRUNCATED_ATR,
	FAULT_SW,	/* number: SW1 SW2 */
	FAULT_WRONG_LE, /* number: the P3 that the card wants, 6Cxx */
	FAULT_BLOCK	/* number: enum line_spoil */
};

enum fault_until { UNTIL_NEVER, UNTIL_WARM, UNTIL_COLD, UNTIL_USB_RESET };

struct fault {
	struct fault *next;
	char *line; /* as written */
	enum fault_kind kind;
	unsigned long number;
	char *text;
	uint8_t bytes[FAULT_PREFIX_MAX];
	size_t bytes_n;
	bool lost; /* the card saw the command */
	bool busy; /* FAULT_TIMEOUT: the slot stays busy */

	/* selectors */
	int message, ins, p3, speed;
	uint8_t tpdu[FAULT_PREFIX_MAX], after[FAULT_PREFIX_MAX];
	uint8_t block[FAULT_PREFIX_MAX];
	size_t tpdu_n, after_n, block_n;
	unsigned long exchange; /* 0: any */
	unsigned long skip;
	unsigned long left; /* 0: no limit */
	enum fault_until until;

	bool armed;
	bool over;
	unsigned long injected;
};

/*
 * What is about to happen. For XfrBlock block is its abData, and tpdu the
 * command in it: the INF of a T=1 I-block, or all of it.
 */
struct fault_event {
	uint8_t message;
	const uint8_t *tpdu;
	size_t tpdu_n;
	const uint8_t *block;
	size_t block_n;
	unsigned long exchange;
	uint8_t fidi;
};

struct faults {
	struct fault *first;
};

/*
 * fault-parse.c: one line. On failure false and a message in error, which
 * names the line and the word. Empty lines and what follows a # are left out.
 */
#define FAULT_ERROR_MAX 256
bool faults_add_line(struct faults *faults, const char *line, const char *where,
    char error[FAULT_ERROR_MAX]);

/* Gives each line of a file to add, until that fails. */
typedef bool
faults_line_fn(void *arg, const char *line, const char *where, char *error);
bool faults_read_file(const char *path, faults_line_fn *add, void *arg,
    char error[FAULT_ERROR_MAX]);
void faults_free(struct faults *faults);

/* The fault of this event or NULL; it counts as injected. */
const struct fault *
faults_next(struct faults *faults, const struct fault_event *event);

/* A TPDU has passed: arms the faults that wait for it. */
void faults_passed(struct faults *faults, const uint8_t *tpdu, size_t n);

/* Ends the faults that have begun and last until this reset or a lesser. */
void faults_reset(struct faults *faults, enum fault_until level);

#endif
