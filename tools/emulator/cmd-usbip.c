/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/emulator/front-usbip.h"
#include "tools/emulator/options.h"

int
cmd_usbip(const struct subcommand *self, int argc, char **argv)
{
	struct options options;
	struct device *device = NULL;
	int status;

	if (!options_parse(&options, self, argc, argv, &status))
		return status;
	if (options.operands < argc) {
		complain("usbip takes no operands: %s", argv[options.operands]);
		options.report_path = NULL;
		goto out;
	}
	status = EXIT_EMULATOR;
	device = options_device(&options);
	if (device == NULL) {
		options.report_path = NULL;
		goto out;
	}
	status = front_usbip_run(device, options.listen);
out:
	if (!options_finish(&options, device) && status == 0)
		status = EXIT_EMULATOR;
	device_free(&device);
	return status;
}
