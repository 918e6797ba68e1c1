/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/trace.h"
#include "pkcs11/report.h"

#define LINE_MAX_BYTES 400

enum destination { NOWHERE, TO_STDERR, TO_SYSLOG };

static atomic_int destination = NOWHERE;

void
report_open(void)
{
	const char *where = secure_getenv("CAC_PKCS11_ERRORS");
	int to = NOWHERE;

	if (where != NULL && strcmp(where, "stderr") == 0)
		to = TO_STDERR;
	else if (where != NULL && strcmp(where, "syslog") == 0)
		to = TO_SYSLOG;
	atomic_store(&destination, to);
}

/* Who is to be looked at; as the blocks of err_t. */
static const char *
level_of(err_t err)
{
	static const char *const levels[] = {
	    "", "system", "USB", "CCID", "reader", "card"};
	size_t layer = (size_t)err >> 8;

	return layer < sizeof(levels) / sizeof(levels[0]) ? levels[layer] : "";
}

static void
tell(unsigned reader, const char *what, const char *text)
{
	char line[LINE_MAX_BYTES];
	int n;

	switch (atomic_load(&destination)) {
	case TO_STDERR:
		n = snprintf(line, sizeof(line),
		    "cac-pkcs11: slot %u: %s: %s\n", reader, what, text);
		if (n >= (int)sizeof(line)) {
			n = sizeof(line) - 1;
			line[n - 1] = '\n';
		}
		/* One write, so that lines of many threads stay whole. */
		if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0)
			return;
		break;
	case TO_SYSLOG:
		syslog(LOG_USER | LOG_WARNING, "cac-pkcs11: slot %u: %s: %s",
		    reader, what, text);
		break;
	}
}

void
report_text(unsigned reader, const char *what, const char *text)
{
	trace_text(reader, TRACE_CRYPTOKI, '-', "%s: %s", what, text);
	tell(reader, what, text);
}

void
report_error(unsigned reader, const char *what, err_t err)
{
	char text[LINE_MAX_BYTES];

	(void)snprintf(text, sizeof(text), "%s: %s (%s)", err_name(err),
	    err_text(err), level_of(err));
	report_text(reader, what, text);
}
