/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "tools/emulator/options-table.h"

#define HELP 'h'

static void
help(const struct subcommand *self)
{
	printf("usage: cac-emulator %s %s\n\n%s\n\n", self->name, self->usage,
	    self->help);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		char left[40];

		if (!(option_table[i].subcommands & (unsigned)self->id))
			continue;
		snprintf(left, sizeof(left), "--%s%s%s", option_table[i].name,
		    option_table[i].operand != NULL ? " " : "",
		    option_table[i].operand != NULL ? option_table[i].operand
						    : "");
		printf("  %-22s %s\n", left, option_table[i].help);
	}
}

/* The options of this subcommand as getopt_long() wants them. */
static void
long_options(const struct subcommand *self, struct option *out)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		if (!(option_table[i].subcommands & (unsigned)self->id))
			continue;
		*out++ = (struct option){
		    .name = option_table[i].name,
		    .has_arg = option_table[i].operand != NULL,
		    .val = option_table[i].set == NULL ? HELP : 256 + i,
		};
	}
	*out = (struct option){.name = NULL};
}

static bool
parse_all(struct parse *parse, int argc, char **argv, int *status)
{
	struct option names[OPTION_COUNT + 1];
	int c;

	long_options(parse->self, names);
	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:h", names, NULL)) != -1) {
		if (c == HELP) {
			help(parse->self);
			*status = 0;
			return false;
		}
		if (c == '?' || c == ':') {
			complain("%s %s; see cac-emulator %s --help",
			    argv[optind - 1],
			    c == ':' ? "wants a value"
				     : "is not an option here",
			    parse->self->name);
			return false;
		}
		if (!option_table[c - 256].set(parse, optarg))
			return false;
	}
	return true;
}

/* A profile with a slash is a path, any other is in the folder of profiles. */
char *
options_profile(const struct options *options, const char *card)
{
	char *path;
	int n;

	if (strchr(card, '/') != NULL)
		n = asprintf(&path, "%s", card);
	else
		n = asprintf(&path, "%s/%s", options->profiles, card);
	return n >= 0 ? path : NULL;
}

static bool
resolve_profiles(struct options *options)
{
	for (size_t i = 0; i < options->reader_count; i++) {
		struct reader_options *r = &options->readers[i];

		if (r->card == NULL || strcmp(r->card, "none") == 0)
			continue;
		r->profile = options_profile(options, r->card);
		if (r->profile == NULL) {
			complain("out of memory");
			return false;
		}
	}
	return true;
}

/* Several readers: all are there, and only where they can be. */
static bool
check_readers(const struct parse *parse)
{
	const struct options *o = parse->options;

	if (parse->readers_wanted > o->reader_count) {
		complain("there is no reader %u", parse->readers_wanted);
		return false;
	}
	if (o->reader_count == 1)
		return true;
	if (parse->self->id != RUN) {
		complain("%s knows one reader only", parse->self->name);
		return false;
	}
	for (size_t i = 0; i < o->reader_count; i++) {
		if (o->readers[i].model == NULL) {
			complain("none is not one of several readers");
			return false;
		}
	}
	return true;
}

static bool
open_log(struct options *options)
{
	if (options->log_path == NULL)
		return true;
	options->log = fopen(options->log_path, "we");
	if (options->log == NULL) {
		complain("%s: %s", options->log_path, strerror(errno));
		return false;
	}
	for (size_t i = 0; i < options->reader_count; i++) {
		struct report *report = &options->readers[i].report;

		report->log = options->log;
		if (options->reader_count > 1)
			report->number = (unsigned)i + 1;
	}
	return true;
}

bool
options_parse(struct options *options, const struct subcommand *self, int argc,
    char **argv, int *status)
{
	struct parse parse = {options, self, 0};

	memset(options, 0, sizeof(*options));
	options->listen = DEFAULT_LISTEN;
	options->profiles = PROFILES_DIR;
	options->reader_count = 1;
	*status = EXIT_USAGE;
	options->readers[0].model = model_find(MODEL_DEFAULT);
	if (parse_all(&parse, argc, argv, status) && check_readers(&parse) &&
	    resolve_profiles(options) && open_log(options)) {
		options->operands = optind;
		return true;
	}
	options->report_path = NULL;
	options_finish(options);
	return false;
}
