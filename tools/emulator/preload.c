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

#if defined(__SANITIZE_THREAD__)
/* Built without it, these libraries hide their locks from the sanitizer. */
__attribute__((visibility("default"))) const char *
__tsan_default_suppressions(void);

const char *
__tsan_default_suppressions(void)
{
	return "race:libumockdev.so\nrace:libglib-2.0.so\n"
	       "race:libgobject-2.0.so\nrace:libgio-2.0.so\n";
}
#endif

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
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
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

static const char *
own_runtime(void)
{
	const char *runtime = "";

	dl_iterate_phdr(find_runtime, &runtime);
	return runtime;
}
#else
static const char *
own_runtime(void)
{
	return "";
}
#endif

/*
 * What the caller has preloaded is for the command: libasan below a program
 * that was not built with it upsets GLib.
 */
void
preload_again(char **argv)
{
	const char *old = getenv("LD_PRELOAD");
	char *list = join(own_runtime(), LIBRARY), *program;

	setenv(MARKER, old != NULL ? old : "", 1);
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
