/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/sim-card.h"

#define CHAINING 0x10

uint8_t
sim_object_byte(size_t at)
{
	return (uint8_t)(at * 11 + at / 251 * 3);
}

void
sim_card_reset(struct sim_card *c)
{
	c->selected = c->verified = false;
	c->fresh = true;
	c->fidi = 0x11;
	c->protocol = 0;
	c->at = c->end = c->chained = 0;
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

static unsigned
offer(struct sim_card *c, size_t at, size_t end)
{
	c->at = at;
	c->end = end;
	return more(c);
}

static unsigned
read_binary(struct sim_card *c, const uint8_t header[4])
{
	size_t at = bytes_be16(header + 2);

	if (!c->selected)
		return 0x6985;
	if (at >= c->object_n)
		return 0x6B00;
	return offer(c, at, c->object_n);
}

static unsigned
operate(struct sim_card *c, bool last, size_t data_n)
{
	c->chained += data_n;
	if (!last)
		return 0x9000;
	c->operations++;
	c->signed_n = c->chained;
	c->chained = 0;
	return offer(c, 0, c->signature_n > 0 ? c->signature_n : 8);
}

/* Do it, offer what there is to send, and give the status word. */
static unsigned
command(struct sim_card *c, const uint8_t header[4], size_t data_n)
{
	/* What was offered before is gone. */
	c->at = c->end = 0;
	if (header[1] != 0x2A)
		c->chained = 0;
	switch (header[1]) {
	case 0xA4:
		c->selects++;
		c->selected = true;
		return 0x9000;
	case 0xCB:
		return c->selected ? offer(c, 0, c->object_n) : 0x6A82;
	case 0xB0:
		return read_binary(c, header);
	case 0x20:
		c->verifies++;
		c->verified = true;
		return 0x9000;
	case 0x2A:
		return operate(c, !(header[0] & CHAINING), data_n);
	default:
		return 0x6D00;
	}
}

size_t
sim_card_transmit(
    struct sim_card *c, struct bytes tpdu, uint8_t out[SIM_ANSWER_MAX])
{
	unsigned sw;

	c->fresh = false;
	if (tpdu.n < 5 || (tpdu.n > 5 && tpdu.n != 5u + tpdu.p[4]))
		return status(out, 0, 0x6700);
	if (tpdu.p[1] == 0xC0)
		return give(c, tpdu.p[4], out);
	sw = command(c, tpdu.p, tpdu.n - 5);
	if (tpdu.p[1] == 0xB0 && c->end > c->at)
		return give(c, tpdu.p[4], out);
	return status(out, 0, sw);
}

/* Lc and Le of a command APDU in either form. */
static bool
lengths(struct bytes apdu, size_t *data_n, size_t *ne, bool *extended)
{
	const uint8_t *p = apdu.p;
	size_t n = apdu.n;

	*data_n = *ne = 0;
	*extended = n >= 7 && p[4] == 0;
	if (n == 4)
		return true;
	if (n == 5) {
		*ne = p[4] == 0 ? 256 : p[4];
		return true;
	}
	if (*extended && n > 7)
		*data_n = bytes_be16(p + 5);
	else if (!*extended)
		*data_n = p[4];
	if (n == (*extended ? 7 : 5) + *data_n && (*data_n > 0 || !*extended))
		return true;
	if (!*extended && n == 6 + *data_n)
		*ne = p[n - 1] == 0 ? 256 : p[n - 1];
	else if (*extended && (n == 7 || n == 9 + *data_n))
		*ne =
		    bytes_be16(p + n - 2) == 0 ? 65536 : bytes_be16(p + n - 2);
	return *ne > 0;
}

size_t
sim_card_apdu(struct sim_card *c, struct bytes apdu, uint8_t *out, size_t room)
{
	size_t data_n, ne, left, n = 0;
	bool extended;
	unsigned sw;

	c->fresh = false;
	if (apdu.n < 4 || !lengths(apdu, &data_n, &ne, &extended) ||
	    (extended && !c->extended))
		return status(out, 0, 0x6700);
	c->long_commands += extended;
	sw = apdu.p[1] == 0xC0 ? more(c) : command(c, apdu.p, data_n);
	left = c->end - c->at;
	if (ne == 0 || left == 0)
		return status(out, 0, sw);
	for (; n < left && n < ne && n + 2 < room; n++)
		out[n] = sim_object_byte(c->at++);
	/* A short answer to READ BINARY is not the end of the file. */
	return status(out, n, apdu.p[1] == 0xB0 ? 0x9000 : more(c));
}
