/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "tools/cac-tool/target.h"
#include "tools/cac-tool/text.h"

#define SYSTEM_STATE "/var/lib"
#define STATE_COLUMN 14

static bool
parse_browsers(struct target *t, const struct target_options *options)
{
	for (size_t i = 0; i < options->browsers.n; i++) {
		unsigned one = browser_parse(options->browsers.list[i]);

		if (one == 0)
			return false;
		t->wanted |= one;
	}
	t->narrowed = options->browsers.n > 0 || options->folders.n > 0;
	t->browsers = t->narrowed ? t->wanted : BROWSERS_ALL;
	return true;
}

/*
 * One cac-tool at a time changes what is recorded there. Where folders cannot
 * be locked it goes without.
 */
static void
lock_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		(void)flock(fd, LOCK_EX);
}

bool
target_open(struct target *t, const struct target_options *options,
    const char *writing, enum tool_status *status)
{
	*t = (struct target){0};
	*status = STATUS_USAGE;
	if (!parse_browsers(t, options))
		return false;
	*status = STATUS_FAILED;
	if (options->system) {
		if (geteuid() != 0 && writing != NULL) {
			complain("--system changes files of the system: run it "
				 "as root");
			return false;
		}
		t->databases = tool_alloc(sizeof(*t->databases));
		if (writing != NULL)
			lock_folder(SYSTEM_STATE);
		t->record = record_open(SYSTEM_STATE "/cac-pkcs11/changes");
		return t->record != NULL;
	}
	if (!home_find(&t->home) ||
	    (writing != NULL && !home_may_write(&t->home, writing)))
		return false;
	if (writing != NULL)
		lock_folder(t->home.dir);
	t->databases = databases_find(&t->home, t->browsers, t->wanted);
	for (size_t i = 0; i < options->folders.n; i++)
		databases_add(t->databases, options->folders.list[i]);
	t->record =
	    record_open(tool_print("%s/cac-pkcs11/changes", t->home.state));
	return t->record != NULL;
}

void
target_say(const char *state, const char *format, ...)
{
	va_list args;
	char *text = NULL;

	va_start(args, format);
	if (vasprintf(&text, format, args) >= 0)
		printf("%-*s %s\n", STATE_COLUMN, state, text_clean(text));
	va_end(args);
	free(text);
}

char *
target_name(const struct target *t, const struct database *d)
{
	return tool_print("%s, %s", d->title, home_short(&t->home, d->dir));
}

enum tool_status
target_end(struct target *t, const struct tally *tally, bool dry)
{
	const char *wrong = dry ? NULL : record_close(t->record);

	if (wrong != NULL) {
		complain("%s", wrong);
		return STATUS_FAILED;
	}
	if (tally->bad > 0)
		return tally->good > 0 ? STATUS_PART : STATUS_FAILED;
	return tally->good > 0 ? STATUS_DONE : STATUS_NOTHING;
}
