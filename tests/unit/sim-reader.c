/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/readers-known.h"
#include "tests/unit/sim-reader.h"
#include "tests/unit/unit.h"

#define STATUS_FAILED 0x40

void
sim_reader_init(struct sim_reader *s, size_t object_n)
{
	*s = (struct sim_reader){.desc = SCR3310_5116,
	    .card = {.atr = "3B DB 96 00 80 1F 03 00 31 C0 64 B0 F3 10 00 07 "
			    "90 00 80",
		.object_n = object_n}};
	assert_true(object_n <= SIM_OBJECT_MAX);
	sim_card_reset(&s->card);
	s->fidi = 0x11;
}

void
sim_reader_strike(struct sim_reader *s, enum sim_fault fault, uint8_t bError,
    bool (*when)(const struct sim_reader *s, struct bytes tpdu))
{
	s->fault = fault;
	s->bError = bError;
	s->when = when;
	s->strikes = 0;
}

static void
power_off(struct sim_reader *s)
{
	s->powered = false;
	sim_card_reset(&s->card);
	s->fidi = 0x11;
	s->protocol = 0;
}

void
sim_reader_swap(struct sim_reader *s)
{
	power_off(s);
	s->absent = false;
}

static uint8_t
icc(const struct sim_reader *s)
{
	return s->absent ? 2 : s->powered ? 0 : 1;
}

static struct sim_frame *
answer(struct sim_reader *s, struct bytes msg, uint8_t type, struct bytes data)
{
	struct sim_frame *f = &s->queue[s->queued++];

	assert_true(s->queued < SIM_FRAMES_MAX);
	memset(f, 0, sizeof(*f));
	f->bytes[0] = type;
	bytes_put_le32(f->bytes + 1, (uint32_t)data.n);
	f->bytes[5] = msg.p[5];
	f->bytes[6] = msg.p[6];
	f->bytes[7] = icc(s);
	if (data.n > 0)
		memcpy(f->bytes + 10, data.p, data.n);
	f->n = 10 + data.n;
	return f;
}

static void
refuse(struct sim_reader *s, struct bytes msg, uint8_t type, uint8_t bError)
{
	struct sim_frame *f = answer(s, msg, type, bytes_of(NULL, 0));

	f->bytes[7] = (uint8_t)(icc(s) | STATUS_FAILED);
	f->bytes[8] = bError;
}

static void
on_power_on(struct sim_reader *s, struct bytes msg)
{
	bool warm = s->powered;
	const char *atr = s->card.atr;
	uint8_t room[64];

	s->powers++;
	if (s->absent) {
		refuse(s, msg, 0x80, 0xFE);
		return;
	}
	if (s->mute > 0) {
		s->mute--;
		power_off(s);
		refuse(s, msg, 0x80, s->mute_error > 0 ? s->mute_error : 0xFE);
		return;
	}
	power_off(s);
	s->powered = true;
	if (warm)
		s->warm++;
	else
		s->cold++;
	if (warm && s->warm_atr != NULL)
		atr = s->warm_atr;
	(void)answer(s, msg, 0x80, hex_parse(atr, room));
}

static void
on_parameters(struct sim_reader *s, struct bytes msg)
{
	uint8_t t0[5] = {s->fidi, 0, 0, 10, 0};
	struct sim_frame *f = answer(s, msg, 0x82, BYTES(t0));

	f->bytes[9] = s->protocol;
}

/* The reader does the PPS itself, which a card takes only when fresh. */
static void
on_set_parameters(struct sim_reader *s, struct bytes msg)
{
	s->set_params++;
	if (s->refuse_params ||
	    (s->refuse_fidi != 0 && msg.p[10] == s->refuse_fidi)) {
		s->card.fresh = false;
		refuse(s, msg, 0x82, s->refuse_code);
		return;
	}
	s->fidi = msg.p[10];
	s->protocol = msg.p[7];
	if (s->card.fresh)
		s->card.fidi = s->fidi;
	s->card.fresh = false;
	on_parameters(s, msg);
}

static bool
strikes(struct sim_reader *s, struct bytes tpdu)
{
	if (s->fault == SIM_NONE || (s->when != NULL && !s->when(s, tpdu)) ||
	    (s->strikes_max > 0 && s->strikes >= s->strikes_max))
		return false;
	s->strikes++;
	return true;
}

/* Damage an answer that the card has given. */
static void
spoil(struct sim_reader *s, struct bytes msg)
{
	struct sim_frame *f;

	switch (s->fault) {
	case SIM_LATE:
		f = answer(s, msg, 0x80, HEX("EE EE 90 00"));
		s->late = *f;
		s->queued--;
		return;
	case SIM_SHORT:
		answer(s, msg, 0x80, bytes_of(NULL, 0))->n = 5;
		return;
	case SIM_LENGTH:
		answer(s, msg, 0x80, HEX("90 00"))->bytes[1] = 1;
		return;
	case SIM_TYPE:
		(void)answer(s, msg, 0x81, bytes_of(NULL, 0));
		return;
	case SIM_SEQ:
		answer(s, msg, 0x80, HEX("90 00"))->bytes[6]++;
		return;
	case SIM_EMPTY:
		(void)answer(s, msg, 0x80, bytes_of(NULL, 0));
		return;
	case SIM_GARBAGE:
		(void)answer(s, msg, 0x80, HEX("A5 5A"));
		return;
	default:
		break;
	}
	s->dead |= s->fault == SIM_DEAD;
	s->unplugged |= s->fault == SIM_GONE;
	s->halted_in |= s->fault == SIM_STALL_IN;
	s->babble |= s->fault == SIM_BABBLE;
	if (s->fault == SIM_INACTIVE || s->fault == SIM_PULLED)
		power_off(s);
	s->absent |= s->fault == SIM_PULLED;
	if (s->fault == SIM_ERROR || s->fault == SIM_INACTIVE)
		refuse(s, msg, 0x80, s->bError);
	if (s->fault == SIM_PULLED)
		refuse(s, msg, 0x80, 0xFE);
}

static void
on_transfer(struct sim_reader *s, struct bytes msg)
{
	struct bytes tpdu = bytes_of(msg.p + 10, msg.n - 10);
	uint8_t out[SIM_ANSWER_MAX];
	bool struck;
	size_t n = 0;

	s->transfers++;
	if (tpdu.n > 5 && tpdu.p[1] == 0x20) {
		s->verifies++;
		s->pin = tpdu.p + 5;
		s->pin_n = tpdu.n - 5;
	}
	if (tpdu.n == 5 && tpdu.p[1] == 0xC0 &&
	    (s->smallest == 0 || tpdu.p[4] < s->smallest))
		s->smallest = tpdu.p[4];
	if (!s->powered) {
		refuse(s, msg, 0x80, 0xFE);
		return;
	}
	/* Another speed, or more than the header told: noise on the line. */
	if (s->fidi != s->card.fidi || s->protocol != 0) {
		refuse(s, msg, 0x80, 0xF6);
		return;
	}
	struck = strikes(s, tpdu);
	if (!struck || s->after_card)
		n = sim_card_transmit(&s->card, tpdu, out);
	if (struck)
		spoil(s, msg);
	else
		(void)answer(s, msg, 0x80, bytes_of(out, n));
}

static void
on_message(struct sim_reader *s, struct bytes msg)
{
	switch (msg.p[0]) {
	case 0x61:
		on_set_parameters(s, msg);
		break;
	case 0x62:
		on_power_on(s, msg);
		break;
	case 0x63:
		power_off(s);
		(void)answer(s, msg, 0x81, bytes_of(NULL, 0));
		break;
	case 0x6C:
		if (s->no_get_params)
			refuse(s, msg, 0x82, 0x00);
		else
			on_parameters(s, msg);
		break;
	case 0x6F:
		on_transfer(s, msg);
		break;
	default:
		/* GetSlotStatus, Abort. */
		(void)answer(s, msg, 0x81, bytes_of(NULL, 0));
	}
}

/* The command of a struck transfer does not even arrive. */
static bool
stays_outside(struct sim_reader *s, struct bytes msg)
{
	if (s->fault != SIM_STALL_OUT || msg.p[0] != 0x6F ||
	    !strikes(s, bytes_of(msg.p + 10, msg.n - 10)))
		return false;
	s->halted_out = true;
	return true;
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
	if (s->halted_out || stays_outside(s, msg))
		return USB_ERR_UNSENT;
	if (!s->dead)
		on_message(s, msg);
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
	power_off(s);
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
