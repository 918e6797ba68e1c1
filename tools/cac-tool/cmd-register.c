/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/cac-tool/advice.h"
#include "tools/cac-tool/file.h"
#include "tools/cac-tool/module.h"
#include "tools/cac-tool/nss-module.h"
#include "tools/cac-tool/p11-kit.h"
#include "tools/cac-tool/policies.h"

struct registering {
	struct target_options where;
	struct target target;
	const char *module;
	bool replace, dry;
	struct tally tally;
	unsigned other_modules; /* found, and left */
	unsigned confined;
};

static void
succeed(struct registering *g, bool changed, const char *what)
{
	g->tally.good++;
	target_say(!changed ? "unchanged"
		: g->dry    ? "would change"
			    : "registered",
	    "%s", what);
}

/* A dry run tells what would be put there, too. */
static void
say_entry(const struct registering *g, const char *before, const char *behind)
{
	if (g->dry)
		target_say("  would add", "%s%s%s", before, g->module, behind);
}

static void
fail(struct registering *g, const char *what, const char *wrong)
{
	g->tally.bad++;
	complain("%s: %s", what, wrong);
}

static void
register_p11_kit(struct registering *g)
{
	bool system = g->where.system;
	struct p11_kit_view v;
	const char *file, *wrong = NULL;
	char *what;

	p11_kit_look(system ? NULL : &g->target.home, &v);
	if (v.file != NULL && !v.dead && file_is_same(v.library, g->module)) {
		succeed(g, false, tool_print("p11-kit, %s", v.file));
		return;
	}
	if (!system && geteuid() == 0) {
		target_say("left out",
		    "p11-kit, which passes over root's own "
		    "files: 'cac-tool register --system'");
		return;
	}
	file =
	    system ? p11_kit_system_file() : p11_kit_user_file(&g->target.home);
	what = tool_print("p11-kit, %s", file);
	if (!g->dry)
		wrong = p11_kit_register(g->target.record, file, g->module);
	if (wrong != NULL) {
		fail(g, what, wrong);
	} else {
		succeed(g, true, what);
		say_entry(g, "module: ", "");
	}
}

static void
name_others(struct registering *g, const struct nss_view *before)
{
	for (size_t i = 0; i < before->others; i++)
		target_say(!g->replace ? "  beside it"
			: g->dry       ? "  would remove"
				       : "  removed",
		    "%s", nss_words(&before->other[i]));
	if (!g->replace)
		g->other_modules += (unsigned)before->others;
}

static void
register_database(struct registering *g, const struct database *d)
{
	struct nss_job job = {g->target.record, g->module, g->replace, g->dry};
	char *name = target_name(&g->target, d);
	struct nss_view before;
	const char *wrong;
	enum nss_done done;

	nss_look(d, g->module, &before);
	if (before.by_proxy && before.library == NULL) {
		succeed(
		    g, false, tool_print("%s, through p11-kit-proxy", name));
		return;
	}
	done = nss_register(&job, d, &wrong);
	if (done == NSS_FAILED) {
		fail(g, name, wrong);
		return;
	}
	succeed(g, done != NSS_UNCHANGED,
	    tool_print("%s%s%s", name, done == NSS_CREATED ? " (new)" : "",
		done != NSS_UNCHANGED && d->user_pid != 0
		    ? " (restart the browser)"
		    : ""));
	if (done != NSS_UNCHANGED)
		say_entry(g, "library=", ", name=" MODULE_NAME);
	name_others(g, &before);
}

/* Of what is installed, these have no database before their first start. */
static void
name_unstarted(const struct registering *g)
{
	static const enum browser known[] = {
	    BROWSER_FIREFOX, BROWSER_THUNDERBIRD};

	for (size_t i = 0; i < 2; i++) {
		bool found = (g->target.browsers & known[i]) == 0;

		for (size_t k = 0; k < g->target.databases->n; k++)
			found = found ||
			    g->target.databases->list[k].browser == known[i];
		if (!found && browser_exists(known[i], &g->target.home))
			target_say("left out",
			    "%s, which has no profile yet: start it once and "
			    "run this again",
			    browser_name(known[i]));
	}
}

static void
register_databases(struct registering *g)
{
	for (size_t i = 0; i < g->target.databases->n; i++) {
		const struct database *d = &g->target.databases->list[i];

		if (d->confined != CONFINED_NOT)
			g->confined++;
		else if (!d->exists && d->browser != BROWSER_CHROMIUM)
			target_say("left out", "%s, whose folder is not there",
			    target_name(&g->target, d));
		else
			register_database(g, d);
	}
}

/* Whether to write a browser's policy: it is there, or was named. */
static bool
is_meant(const struct registering *g, const struct policies *p)
{
	char *folder = tool_print("%s", p->path);

	if (g->target.narrowed)
		return (g->target.browsers & p->browser) != 0;
	*strstr(folder, "/policies/") = '\0';
	return file_is_folder(folder) ||
	    browser_exists(p->browser, &g->target.home);
}

static void
register_policies(struct registering *g)
{
	for (size_t i = 0; i < POLICIES_COUNT; i++) {
		const struct policies *p = &policies_files[i];
		char *what =
		    tool_print("%s, %s", browser_name(p->browser), p->path);
		const char *wrong;
		bool changed;

		if (!is_meant(g, p))
			continue;
		wrong = policies_register(
		    g->target.record, p->path, g->module, g->dry, &changed);
		if (wrong != NULL) {
			fail(g, what, wrong);
			continue;
		}
		succeed(g, changed, what);
		if (changed)
			say_entry(
			    g, "SecurityDevices, Add: " MODULE_NAME " ", "");
	}
	puts("Chrome and Chromium have no such policy: each user runs "
	     "'cac-tool register'.");
}

static void
register_for_user(struct registering *g)
{
	struct p11_kit_view v;

	p11_kit_look(&g->target.home, &v);
	if (!g->target.narrowed)
		register_p11_kit(g);
	if (v.by_nss != NULL && g->where.folders.n == 0) {
		target_say("left out",
		    "browsers: here they load what is registered with p11-kit "
		    "(%s)",
		    v.by_nss);
		return;
	}
	register_databases(g);
	name_unstarted(g);
	if (g->target.databases->n == 0)
		advice_nothing(&g->target);
	if (g->confined > 0)
		advice_confined(&g->target, g->module);
	if (g->other_modules > 0 && !g->replace)
		puts("Modules beside it answer for the same cards, or are "
		     "gone; 'cac-tool register --replace'\nremoves them, and "
		     "'cac-tool unregister' brings them back.");
}

/* In a Flatpak the path is one of its own. */
static bool
choose_module(struct registering *g, const char *given)
{
	g->module = given;
	if (given == NULL || given[0] != '/' || g->where.folders.n == 0 ||
	    strstr(g->where.folders.list[0], "/.var/app/") == NULL)
		g->module = module_path(given);
	return g->module != NULL;
}

enum tool_status
cmd_register(const struct command *self, int argc, char **argv)
{
	struct registering g = {.dry = false};
	const char *module = NULL;
	const struct option_def defs[] = {
	    {.name = "dry-run",
		.help = "only say what would be changed",
		.flag = &g.dry},
	    TARGET_OPTIONS(&g.where),
	    {.name = "module",
		.operand = "PATH",
		.help = "another file than the installed one",
		.value = &module},
	    {.name = "replace",
		.help = "remove dead modules and others for these cards",
		.flag = &g.replace},
	    TARGET_SYSTEM(&g.where),
	    {.name = NULL},
	};
	enum tool_status status;

	if (!options_alone(self, defs, argc, argv, &status))
		return status;
	if (!target_open(&g.target, &g.where, "register", &status))
		return status;
	if (!choose_module(&g, module))
		return STATUS_FAILED;
	if (g.where.system) {
		if (!g.target.narrowed)
			register_p11_kit(&g);
		register_policies(&g);
	} else {
		register_for_user(&g);
	}
	if (!g.target.narrowed)
		advice_programs(g.module);
	return target_end(&g.target, &g.tally, g.dry);
}
