/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cac-tool/options.h"

#define HELP  'h'
#define FIRST 256 /* val of the first option */

static void
help(const struct command *self, const struct option_def *defs)
{
	printf("usage: cac-tool %s%s%s\n\n%s\n\n", self->name,
	    *self->usage != '\0' ? " " : "", self->usage, self->help);
	for (; defs->name != NULL; defs++) {
		char left[40];

		snprintf(left, sizeof(left), "--%s%s%s", defs->name,
		    defs->operand != NULL ? " " : "",
		    defs->operand != NULL ? defs->operand : "");
		printf("  %-22s %s\n", left, defs->help);
	}
	printf("  %-22s %s\n", "--help", "show this");
}

static void
long_options(const struct option_def *defs, struct option *out)
{
	int val = FIRST;

	for (; defs->name != NULL && val < FIRST + OPTIONS_MAX; defs++)
		*out++ = (struct option){.name = defs->name,
		    .has_arg = defs->flag == NULL,
		    .val = val++};
	*out++ = (struct option){.name = "help", .val = HELP};
	*out = (struct option){.name = NULL};
}

static bool
set(const struct option_def *def, const char *value)
{
	if (def->flag != NULL) {
		*def->flag = true;
	} else if (def->value != NULL) {
		*def->value = value;
	} else if (def->values->n == OPTIONS_MAX) {
		complain("too many --%s", def->name);
		return false;
	} else {
		def->values->list[def->values->n++] = value;
	}
	return true;
}

bool
options_parse(const struct command *self, const struct option_def *defs,
    int argc, char **argv, int *operands, enum tool_status *status)
{
	struct option names[OPTIONS_MAX + 2];
	int c;

	long_options(defs, names);
	opterr = 0;
	optind = 0;
	*status = STATUS_USAGE;
	while ((c = getopt_long(argc, argv, ":h", names, NULL)) != -1) {
		if (c == HELP) {
			help(self, defs);
			*status = STATUS_DONE;
			return false;
		}
		if (c == '?' || c == ':') {
			complain("%s %s; see cac-tool %s --help",
			    argv[optind - 1],
			    c == ':' ? "wants a value"
				     : "is not an option here",
			    self->name);
			return false;
		}
		if (!set(&defs[c - FIRST], optarg))
			return false;
	}
	*operands = optind;
	return true;
}

bool
options_alone(const struct command *self, const struct option_def *defs,
    int argc, char **argv, enum tool_status *status)
{
	int operands;

	if (!options_parse(self, defs, argc, argv, &operands, status))
		return false;
	if (operands == argc)
		return true;
	complain("%s takes no operands: %s", self->name, argv[operands]);
	*status = STATUS_USAGE;
	return false;
}

bool
options_number(const char *name, const char *value, unsigned *out)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(value, &end, 10);
	if (*value >= '0' && *value <= '9' && *end == '\0' && errno == 0 &&
	    n >= 1 && n <= UINT_MAX) {
		*out = (unsigned)n;
		return true;
	}
	complain("--%s: not a number from 1: %s", name, value);
	return false;
}
