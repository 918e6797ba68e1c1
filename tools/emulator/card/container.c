/* SPDX-License-Identifier: BSD-2-Clause */
/* READ BUFFER (INS 52) and UPDATE BUFFER (INS 58; GSC-IS 2.1, 5.3.3). */
#include "tools/emulator/card/access.h"
#include "tools/emulator/card/command.h"
#include "tools/emulator/card/sw.h"

#define T_BUFFER 0x01
#define V_BUFFER 0x02

uint16_t
read_check(const struct card *card, const struct apdu *apdu)
{
	if (!card->object)
		return SW_CONDITIONS;
	if (apdu->p3 != 2)
		return SW_BAD_DATA;
	return 0;
}

static uint16_t
read_part(struct card *card, const struct blob *b, size_t at, size_t count)
{
	uint16_t past_end = card_status(card, STATUS_READ_PAST_END);

	if (at > b->len)
		return past_end ? past_end : SW_BAD_P1P2;
	if (count > b->len - at) {
		if (past_end)
			return past_end;
		count = b->len - at;
	}
	blob_add(&card->answer, b->data + at, count);
	return SW_OK;
}

uint16_t
read_run(struct card *card, const struct apdu *apdu)
{
	size_t at = (size_t)apdu->p1 << 8 | apdu->p2;
	const struct object *o = card->object;
	uint16_t sw;

	if (apdu->data[0] != T_BUFFER && apdu->data[0] != V_BUFFER)
		return SW_BAD_DATA;
	sw = access_check(card, apdu, apdu->data[0]);
	if (sw)
		return sw;
	if (apdu->data[1] > card->profile->read_max)
		return card_status(card, STATUS_READ_TOO_LONG);
	return read_part(
	    card, apdu->data[0] == T_BUFFER ? &o->t : &o->v, at, apdu->data[1]);
}

/* The issuer's command; this card was issued. */
uint16_t
update_check(const struct card *card, const struct apdu *apdu)
{
	(void)apdu;
	if (!card->object)
		return SW_CONDITIONS;
	return card_status(card, STATUS_UPDATE_BUFFER);
}
