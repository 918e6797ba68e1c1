/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <glib.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/emulator/options.h"
#include "tools/emulator/preload.h"

#define LIBRARY "libumockdev-preload.so.0"
/* Holds the caller's LD_PRELOAD. */
#define MARKER "CAC_EMULATOR_PRELOAD"

bool
preload_is_done(void)
{
	return getenv(MARKER) != NULL;
}

/* "first:second", without the colon when first is empty. */
static char *
join(const char *first, const char *second)
{
	if (*first == '\0')
		return g_strdup(second);
	return g_strconcat(first, ":", second, NULL);
}

/* A sanitizer's runtime wants to be the first library of all. */
static int
find_runtime(struct dl_phdr_info *info, size_t size, void *found)
{
	(void)size;
	if (strstr(info->dlpi_name, "/libasan.so") == NULL &&
	    strstr(info->dlpi_name, "/libtsan.so") == NULL)
		return 0;
	*(const char **)found = info->dlpi_name;
	return 1;
}

void
preload_again(char **argv)
{
	const char *old = getenv("LD_PRELOAD"), *runtime = NULL;
	char *list, *program;

	if (old == NULL)
		old = "";
	list = join(old, LIBRARY);
	dl_iterate_phdr(find_runtime, &runtime);
	if (runtime != NULL && strstr(old, runtime) == NULL) {
		char *longer = join(runtime, list);

		g_free(list);
		list = longer;
	}
	setenv(MARKER, old, 1);
	setenv("LD_PRELOAD", list, 1);
	g_free(list);
	program = g_file_read_link("/proc/self/exe", NULL);
	if (program != NULL)
		execv(program, argv);
	complain("cannot execute itself again: %s", strerror(errno));
	g_free(program);
}

char **
preload_environment(void)
{
	const char *old = getenv(MARKER);
	char *list = join(old != NULL ? old : "", LIBRARY);
	char **environment = g_get_environ();

	environment = g_environ_unsetenv(environment, MARKER);
	environment = g_environ_setenv(environment, "LD_PRELOAD", list, TRUE);
	g_free(list);
	return environment;
}
