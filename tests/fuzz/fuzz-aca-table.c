/* SPDX-License-Identifier: BSD-2-Clause */
/* The service table and an applet's properties, from the same bytes. */
#include <stdlib.h>

#include "cac/aca-table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct aca_services services;
	struct aca_objects objects;

	if (aca_services_parse(bytes_of(data, size), &services) == 0 &&
	    services.count > ACA_ENTRIES_MAX)
		abort();
	if (aca_objects_parse(bytes_of(data, size), &objects) == 0 &&
	    objects.count > ACA_ENTRIES_MAX)
		abort();
	return 0;
}
