/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "tools/emulator/card/error.h"

static _Thread_local char message[512];

bool
error_set(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	return false;
}

const char *
error_text(void)
{
	return message;
}
