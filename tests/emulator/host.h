/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenes inside the emulator: a test program starts itself again as the
 * command of `cac-emulator run`, with the name of a scene, and judges what
 * the scene, the report and the log say.
 */
#ifndef TESTS_EMULATOR_HOST_H
#define TESTS_EMULATOR_HOST_H

#include <stddef.h>

struct host_scene {
	const char *name;
	void (*play)(void);
};

/* A folder of its own for each test program; keys are made once in it. */
int host_setup(void **state);
int host_teardown(void **state);

/*
 * Run a scene with these options for the emulator (a string for the shell),
 * and assert that it went well.
 */
void host_play(const char *scene, const char *options);

/* Any command line with $EMULATOR, $OPTIONS and $SELF; its exit status. */
int host_shell(const char *command);

/* The report or the log of the last run; asserts that text is (not) there. */
void host_expect(const char *file, const char *text);
void host_expect_not(const char *file, const char *text);

/* In a scene: a line into the control FIFO; asserts what comes back. */
void host_tell(const char *command, const char *answer);

/* For main(): play the scene that argv names; -1 when it names none. */
int host_main(int argc, char **argv, const struct host_scene *scenes);

#endif
