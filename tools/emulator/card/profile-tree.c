/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding and freeing what a profile holds. */
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/card/profile.h"

static void
access_free(struct access_list *list)
{
	struct access *x;

	while ((x = STAILQ_FIRST(list))) {
		STAILQ_REMOVE_HEAD(list, next);
		free(x);
	}
}

static void
element_free(struct element *e)
{
	struct part *part;

	while ((part = STAILQ_FIRST(&e->parts))) {
		STAILQ_REMOVE_HEAD(&e->parts, next);
		blob_clear(&part->bytes);
		free(part);
	}
	free(e);
}

static void
object_free(struct object *o)
{
	struct element *e;

	while ((e = STAILQ_FIRST(&o->elements))) {
		STAILQ_REMOVE_HEAD(&o->elements, next);
		element_free(e);
	}
	access_free(&o->access);
	blob_clear(&o->t);
	blob_clear(&o->v);
	free(o);
}

static void
applet_free(struct applet *a)
{
	struct object *o;

	while ((o = STAILQ_FIRST(&a->objects))) {
		STAILQ_REMOVE_HEAD(&a->objects, next);
		object_free(o);
	}
	access_free(&a->access);
	blob_clear(&a->piv.template);
	free(a);
}

void
profile_free(struct profile **profile)
{
	struct profile *p = *profile;
	struct applet *a;
	struct provider *provider;
	struct scripted *scripted;
	struct rule *rule;

	if (!p)
		return;
	while ((scripted = STAILQ_FIRST(&p->habits.scripted))) {
		STAILQ_REMOVE_HEAD(&p->habits.scripted, next);
		blob_clear(&scripted->prefix);
		blob_clear(&scripted->bytes);
		free(scripted);
	}
	while ((a = STAILQ_FIRST(&p->applets))) {
		STAILQ_REMOVE_HEAD(&p->applets, next);
		applet_free(a);
	}
	while ((rule = STAILQ_FIRST(&p->rules))) {
		STAILQ_REMOVE_HEAD(&p->rules, next);
		free(rule);
	}
	while ((provider = STAILQ_FIRST(&p->providers))) {
		STAILQ_REMOVE_HEAD(&p->providers, next);
		free(provider);
	}
	explicit_bzero(p, sizeof(*p));
	free(p);
	*profile = NULL;
}

/* Its AID comes not long after the applet's. */
static bool
of_family(const struct applet *a, const uint8_t *aid)
{
	size_t at = a->aid.len - 2;
	const uint8_t *base = a->aid.bytes + at;
	unsigned first, number;

	if (!a->family || memcmp(a->aid.bytes, aid, at) != 0)
		return false;
	first = (unsigned)(base[0] << 8 | base[1]);
	number = (unsigned)(aid[at] << 8 | aid[at + 1]);
	return (uint16_t)(number - first) <= a->family;
}

struct applet *
profile_applet(const struct profile *profile, const uint8_t *aid, size_t len)
{
	struct applet *a;

	for (a = STAILQ_FIRST(&profile->applets); a; a = STAILQ_NEXT(a, next))
		if (a->aid.len == len && memcmp(a->aid.bytes, aid, len) == 0)
			return a;
	for (a = STAILQ_FIRST(&profile->applets); a; a = STAILQ_NEXT(a, next))
		if (a->aid.len == len && of_family(a, aid))
			return a;
	return NULL;
}

const struct object *
applet_object(const struct applet *applet, uint32_t id)
{
	const struct object *o;

	for (o = STAILQ_FIRST(&applet->objects); o; o = STAILQ_NEXT(o, next))
		if (o->id == id)
			return o;
	return NULL;
}

const struct rule *
profile_rule(const struct profile *profile, uint8_t acrid)
{
	const struct rule *rule;

	for (rule = STAILQ_FIRST(&profile->rules); rule;
	     rule = STAILQ_NEXT(rule, next))
		if (rule->acrid == acrid)
			return rule;
	return NULL;
}
