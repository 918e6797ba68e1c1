/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/options.h"

#define DEFAULT_LISTEN "127.0.0.1:3240"
#define OPTION_COUNT   12
#define HELP	       'h'

struct parse {
	struct options *options;
	const struct subcommand *self;
	const char *card;
	const char *profiles;
};

typedef bool set_fn(struct parse *parse, const char *value);

static set_fn set_reader, set_card, set_pki, set_profiles, set_fault,
    set_inject, set_report, set_log, set_no_zlp, set_busy_for, set_listen;

static const struct {
	const char *name;
	const char *operand; /* NULL: none */
	const char *help;
	unsigned subcommands;
	set_fn *set;
} table[OPTION_COUNT] = {
    {"reader", "MODEL", "reader, or none [" MODEL_DEFAULT "]", RUN | USBIP,
	set_reader},
    {"card", "PROFILE", "card in the reader, or none [none]",
	RUN | USBIP | EXCHANGE, set_card},
    {"pki", "DIR", "keys and certificates; made there when missing",
	RUN | USBIP | EXCHANGE, set_pki},
    {"profiles", "DIR", "where profiles are [" PROFILES_DIR "]",
	RUN | USBIP | EXCHANGE, set_profiles},
    {"fault", "FILE", "faults, one in a line", RUN | USBIP, set_fault},
    {"inject", "FAULT", "one fault", RUN | USBIP, set_inject},
    {"report", "FILE", "write counts there at the end (JSON)", RUN | USBIP,
	set_report},
    {"log", "FILE", "write every message and event there", RUN | USBIP,
	set_log},
    {"no-zlp", NULL, "no empty packet after answers of n*64 bytes", RUN | USBIP,
	set_no_zlp},
    {"busy-for", "N", "refuse the first N claims of the interface", RUN,
	set_busy_for},
    {"listen", "ADDR[:PORT]", "loopback address [" DEFAULT_LISTEN "]", USBIP,
	set_listen},
    {"help", NULL, "show this", RUN | USBIP | EXCHANGE, NULL},
};

static bool
set_reader(struct parse *parse, const char *value)
{
	parse->options->model = model_find(value);
	if (parse->options->model != NULL) {
		parse->options->zero_packets =
		    parse->options->model->zero_packets;
		return true;
	}
	if (parse->self->id == RUN && strcmp(value, "none") == 0)
		return true;
	complain("no reader '%s'; see cac-emulator --help", value);
	return false;
}

static bool
set_card(struct parse *parse, const char *value)
{
	parse->card = value;
	return true;
}

static bool
set_pki(struct parse *parse, const char *value)
{
	parse->options->pki = value;
	return true;
}

static bool
set_profiles(struct parse *parse, const char *value)
{
	parse->profiles = value;
	return true;
}

static bool
set_fault(struct parse *parse, const char *value)
{
	char error[FAULT_ERROR_MAX];

	if (faults_add_file(&parse->options->faults, value, error))
		return true;
	complain("%s", error);
	return false;
}

static bool
set_inject(struct parse *parse, const char *value)
{
	char error[FAULT_ERROR_MAX];

	if (faults_add_line(&parse->options->faults, value, "--inject", error))
		return true;
	complain("%s", error);
	return false;
}

static bool
set_report(struct parse *parse, const char *value)
{
	parse->options->report_path = value;
	return true;
}

static bool
set_log(struct parse *parse, const char *value)
{
	parse->options->log_path = value;
	return true;
}

static bool
set_no_zlp(struct parse *parse, const char *value)
{
	(void)value;
	parse->options->zero_packets = false;
	return true;
}

static bool
set_busy_for(struct parse *parse, const char *value)
{
	char *end;

	errno = 0;
	parse->options->busy_for = strtoul(value, &end, 10);
	if (*value >= '0' && *value <= '9' && *end == '\0' && errno == 0)
		return true;
	complain("--busy-for: not a number: %s", value);
	return false;
}

static bool
set_listen(struct parse *parse, const char *value)
{
	parse->options->listen = value;
	return true;
}

static void
help(const struct subcommand *self)
{
	printf("usage: cac-emulator %s %s\n\n%s\n\n", self->name, self->usage,
	    self->help);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		char left[40];

		if (!(table[i].subcommands & (unsigned)self->id))
			continue;
		snprintf(left, sizeof(left), "--%s%s%s", table[i].name,
		    table[i].operand != NULL ? " " : "",
		    table[i].operand != NULL ? table[i].operand : "");
		printf("  %-22s %s\n", left, table[i].help);
	}
}

/* The options of this subcommand as getopt_long() wants them. */
static void
long_options(const struct subcommand *self, struct option *out)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		if (!(table[i].subcommands & (unsigned)self->id))
			continue;
		*out++ = (struct option){
		    .name = table[i].name,
		    .has_arg = table[i].operand != NULL,
		    .val = table[i].set == NULL ? HELP : 256 + i,
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
		if (!table[c - 256].set(parse, optarg))
			return false;
	}
	return true;
}

/* A profile with a slash is a path, any other is in the folder of profiles. */
static bool
resolve_profile(struct parse *parse)
{
	const char *card = parse->card;
	char **path = &parse->options->profile;
	int n;

	if (card == NULL || strcmp(card, "none") == 0)
		return true;
	if (strchr(card, '/') != NULL)
		n = asprintf(path, "%s", card);
	else
		n = asprintf(path, "%s/%s", parse->profiles, card);
	if (n >= 0)
		return true;
	*path = NULL;
	complain("out of memory");
	return false;
}

static bool
open_log(struct options *options)
{
	if (options->log_path == NULL)
		return true;
	options->report.log = fopen(options->log_path, "we");
	if (options->report.log != NULL)
		return true;
	complain("%s: %s", options->log_path, strerror(errno));
	return false;
}

bool
options_parse(struct options *options, const struct subcommand *self, int argc,
    char **argv, int *status)
{
	struct parse parse = {options, self, NULL, PROFILES_DIR};

	*options = (struct options){.listen = DEFAULT_LISTEN};
	*status = EXIT_USAGE;
	set_reader(&parse, MODEL_DEFAULT);
	if (parse_all(&parse, argc, argv, status) && resolve_profile(&parse) &&
	    open_log(options)) {
		options->operands = optind;
		return true;
	}
	options->report_path = NULL;
	options_finish(options, NULL);
	return false;
}

struct device *
options_device(struct options *options)
{
	const struct device_options o = {
	    .model = options->model,
	    .card = {options->profile, options->pki},
	    .report = &options->report,
	    .faults = &options->faults,
	    .zero_packets = options->zero_packets,
	};
	const char *error = NULL;
	struct device *device = device_new(&o, &error);

	if (device == NULL)
		complain("%s", error != NULL ? error : "no card");
	return device;
}

bool
options_finish(struct options *options, const struct device *device)
{
	static const struct line no_line;
	bool ok = true;

	if (options->report_path != NULL &&
	    !report_write(&options->report,
		device != NULL ? device_line(device) : &no_line,
		&options->faults, options->report_path)) {
		complain("%s: %s", options->report_path, strerror(errno));
		ok = false;
	}
	if (options->report.log != NULL)
		fclose(options->report.log);
	options->report.log = NULL;
	faults_free(&options->faults);
	free(options->profile);
	options->profile = NULL;
	return ok;
}
