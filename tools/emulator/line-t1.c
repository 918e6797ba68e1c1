/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/emulator/line.h"

#define CHARACTER_ETU	 12
#define GUARD_MINIMUM	 255
#define BLOCK_GUARD_ETU	 22
#define INS_GET_RESPONSE 0xC0

/* ISO/IEC 7816-3, 11.2: a character can be 11 etu long. */
static uint64_t
character_etu(const struct line *line, bool to_card)
{
	if (line->guard == GUARD_MINIMUM)
		return CHARACTER_ETU - 1;
	return CHARACTER_ETU + (to_card ? line->guard : 0u);
}

static void
block_out(struct line *line, const uint8_t *block, size_t n)
{
	line->to_card += n;
	line_spend(line, n * character_etu(line, true) + BLOCK_GUARD_ETU);
	if (n < T1_PROLOGUE || !t1_is_i(block[1]))
		return;
	if (!line->chaining && n > T1_PROLOGUE + 4 &&
	    block[T1_PROLOGUE + 1] == INS_GET_RESPONSE)
		line->get_responses++;
	line->chaining = block[1] & T1_I_MORE;
}

/* Whether the card has longer than the reader waits. */
static bool
is_late(const struct line *line, const uint8_t *block, size_t n, uint8_t bwi)
{
	return n > T1_PROLOGUE && block[1] == (T1_S_WTX | T1_S_RESPONSE) &&
	    line->wtx > (bwi > 1 ? bwi : 1);
}

static void
renumber(const struct card *card, struct line_answer *answer)
{
	uint8_t *pcb = &answer->bytes[1];

	if (t1_is_i(*pcb))
		*pcb ^= T1_I_NS;
	else if (t1_is_r(*pcb))
		*pcb ^= T1_R_NR;
	t1_block_seal(answer->bytes, answer->n, card_uses_crc(card));
}

enum line_result
line_block(struct line *line, struct card *card, const uint8_t *block, size_t n,
    uint8_t bwi, struct line_answer *answer)
{
	enum line_spoil spoil = line->spoil;
	uint8_t copy[T1_BLOCK_MAX];
	bool late = is_late(line, block, n, bwi);

	answer->nulls = 0;
	answer->n = 0;
	line->spoil = SPOIL_NONE;
	block_out(line, block, n);
	if (line->dead || n == 0 || n > sizeof(copy) ||
	    spoil == SPOIL_LOST_OUT || card_protocol(card) != 1)
		return LINE_MUTE;
	if (line_speed(line, card) != LINE_OK)
		return line_speed(line, card);
	memcpy(copy, block, n);
	if (spoil == SPOIL_EDC_OUT)
		copy[n - 1] ^= 0xFF;
	answer->n = card_t1_block(card, copy, n, answer->bytes);
	line->wtx = 0;
	if (answer->n > T1_PROLOGUE && answer->bytes[1] == T1_S_WTX)
		line->wtx = answer->bytes[T1_PROLOGUE];
	line->from_card += answer->n;
	line_spend(
	    line, answer->n * character_etu(line, false) + BLOCK_GUARD_ETU);
	if (answer->n == 0 || late || spoil == SPOIL_LOST) {
		answer->n = 0;
		return LINE_MUTE;
	}
	if (spoil == SPOIL_EDC)
		answer->bytes[answer->n - 1] ^= 0xFF;
	if (spoil == SPOIL_SEQUENCE)
		renumber(card, answer);
	return LINE_OK;
}
