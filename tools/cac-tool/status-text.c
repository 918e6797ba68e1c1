/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cac-tool/status.h"
#include "tools/cac-tool/tool.h"

static const char *const words[] = {
    [STATE_REGISTERED] = "registered",
    [STATE_ABSENT] = "no",
    [STATE_BROKEN] = "broken",
    [STATE_ELSEWHERE] = "elsewhere",
    [STATE_DELETED] = "note",
};

static void
print_p11_kit(const struct status *s)
{
	const struct p11_kit_view *v = &s->p11_kit;
	const char *word = words[s->p11_kit_state];

	if (v->file == NULL)
		target_say(word, "p11-kit");
	else if (v->dead)
		target_say(word, "p11-kit, %s names %s, which is not there",
		    v->file, v->library);
	else
		target_say(word, "p11-kit, %s (%s)", v->file,
		    v->for_all ? "all users" : "this user");
	if (v->rival != NULL)
		target_say("  beside it", "%s, for the same cards", v->rival);
	if (v->by_nss != NULL)
		target_say(
		    "note", "browsers load what p11-kit has: %s", v->by_nss);
}

static void
print_policies(const struct status *s)
{
	for (size_t i = 0; i < POLICIES_COUNT; i++) {
		const struct policies *p = &policies_files[i];
		const struct policies_view *v = &s->policies[i];
		const char *word = words[s->policies_state[i]];

		if (v->wrong != NULL)
			target_say(word, "%s, %s: %s", browser_name(p->browser),
			    p->path, v->wrong);
		else if (v->library != NULL)
			target_say(word, "%s, %s: %s", browser_name(p->browser),
			    p->path, v->library);
		else if (v->deletes)
			target_say(word,
			    "%s, %s takes the module out of all profiles",
			    browser_name(p->browser), p->path);
	}
}

/* What stands behind the name. */
static const char *
why(const struct status_database *d)
{
	const struct nss_view *v = &d->view;

	switch (d->state) {
	case STATE_BROKEN:
		return tool_print(": %s", v->wrong);
	case STATE_ELSEWHERE:
		return tool_print(": %s", v->library);
	case STATE_REGISTERED:
		return v->right ? "" : ", through p11-kit-proxy";
	default:
		return d->database->confined != CONFINED_NOT
		    ? ": 'cac-tool register' tells what can be done"
		    : "";
	}
}

static void
print_database(const struct status *s, const struct status_database *d)
{
	target_say(words[d->state], "%s%s%s",
	    target_name(s->target, d->database),
	    d->database->user_pid != 0 ? " (in use)" : "", why(d));
	for (size_t i = 0; i < d->view.others; i++)
		target_say("  beside it", "%s", nss_words(&d->view.other[i]));
}

void
status_text(const struct status *s)
{
	if (s->all) {
		print_p11_kit(s);
		print_policies(s);
	}
	for (size_t i = 0; i < s->n; i++)
		print_database(s, &s->list[i]);
}
