/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs share that are many processes and threads at one reader. */
#ifndef TESTS_INTEGRATION_CROWD_H
#define TESTS_INTEGRATION_CROWD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROCESSES_MAX 64
#define THREADS_MAX   64

/* -LETTER NUMBER, or with a flag -LETTER alone. */
struct crowd_option {
	char letter;
	unsigned least, most, *number;
	bool *flag;
};

/* Sets optind to the first operand; false when an option is not listed. */
bool crowd_parse(
    int argc, char **argv, const struct crowd_option *options, size_t n);

/*
 * The preloaded library that shows the reader names a process's socket for
 * events after a file number: it must be another one in each process.
 */
void crowd_shift_files(unsigned place);

/* Keep the larger one. */
void crowd_note_most(_Atomic int64_t *most, int64_t value);

#endif
