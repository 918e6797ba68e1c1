/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/cac-tool/nss-module.h"
#include "tools/cac-tool/p11-kit.h"
#include "tools/cac-tool/policies.h"
#include "tools/cac-tool/status.h"

static void
print_p11_kit(const struct target *t, struct tally *tally)
{
	struct p11_kit_view v;

	p11_kit_look(&t->home, &v);
	if (v.file == NULL) {
		tally->bad++;
		target_say("no", "p11-kit");
	} else if (v.dead) {
		tally->bad++;
		target_say("broken", "p11-kit, %s names %s, which is not there",
		    v.file, v.library);
	} else {
		tally->good++;
		target_say("registered", "p11-kit, %s (%s)", v.file,
		    v.for_all ? "all users" : "this user");
	}
	if (v.rival != NULL)
		target_say("  beside it", "%s, for the same cards", v.rival);
	if (v.by_nss != NULL)
		target_say(
		    "note", "browsers load what p11-kit has: %s", v.by_nss);
}

static void
print_policies(void)
{
	for (size_t i = 0; i < POLICIES_COUNT; i++) {
		const struct policies *p = &policies_files[i];
		struct policies_view v;

		policies_look(p->path, &v);
		if (v.wrong != NULL)
			target_say(
			    "broken", "%s, %s: %s", p->title, p->path, v.wrong);
		else if (v.library != NULL)
			target_say("registered", "%s, %s: %s", p->title,
			    p->path, v.library);
		else if (v.deletes)
			target_say("note",
			    "%s, %s takes the module out of all profiles",
			    p->title, p->path);
	}
}

static const char *
state_of(const struct database *d, const struct nss_view *v, const char **why)
{
	*why = "";
	if (v->wrong != NULL) {
		*why = tool_print(": %s", v->wrong);
		return "broken";
	}
	if (v->right || (v->library == NULL && v->by_proxy)) {
		*why = v->right ? "" : ", through p11-kit-proxy";
		return "registered";
	}
	if (v->library != NULL) {
		*why = tool_print(": %s", v->library);
		return "elsewhere";
	}
	if (d->confined != CONFINED_NOT)
		*why = ": 'cac-tool register' tells what can be done";
	return "no";
}

static void
print_database(const struct target *t, const struct database *d,
    const char *module, struct tally *tally)
{
	struct nss_view v;
	const char *state, *why;

	nss_look(d, module, &v);
	state = state_of(d, &v, &why);
	if (strcmp(state, "registered") == 0)
		tally->good++;
	else
		tally->bad++;
	target_say(state, "%s%s%s", target_name(t, d),
	    d->user_pid != 0 ? " (in use)" : "", why);
	for (size_t i = 0; i < v.others; i++)
		target_say("  beside it", "%s", v.other[i]);
}

void
status_print(const struct target *t, const char *module, struct tally *tally)
{
	if (!t->narrowed) {
		print_p11_kit(t, tally);
		print_policies();
	}
	for (size_t i = 0; i < t->databases->n; i++)
		print_database(t, &t->databases->list[i], module, tally);
}
