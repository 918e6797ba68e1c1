/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/card/buffer.h"
#include "tools/emulator/card/command.h"
#include "tools/emulator/card/error.h"
#include "tools/emulator/card/piv.h"
#include "tools/emulator/card/pps.h"
#include "tools/emulator/card/t0.h"

#define FIDI_DEFAULT 0x11

/* One want per key number; two objects may share a key. */
static bool
want_add(struct pki_want *want, size_t *n, const struct pki_want *key)
{
	size_t i;

	for (i = 0; i < *n; i++) {
		if (want[i].number != key->number)
			continue;
		if (want[i].kind == key->kind && want[i].bits == key->bits &&
		    want[i].algorithm == key->algorithm)
			return true;
		return error_set("key %02X is given twice", key->number);
	}
	if (*n == PKI_LEAVES_MAX)
		return error_set("more than %d keys", PKI_LEAVES_MAX);
	want[(*n)++] = *key;
	return true;
}

static bool
card_pki(struct card *card, const char *dir)
{
	struct pki_want want[PKI_LEAVES_MAX];
	const struct applet *a;
	const struct object *o;
	size_t n = 0;

	for (a = STAILQ_FIRST(&card->profile->applets); a;
	     a = STAILQ_NEXT(a, next))
		for (o = STAILQ_FIRST(&a->objects); o; o = STAILQ_NEXT(o, next))
			if (o->has_key && !want_add(want, &n, &o->key))
				return false;
	card->pki = pki_new(dir, want, n);
	return card->pki != NULL;
}

static bool
card_buffers(struct card *card)
{
	struct applet *a;
	struct object *o;

	for (a = STAILQ_FIRST(&card->profile->applets); a;
	     a = STAILQ_NEXT(a, next))
		for (o = STAILQ_FIRST(&a->objects); o;
		     o = STAILQ_NEXT(o, next)) {
			blob_clear(&o->t);
			blob_clear(&o->v);
			if (a->kind == APPLET_PIV ? !piv_build(o, card->pki)
						  : !buffer_build(o, card->pki))
				return false;
		}
	return true;
}

struct card *
card_new(const char *profile, const char *pki_dir, const char **error)
{
	struct card *card;
	bool ok = false;

	card = calloc(1, sizeof(*card));
	if (!card) {
		error_set("out of memory");
		goto out;
	}
	card->profile = profile_load(profile);
	if (!card->profile)
		goto out;
	if (!card_pki(card, pki_dir) || !card_buffers(card))
		goto out;
	memcpy(card->pin, card->profile->pin, PIN_LEN);
	card->tries_left = card->profile->tries_left;
	piv_init(card);
	ok = true;
out:
	if (!ok) {
		card_free(&card);
		if (error)
			*error = error_text();
	}
	return card;
}

/* What a card forgets without power or at a reset. */
static void
card_forget(struct card *card)
{
	t0_reset(card);
	t1_clear(&card->t1);
	blob_clear(&card->input);
	card->applet = NULL;
	card->object = NULL;
	card->verified = false;
	piv_forget(card);
	card->fidi = FIDI_DEFAULT;
	card->fresh = false;
}

void
card_free(struct card **card)
{
	struct card *c = *card;

	if (!c)
		return;
	card_forget(c);
	profile_free(&c->profile);
	pki_free(&c->pki);
	explicit_bzero(c, sizeof(*c));
	free(c);
	*card = NULL;
}

const uint8_t *
card_reset(struct card *card, size_t *len)
{
	const struct atr *atr = &card->profile->atr;

	card_forget(card);
	card->powered = true;
	card->fresh = true;
	card->protocol = atr->first;
	if (atr->specific && !atr->implicit)
		card->fidi = atr->ta1;
	t1_reset(card);
	applet_default(card);
	*len = card->profile->habits.mute ? 0 : atr->len;
	return atr->bytes;
}

void
card_power_off(struct card *card)
{
	card_forget(card);
	card->powered = false;
}

size_t
card_pps(
    struct card *card, const uint8_t *req, size_t n, uint8_t answer[PPS_MAX])
{
	size_t len;

	if (!card->powered || !card->fresh)
		return 0;
	card->fresh = false;
	len = pps_answer(&card->profile->atr, req, n, answer, &card->fidi);
	if (len > 0)
		card->protocol = answer[1] & 0x0F;
	return len;
}

uint8_t
card_fidi(const struct card *card)
{
	return card->fidi;
}

uint8_t
card_protocol(const struct card *card)
{
	return card->protocol;
}

bool
card_uses_crc(const struct card *card)
{
	return card->profile->atr.crc;
}

uint8_t
card_voltages(const struct card *card)
{
	return card->profile->voltages;
}

const struct card_counts *
card_counts(const struct card *card)
{
	return &card->counts;
}

unsigned
card_tries_left(const struct card *card)
{
	return card->tries_left;
}

bool
card_renew(struct card *card, unsigned number, bool new_key, const char **error)
{
	bool ok = pki_renew(card->pki, number, new_key) && card_buffers(card);

	/* What was begun with the old contents is void. */
	t0_reset(card);
	blob_clear(&card->input);
	piv_drop_chain(card);
	card->stream_at = 0;
	if (!ok && error)
		*error = error_text();
	return ok;
}

unsigned
card_verifies(const struct card *card)
{
	return card->verifies;
}
