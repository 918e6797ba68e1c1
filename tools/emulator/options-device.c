/* SPDX-License-Identifier: BSD-2-Clause */
/* The devices that the options ask for, and their end. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/options.h"

static struct device *
make_device(const struct options *options, struct reader_options *r)
{
	const struct device_options o = {
	    .model = r->model,
	    .card = {r->profile, options->pki},
	    .report = &r->report,
	    .faults = &r->faults,
	    .zero_packets = r->model->zero_packets && !r->no_zero_packets,
	};
	const char *error = NULL;
	struct device *device = device_new(&o, &error);

	if (device == NULL)
		complain("%s", error != NULL ? error : "no card");
	for (size_t i = 0; device != NULL && i < r->hand_count; i++) {
		if (device_hand(device, &r->hands[i]))
			continue;
		complain(r->hands[i].what == HAND_PAD
			? "this reader has no PIN pad"
			: "there is no key %02X to renew",
		    r->hands[i].number);
		device_free(&device);
	}
	return device;
}

bool
options_devices(struct options *options)
{
	for (size_t i = 0; i < options->reader_count; i++) {
		struct reader_options *r = &options->readers[i];

		if (r->model == NULL)
			continue;
		r->device = make_device(options, r);
		if (r->device == NULL)
			return false;
	}
	return true;
}

static bool
write_report(const struct options *options)
{
	static const struct line no_line;
	struct reported reported[READERS_MAX];

	for (size_t i = 0; i < options->reader_count; i++) {
		const struct reader_options *r = &options->readers[i];

		reported[i] = (struct reported){&r->report,
		    r->device != NULL ? device_line(r->device) : &no_line,
		    &r->faults};
	}
	if (report_write(reported, options->reader_count, options->report_path))
		return true;
	complain("%s: %s", options->report_path, strerror(errno));
	return false;
}

bool
options_finish(struct options *options)
{
	bool ok = options->report_path == NULL || write_report(options);

	for (size_t i = 0; i < READERS_MAX; i++) {
		struct reader_options *r = &options->readers[i];

		device_free(&r->device);
		faults_free(&r->faults);
		free(r->profile);
		r->profile = NULL;
	}
	if (options->log != NULL)
		fclose(options->log);
	options->log = NULL;
	return ok;
}
