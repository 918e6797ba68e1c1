/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cac-tool/advice.h"
#include "tools/cac-tool/json.h"
#include "tools/cac-tool/status.h"

static void
put_state(struct json *j, enum status_state state)
{
	static const char *const words[] = {
	    [STATE_REGISTERED] = "registered",
	    [STATE_ABSENT] = "absent",
	    [STATE_BROKEN] = "broken",
	    [STATE_ELSEWHERE] = "elsewhere",
	    [STATE_DELETED] = "deleted",
	};

	json_text(j, "state", words[state]);
}

static void
put_module(struct json *j, const struct status *s)
{
	json_open(j, "module", '{');
	json_text(j, "path", s->module);
	json_bool(j, "exists", s->exists);
	json_bool(j, "agentTakes", advice_agent_takes(s->module));
	json_close(j, '}');
}

static void
put_p11_kit(struct json *j, const struct status *s)
{
	const struct p11_kit_view *v = &s->p11_kit;

	if (!s->all) {
		json_null(j, "p11Kit");
		return;
	}
	json_open(j, "p11Kit", '{');
	put_state(j, s->p11_kit_state);
	json_text(j, "file", v->file);
	json_text(j, "library", v->library);
	json_bool(j, "allUsers", v->for_all);
	json_text(j, "other", v->rival);
	json_text(j, "loadedByNss", v->by_nss);
	json_close(j, '}');
}

static void
put_policies(struct json *j, const struct status *s)
{
	json_open(j, "policies", '[');
	for (size_t i = 0; s->all && i < POLICIES_COUNT; i++) {
		json_open(j, NULL, '{');
		json_text(
		    j, "browser", browser_word(policies_files[i].browser));
		json_text(j, "file", policies_files[i].path);
		put_state(j, s->policies_state[i]);
		json_text(j, "library", s->policies[i].library);
		json_text(j, "problem", s->policies[i].wrong);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
put_others(struct json *j, const struct nss_view *v)
{
	json_open(j, "others", '[');
	for (size_t i = 0; i < v->others; i++) {
		json_open(j, NULL, '{');
		json_text(j, "name", v->other[i].name);
		json_text(j, "library", v->other[i].library);
		json_bool(j, "exists", !v->other[i].dead);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
put_database(struct json *j, const struct status_database *s)
{
	const struct database *d = s->database;

	json_open(j, NULL, '{');
	json_text(j, "folder", d->dir);
	json_text(j, "browser", browser_word(d->browser));
	json_text(j, "title", d->title);
	json_bool(j, "exists", d->exists);
	json_text(j, "confinement",
	    d->confined == CONFINED_SNAP	  ? "snap"
		: d->confined == CONFINED_FLATPAK ? "flatpak"
						  : NULL);
	json_bool(j, "inUse", d->user_pid != 0);
	put_state(j, s->state);
	json_text(j, "library", s->view.library);
	json_bool(j, "throughP11Kit", s->view.by_proxy);
	json_text(j, "problem", s->view.wrong);
	put_others(j, &s->view);
	json_close(j, '}');
}

void
status_json(const struct status *s)
{
	struct json j = {0};

	json_open(&j, NULL, '{');
	put_module(&j, s);
	put_p11_kit(&j, s);
	put_policies(&j, s);
	json_open(&j, "databases", '[');
	for (size_t i = 0; i < s->n; i++)
		put_database(&j, &s->list[i]);
	json_close(&j, ']');
	json_close(&j, '}');
}
