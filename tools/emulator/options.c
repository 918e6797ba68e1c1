/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/options.h"

#define DEFAULT_LISTEN "127.0.0.1:3240"
#define OPTION_COUNT   15
#define HELP	       'h'

struct parse {
	struct options *options;
	const struct subcommand *self;
	unsigned readers_wanted; /* the largest reader= of a fault */
};

typedef bool set_fn(struct parse *parse, const char *value);

static set_fn set_reader, set_card, set_pki, set_profiles, set_fault,
    set_inject, set_report, set_log, set_no_zlp, set_busy_for, set_control,
    set_listen, set_pad, set_renew;

static const struct {
	const char *name;
	const char *operand; /* NULL: none */
	const char *help;
	unsigned subcommands;
	set_fn *set;
} table[OPTION_COUNT] = {
    {"reader", "MODEL", "a reader, or none [" MODEL_DEFAULT "]", RUN | USBIP,
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
    {"pad", "KEYS", "keys of the PIN pad: digits, cancel, timeout", RUN | USBIP,
	set_pad},
    {"renew", "NN[:key]", "renew a certificate, or its key too", RUN | USBIP,
	set_renew},
    {"control", "PATH", "FIFO for commands; answers in PATH.answer", RUN,
	set_control},
    {"listen", "ADDR[:PORT]", "loopback address [" DEFAULT_LISTEN "]", USBIP,
	set_listen},
    {"help", NULL, "show this", RUN | USBIP | EXCHANGE, NULL},
};

static struct reader_options *
current(struct parse *parse)
{
	return &parse->options->readers[parse->options->reader_count - 1];
}

/* The second --reader begins a second reader. */
static bool
set_reader(struct parse *parse, const char *value)
{
	struct options *o = parse->options;
	const struct model *model = model_find(value);

	if (model == NULL &&
	    (parse->self->id != RUN || strcmp(value, "none") != 0)) {
		complain("no reader '%s'; see cac-emulator --help", value);
		return false;
	}
	if (current(parse)->named && o->reader_count == READERS_MAX) {
		complain("more than %d readers", READERS_MAX);
		return false;
	}
	if (current(parse)->named)
		o->reader_count++;
	current(parse)->named = true;
	current(parse)->model = model;
	return true;
}

static bool
set_card(struct parse *parse, const char *value)
{
	current(parse)->card = value;
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
	parse->options->profiles = value;
	return true;
}

/* A fault may begin with reader=N. */
static bool
add_fault(void *arg, const char *line, const char *where, char *error)
{
	struct parse *parse = arg;
	unsigned number = 1;

	line += strspn(line, " \t");
	if (strncmp(line, "reader=", 7) == 0) {
		number = line[7] >= '1' && line[7] <= '0' + READERS_MAX
		    ? (unsigned)(line[7] - '0')
		    : 0;
		if (number == 0 || strcspn(line + 8, " \t\r\n") != 0) {
			snprintf(error, FAULT_ERROR_MAX,
			    "%s: bad value of: reader", where);
			return false;
		}
		line += 8;
	}
	if (number > parse->readers_wanted)
		parse->readers_wanted = number;
	return faults_add_line(
	    &parse->options->readers[number - 1].faults, line, where, error);
}

static bool
set_fault(struct parse *parse, const char *value)
{
	char error[FAULT_ERROR_MAX];

	if (faults_read_file(value, add_fault, parse, error))
		return true;
	complain("%s", error);
	return false;
}

static bool
set_inject(struct parse *parse, const char *value)
{
	char error[FAULT_ERROR_MAX];

	if (add_fault(parse, value, "--inject", error))
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
	current(parse)->no_zero_packets = true;
	return true;
}

static bool
set_busy_for(struct parse *parse, const char *value)
{
	char *end;

	errno = 0;
	current(parse)->busy_for = strtoul(value, &end, 10);
	if (*value >= '0' && *value <= '9' && *end == '\0' && errno == 0)
		return true;
	complain("--busy-for: not a number: %s", value);
	return false;
}

static bool
add_hand(struct parse *parse, struct hand hand)
{
	struct reader_options *r = current(parse);

	if (r->hand_count == HANDS_MAX) {
		complain("more than %d of --pad and --renew", HANDS_MAX);
		return false;
	}
	r->hands[r->hand_count++] = hand;
	return true;
}

static bool
set_pad(struct parse *parse, const char *value)
{
	struct pin_pad pad = {.n = 0};
	bool ok = pad_type(&pad, value);

	pad_clear(&pad);
	if (!ok) {
		complain("--pad: digits, cancel and timeout are its words");
		return false;
	}
	return add_hand(parse, (struct hand){.what = HAND_PAD, .text = value});
}

static bool
set_renew(struct parse *parse, const char *value)
{
	struct hand hand;

	if (!hand_renewal(value, &hand)) {
		complain("--renew: neither NN nor NN:key: %s", value);
		return false;
	}
	return add_hand(parse, hand);
}

static bool
set_control(struct parse *parse, const char *value)
{
	parse->options->control = value;
	return true;
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
