/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/sim-t1.h"
#include "tests/unit/unit.h"

#define S_RESYNCH 0xC0
#define S_IFS	  0xC1
#define MORE	  0x20

void
sim_t1_reset(struct sim_t1 *t)
{
	*t = (struct sim_t1){.ifsd = 32};
}

static size_t
block(uint8_t *out, uint8_t pcb, const uint8_t *inf, size_t n)
{
	uint8_t lrc = 0;

	out[0] = 0;
	out[1] = pcb;
	out[2] = (uint8_t)n;
	if (n > 0)
		memcpy(out + 3, inf, n);
	for (size_t i = 0; i < 3 + n; i++)
		lrc ^= out[i];
	out[3 + n] = lrc;
	return 4 + n;
}

static size_t
next_part(struct sim_t1 *t, uint8_t *out)
{
	size_t left = t->answer_n - t->answered;
	size_t n = left < t->ifsd ? left : t->ifsd;
	uint8_t pcb = (uint8_t)(t->ns << 6 | (n < left ? MORE : 0));

	n = block(out, pcb, t->answer + t->answered, n);
	t->answered += out[2];
	t->ns ^= 1;
	return n;
}

static size_t
on_information(
    struct sim_t1 *t, struct sim_card *c, struct bytes in, uint8_t *out)
{
	assert_int_equal(in.p[1] >> 6 & 1, t->nr);
	assert_int_equal(t->answered, t->answer_n);
	t->nr ^= 1;
	assert_true(t->command_n + in.p[2] <= sizeof(t->command));
	memcpy(t->command + t->command_n, in.p + 3, in.p[2]);
	t->command_n += in.p[2];
	if (in.p[1] & MORE)
		return block(out, (uint8_t)(0x80 | t->nr << 4), NULL, 0);
	t->answer_n = sim_card_apdu(c, bytes_of(t->command, t->command_n),
	    t->answer, sizeof(t->answer));
	t->command_n = t->answered = 0;
	return next_part(t, out);
}

static size_t
on_supervisory(struct sim_t1 *t, struct bytes in, uint8_t *out)
{
	switch (in.p[1]) {
	case S_RESYNCH:
		t->resynchs++;
		t->ns = t->nr = 0;
		t->command_n = t->answer_n = t->answered = 0;
		t->ifsd = 32;
		break;
	case S_IFS:
		t->ifs_requests++;
		t->ifsd = in.p[3];
		break;
	default:
		fail_msg("S-block %02X", in.p[1]);
	}
	return block(out, in.p[1] | 0x20, in.p + 3, in.p[2]);
}

size_t
sim_t1_block(struct sim_t1 *t, struct sim_card *c, struct bytes in,
    uint8_t out[SIM_BLOCK_MAX])
{
	uint8_t lrc = 0;

	c->fresh = false;
	assert_true(in.n >= 4 && in.n == 4u + in.p[2] && in.p[0] == 0);
	for (size_t i = 0; i < in.n; i++)
		lrc ^= in.p[i];
	assert_int_equal(lrc, 0);
	if (!(in.p[1] & 0x80))
		return on_information(t, c, in, out);
	if (in.p[1] & 0x40)
		return on_supervisory(t, in, out);
	assert_int_equal(in.p[1] & 0x0F, 0);
	assert_int_equal(in.p[1] >> 4 & 1, t->ns);
	assert_true(t->answered < t->answer_n);
	return next_part(t, out);
}
