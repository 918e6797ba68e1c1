/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults of the simulated reader. */
#include "tests/unit/sim-private.h"

void
sim_reader_strike(struct sim_reader *s, enum sim_fault fault, uint8_t bError,
    bool (*when)(const struct sim_reader *s, struct bytes tpdu))
{
	s->fault = fault;
	s->bError = bError;
	s->when = when;
	s->strikes = 0;
}

bool
sim_strikes(struct sim_reader *s, struct bytes tpdu)
{
	if (s->fault == SIM_NONE || (s->when != NULL && !s->when(s, tpdu)) ||
	    (s->strikes_max > 0 && s->strikes >= s->strikes_max))
		return false;
	s->strikes++;
	return true;
}

/* Damage an answer that the card has given. */
void
sim_spoil(struct sim_reader *s, struct bytes msg)
{
	struct sim_frame *f;

	switch (s->fault) {
	case SIM_LATE:
		f = sim_answer(s, msg, 0x80, HEX("EE EE 90 00"));
		s->late = *f;
		s->queued--;
		return;
	case SIM_SHORT:
		sim_answer(s, msg, 0x80, bytes_of(NULL, 0))->n = 5;
		return;
	case SIM_LENGTH:
		sim_answer(s, msg, 0x80, HEX("90 00"))->bytes[1] = 1;
		return;
	case SIM_TYPE:
		(void)sim_answer(s, msg, 0x81, bytes_of(NULL, 0));
		return;
	case SIM_SEQ:
		sim_answer(s, msg, 0x80, HEX("90 00"))->bytes[6]++;
		return;
	case SIM_EMPTY:
		(void)sim_answer(s, msg, 0x80, bytes_of(NULL, 0));
		return;
	case SIM_GARBAGE:
		(void)sim_answer(s, msg, 0x80, HEX("A5 5A"));
		return;
	default:
		break;
	}
	s->dead |= s->fault == SIM_DEAD;
	s->unplugged |= s->fault == SIM_GONE;
	s->halted_in |= s->fault == SIM_STALL_IN;
	s->babble |= s->fault == SIM_BABBLE;
	if (s->fault == SIM_INACTIVE || s->fault == SIM_PULLED)
		sim_power_off(s);
	s->absent |= s->fault == SIM_PULLED;
	if (s->fault == SIM_ERROR || s->fault == SIM_INACTIVE)
		sim_refuse(s, msg, 0x80, s->bError);
	if (s->fault == SIM_PULLED)
		sim_refuse(s, msg, 0x80, 0xFE);
}
