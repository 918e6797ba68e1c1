/* SPDX-License-Identifier: BSD-2-Clause */
/* The simulated reader's commands (CCID 1.1, 6.1). */
#include "reader/atr.h"
#include "tests/unit/sim-private.h"

#define STATUS_FAILED 0x40
#define TA1	      0x96 /* of the ATRs that tests use with rules */

static bool
has(const struct sim_reader *s, uint32_t feature)
{
	return (s->d.dwFeatures & feature) != 0;
}

void
sim_power_off(struct sim_reader *s)
{
	s->powered = false;
	sim_card_reset(&s->card);
	sim_t1_reset(&s->t1);
	s->fidi = 0x11;
	s->protocol = 0;
	s->rate = 0;
	s->chained_n = s->pending_n = s->given = 0;
	s->data_due = false;
}

static uint8_t
icc(const struct sim_reader *s)
{
	return s->absent ? 2 : s->powered ? 0 : 1;
}

struct sim_frame *
sim_answer(
    struct sim_reader *s, struct bytes msg, uint8_t type, struct bytes data)
{
	struct sim_frame *f = &s->queue[s->queued++];

	assert_true(s->queued < SIM_FRAMES_MAX);
	assert_true(data.n + 10 <= sizeof(f->bytes));
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

void
sim_refuse(struct sim_reader *s, struct bytes msg, uint8_t type, uint8_t bError)
{
	struct sim_frame *f = sim_answer(s, msg, type, bytes_of(NULL, 0));

	f->bytes[7] = (uint8_t)(icc(s) | STATUS_FAILED);
	f->bytes[8] = bError;
}

/* Automatic parameter negotiation: the reader and the card alone. */
static void
negotiate(struct sim_reader *s)
{
	s->fidi = s->card.fidi = TA1;
	s->card.fresh = false;
}

static void
start_protocol(struct sim_reader *s, struct bytes text)
{
	struct atr atr;

	if (atr_parse(text, &atr) == 0)
		s->protocol = s->card.protocol = atr.first;
}

static void
on_power_on(struct sim_reader *s, struct bytes msg)
{
	bool warm = s->powered;
	const char *text = s->card.atr;
	uint8_t room[64], select = msg.p[7];
	struct bytes atr;

	s->powers++;
	if (select == 0 && !has(s, CCID_FEATURE_AUTO_VOLTAGE) &&
	    !has(s, CCID_FEATURE_AUTO_ACTIVATION))
		fail_msg("the reader does not choose the voltage");
	if (s->absent) {
		sim_refuse(s, msg, 0x80, 0xFE);
		return;
	}
	if (s->mute > 0 || (s->volts != 0 && !(s->volts >> select & 1))) {
		s->mute -= s->mute > 0;
		sim_power_off(s);
		sim_refuse(
		    s, msg, 0x80, s->mute_error > 0 ? s->mute_error : 0xFE);
		return;
	}
	sim_power_off(s);
	s->powered = true;
	s->volts_now = select;
	s->warm += warm;
	s->cold += !warm;
	if (warm && s->warm_atr != NULL)
		text = s->warm_atr;
	atr = hex_parse(text, room);
	start_protocol(s, atr);
	if (has(s, CCID_FEATURE_AUTO_NEGOTIATION))
		negotiate(s);
	(void)sim_answer(s, msg, 0x80, atr);
}

static void
on_parameters(struct sim_reader *s, struct bytes msg)
{
	uint8_t p[7] = {s->fidi, 0, 0, 10, 0, 254, 0};
	struct sim_frame *f =
	    sim_answer(s, msg, 0x82, bytes_of(p, s->protocol ? 7 : 5));

	f->bytes[9] = s->protocol;
}

/* A reader that does the PPS itself; a card takes one only when fresh. */
static void
on_set_parameters(struct sim_reader *s, struct bytes msg)
{
	s->set_params++;
	if (has(s, CCID_FEATURE_AUTO_NEGOTIATION))
		fail_msg("the reader negotiates, not the host");
	if (s->refuse_params ||
	    (s->refuse_fidi != 0 && msg.p[10] == s->refuse_fidi)) {
		s->card.fresh = false;
		sim_refuse(s, msg, 0x82, s->refuse_code);
		return;
	}
	s->fidi = msg.p[10];
	s->protocol = msg.p[7];
	if (s->card.fresh && has(s, CCID_FEATURE_AUTO_PPS)) {
		s->card.fidi = s->fidi;
		s->card.protocol = s->protocol;
	}
	s->card.fresh = false;
	on_parameters(s, msg);
}

static void
on_set_rate(struct sim_reader *s, struct bytes msg)
{
	if (has(s, CCID_FEATURE_AUTO_BAUD))
		fail_msg("the reader sets its rate, not the host");
	s->rates_set++;
	s->rate = bytes_le32(msg.p + 14);
	(void)sim_answer(s, msg, 0x84, bytes_of(msg.p + 10, 8));
}

static void
note(struct sim_reader *s, struct bytes tpdu)
{
	s->transfers++;
	if (tpdu.n > 5 && tpdu.p[1] == 0x20) {
		s->verifies++;
		s->pin = tpdu.p + 5;
		s->pin_n = tpdu.n - 5;
	}
	if (tpdu.n == 5 && tpdu.p[1] == 0xC0 &&
	    (s->smallest == 0 || tpdu.p[4] < s->smallest))
		s->smallest = tpdu.p[4];
}

static void
on_transfer(struct sim_reader *s, struct bytes msg)
{
	struct bytes tpdu = bytes_of(msg.p + 10, msg.n - 10);
	bool struck;

	note(s, tpdu);
	if (!s->powered) {
		sim_refuse(s, msg, 0x80, 0xFE);
		return;
	}
	struck = sim_strikes(s, tpdu);
	if (!struck || s->after_card)
		sim_exchange(s, msg);
	if (!struck)
		return;
	/* The card's own answer is lost. */
	s->queued -= s->after_card;
	sim_spoil(s, msg);
}

void
sim_on_message(struct sim_reader *s, struct bytes msg)
{
	switch (msg.p[0]) {
	case 0x61:
		on_set_parameters(s, msg);
		break;
	case 0x62:
		on_power_on(s, msg);
		break;
	case 0x63:
		sim_power_off(s);
		(void)sim_answer(s, msg, 0x81, bytes_of(NULL, 0));
		break;
	case 0x6C:
		if (s->no_get_params)
			sim_refuse(s, msg, 0x82, 0x00);
		else
			on_parameters(s, msg);
		break;
	case 0x6F:
		on_transfer(s, msg);
		break;
	case 0x73:
		on_set_rate(s, msg);
		break;
	default:
		/* GetSlotStatus, Abort. */
		(void)sim_answer(s, msg, 0x81, bytes_of(NULL, 0));
	}
}
