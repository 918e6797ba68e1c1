/* SPDX-License-Identifier: BSD-2-Clause */
/* What happened, counted (--report) and told (--log). */
#ifndef EMULATOR_REPORT_H
#define EMULATOR_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tools/emulator/fault.h"
#include "tools/emulator/line.h"

struct report {
	uint64_t messages[256]; /* bulk OUT, by bMessageType */
	uint64_t exchanges;	/* XfrBlock */
	uint64_t get_responses;
	uint64_t verify_commands; /* VERIFY with data that reached the card */
	uint64_t power_ons;
	uint64_t cold_resets;
	uint64_t warm_resets;
	uint64_t usb_resets;
	uint64_t t1_host_errors;  /* see card_t1_errors() */
	struct card_counts cards; /* all that were in */
	bool has_card;
	unsigned pin_tries_left; /* of the last one, if there was one */
	uint64_t round_trips;	 /* commands whose last answer was taken */
	unsigned number;	 /* before each line of the log, 0: not */
	bool secret_goes_on;	 /* into the next command of the log */
	FILE *log;		 /* or NULL */
};

struct reported {
	const struct report *report;
	const struct line *line;
	const struct faults *faults;
};

/* Add what a card has counted since before. */
void report_card(struct report *report, const struct card_counts *before,
    const struct card_counts *now);

/*
 * Write the JSON report of one reader, or of several as an array "readers".
 * False and errno when the file cannot be written.
 */
bool report_write(const struct reported *readers, size_t n, const char *path);
/* One line of the log. */
void report_event(struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * A CCID message in either direction. Data of commands that carry PINs
 * (VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER) is not shown.
 */
void report_message(struct report *report, const uint8_t *message, size_t n);

#endif
