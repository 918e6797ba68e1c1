/* SPDX-License-Identifier: BSD-2-Clause */
/* A transcript, read from its text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/fake-usb.h"

static const struct {
	const char *name;
	uint8_t type;
} types[] = {
    {"SetParameters", 0x61},
    {"IccPowerOn", 0x62},
    {"IccPowerOff", 0x63},
    {"GetSlotStatus", 0x65},
    {"GetParameters", 0x6C},
    {"Secure", 0x69},
    {"XfrBlock", 0x6F},
    {"Abort", 0x72},
    {"SetDataRateAndClockFrequency", 0x73},
    {"DataBlock", 0x80},
    {"SlotStatus", 0x81},
    {"Parameters", 0x82},
    {"DataRateAndClockFrequency", 0x84},
};

static const struct {
	const char *name;
	err_t err;
} errors[] = {
    {"USB_TIMEOUT", USB_ERR_TIMEOUT}, {"USB_STALL", USB_ERR_STALL},
    {"USB_OVERFLOW", USB_ERR_OVERFLOW}, {"USB_IO", USB_ERR_IO},
    {"USB_GONE", USB_ERR_GONE}, {"USB_UNSENT", USB_ERR_UNSENT},
    {"SYNC", USB_ERR_OVERFLOW}, /* longer than any message */
};

static uint8_t
find_type(const char *name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].name, name) == 0)
			return types[i].type;
	}
	fail_msg("transcript: unknown message %s", name);
	return 0;
}

static err_t
find_error(const char *text)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (strstr(text, errors[i].name) != NULL)
			return errors[i].err;
	}
	fail_msg("transcript: unknown error in: %s", text);
	return 0;
}

/* What a trace hides is left out of an answer; only its length is wrong. */
static void
parse_hex(struct fake_entry *e, const char *hex)
{
	const char *hidden = strstr(hex, "**");
	unsigned v;
	int used;

	e->any_tail = hidden != NULL;
	for (; sscanf(hex, " %2x%n", &v, &used) == 1; hex += used) {
		assert_true(e->n < sizeof(e->bytes));
		e->bytes[e->n++] = (uint8_t)v;
	}
	if (hidden != NULL && e->dir == '<')
		parse_hex(e, hidden + 2);
}

static void
parse_data(struct fake_entry *e, const char *line)
{
	const char *bar = strchr(line, '|');
	size_t n;

	if (bar != NULL)
		parse_hex(e, bar + 1);
	n = e->n - 10;
	e->bytes[1] = (uint8_t)n;
	e->bytes[2] = (uint8_t)(n >> 8);
}

static void
parse_command(struct fake_entry *e, const char *line)
{
	char name[64];
	unsigned slot, seq, s[3];

	if (sscanf(line, "%63s slot=%u seq=%u %2x %2x %2x", name, &slot, &seq,
		&s[0], &s[1], &s[2]) != 6)
		fail_msg("transcript: not a command: %s", line);
	e->bytes[0] = find_type(name);
	e->bytes[5] = (uint8_t)slot;
	e->bytes[6] = (uint8_t)seq;
	for (int i = 0; i < 3; i++)
		e->bytes[7 + i] = (uint8_t)s[i];
	e->n = 10;
	parse_data(e, line);
}

static void
parse_answer(struct fake_entry *e, const char *line)
{
	char name[64];
	unsigned slot, seq, status, error, specific;

	if (strncmp(line, "raw", 3) == 0 ||
	    strncmp(line, "malformed", 9) == 0) {
		if (strchr(line, '|') != NULL)
			parse_hex(e, strchr(line, '|') + 1);
		return;
	}
	if (sscanf(line, "%63s slot=%u seq=%u status=%2x error=%2x %2x", name,
		&slot, &seq, &status, &error, &specific) != 6)
		fail_msg("transcript: not an answer: %s", line);
	e->bytes[0] = find_type(name);
	e->bytes[5] = (uint8_t)slot;
	e->bytes[6] = (uint8_t)seq;
	e->bytes[7] = (uint8_t)status;
	e->bytes[8] = (uint8_t)error;
	e->bytes[9] = (uint8_t)specific;
	e->n = 10;
	parse_data(e, line);
}

/* From "M" on, past the time and reader; NULL: another level, or a remark. */
static const char *
message_part(const char *line)
{
	int used = 0;

	if (sscanf(line, "%*f r%*u %n", &used) == 0 && used > 0)
		line += used;
	return strncmp(line, "M ", 2) == 0 ? line + 2 : NULL;
}

static void
parse_line(struct fake_usb *f, const char *line, unsigned number)
{
	const char *part = message_part(line);
	struct fake_entry *e = &f->entry[f->n];

	if (part == NULL || strlen(part) < 3)
		return;
	assert_true(f->n < FAKE_ENTRIES_MAX);
	e->dir = part[0];
	e->line = number;
	if (e->dir == '>') {
		parse_command(e, part + 2);
	} else if (e->dir == '<') {
		parse_answer(e, part + 2);
	} else if (strstr(part, "no answer") || strstr(part, "not sent")) {
		e->dir = '!';
		e->unsent = strstr(part, "not sent") != NULL;
		e->err = find_error(part);
	} else {
		return;
	}
	f->n++;
}

void
fake_usb_load(struct fake_usb *f, const char *text)
{
	unsigned number = 1;

	*f = (struct fake_usb){.last_use = 1};
	f->entry = calloc(FAKE_ENTRIES_MAX, sizeof(*f->entry));
	assert_non_null(f->entry);
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		char line[2048];

		assert_true(n < sizeof(line));
		memcpy(line, text, n);
		line[n] = '\0';
		parse_line(f, line, number++);
		text += n + (text[n] == '\n');
	}
}

void
fake_usb_clear(struct fake_usb *f)
{
	free(f->entry);
	f->entry = NULL;
}
