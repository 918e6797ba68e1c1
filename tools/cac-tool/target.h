/* SPDX-License-Identifier: BSD-2-Clause */
/* What register, unregister, status and trust work on. */
#ifndef CAC_TOOL_TARGET_H
#define CAC_TOOL_TARGET_H

#include "tools/cac-tool/databases.h"
#include "tools/cac-tool/options.h"
#include "tools/cac-tool/record.h"

struct target_options {
	struct option_values browsers;
	struct option_values folders; /* of databases */
	bool system;
};

/* For the table of a subcommand. */
#define TARGET_OPTIONS(t)                                                      \
	{.name = "browser",                                                    \
	    .operand = "NAME",                                                 \
	    .help = "only chrome, firefox or thunderbird; may be repeated",    \
	    .values = &(t)->browsers},                                         \
	{                                                                      \
		.name = "database", .operand = "DIR",                          \
		.help = "only this NSS database; may be repeated",             \
		.values = &(t)->folders                                        \
	}
#define TARGET_SYSTEM(t)                                                       \
	{                                                                      \
		.name = "system", .help = "for all users; as root",            \
		.flag = &(t)->system                                           \
	}

struct target {
	struct home home;
	bool narrowed;	   /* by --browser or --database */
	unsigned browsers; /* of enum browser */
	unsigned wanted;   /* those named */
	struct databases *databases;
	struct record *record;
};

/*
 * The user's databases and record, or with --system the record of the system.
 * writing names the subcommand that will change files; NULL: none will. False
 * after one line on stderr.
 */
bool target_open(struct target *t, const struct target_options *options,
    const char *writing, enum tool_status *status);

/* "done        Firefox profile x, ~/.mozilla/..." */
void target_say(const char *state, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The database in words, with its folder. */
char *target_name(const struct target *t, const struct database *d);

/* Counts for the exit status. */
struct tally {
	unsigned good, bad;
};

/* Save the record and tell the exit status. */
enum tool_status
target_end(struct target *t, const struct tally *tally, bool dry);

#endif
