/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/options-table.h"

typedef bool set_fn(struct parse *parse, const char *value);

static set_fn set_reader, set_card, set_pki, set_profiles, set_fault,
    set_inject, set_report, set_log, set_no_zlp, set_busy_for, set_control,
    set_listen, set_pad, set_renew;

const struct option_entry option_table[OPTION_COUNT] = {
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
