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

#define READERS_MAX 8
#define HANDS_MAX   16

/* One --reader and what follows it. */
struct reader_options {
	const struct model *model; /* NULL: no reader */
	bool named;
	const char *card; /* as given */
	char *profile;	  /* a path; NULL: no card */
	bool no_zero_packets;
	unsigned long busy_for;
	struct hand hands[HANDS_MAX]; /* before all else */
	size_t hand_count;
	struct faults faults;
	struct report report;
	struct device *device; /* once it is made */
};

struct options {
	struct reader_options readers[READERS_MAX];
	size_t reader_count;
	const char *pki;
	const char *profiles;
	const char *report_path;
	const char *log_path;
	const char *control;
	const char *listen;
	FILE *log;
	int operands; /* index of the first argument that is no option */
};
/*
 * Parse argv[1..] of a subcommand and open the log. Returns false when the
 * program is to end with *status: after --help, or after one line on stderr.
 */
bool options_parse(struct options *options, const struct subcommand *self,
    int argc, char **argv, int *status);

/* Make all devices; false after one line on stderr. */
bool options_devices(struct options *options);

/* The path of a profile as --card names it, NULL when out of memory. */
char *options_profile(const struct options *options, const char *card);

/*
 * Write the report if one was asked for (without devices: nothing but zeros),
 * and free what was made for the options. False after one line on stderr.
 */
bool options_finish(struct options *options);
/* "cac-emulator: ..." on stderr. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
