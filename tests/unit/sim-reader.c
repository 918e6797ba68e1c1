/* SPDX-License-Identifier: BSD-2-Clause */
/* The simulated reader's USB side. */
#include "tests/unit/readers-known.h"
#include "tests/unit/sim-private.h"

void
sim_reader_describe(struct sim_reader *s, const char *desc)
{
	uint8_t room[64];

	s->desc = desc;
	assert_int_equal(ccid_desc_parse(hex_parse(desc, room), &s->d), 0);
}

void
sim_reader_init(struct sim_reader *s, size_t object_n)
{
	*s = (struct sim_reader){
	    .card = {.atr = "3B DB 96 00 80 1F 03 00 31 C0 64 B0 F3 10 00 07 "
			    "90 00 80",
		.object_n = object_n},
	    .last_use = 1};
	assert_true(object_n <= SIM_OBJECT_MAX);
	sim_reader_describe(s, SCR3310_5116);
	sim_power_off(s);
}

void
sim_reader_swap(struct sim_reader *s)
{
	sim_power_off(s);
	s->absent = false;
}

/* The command of a struck transfer does not even arrive. */
static bool
stays_outside(struct sim_reader *s, struct bytes msg)
{
	if (s->fault != SIM_STALL_OUT || msg.p[0] != 0x6F ||
	    !sim_strikes(s, bytes_of(msg.p + 10, msg.n - 10)))
		return false;
	s->halted_out = true;
	return true;
}

/* Whether the command is lost with the rest. */
static bool
forget(struct sim_reader *s)
{
	s->dead = s->halted_in = s->halted_out = s->babble = false;
	s->queued = s->read = s->late.n = 0;
	sim_power_off(s);
	s->bus_errors = s->forget == SIM_FORGET_IN;
	return s->forget != SIM_FORGET_QUIETLY;
}

static err_t
sim_bulk_out(void *pipe, struct bytes msg, struct deadline until)
{
	struct sim_reader *s = pipe;

	(void)until;
	if (s->unplugged)
		return USB_ERR_GONE;
	assert_true(msg.n >= 10 && bytes_le32(msg.p + 1) == msg.n - 10);
	assert_true(s->claims > s->releases);
	s->commands++;
	if (s->commands == s->forget_at && forget(s))
		return s->forget == SIM_FORGET_OUT ? USB_ERR_IO : 0;
	if (s->halted_out || stays_outside(s, msg))
		return USB_ERR_UNSENT;
	if (!s->dead)
		sim_on_message(s, msg);
	return s->unplugged ? USB_ERR_GONE : 0;
}

static err_t
nothing(struct sim_reader *s, struct deadline until)
{
	if (s->wait != NULL)
		s->wait(until);
	if (s->late.n > 0) {
		s->queue[s->queued++] = s->late;
		s->late.n = 0;
	}
	return USB_ERR_TIMEOUT;
}

static err_t
sim_bulk_in(
    void *pipe, uint8_t *buf, size_t room, size_t *got, struct deadline until)
{
	struct sim_reader *s = pipe;
	struct sim_frame *f = &s->queue[0];
	bool babble = s->babble;

	*got = 0;
	s->babble = false;
	if (s->unplugged)
		return USB_ERR_GONE;
	if (s->halted_in)
		return USB_ERR_STALL;
	if (babble)
		return USB_ERR_OVERFLOW;
	if (s->bus_errors > 0) {
		s->bus_errors--;
		return USB_ERR_IO;
	}
	if (s->queued == 0)
		return nothing(s, until);
	*got = f->n - s->read < room ? f->n - s->read : room;
	memcpy(buf, f->bytes + s->read, *got);
	s->read += *got;
	if (s->read == f->n) {
		s->read = 0;
		s->queued--;
		memmove(f, f + 1, s->queued * sizeof(*f));
	}
	return 0;
}

static err_t
sim_claim(void *pipe, struct deadline until)
{
	struct sim_reader *s = pipe;

	(void)until;
	if (s->unplugged)
		return USB_ERR_GONE;
	if (s->claim_err == 0)
		s->claims++;
	return s->claim_err;
}

static void
sim_release(void *pipe)
{
	((struct sim_reader *)pipe)->releases++;
}

static bool
sim_wanted(void *pipe)
{
	return ((struct sim_reader *)pipe)->wanted;
}

static err_t
sim_control_out(void *pipe, uint8_t bRequest, uint16_t wValue)
{
	struct sim_reader *s = pipe;

	(void)bRequest;
	(void)wValue;
	s->aborts++;
	return s->unplugged ? USB_ERR_GONE : 0;
}

static err_t
sim_control_in(
    void *pipe, uint8_t bRequest, uint8_t *buf, size_t room, size_t *got)
{
	(void)pipe;
	(void)bRequest;
	(void)buf;
	(void)room;
	*got = 0;
	return USB_ERR_STALL;
}

static uint64_t
sim_last_use(void *pipe)
{
	return ((struct sim_reader *)pipe)->last_use;
}

static err_t
sim_clear_halt(void *pipe, enum usb_endpoint which)
{
	struct sim_reader *s = pipe;

	s->halts++;
	if (which == USB_BULK_IN)
		s->halted_in = false;
	else
		s->halted_out = false;
	return s->unplugged ? USB_ERR_GONE : 0;
}

static err_t
sim_reset(void *pipe)
{
	struct sim_reader *s = pipe;

	if (s->unplugged)
		return USB_ERR_GONE;
	s->usb_resets++;
	s->dead = s->halted_in = s->halted_out = false;
	s->queued = s->read = s->late.n = 0;
	sim_power_off(s);
	return 0;
}

static err_t
sim_string(void *pipe, uint8_t index, char text[USB_NAME_MAX])
{
	(void)pipe;
	(void)snprintf(text, USB_NAME_MAX, "String %u", index);
	return 0;
}

static void
sim_close(void *pipe)
{
	((struct sim_reader *)pipe)->closes++;
}

static const struct usb_ops sim_ops = {
    .claim = sim_claim,
    .release = sim_release,
    .wanted = sim_wanted,
    .bulk_out = sim_bulk_out,
    .bulk_in = sim_bulk_in,
    .control_out = sim_control_out,
    .control_in = sim_control_in,
    .last_use = sim_last_use,
    .clear_halt = sim_clear_halt,
    .reset = sim_reset,
    .string = sim_string,
    .close = sim_close,
};

struct usb_pipe
sim_reader_pipe(struct sim_reader *s)
{
	return (struct usb_pipe){&sim_ops, s};
}
