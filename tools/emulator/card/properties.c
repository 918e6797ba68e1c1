/* SPDX-License-Identifier: BSD-2-Clause */
/* GET PROPERTIES (INS 56; GSC-IS 2.1, 5.3.3). */
#include "tools/emulator/card/command.h"
#include "tools/emulator/card/sw.h"

enum request { OLD_FORMAT = 0x00, ALL = 0x01, LISTED = 0x02, EXTENDED = 0x40 };

enum property {
	TAG_VERSION = 0x01,
	TAG_ACA_UNKNOWN = 0x39, /* empty on recorded cards */
	TAG_ACA = 0x3A,
	TAG_COUNT = 0x40,
	TAG_OBJECT_ID = 0x41,
	TAG_BUFFERS = 0x42,
	TAG_KEY = 0x43,
	TAG_EXTRA = 0x26, /* 00 on recorded cards */
	TAG_OBJECT = 0x50,
	TAG_KEY_OBJECT = 0x51
};

#define ALGORITHM_RSA 0x06

bool
properties_takes_data(const struct apdu *apdu)
{
	return apdu->p1 == LISTED;
}

uint16_t
properties_check(const struct card *card, const struct apdu *apdu)
{
	if (apdu->p2)
		return SW_BAD_P1P2;
	switch (apdu->p1) {
	case OLD_FORMAT:
		return card_status(card, STATUS_OLD_PROPERTIES) == SW_OK
		    ? 0
		    : card_status(card, STATUS_OLD_PROPERTIES);
	case ALL:
	case LISTED:
	case EXTENDED:
		return 0;
	default:
		return SW_BAD_P1P2;
	}
}

static void
put_buffers(struct blob *out, const struct object *o)
{
	const struct element *first = STAILQ_FIRST(&o->elements);

	blob_tag(out, TAG_BUFFERS, 5);
	blob_byte(out, first && first->record ? 0x01 : 0x00);
	blob_le16(out, o->t_capacity);
	blob_le16(out, o->v_capacity);
}

static void
put_object(struct blob *out, const struct object *o, bool extended)
{
	struct blob body = {0};

	blob_tag(&body, TAG_OBJECT_ID, 2);
	blob_byte(&body, o->id >> 8);
	blob_byte(&body, o->id & 0xFF);
	put_buffers(&body, o);
	if (o->has_key) {
		blob_tag(&body, TAG_KEY, 4);
		blob_byte(&body, ALGORITHM_RSA);
		blob_byte(&body, o->key.bits / 64);
		blob_byte(&body, o->private_ready);
		blob_byte(&body, o->public_ready);
	}
	if (extended)
		blob_tlv(&body, TAG_EXTRA, "", 1);
	blob_tlv(
	    out, o->has_key ? TAG_KEY_OBJECT : TAG_OBJECT, body.data, body.len);
	out->failed = out->failed || body.failed;
	blob_clear(&body);
}

static void
put_objects(struct card *card, unsigned tag, bool extended)
{
	const struct object *o;

	for (o = STAILQ_FIRST(&card->applet->objects); o;
	     o = STAILQ_NEXT(o, next))
		if (tag == 0 || o->has_key == (tag == TAG_KEY_OBJECT))
			put_object(&card->answer, o, extended);
}

static void
put_count(struct card *card)
{
	const struct object *o;
	unsigned n = 0;

	for (o = STAILQ_FIRST(&card->applet->objects); o;
	     o = STAILQ_NEXT(o, next))
		n++;
	blob_tag(&card->answer, TAG_COUNT, 1);
	blob_byte(&card->answer, n);
}

static void
put_aca(struct card *card)
{
	const struct applet *a;

	blob_tag(&card->answer, TAG_ACA_UNKNOWN, 1);
	blob_byte(&card->answer, 0x00);
	for (a = STAILQ_FIRST(&card->profile->applets); a;
	     a = STAILQ_NEXT(a, next))
		if (a->kind == APPLET_ACA)
			blob_tlv(
			    &card->answer, TAG_ACA, a->aid.bytes, a->aid.len);
}

static uint16_t
put_listed(struct card *card, const struct apdu *apdu)
{
	size_t i, before;

	for (i = 0; i < apdu->n; i++) {
		before = card->answer.len;
		switch (apdu->data[i]) {
		case TAG_VERSION:
			blob_tlv(&card->answer, TAG_VERSION,
			    card->applet->version, 5);
			break;
		case TAG_COUNT:
			put_count(card);
			break;
		case TAG_OBJECT:
		case TAG_KEY_OBJECT:
			put_objects(card, apdu->data[i], false);
			break;
		default:
			break;
		}
		if (card->answer.len == before)
			return SW_NO_REFERENCE;
	}
	return SW_OK;
}

uint16_t
properties_run(struct card *card, const struct apdu *apdu)
{
	bool extended = apdu->p1 == EXTENDED;

	if (apdu->p1 == LISTED)
		return put_listed(card, apdu);
	blob_tlv(&card->answer, TAG_VERSION, card->applet->version, 5);
	put_count(card);
	put_objects(card, 0, extended);
	if (extended)
		put_aca(card);
	return SW_OK;
}
