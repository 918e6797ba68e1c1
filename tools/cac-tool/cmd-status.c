/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/cac-tool/advice.h"
#include "tools/cac-tool/file.h"
#include "tools/cac-tool/module.h"
#include "tools/cac-tool/status.h"

static void
print(const struct status *s)
{
	status_text(s);
	if (s->n == 0)
		advice_nothing(s->target);
	if (s->all)
		advice_programs(s->module);
}

enum tool_status
cmd_status(const struct command *self, int argc, char **argv)
{
	struct target_options where = {.system = false};
	bool json = false;
	const char *module = NULL;
	const struct option_def defs[] = {
	    {.name = "json", .help = "for programs", .flag = &json},
	    TARGET_OPTIONS(&where),
	    {.name = "module",
		.operand = "PATH",
		.help = "another file than the installed one",
		.value = &module},
	    {.name = NULL},
	};
	enum tool_status status;
	struct status *s;
	struct target target;

	if (!options_alone(self, defs, argc, argv, &status))
		return status;
	if (!target_open(&target, &where, NULL, &status))
		return status;
	if (module == NULL)
		module = module_installed();
	if (!file_is_plain(module))
		complain("%s is not there", module);
	s = status_look(&target, module);
	if (json)
		status_json(s);
	else
		print(s);
	return s->tally.good == 0 ? STATUS_NOTHING
	    : s->tally.bad > 0	  ? STATUS_PART
				  : STATUS_DONE;
}
