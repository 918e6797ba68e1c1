/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/emulator/host.h"
#include "tests/emulator/level-rig.h"
#include "tests/emulator/usb-client.h"

void
level_begin(struct usb_client *c, const char *voltage)
{
	char text[64];

	snprintf(text, sizeof(text), POWER_ON("%s"), voltage);
	usb_client_begin(c, text);
}

void
level_swap(struct usb_client *c, const char *command, const char *answer)
{
	usb_client_ask(c, command);
	usb_client_expect(c, answer);
}

void
level_profile(const char *name, const char *base, const char *line)
{
	char path[64],
	    *folder = realpath(getenv("CAC_EMULATOR_PROFILES"), NULL);
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", getenv("FOLDER"), name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_non_null(folder);
	fprintf(f, "include %s/%s\n%s\n", folder, base, line);
	assert_int_equal(fclose(f), 0);
	free(folder);
}
