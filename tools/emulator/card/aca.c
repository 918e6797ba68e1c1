/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GET ACR (INS 4C; GSC-IS 2.1, 5.3.3): the tables of the Access Control
 * Applet. A request for one entry answers that entry without a count.
 */
#include <string.h>

#include "tools/emulator/card/command.h"
#include "tools/emulator/card/sw.h"

enum request {
	ALL_RULES = 0x00,
	ONE_RULE = 0x01,
	ALL_APPLETS = 0x10,
	ONE_APPLET = 0x11,
	ONE_OBJECT = 0x12,
	PROVIDERS = 0x20,
	SERVICES = 0x21
};

enum acr_tag {
	TAG_VERSION = 0x01,
	TAG_APPLET = 0x80,
	TAG_APPLET_COUNT = 0x81,
	TAG_ENTRY = 0x82,
	TAG_PROVIDER = 0x90,
	TAG_PROVIDER_COUNT = 0x91,
	TAG_AID = 0x92,
	TAG_SERVICE = 0x93,
	TAG_SERVICE_COUNT = 0x94,
	TAG_RULE = 0xA0,
	TAG_RULE_COUNT = 0xA1
};

#define WHOLE_APPLET 0xFFFF

/* The configuration byte says which of P1, P2 and data the entry fixes. */
#define WITH_P1	  0x01
#define WITH_P2	  0x02
#define WITH_DATA 0x04

bool
acr_takes_data(const struct apdu *apdu)
{
	return apdu->p1 == ONE_RULE || apdu->p1 == ONE_APPLET ||
	    apdu->p1 == ONE_OBJECT;
}

uint16_t
acr_check(const struct card *card, const struct apdu *apdu)
{
	(void)card;
	if (apdu->p2)
		return SW_BAD_P1P2;
	switch (apdu->p1) {
	case ALL_RULES:
	case ALL_APPLETS:
	case PROVIDERS:
	case SERVICES:
		return 0;
	case ONE_RULE:
		return apdu->p3 == 1 ? 0 : SW_BAD_DATA;
	case ONE_APPLET:
		return apdu->p3 == 7 ? 0 : SW_BAD_DATA;
	case ONE_OBJECT:
		return apdu->p3 == 2 ? 0 : SW_BAD_DATA;
	default:
		return SW_BAD_P1P2;
	}
}

static void
put_count(struct blob *out, unsigned tag, unsigned n)
{
	blob_tag(out, tag, 1);
	blob_byte(out, n);
}

static void
put_rule(struct blob *out, const struct rule *rule)
{
	blob_tag(out, TAG_RULE, 3u + 2u * rule->n_methods);
	blob_byte(out, rule->acrid);
	blob_byte(out, rule->type);
	blob_byte(out, rule->n_methods);
	blob_add(out, rule->method, 2u * rule->n_methods);
}

static void
put_rules(const struct card *card, struct blob *out)
{
	const struct rule *rule;
	unsigned n = 0;

	for (rule = STAILQ_FIRST(&card->profile->rules); rule;
	     rule = STAILQ_NEXT(rule, next))
		n++;
	put_count(out, TAG_RULE_COUNT, n);
	for (rule = STAILQ_FIRST(&card->profile->rules); rule;
	     rule = STAILQ_NEXT(rule, next))
		put_rule(out, rule);
}

static void
put_access(struct blob *out, const struct access *x)
{
	blob_byte(out, x->ins);
	blob_byte(out,
	    (x->p1 >= 0 ? WITH_P1 : 0u) | (x->p2 >= 0 ? WITH_P2 : 0u) |
		(x->data >= 0 ? WITH_DATA : 0u));
	if (x->p1 >= 0)
		blob_byte(out, (unsigned)x->p1);
	if (x->p2 >= 0)
		blob_byte(out, (unsigned)x->p2);
	if (x->data >= 0)
		blob_byte(out, (unsigned)x->data);
	blob_byte(out, x->acrid);
}

static void
put_entry(struct blob *out, unsigned id, const struct access_list *list)
{
	struct blob body = {0};
	const struct access *x;

	blob_byte(&body, id >> 8);
	blob_byte(&body, id & 0xFF);
	for (x = STAILQ_FIRST(list); x; x = STAILQ_NEXT(x, next))
		put_access(&body, x);
	blob_tlv(out, TAG_ENTRY, body.data, body.len);
	out->failed = out->failed || body.failed;
	blob_clear(&body);
}

static void
put_applet(struct blob *out, const struct applet *a)
{
	bool whole = !STAILQ_EMPTY(&a->access);
	struct blob body = {0};
	const struct object *o;
	unsigned n = whole ? 1 : 0;

	for (o = STAILQ_FIRST(&a->objects); o; o = STAILQ_NEXT(o, next))
		n++;
	blob_byte(&body, (unsigned)a->service);
	blob_byte(&body, n);
	for (o = STAILQ_FIRST(&a->objects); o; o = STAILQ_NEXT(o, next))
		put_entry(&body, o->id, &o->access);
	if (whole)
		put_entry(&body, WHOLE_APPLET, &a->access);
	blob_tlv(out, TAG_APPLET, body.data, body.len);
	out->failed = out->failed || body.failed;
	blob_clear(&body);
}

static unsigned
count_applets(const struct card *card)
{
	const struct applet *a;
	unsigned n = 0;

	for (a = STAILQ_FIRST(&card->profile->applets); a;
	     a = STAILQ_NEXT(a, next))
		if (a->service >= 0)
			n++;
	return n;
}

static void
put_applets(const struct card *card, struct blob *out)
{
	const struct applet *a;

	put_count(out, TAG_APPLET_COUNT, count_applets(card));
	for (a = STAILQ_FIRST(&card->profile->applets); a;
	     a = STAILQ_NEXT(a, next))
		if (a->service >= 0)
			put_applet(out, a);
}

static void
put_named_aid(
    struct blob *out, unsigned tag, unsigned id, const struct aid *aid)
{
	blob_tag(out, tag, aid->len + 3);
	blob_byte(out, id);
	blob_tlv(out, TAG_AID, aid->bytes, aid->len);
}

static void
put_services(const struct card *card, struct blob *out)
{
	const struct applet *a;

	put_count(out, TAG_SERVICE_COUNT, count_applets(card));
	for (a = STAILQ_FIRST(&card->profile->applets); a;
	     a = STAILQ_NEXT(a, next))
		if (a->service >= 0)
			put_named_aid(
			    out, TAG_SERVICE, (unsigned)a->service, &a->aid);
}

static void
put_providers(const struct card *card, struct blob *out)
{
	const struct provider *provider;
	unsigned n = 0;

	for (provider = STAILQ_FIRST(&card->profile->providers); provider;
	     provider = STAILQ_NEXT(provider, next))
		n++;
	put_count(out, TAG_PROVIDER_COUNT, n);
	for (provider = STAILQ_FIRST(&card->profile->providers); provider;
	     provider = STAILQ_NEXT(provider, next))
		put_named_aid(out, TAG_PROVIDER, provider->amp, &provider->aid);
}

static uint16_t
put_one_rule(const struct card *card, const struct apdu *apdu, struct blob *out)
{
	const struct rule *rule = profile_rule(card->profile, apdu->data[0]);

	if (!rule)
		return SW_NO_REFERENCE;
	put_rule(out, rule);
	return SW_OK;
}

static uint16_t
put_one_applet(
    const struct card *card, const struct apdu *apdu, struct blob *out)
{
	const struct applet *a;

	a = profile_applet(card->profile, apdu->data, apdu->n);
	if (!a || a->service < 0)
		return SW_NO_REFERENCE;
	put_applet(out, a);
	return SW_OK;
}

static uint16_t
put_one_object(
    const struct card *card, const struct apdu *apdu, struct blob *out)
{
	unsigned id = (unsigned)(apdu->data[0] << 8 | apdu->data[1]);
	const struct applet *a;
	const struct object *o;

	for (a = STAILQ_FIRST(&card->profile->applets); a;
	     a = STAILQ_NEXT(a, next))
		for (o = STAILQ_FIRST(&a->objects); o;
		     o = STAILQ_NEXT(o, next)) {
			if (o->id != id || a->service < 0)
				continue;
			put_entry(out, o->id, &o->access);
			return SW_OK;
		}
	return SW_BAD_FIELD;
}

uint16_t
acr_run(struct card *card, const struct apdu *apdu)
{
	struct blob *out = &card->answer;

	if (acr_takes_data(apdu) && apdu->n == 0)
		return SW_BAD_DATA;
	blob_tlv(out, TAG_VERSION, card->applet->version, 5);
	switch (apdu->p1) {
	case ALL_RULES:
		put_rules(card, out);
		return SW_OK;
	case ONE_RULE:
		return put_one_rule(card, apdu, out);
	case ALL_APPLETS:
		put_applets(card, out);
		return SW_OK;
	case ONE_APPLET:
		return put_one_applet(card, apdu, out);
	case ONE_OBJECT:
		return put_one_object(card, apdu, out);
	case PROVIDERS:
		put_providers(card, out);
		return SW_OK;
	case SERVICES:
		put_services(card, out);
		return SW_OK;
	default:
		return SW_BAD_P1P2;
	}
}
