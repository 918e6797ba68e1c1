/* SPDX-License-Identifier: BSD-2-Clause */
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

	*f = (struct fake_usb){.entry = NULL};
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

static void __attribute__((format(printf, 2, 3)))
differ(struct fake_usb *f, const char *format, ...)
{
	va_list ap;

	if (f->mismatch[0] != '\0')
		return;
	va_start(ap, format);
	(void)vsnprintf(f->mismatch, sizeof(f->mismatch), format, ap);
	va_end(ap);
}

static struct fake_entry *
current(struct fake_usb *f)
{
	return f->next < f->n ? &f->entry[f->next] : NULL;
}

static bool
same_command(const struct fake_entry *e, struct bytes msg)
{
	struct bytes want = {e->bytes, e->n};

	if (msg.n < 10 || msg.p[0] != want.p[0] || msg.p[5] != want.p[5] ||
	    memcmp(msg.p + 7, want.p + 7, 3) != 0 ||
	    bytes_le32(msg.p + 1) != msg.n - 10)
		return false;
	if (e->any_tail)
		return msg.n >= want.n &&
		    memcmp(msg.p + 10, want.p + 10, want.n - 10) == 0;
	return msg.n == want.n &&
	    memcmp(msg.p + 10, want.p + 10, want.n - 10) == 0;
}

static err_t
fake_bulk_out(void *pipe, struct bytes msg, struct deadline until)
{
	struct fake_usb *f = pipe;
	struct fake_entry *e = current(f);

	(void)until;
	if (e == NULL || e->dir != '>' || !same_command(e, msg)) {
		differ(f, "line %u: unexpected command %02X of %zu bytes",
		    e != NULL ? e->line : 0, msg.p[0], msg.n);
		return USB_ERR_GONE;
	}
	f->seq_shift = (uint8_t)(msg.p[6] - e->bytes[6]);
	f->bSeq = msg.p[6];
	f->commands++;
	f->next++;
	e = current(f);
	if (e != NULL && e->dir == '!' && e->unsent) {
		f->next++;
		return e->err;
	}
	return 0;
}

static err_t
next_answer(struct fake_usb *f)
{
	struct fake_entry *e = current(f);

	if (e == NULL || e->dir == '>') {
		/* Nothing scripted: the reader is silent. */
		return USB_ERR_TIMEOUT;
	}
	f->next++;
	if (e->dir == '!')
		return e->err;
	memcpy(f->pending, e->bytes, e->n);
	f->pending_n = e->n;
	if (e->n >= 10)
		f->pending[6] = (uint8_t)(e->bytes[6] + f->seq_shift);
	return 0;
}

static err_t
waited(const struct fake_usb *f, struct deadline until)
{
	if (f->wait != NULL)
		f->wait(until);
	return USB_ERR_TIMEOUT;
}

static err_t
fake_bulk_in(
    void *pipe, uint8_t *buf, size_t room, size_t *got, struct deadline until)
{
	struct fake_usb *f = pipe;
	err_t err;

	*got = 0;
	f->reads++;
	if (f->pending_n == 0) {
		if (f->zlp_first || f->zlp_next) {
			f->zlp_first = f->zlp_next = false;
			return 0;
		}
		err = next_answer(f);
		if (err != 0)
			return err == USB_ERR_TIMEOUT ? waited(f, until) : err;
	}
	*got = f->pending_n < room ? f->pending_n : room;
	memcpy(buf, f->pending, *got);
	memmove(f->pending, f->pending + *got, f->pending_n - *got);
	f->pending_n -= *got;
	/* A transfer that is not full waits for a short packet in vain. */
	if (f->no_zlp && *got % 64 == 0 && *got < room)
		return waited(f, until);
	f->zlp_next = !f->no_zlp && *got == room && f->pending_n == 0;
	return 0;
}

static err_t
fake_claim(void *pipe, struct deadline until)
{
	struct fake_usb *f = pipe;

	(void)until;
	f->claims++;
	return f->claim_err;
}

static void
fake_release(void *pipe)
{
	((struct fake_usb *)pipe)->releases++;
}

static err_t
fake_control_out(void *pipe, uint8_t bRequest, uint16_t wValue)
{
	struct fake_usb *f = pipe;

	assert_int_equal(bRequest, 0x01);
	f->aborts++;
	f->abort_value = wValue;
	f->abort_at = f->next;
	return f->abort_err;
}

static err_t
fake_control_in(
    void *pipe, uint8_t bRequest, uint8_t *buf, size_t room, size_t *got)
{
	struct fake_usb *f = pipe;

	(void)bRequest;
	if (f->rates == NULL)
		return USB_ERR_STALL;
	*got = f->rates_n < room ? f->rates_n : room;
	memcpy(buf, f->rates, *got);
	return 0;
}

static uint64_t
fake_last_use(void *pipe)
{
	return ((struct fake_usb *)pipe)->last_use;
}

static err_t
fake_clear_halt(void *pipe, enum usb_endpoint which)
{
	struct fake_usb *f = pipe;

	(void)which;
	f->clear_halts++;
	return f->clear_halt_err;
}

static err_t
fake_reset(void *pipe)
{
	struct fake_usb *f = pipe;

	f->resets++;
	return f->reset_err;
}

static err_t
fake_string(void *pipe, uint8_t index, char text[USB_NAME_MAX])
{
	(void)pipe;
	(void)snprintf(text, USB_NAME_MAX, "String %u", index);
	return 0;
}

static void
fake_close(void *pipe)
{
	((struct fake_usb *)pipe)->closes++;
}

static const struct usb_ops fake_ops = {
    .claim = fake_claim,
    .release = fake_release,
    .bulk_out = fake_bulk_out,
    .bulk_in = fake_bulk_in,
    .control_out = fake_control_out,
    .control_in = fake_control_in,
    .last_use = fake_last_use,
    .clear_halt = fake_clear_halt,
    .reset = fake_reset,
    .string = fake_string,
    .close = fake_close,
};

struct usb_pipe
fake_usb_pipe(struct fake_usb *f)
{
	return (struct usb_pipe){&fake_ops, f};
}

void
fake_usb_assert_done(const struct fake_usb *f)
{
	if (f->mismatch[0] != '\0')
		fail_msg("%s", f->mismatch);
	if (f->next != f->n)
		fail_msg("line %u was not reached", f->entry[f->next].line);
}
