/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/emulator/card/access.h"
#include "tools/emulator/card/sw.h"

enum rule_type {
	RULE_ALWAYS = 0x00,
	RULE_XAUTH_OR_PIN = 0x03,
	RULE_PIN_ALWAYS = 0x05,
	RULE_PIN = 0x06
};

static bool
match(int wanted, int actual)
{
	return wanted < 0 || wanted == actual;
}

static const struct access *
access_find(const struct access_list *list, const struct apdu *apdu, int data1)
{
	const struct access *x;

	for (x = STAILQ_FIRST(list); x; x = STAILQ_NEXT(x, next))
		if (x->ins == apdu->ins && match(x->p1, apdu->p1) &&
		    match(x->p2, apdu->p2) && match(x->data, data1))
			return x;
	return NULL;
}

static const struct rule *
access_rule(const struct card *card, const struct apdu *apdu, int data1)
{
	const struct access *x = NULL;

	if (card->object)
		x = access_find(&card->object->access, apdu, data1);
	if (!x)
		x = access_find(&card->applet->access, apdu, data1);
	return x ? profile_rule(card->profile, x->acrid) : NULL;
}

uint16_t
access_check(const struct card *card, const struct apdu *apdu, int data1)
{
	const struct rule *rule = access_rule(card, apdu, data1);

	if (!rule)
		return 0;
	switch (rule->type) {
	case RULE_ALWAYS:
		return 0;
	case RULE_XAUTH_OR_PIN:
	case RULE_PIN_ALWAYS:
	case RULE_PIN:
		return card->verified ? 0 : card_status(card, STATUS_NO_LOGIN);
	default: /* never, or keys that only the issuer has */
		return SW_CONDITIONS;
	}
}

void
access_spend(struct card *card, const struct apdu *apdu)
{
	const struct rule *rule = access_rule(card, apdu, -1);

	if (rule && rule->type == RULE_PIN_ALWAYS)
		card->verified = false;
}
