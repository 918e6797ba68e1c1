/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/cac-tool/advice.h"
#include "tools/cac-tool/file.h"
#include "tools/cac-tool/module.h"
#include "tools/cac-tool/status.h"

enum tool_status
cmd_status(const struct command *self, int argc, char **argv)
{
	struct target_options where = {.system = false};
	const char *module = NULL;
	const struct option_def defs[] = {
	    TARGET_OPTIONS(&where),
	    {.name = "module",
		.operand = "PATH",
		.help = "another file than the installed one",
		.value = &module},
	    {.name = NULL},
	};
	struct tally tally = {0, 0};
	enum tool_status status;
	struct target target;
	int operands;

	if (!options_parse(self, defs, argc, argv, &operands, &status))
		return status;
	if (operands < argc) {
		complain("status takes no operands: %s", argv[operands]);
		return STATUS_USAGE;
	}
	if (!target_open(&target, &where, NULL, &status))
		return status;
	if (module == NULL)
		module = module_installed();
	if (!file_is_plain(module))
		complain("%s is not there", module);
	status_print(&target, module, &tally);
	if (target.databases->n == 0)
		advice_nothing(&target);
	if (!target.narrowed)
		advice_programs(module);
	return tally.bad == 0 && tally.good > 0 ? STATUS_DONE
	    : tally.good > 0			? STATUS_PART
						: STATUS_NOTHING;
}
