/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: subcommands and their options. */
#ifndef EMULATOR_OPTIONS_H
#define EMULATOR_OPTIONS_H

#include "tools/emulator/device.h"

/* Exit status for a bad command line, and for what goes wrong later. */
#define EXIT_USAGE    2
#define EXIT_EMULATOR 125

enum subcommand_id { RUN = 1, USBIP = 2, EXCHANGE = 4 };

struct subcommand {
	enum subcommand_id id;
	const char *name;
	const char *usage;
	const char *help;
	int (*run)(const struct subcommand *self, int argc, char **argv);
};

int cmd_run(const struct subcommand *self, int argc, char **argv);
int cmd_usbip(const struct subcommand *self, int argc, char **argv);
int cmd_exchange(const struct subcommand *self, int argc, char **argv);

struct options {
	const struct model *model; /* NULL: no reader */
	char *profile;		   /* a path; NULL: no card */
	const char *pki;
	const char *report_path;
	const char *log_path;
	const char *listen;
	unsigned long busy_for;
	bool zero_packets;
	struct faults faults;
	struct report report;
	int operands; /* index of the first argument that is no option */
};

/*
 * Parse argv[1..] of a subcommand and open the log. Returns false when the
 * program is to end with *status: after --help, or after one line on stderr.
 */
bool options_parse(struct options *options, const struct subcommand *self,
    int argc, char **argv, int *status);

/* The device that was asked for; NULL after one line on stderr. */
struct device *options_device(struct options *options);

/*
 * Write the report if one was asked for (device NULL: nothing but zeros),
 * and free what options_parse() made. False after one line on stderr.
 */
bool options_finish(struct options *options, const struct device *device);

/* "cac-emulator: ..." on stderr. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
