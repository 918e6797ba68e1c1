/* SPDX-License-Identifier: BSD-2-Clause */
/* The objects of PIV and GET DATA (INS CB; SP 800-73-4 part 2, 3.1.2). */
#include "tools/emulator/card/buffer.h"
#include "tools/emulator/card/error.h"
#include "tools/emulator/card/piv.h"
#include "tools/emulator/card/sw.h"

#define TAG_LIST 0x5C
#define TAG_DATA 0x53
#define TAG_MAX	 3

static bool
add_elements(struct object *o, const struct pki *pki)
{
	struct blob value = {0};
	const struct element *e;
	bool ok = true;

	for (e = STAILQ_FIRST(&o->elements); ok && e;
	     e = STAILQ_NEXT(e, next)) {
		ok = element_value(o, e, pki, &value);
		if (!ok)
			error_set("object %X: cannot make the value of tag %X",
			    o->id, e->tag);
		blob_ber(&o->v, e->tag, value.len);
		blob_add(&o->v, value.data, value.len);
		blob_clear(&value);
	}
	return ok;
}

bool
piv_build(struct object *object, const struct pki *pki)
{
	bool bare = object->id == PIV_DISCOVERY || object->id == PIV_BIT_GROUP;
	struct blob out = {0};
	size_t len;

	blob_clear(&object->v);
	/* element_value counts from behind a prefix. */
	blob_le16(&object->v, 0);
	if (!add_elements(object, pki))
		return false;
	if (object->v.failed)
		return error_set("object %X: too long", object->id);
	len = object->v.len - BUFFER_PREFIX;
	blob_ber(&out, bare ? object->id : TAG_DATA, len);
	blob_add(&out, object->v.data + BUFFER_PREFIX, len);
	blob_clear(&object->v);
	object->v = out;
	return !out.failed || error_set("object %X: too long", object->id);
}

uint16_t
data_check(const struct card *card, const struct apdu *apdu)
{
	(void)card;
	if (apdu->p1 != 0x3F || apdu->p2 != 0xFF)
		return SW_BAD_P1P2;
	return apdu->p3 ? 0 : SW_WRONG_LENGTH;
}

uint16_t
data_run(struct card *card, const struct apdu *apdu)
{
	const struct object *o;
	uint32_t tag = 0;
	size_t i;

	if (apdu->n < 3 || apdu->n > 2 + TAG_MAX || apdu->data[0] != TAG_LIST ||
	    apdu->data[1] != apdu->n - 2)
		return SW_BAD_FIELD;
	for (i = 2; i < apdu->n; i++)
		tag = tag << 8 | apdu->data[i];
	o = applet_object(card->applet, tag);
	if (!o)
		return card_status(card, STATUS_UNKNOWN_DATA);
	if (o->needs_pin && !piv_logged_in(card))
		return SW_NO_LOGIN;
	if (o->absent)
		return o->absent;
	blob_add(&card->answer, o->v.data, o->v.len);
	return SW_OK;
}

void
piv_select(struct card *card, const struct applet *next)
{
	const struct applet *now = card->applet;
	bool here = piv_selected(card);

	if (here && !next) {
		if (now->piv.foreign != PIV_STAYS)
			piv_logout(card);
		if (now->piv.foreign == PIV_LEFT)
			card->applet = NULL;
	} else if (next && next->kind == APPLET_PIV) {
		if (!here || next->piv.forgets_login)
			piv_logout(card);
		if (!here && next->piv.ends_cac_login)
			card->verified = false;
	} else if (here) {
		piv_logout(card);
	}
}
