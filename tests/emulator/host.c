/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/emulator/host.h"

static char folder[] = "/tmp/cac-test-XXXXXX";
static void (*scene)(void);

int
host_setup(void **state)
{
	char self[1024] = "";
	const char *profiles = getenv("CAC_EMULATOR_PROFILES");
	char *options;

	(void)state;
	if (getenv("EMULATOR") == NULL || profiles == NULL ||
	    mkdtemp(folder) == NULL ||
	    readlink("/proc/self/exe", self, sizeof(self) - 1) <= 0 ||
	    asprintf(&options,
		"--profiles %s --pki %s/pki --report %s/report --log %s/log",
		profiles, folder, folder, folder) < 0)
		return -1;
	setenv("OPTIONS", options, 1);
	setenv("SELF", self, 1);
	setenv("FOLDER", folder, 1);
	free(options);
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int
host_teardown(void **state)
{
	(void)state;
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int
host_shell(const char *command)
{
	int status = system(command);

	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void
host_play(const char *name, const char *options)
{
	char command[1024];

	snprintf(command, sizeof(command),
	    "exec $EMULATOR run $OPTIONS %s -- $SELF %s", options, name);
	assert_int_equal(host_shell(command), 0);
}

static char *
contents(const char *file)
{
	char path[64];
	char *text = NULL;
	size_t room = 0;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	in = fopen(path, "re");
	assert_non_null(in);
	assert_true(getdelim(&text, &room, '\0', in) > 0);
	fclose(in);
	return text;
}

static void
look(const char *file, const char *what, bool wanted)
{
	char *text = contents(file);
	bool there = strstr(text, what) != NULL;

	if (there != wanted)
		print_error("%s%s in %s:\n%s\n", what,
		    wanted ? " is not" : " is", file, text);
	free(text);
	assert_true(there == wanted);
}

void
host_expect(const char *file, const char *text)
{
	look(file, text, true);
}

void
host_expect_not(const char *file, const char *text)
{
	look(file, text, false);
}

static void
play(void **state)
{
	(void)state;
	scene();
}

int
host_main(int argc, char **argv, const struct host_scene *scenes)
{
	for (; argc > 1 && scenes->name != NULL; scenes++) {
		const struct CMUnitTest tests[] = {
		    {scenes->name, play, NULL, NULL, NULL}};

		if (strcmp(scenes->name, argv[1]) != 0)
			continue;
		scene = scenes->play;
		return cmocka_run_group_tests_name(
		    scenes->name, tests, NULL, NULL);
	}
	return -1;
}

void
host_tell(const char *command, const char *answer)
{
	char path[64], line[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "%s/control", getenv("FOLDER"));
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "%s\n", command);
	assert_int_equal(fclose(f), 0);
	strcat(path, ".answer");
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	assert_string_equal(line, answer);
}
