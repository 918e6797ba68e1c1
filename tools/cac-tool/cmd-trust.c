/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "tools/cac-tool/text.h"
#include "tools/cac-tool/trust.h"

static bool
read_files(struct trust *t, int argc, char **argv, int from)
{
	for (int i = from; i < argc; i++) {
		if (!bundle_read(&t->files, argv[i]))
			return false;
	}
	return true;
}

static void
print_certificate(const struct trust *t, const struct certificate *c)
{
	const char *kind = trust_is_root(t, c) ? "root"
	    : c->self_issued		       ? "self-signed"
	    : c->authority		       ? "authority"
					       : "no authority";

	printf("  %-12s %s\n", kind, text_clean(trust_describe(c)));
}

static void
print_all(const struct trust *t, const struct bundle *b)
{
	for (size_t i = 0; i < b->n; i++)
		print_certificate(t, b->list[i]);
}

static enum tool_status
finish(struct trust *t)
{
	enum tool_status status = target_end(&t->target, &t->tally, t->dry);

	return status == STATUS_DONE && t->left_out > 0 ? STATUS_PART : status;
}

static enum tool_status
add(struct trust *t)
{
	if (t->roots.n == 0) {
		print_all(t, &t->files);
		complain("name the roots that you trust: --root FILE, or "
			 "--root and the SHA-256 of one of those above, "
			 "compared with what its owner publishes");
		return STATUS_USAGE;
	}
	if (!trust_find_roots(t))
		return STATUS_FAILED;
	trust_verify(t);
	print_all(t, &t->good);
	if (t->good.n == 0)
		return STATUS_FAILED;
	if (t->where.system)
		trust_system_add(t);
	else
		trust_nss_add(t);
	if (t->tally.good + t->tally.bad == 0)
		complain("no database to add it to: start the browser once");
	return finish(t);
}

static enum tool_status
take_back(struct trust *t)
{
	enum tool_status status;

	if (t->where.system)
		trust_system_remove(t);
	else
		trust_nss_remove(t);
	status = finish(t);
	if (status == STATUS_NOTHING)
		puts("Nothing of these was added by cac-tool.");
	return status;
}

static enum tool_status
status(struct trust *t)
{
	print_all(t, &t->files);
	if (t->where.system)
		trust_system_status(t);
	else
		trust_nss_status(t);
	return t->tally.bad > 0 ? STATUS_PART
	    : t->tally.good > 0 ? STATUS_DONE
				: STATUS_NOTHING;
}

static const struct verb {
	const char *name;
	const char *writing;
	bool wants_files;
	enum tool_status (*run)(struct trust *t);
} verbs[] = {
    {"add", "trust add", true, add},
    {"remove", "trust remove", false, take_back},
    {"status", NULL, true, status},
};

static const struct verb *
find_verb(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	}
	return NULL;
}

enum tool_status
cmd_trust(const struct command *self, int argc, char **argv)
{
	static struct trust t;
	const struct option_def defs[] = {
	    {.name = "root",
		.operand = "FILE|SHA256",
		.help = "a root that you trust; may be repeated",
		.values = &t.roots},
	    {.name = "dry-run",
		.help = "only say what would be changed",
		.flag = &t.dry},
	    TARGET_OPTIONS(&t.where),
	    {.name = "password-file",
		.operand = "FILE",
		.help = "with the primary password of the databases",
		.value = &t.password_file},
	    TARGET_SYSTEM(&t.where),
	    {.name = NULL},
	};
	const struct verb *verb;
	enum tool_status result;
	int operands;

	if (!options_parse(self, defs, argc, argv, &operands, &result))
		return result;
	verb = operands < argc ? find_verb(argv[operands]) : NULL;
	if (verb == NULL || (verb->wants_files && operands + 1 == argc)) {
		complain("trust wants add, remove or status, and files; see "
			 "cac-tool trust --help");
		return STATUS_USAGE;
	}
	if (!read_files(&t, argc, argv, operands + 1) ||
	    (!t.where.system && !trust_nss_ready()))
		return STATUS_FAILED;
	if (!target_open(&t.target, &t.where, verb->writing, &result))
		return result;
	return verb->run(&t);
}
