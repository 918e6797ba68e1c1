/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <unistd.h>

#include "tools/emulator/front-umockdev.h"
#include "tools/emulator/options.h"
#include "tools/emulator/preload.h"

int
cmd_run(const struct subcommand *self, int argc, char **argv)
{
	static struct options options;
	bool has_run = false;
	int status;

	if (!options_parse(&options, self, argc, argv, &status))
		return status;
	if (options.operands >= argc) {
		complain(
		    "run wants a command: cac-emulator run %s", self->usage);
		options.report_path = NULL;
		goto out;
	}
	status = EXIT_EMULATOR;
	if (!preload_is_done()) {
		/* The subcommand's arguments stand behind the program's. */
		preload_again(argv - 1);
		options.report_path = NULL;
		goto out;
	}
	if (!options_devices(&options)) {
		options.report_path = NULL;
		goto out;
	}
	has_run = true;
	status = front_umockdev_run(&options, argv + options.operands);
out:
	if (!options_finish(&options) && status == 0)
		status = EXIT_EMULATOR;
	if (has_run) {
		/* Without destructors: umockdev's thread may still run. */
		fflush(NULL);
		_exit(status);
	}
	return status;
}
