/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "tools/cac-tool/module.h"
#include "tools/cac-tool/nss-module.h"
#include "tools/cac-tool/p11-kit.h"
#include "tools/cac-tool/policies.h"
#include "tools/cac-tool/target.h"

struct unregistering {
	struct target_options where;
	struct target target;
	bool dry, forget, changed;
	struct tally tally;
};

static void
tell(struct unregistering *u, const char *what, const char *wrong, bool changed)
{
	if (wrong != NULL) {
		u->tally.bad++;
		complain("%s: %s", what, wrong);
		return;
	}
	u->tally.good++;
	u->changed = u->changed || changed;
	if (changed)
		target_say(
		    u->dry ? "would change" : "unregistered", "%s", what);
}

/* Databases that are no longer found, but were once registered in. */
static void
add_recorded(struct unregistering *u)
{
	static const char end[] = "/pkcs11.txt";
	struct record_entry *e = u->target.record->first;

	while ((e = record_find(e, "file", NULL)) != NULL) {
		size_t n = strlen(e->field[1]);

		if (n > sizeof(end) - 1 &&
		    strcmp(e->field[1] + n - (sizeof(end) - 1), end) == 0)
			databases_add(u->target.databases,
			    tool_print("%.*s", (int)(n - (sizeof(end) - 1)),
				e->field[1]));
		e = e->next;
	}
}

static void
unregister_databases(struct unregistering *u)
{
	struct nss_job job = {
	    u->target.record, module_installed(), false, u->dry};

	if (!u->target.narrowed)
		add_recorded(u);
	for (size_t i = 0; i < u->target.databases->n; i++) {
		const struct database *d = &u->target.databases->list[i];
		const char *wrong;
		enum nss_done done = nss_unregister(&job, d, &wrong);

		tell(u,
		    tool_print("%s%s", target_name(&u->target, d),
			d->user_pid != 0 ? " (restart the browser)" : ""),
		    wrong, done == NSS_CHANGED);
	}
}

static void
unregister_p11_kit(struct unregistering *u, const char *file)
{
	char *what = tool_print("p11-kit, %s", file);
	const char *wrong;
	bool found = false;

	if (u->dry) {
		found =
		    record_find(u->target.record->first, "file", file) != NULL;
		wrong = NULL;
	} else {
		wrong = p11_kit_unregister(u->target.record, file, &found);
	}
	tell(u, what, wrong, found);
}

static void
unregister_policies(struct unregistering *u)
{
	for (size_t i = 0; i < POLICIES_COUNT; i++) {
		const struct policies *p = &policies_files[i];
		bool changed, in_profiles;
		const char *wrong;

		if (u->target.narrowed &&
		    (u->target.browsers & p->browser) == 0)
			continue;
		wrong = policies_unregister(u->target.record, p->path,
		    u->forget, u->dry, &changed, &in_profiles);
		tell(u, tool_print("%s, %s", browser_name(p->browser), p->path),
		    wrong, changed);
		if (wrong == NULL && changed && in_profiles)
			puts("  Profiles that were used in the meantime keep "
			     "it: 'cac-tool unregister' by each user.");
		else if (wrong == NULL && changed && !u->forget)
			puts("  Delete takes it out of the profiles at their "
			     "next start; later on --forget\n  removes that "
			     "entry as well.");
	}
}

enum tool_status
cmd_unregister(const struct command *self, int argc, char **argv)
{
	struct unregistering u = {.dry = false};
	const struct option_def defs[] = {
	    {.name = "dry-run",
		.help = "only say what would be changed",
		.flag = &u.dry},
	    TARGET_OPTIONS(&u.where),
	    TARGET_SYSTEM(&u.where),
	    {.name = "forget",
		.help = "with --system: no Delete in policies either",
		.flag = &u.forget},
	    {.name = NULL},
	};
	enum tool_status status;

	if (!options_alone(self, defs, argc, argv, &status))
		return status;
	if (!target_open(&u.target, &u.where, "unregister", &status))
		return status;
	if (u.where.system) {
		unregister_policies(&u);
		if (!u.target.narrowed)
			unregister_p11_kit(&u, p11_kit_system_file());
	} else {
		unregister_databases(&u);
		if (!u.target.narrowed)
			unregister_p11_kit(
			    &u, p11_kit_user_file(&u.target.home));
	}
	if (!u.changed && u.tally.bad == 0)
		puts("Nothing was registered.");
	status = target_end(&u.target, &u.tally, u.dry);
	return status == STATUS_NOTHING ? STATUS_DONE : status;
}
