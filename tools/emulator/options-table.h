/* SPDX-License-Identifier: BSD-2-Clause */
/* Which options there are, and what each of them sets. */
#ifndef EMULATOR_OPTIONS_TABLE_H
#define EMULATOR_OPTIONS_TABLE_H

#include "tools/emulator/options.h"

#define DEFAULT_LISTEN "127.0.0.1:3240"
#define OPTION_COUNT   15

struct parse {
	struct options *options;
	const struct subcommand *self;
	unsigned readers_wanted; /* the largest reader= of a fault */
};

struct option_entry {
	const char *name;
	const char *operand; /* NULL: none */
	const char *help;
	unsigned subcommands;
	/* NULL: help. False after one line on stderr. */
	bool (*set)(struct parse *parse, const char *value);
};

extern const struct option_entry option_table[OPTION_COUNT];

#endif
