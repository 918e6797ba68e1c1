/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

#include "tests/emulator/host.h"
#include "tests/emulator/pad-rig.h"
#include "tests/emulator/usb-client.h"

void
pad_enter(struct usb_client *c, const char *command, unsigned prompts,
    const char *answer)
{
	usb_client_ask(c, command);
	for (; prompts > 0; prompts--) {
		usb_client_expect(c, NOTICE);
		assert_int_equal(usb_client_receive(c, WAIT_MS), 0);
	}
	usb_client_expect(c, answer);
}

void
pad_refuse(struct usb_client *c, const char *command, const char *error)
{
	char answer[64];

	snprintf(
	    answer, sizeof(answer), "80 00 00 00 00 00 .. 40 %s 00", error);
	usb_client_ask(c, command);
	usb_client_expect(c, answer);
}
