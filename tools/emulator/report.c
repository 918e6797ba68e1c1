/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "tools/emulator/ccid.h"
#include "tools/emulator/ccid-spec.h"
#include "tools/emulator/hex.h"
#include "tools/emulator/report.h"

#define INS_VERIFY		  0x20
#define INS_CHANGE_REFERENCE_DATA 0x24
#define INS_RESET_RETRY_COUNTER	  0x2C

static void
json_text(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			fprintf(out, "\\u%04x", (unsigned char)*text);
		else
			putc(*text, out);
	}
	putc('"', out);
}

static void
json_number(FILE *out, const char *name, uint64_t value)
{
	fprintf(out, "  \"%s\": %" PRIu64 ",\n", name, value);
}

static void
json_messages(FILE *out, const struct report *report)
{
	const char *comma = "";

	fputs("  \"messages\": {", out);
	for (unsigned type = 0; type < 256; type++) {
		const char *name = ccid_message_name((uint8_t)type);

		if (report->messages[type] == 0)
			continue;
		fprintf(out, "%s\n    ", comma);
		if (name != NULL)
			json_text(out, name);
		else
			fprintf(out, "\"%02X\"", type);
		fprintf(out, ": %" PRIu64, report->messages[type]);
		comma = ",";
	}
	fputs("\n  },\n", out);
}

static void
json_faults(FILE *out, const struct faults *faults)
{
	const char *comma = "";

	fputs("  \"faults_injected\": [", out);
	for (const struct fault *f = faults->first; f != NULL; f = f->next) {
		fprintf(out, "%s\n    {\"fault\": ", comma);
		json_text(out, f->line);
		fprintf(out, ", \"count\": %lu}", f->injected);
		comma = ",";
	}
	fputs("\n  ]\n", out);
}

static void
json_line(FILE *out, const struct line *line)
{
	uint64_t second = (uint64_t)LINE_TICKS_PER_US * 1000000;
	uint64_t rest = line->ticks % second;

	json_number(out, "line_bytes_to_card", line->to_card);
	json_number(out, "line_bytes_from_card", line->from_card);
	fprintf(out,
	    "  \"simulated_line_seconds\": %" PRIu64 ".%09" PRIu64 ",\n",
	    line->ticks / second, rest * 1000 / LINE_TICKS_PER_US);
}

/* By INS, those that came. */
static void
json_commands(FILE *out, const char *name, const uint64_t counts[256])
{
	const char *comma = "";

	fprintf(out, "  \"%s\": {", name);
	for (unsigned ins = 0; ins < 256; ins++) {
		if (counts[ins] == 0)
			continue;
		fprintf(out, "%s\"%02X\": %" PRIu64, comma, ins, counts[ins]);
		comma = ", ";
	}
	fputs("},\n", out);
}

static void
json_cards(FILE *out, const struct report *report)
{
	const struct card_counts *cards = &report->cards;

	if (report->has_card)
		json_number(out, "pin_tries_left", report->pin_tries_left);
	else
		fputs("  \"pin_tries_left\": null,\n", out);
	json_number(out, "wrong_pins", cards->wrong_pins);
	json_number(out, "pin_changes", cards->pin_changes);
	json_number(out, "private_operations", cards->private_operations);
	json_number(out, "challenges", cards->challenges);
	json_commands(out, "commands", cards->commands);
	json_commands(out, "unexpected_commands", cards->unexpected);
}

void
report_card(struct report *report, const struct card_counts *before,
    const struct card_counts *now)
{
	struct card_counts *sum = &report->cards;

	for (unsigned ins = 0; ins < 256; ins++) {
		sum->commands[ins] +=
		    now->commands[ins] - before->commands[ins];
		sum->unexpected[ins] +=
		    now->unexpected[ins] - before->unexpected[ins];
	}
	sum->wrong_pins += now->wrong_pins - before->wrong_pins;
	sum->pin_changes += now->pin_changes - before->pin_changes;
	sum->private_operations +=
	    now->private_operations - before->private_operations;
	sum->challenges += now->challenges - before->challenges;
}

static void
json_reader(FILE *out, const struct report *report, const struct line *line,
    const struct faults *faults)
{
	fputs("{\n", out);
	json_number(out, "exchanges", report->exchanges);
	json_number(out, "get_responses", report->get_responses);
	json_number(out, "verify_commands", report->verify_commands);
	json_number(out, "power_ons", report->power_ons);
	json_number(out, "cold_resets", report->cold_resets);
	json_number(out, "warm_resets", report->warm_resets);
	json_number(out, "usb_resets", report->usb_resets);
	json_number(out, "t1_host_errors", report->t1_host_errors);
	json_number(out, "round_trips", report->round_trips);
	json_cards(out, report);
	json_line(out, line);
	json_messages(out, report);
	json_faults(out, faults);
	fputs("}", out);
}

bool
report_write(const struct reported *readers, size_t n, const char *path)
{
	FILE *out = fopen(path, "we");
	bool ok;

	if (out == NULL)
		return false;
	if (n > 1)
		fputs("{\"readers\": [\n", out);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			fputs(",\n", out);
		json_reader(
		    out, readers[i].report, readers[i].line, readers[i].faults);
	}
	fputs(n > 1 ? "\n]}\n" : "\n", out);
	ok = ferror(out) == 0;
	return fclose(out) == 0 && ok;
}

/* Several readers share a log; their threads may too. */
static void
begin_line(struct report *report)
{
	if (report->number > 0)
		fprintf(report->log, "%u ", report->number);
}

static void
end_line(struct report *report)
{
	putc('\n', report->log);
	fflush(report->log);
}

void
report_event(struct report *report, const char *format, ...)
{
	va_list args;

	if (report->log == NULL)
		return;
	va_start(args, format);
	flockfile(report->log);
	begin_line(report);
	vfprintf(report->log, format, args);
	va_end(args);
	end_line(report);
	funlockfile(report->log);
}

static bool
is_secret(uint8_t ins)
{
	return ins == INS_VERIFY || ins == INS_CHANGE_REFERENCE_DATA ||
	    ins == INS_RESET_RETRY_COUNTER;
}

/* NAD 00 and LEN as long as the data say that it is a T=1 block. */
static bool
is_block(const uint8_t *p, size_t n)
{
	return n > T1_PROLOGUE && p[0] == 0 &&
	    (n == T1_PROLOGUE + p[2] + 1u || n == T1_PROLOGUE + p[2] + 2u);
}

/*
 * Where the PIN blocks of a command begin, at the earliest: the data structure
 * of CCID 1.1, 6.1.11 and a header. They should be empty.
 */
static size_t
pin_template(const uint8_t *m)
{
	return CCID_HEADER + TPDU_HEADER + (m[CCID_HEADER] == 0 ? 15 : 18);
}

/* How many bytes of a command may be shown. */
static size_t
public_part(struct report *report, const uint8_t *m, size_t n)
{
	const uint8_t *data = m + CCID_HEADER;
	bool block;
	size_t at;

	if (m[0] == PC_to_RDR_Secure && n > CCID_HEADER)
		return n < pin_template(m) ? n : pin_template(m);
	if (m[0] != PC_to_RDR_XfrBlock || n <= CCID_HEADER)
		return n;
	block = is_block(data, n - CCID_HEADER);
	if (block && !t1_is_i(data[1]))
		return n;
	at = CCID_HEADER + (block ? T1_PROLOGUE : 0);
	if (!report->secret_goes_on) {
		if (n < at + 2 || !is_secret(m[at + 1]))
			return n;
		at += TPDU_HEADER;
	}
	/* Chained blocks and parts of an APDU; a header in characters. */
	report->secret_goes_on =
	    block ? data[1] & T1_I_MORE : m[8] == 1 || m[8] == 3;
	return at < n ? at : n;
}

static void
print_message(struct report *report, const uint8_t *message, size_t n)
{
	FILE *out = report->log;
	const char *name;
	size_t shown;

	if (n < CCID_HEADER) {
		fputs("M ? ", out);
		hex_print(out, message, n);
		return;
	}
	name = ccid_message_name(message[0]);
	shown = public_part(report, message, n);
	fprintf(out, "M %c %s ", message[0] < 0x80 ? '>' : '<',
	    name != NULL ? name : "?");
	hex_print(out, message, CCID_HEADER);
	if (n > CCID_HEADER)
		fputs(" | ", out);
	hex_print(out, message + CCID_HEADER, shown - CCID_HEADER);
	if (shown < n)
		fprintf(out, " **(%zu)", n - shown);
}

void
report_message(struct report *report, const uint8_t *message, size_t n)
{
	if (report->log == NULL)
		return;
	flockfile(report->log);
	begin_line(report);
	print_message(report, message, n);
	end_line(report);
	funlockfile(report->log);
}
