/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/t1-block.h"

enum t1_kind
t1_kind(uint8_t pcb)
{
	if (!(pcb & 0x80))
		return T1_KIND_I;
	return pcb & 0x40 ? T1_KIND_S : T1_KIND_R;
}

/*
 * x^16 + x^12 + x^5 + 1, reflected, preset FFFF, high byte first and not
 * complemented: as the readers' drivers in the field compute it.
 */
static uint16_t
crc16(struct bytes b)
{
	uint16_t crc = 0xFFFF;

	for (size_t i = 0; i < b.n; i++) {
		crc ^= b.p[i];
		for (int bit = 0; bit < 8; bit++)
			crc =
			    (uint16_t)(crc & 1 ? crc >> 1 ^ 0x8408 : crc >> 1);
	}
	return crc;
}

static size_t
epilogue(struct bytes b, bool crc, uint8_t out[2])
{
	uint16_t sum;

	out[0] = 0;
	if (!crc) {
		for (size_t i = 0; i < b.n; i++)
			out[0] ^= b.p[i];
		return 1;
	}
	sum = crc16(b);
	out[0] = (uint8_t)(sum >> 8);
	out[1] = (uint8_t)sum;
	return 2;
}

void
t1_block_encode(const struct t1_block *b, bool crc, struct buf *out)
{
	uint8_t prologue[T1_PROLOGUE] = {0x00, b->pcb, (uint8_t)b->inf.n};
	size_t start = out->n;
	uint8_t edc[2];
	struct bytes so_far;

	buf_append(out, BYTES(prologue));
	buf_append(out, b->inf);
	so_far = bytes_of(out->p + start, out->n - start);
	buf_append(out, bytes_of(edc, epilogue(so_far, crc, edc)));
}

static bool
pcb_known(uint8_t pcb)
{
	switch (t1_kind(pcb)) {
	case T1_KIND_I:
		return (pcb & 0x1F) == 0;
	case T1_KIND_R:
		return (pcb & 0x2C) == 0;
	case T1_KIND_S:
		break;
	}
	return (pcb & 0x1C) == 0;
}

/* What LEN must be for this PCB (11.3.2.3 and 11.6.3). */
static bool
length_fits(uint8_t pcb, size_t n)
{
	uint8_t s = (uint8_t)(pcb & ~T1_S_RESPONSE);

	if (t1_kind(pcb) == T1_KIND_I)
		return n <= T1_INF_MAX;
	if (t1_kind(pcb) == T1_KIND_R)
		return n == 0;
	return n == (s == T1_S_IFS || s == T1_S_WTX ? 1 : 0);
}

err_t
t1_block_parse(struct bytes in, bool crc, struct t1_block *out, bool *edc_wrong)
{
	size_t edc_n = crc ? 2 : 1;
	struct bytes body = in, prologue;
	uint8_t edc[2];

	*edc_wrong = false;
	if (in.n < T1_PROLOGUE + edc_n)
		return READER_ERR_BLOCK;
	body.n -= edc_n;
	(void)epilogue(body, crc, edc);
	if (memcmp(edc, in.p + body.n, edc_n) != 0) {
		*edc_wrong = true;
		return READER_ERR_BLOCK;
	}
	if (!bytes_take(&body, T1_PROLOGUE, &prologue) ||
	    prologue.p[0] != 0x00 || prologue.p[2] != body.n)
		return READER_ERR_BLOCK;
	out->pcb = prologue.p[1];
	out->inf = body;
	return pcb_known(out->pcb) && length_fits(out->pcb, body.n)
	    ? 0
	    : READER_ERR_BLOCK;
}
