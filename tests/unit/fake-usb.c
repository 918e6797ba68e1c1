/* SPDX-License-Identifier: BSD-2-Clause */
/* A transcript, played back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "tests/unit/fake-usb.h"

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

static bool
fake_wanted(void *pipe)
{
	(void)pipe;
	return false;
}

static const struct usb_ops fake_ops = {
    .claim = fake_claim,
    .release = fake_release,
    .wanted = fake_wanted,
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
