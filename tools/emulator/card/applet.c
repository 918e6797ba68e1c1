/* SPDX-License-Identifier: BSD-2-Clause */
/* SELECT (INS A4): applets by AID, objects inside one by their id. */
#include <string.h>

#include "tools/emulator/card/command.h"
#include "tools/emulator/card/sw.h"

#define BY_OBJECT 0x02
#define BY_AID	  0x04

uint16_t
select_check(const struct card *card, const struct apdu *apdu)
{
	const struct profile *p = card->profile;

	if (apdu->p1 != BY_OBJECT && apdu->p1 != BY_AID)
		return SW_NO_FUNCTION;
	if (!memchr(p->select_p2, apdu->p2, p->n_select_p2))
		return card_status(card, STATUS_SELECT_P2);
	if (apdu->p1 == BY_OBJECT && !card->applet)
		return card_status(card, STATUS_UNKNOWN_INS);
	return 0;
}

/* An applet of one object has it selected from the start. */
static void
applet_enter(struct card *card, struct applet *a)
{
	struct object *first = STAILQ_FIRST(&a->objects);

	blob_clear(&card->input);
	card->applet = a;
	card->object = first && !STAILQ_NEXT(first, next) ? first : NULL;
}

void
applet_default(struct card *card)
{
	const struct aid *aid = &card->profile->default_applet;
	struct applet *a = profile_applet(card->profile, aid->bytes, aid->len);

	if (aid->len && a)
		applet_enter(card, a);
}

/* 6F { 84 AID, A5 } (ISO/IEC 7816-4, 5.3.3), which hosts ignore. */
static void
put_fci(struct card *card, const struct aid *aid)
{
	struct blob *out = &card->answer;

	blob_byte(out, 0x6F);
	blob_byte(out, (unsigned)(aid->len + 4));
	blob_tlv(out, 0x84, aid->bytes, aid->len);
	blob_tlv(out, 0xA5, NULL, 0);
}

static uint16_t
select_applet(struct card *card, const struct apdu *apdu)
{
	struct applet *a;

	a = apdu->n ? profile_applet(card->profile, apdu->data, apdu->n) : NULL;
	if (!a)
		return card_status(card, STATUS_UNKNOWN_AID);
	applet_enter(card, a);
	if (!card->profile->keep_login)
		card->verified = false;
	if (card->profile->select_fci)
		put_fci(card, &a->aid);
	return SW_OK;
}

static uint16_t
select_object(struct card *card, const struct apdu *apdu)
{
	struct object *o;
	unsigned id;

	if (apdu->n != 2)
		return SW_BAD_DATA;
	id = (unsigned)(apdu->data[0] << 8 | apdu->data[1]);
	for (o = STAILQ_FIRST(&card->applet->objects); o;
	     o = STAILQ_NEXT(o, next)) {
		if (o->id != id)
			continue;
		blob_clear(&card->input);
		card->object = o;
		return SW_OK;
	}
	return card_status(card, STATUS_UNKNOWN_OBJECT);
}

uint16_t
select_run(struct card *card, const struct apdu *apdu)
{
	if (apdu->p1 == BY_AID)
		return select_applet(card, apdu);
	return select_object(card, apdu);
}
