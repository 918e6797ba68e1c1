/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/sim-card.h"

uint8_t
sim_object_byte(size_t at)
{
	return (uint8_t)(at * 11 + at / 251 * 3);
}

void
sim_card_reset(struct sim_card *c)
{
	c->selected = false;
	c->fresh = true;
	c->fidi = 0x11;
	c->at = c->end = 0;
}

static size_t
status(uint8_t *out, size_t n, unsigned sw)
{
	out[n] = (uint8_t)(sw >> 8);
	out[n + 1] = (uint8_t)sw;
	return n + 2;
}

static unsigned
more(const struct sim_card *c)
{
	size_t left = c->end - c->at;

	if (left == 0)
		return 0x9000;
	return 0x6100 | (unsigned)(left < 256 ? left : 0);
}

static size_t
give(struct sim_card *c, size_t p3, uint8_t *out)
{
	size_t want = p3 == 0 ? 256 : p3, left = c->end - c->at;

	if (left == 0)
		return status(out, 0, 0x6985);
	if (want > left)
		return status(out, 0, 0x6C00 | (unsigned)(left & 0xFF));
	for (size_t i = 0; i < want; i++)
		out[i] = sim_object_byte(c->at++);
	return status(out, want, more(c));
}

static size_t
offer(struct sim_card *c, size_t at, size_t n, uint8_t *out)
{
	c->at = at;
	c->end = at + n;
	return status(out, 0, more(c));
}

static size_t
read_binary(struct sim_card *c, struct bytes tpdu, uint8_t *out)
{
	size_t at = bytes_be16(tpdu.p + 2);

	if (!c->selected)
		return status(out, 0, 0x6985);
	if (at >= c->object_n)
		return status(out, 0, 0x6B00);
	c->at = at;
	c->end = c->object_n;
	return give(c, tpdu.p[4], out);
}

size_t
sim_card_transmit(
    struct sim_card *c, struct bytes tpdu, uint8_t out[SIM_ANSWER_MAX])
{
	c->fresh = false;
	if (tpdu.n < 5 || (tpdu.n > 5 && tpdu.n != 5u + tpdu.p[4]))
		return status(out, 0, 0x6700);
	if (tpdu.p[1] == 0xC0)
		return give(c, tpdu.p[4], out);
	/* Whatever else comes: what was offered is gone. */
	c->at = c->end = 0;
	switch (tpdu.p[1]) {
	case 0xA4:
		c->selects++;
		c->selected = true;
		return status(out, 0, 0x9000);
	case 0xCB:
		if (!c->selected)
			return status(out, 0, 0x6A82);
		return offer(c, 0, c->object_n, out);
	case 0xB0:
		return read_binary(c, tpdu, out);
	case 0x20:
		c->verifies++;
		return status(out, 0, 0x9000);
	case 0x2A:
		c->operations++;
		return offer(c, 0, 8, out);
	default:
		return status(out, 0, 0x6D00);
	}
}
