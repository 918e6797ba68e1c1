/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/card/t1-block.h"

static uint8_t
lrc(const uint8_t *p, size_t n)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum ^= p[i];
	return sum;
}

/* x^16 + x^12 + x^5 + 1, bits reflected, preset FFFF (ISO/IEC 13239). */
static unsigned
crc16(const uint8_t *p, size_t n)
{
	unsigned sum = 0xFFFF;

	for (size_t i = 0; i < n; i++) {
		sum ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum & 1 ? sum >> 1 ^ 0x8408 : sum >> 1;
	}
	return sum;
}

static size_t
epilogue_size(bool crc)
{
	return crc ? 2 : 1;
}

void
t1_block_seal(uint8_t *p, size_t n, bool crc)
{
	size_t body = n - epilogue_size(crc);

	if (crc) {
		p[body] = (uint8_t)(crc16(p, body) >> 8);
		p[body + 1] = (uint8_t)crc16(p, body);
	} else {
		p[body] = lrc(p, body);
	}
}

size_t
t1_block_make(
    uint8_t *out, bool crc, uint8_t pcb, const uint8_t *inf, size_t len)
{
	size_t n = T1_PROLOGUE + len + epilogue_size(crc);

	out[0] = 0;
	out[1] = pcb;
	out[2] = (uint8_t)len;
	if (len > 0)
		memcpy(out + T1_PROLOGUE, inf, len);
	t1_block_seal(out, n, crc);
	return n;
}

bool
t1_is_i(uint8_t pcb)
{
	return !(pcb & T1_R);
}

bool
t1_is_r(uint8_t pcb)
{
	return (pcb & T1_S) == T1_R;
}

/* 11.3.2.2 and 11.3.2.3: the bits that have a meaning, and their LEN. */
static bool
pcb_fits(uint8_t pcb, size_t len)
{
	if (t1_is_i(pcb))
		return (pcb & 0x1F) == 0;
	if (t1_is_r(pcb))
		return (pcb & 0x2C) == 0 && (pcb & 0x03) != 3 && len == 0;
	switch (pcb & ~T1_S_RESPONSE) {
	case T1_S_RESYNCH:
	case T1_S_ABORT:
		return len == 0;
	case T1_S_IFS:
	case T1_S_WTX:
		return len == 1;
	default:
		return false;
	}
}

enum t1_error
t1_block_take(const uint8_t *p, size_t n, bool crc, struct t1_block *block)
{
	size_t tail = epilogue_size(crc);
	uint8_t sealed[T1_BLOCK_MAX];

	if (n < T1_PROLOGUE + tail || n > sizeof(sealed))
		return T1_BAD_BLOCK;
	memcpy(sealed, p, n);
	t1_block_seal(sealed, n, crc);
	if (memcmp(sealed, p, n) != 0)
		return T1_BAD_EDC;
	*block = (struct t1_block){p[1], p + T1_PROLOGUE, p[2]};
	if (p[0] != 0 || p[2] > T1_INF_MAX || n != T1_PROLOGUE + p[2] + tail)
		return T1_BAD_BLOCK;
	return pcb_fits(p[1], p[2]) ? T1_FINE : T1_BAD_BLOCK;
}
