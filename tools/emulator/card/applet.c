/* SPDX-License-Identifier: BSD-2-Clause */
/* SELECT (INS A4): applets by AID, objects inside one by their id. */
#include <string.h>

#include "tools/emulator/card/piv.h"
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
	if (apdu->p1 == BY_OBJECT && piv_selected(card))
		return SW_NO_FUNCTION;
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
	card->stream_at = 0;
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

/* Which of a family was selected, and so what its next one is. */
static void
family_enter(struct card *card, const struct apdu *apdu)
{
	const struct aid *aid = &card->applet->aid;
	struct object *o = card->object;
	unsigned next;

	if (!card->applet->family || !o || o->family_at == 0)
		return;
	next =
	    (unsigned)(apdu->data[apdu->n - 2] << 8 | apdu->data[apdu->n - 1]);
	next -= (unsigned)(aid->bytes[aid->len - 2] << 8 |
	    aid->bytes[aid->len - 1]);
	next = (next + 1) % (card->applet->family + 1);
	next += (unsigned)(aid->bytes[aid->len - 2] << 8 |
	    aid->bytes[aid->len - 1]);
	o->v.data[o->family_at] = (uint8_t)(next >> 8);
	o->v.data[o->family_at + 1] = (uint8_t)next;
}

static uint16_t
unknown_aid(struct card *card)
{
	const struct habits *h = &card->profile->habits;

	if (h->n_unknown_aid == 0)
		return card_status(card, STATUS_UNKNOWN_AID);
	return h->unknown_aid[card->unknown_aids++ % h->n_unknown_aid];
}

/* The whole AID or, of PIV, its first bytes (SP 800-73-4 part 2, 3.1.1). */
static struct applet *
applet_find(const struct card *card, const uint8_t *aid, size_t len)
{
	struct applet *a;

	if (len == 0 || len > AID_MAX)
		return NULL;
	a = profile_applet(card->profile, aid, len);
	if (a)
		return a;
	for (a = STAILQ_FIRST(&card->profile->applets); a;
	     a = STAILQ_NEXT(a, next))
		if (a->kind == APPLET_PIV && (a->piv.aid_lengths >> len & 1) &&
		    memcmp(a->aid.bytes, aid, len) == 0)
			return a;
	return NULL;
}

static uint16_t
select_applet(struct card *card, const struct apdu *apdu)
{
	struct applet *a = applet_find(card, apdu->data, apdu->n);

	piv_select(card, a);
	if (!a)
		return unknown_aid(card);
	applet_enter(card, a);
	if (a->kind == APPLET_PIV) {
		blob_add(
		    &card->answer, a->piv.template.data, a->piv.template.len);
		return SW_OK;
	}
	family_enter(card, apdu);
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
		if (id < o->id || id > o->id + o->copies)
			continue;
		blob_clear(&card->input);
		card->stream_at = 0;
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
