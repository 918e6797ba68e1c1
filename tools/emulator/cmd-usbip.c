/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/emulator/front-usbip.h"
#include "tools/emulator/options.h"

int
cmd_usbip(const struct subcommand *self, int argc, char **argv)
{
	static struct options options;
	int status;

	if (!options_parse(&options, self, argc, argv, &status))
		return status;
	if (options.operands < argc) {
		complain("usbip takes no operands: %s", argv[options.operands]);
		options.report_path = NULL;
		goto out;
	}
	status = EXIT_EMULATOR;
	if (!options_devices(&options)) {
		options.report_path = NULL;
		goto out;
	}
	status = front_usbip_run(options.readers[0].device, options.listen);
out:
	if (!options_finish(&options) && status == 0)
		status = EXIT_EMULATOR;
	return status;
}
