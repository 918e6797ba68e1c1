/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of a subcommand. */
#ifndef CAC_TOOL_OPTIONS_H
#define CAC_TOOL_OPTIONS_H

#include "tools/cac-tool/tool.h"

#define OPTIONS_MAX 16

/* The values of an option that may be given more than once. */
struct option_values {
	const char *list[OPTIONS_MAX];
	size_t n;
};

/* Of flag, value and values one is not NULL; the last entry has no name. */
struct option_def {
	const char *name;
	const char *operand;
	const char *help;
	bool *flag;
	const char **value;
	struct option_values *values;
};

/*
 * Parse argv[1..]; options may stand behind operands. *operands is the index of
 * the first operand in argv, which is sorted for that. False when the program
 * is to end with *status: after --help, or after one line on stderr.
 */
bool options_parse(const struct command *self, const struct option_def *defs,
    int argc, char **argv, int *operands, enum tool_status *status);

/* The same for a subcommand that takes no operands. */
bool options_alone(const struct command *self, const struct option_def *defs,
    int argc, char **argv, enum tool_status *status);

/* A number from 1; false, after one line on stderr, when it is none. */
bool options_number(const char *name, const char *value, unsigned *out);

#endif
