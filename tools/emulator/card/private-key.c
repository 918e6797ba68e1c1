/* SPDX-License-Identifier: BSD-2-Clause */
/* PRIVATE SIGN/DECRYPT (INS 42; GSC-IS 2.1, 5.3.3): raw RSA, in blocks. */
#include <string.h>

#include "tools/emulator/card/access.h"
#include "tools/emulator/card/command.h"
#include "tools/emulator/card/sw.h"

#define MORE_BLOCKS 0x80
#define LAST_BLOCK  0x00
#define BLOCK_MAX   512 /* RSA 4096 */

uint16_t
private_check(const struct card *card, const struct apdu *apdu)
{
	const struct object *o = card->object;

	if (!o)
		return SW_CONDITIONS;
	if (!o->has_key)
		return card_status(card, STATUS_UNKNOWN_INS);
	if ((apdu->p1 != MORE_BLOCKS && apdu->p1 != LAST_BLOCK) || apdu->p2 ||
	    (apdu->p1 == MORE_BLOCKS && card->profile->habits.one_block))
		return SW_BAD_P1P2;
	if (!o->private_ready)
		return SW_NO_REFERENCE;
	return access_check(card, apdu, -1);
}

static uint16_t
private_last(struct card *card)
{
	unsigned number = card->object->key.number;
	size_t block = pki_block(card->pki, number);
	uint8_t out[BLOCK_MAX];

	if (card->input.len != block || block > sizeof(out))
		return SW_BAD_DATA;
	if (!pki_private(card->pki, number, card->input.data, out))
		return SW_BAD_DATA;
	blob_add(&card->answer, out, block);
	explicit_bzero(out, sizeof(out));
	return SW_OK;
}

uint16_t
private_run(struct card *card, const struct apdu *apdu)
{
	size_t block = pki_block(card->pki, card->object->key.number);
	uint16_t sw = SW_OK;

	blob_add(&card->input, apdu->data, apdu->n);
	if (card->input.failed || card->input.len > block)
		sw = SW_BAD_DATA;
	else if (apdu->p1 == MORE_BLOCKS)
		return SW_OK;
	else
		sw = private_last(card);
	blob_clear(&card->input);
	if (sw == SW_OK)
		access_spend(card, apdu);
	return sw;
}
