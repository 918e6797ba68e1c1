/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cac-tool/status.h"
#include "tools/cac-tool/file.h"
#include "tools/cac-tool/tool.h"

static void
count(struct status *s, enum status_state state)
{
	if (state == STATE_REGISTERED)
		s->tally.good++;
	else
		s->tally.bad++;
}

static void
look_at_p11_kit(struct status *s)
{
	struct p11_kit_view *v = &s->p11_kit;

	p11_kit_look(&s->target->home, v);
	s->p11_kit_state = v->file == NULL ? STATE_ABSENT
	    : v->dead			   ? STATE_BROKEN
					   : STATE_REGISTERED;
	count(s, s->p11_kit_state);
}

/* Not counted: a user needs none of them. */
static void
look_at_policies(struct status *s)
{
	for (size_t i = 0; i < POLICIES_COUNT; i++) {
		struct policies_view *v = &s->policies[i];

		policies_look(policies_files[i].path, v);
		s->policies_state[i] = v->wrong != NULL ? STATE_BROKEN
		    : v->library != NULL		? STATE_REGISTERED
		    : v->deletes			? STATE_DELETED
							: STATE_ABSENT;
	}
}

static void
look_at_database(struct status *s, const struct database *d)
{
	struct status_database *out = &s->list[s->n++];
	struct nss_view *v = &out->view;

	out->database = d;
	nss_look(d, s->module, v);
	if (v->wrong != NULL)
		out->state = STATE_BROKEN;
	else if (v->right || (v->library == NULL && v->by_proxy))
		out->state = STATE_REGISTERED;
	else
		out->state =
		    v->library != NULL ? STATE_ELSEWHERE : STATE_ABSENT;
	count(s, out->state);
}

struct status *
status_look(const struct target *t, const char *module)
{
	struct status *s = tool_alloc(sizeof(*s));

	*s = (struct status){
	    .target = t,
	    .module = module,
	    .exists = file_is_plain(module),
	    .all = !t->narrowed,
	    .list = tool_alloc((t->databases->n + 1) * sizeof(s->list[0])),
	};
	if (s->all) {
		look_at_p11_kit(s);
		look_at_policies(s);
	}
	for (size_t i = 0; i < t->databases->n; i++)
		look_at_database(s, &t->databases->list[i]);
	return s;
}
