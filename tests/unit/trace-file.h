/* SPDX-License-Identifier: BSD-2-Clause */
/* A trace that goes to a file of its own and can be read back. */
#ifndef TESTS_TRACE_FILE_H
#define TESTS_TRACE_FILE_H

struct trace_file {
	char folder[64];
	char path[80];
};

/* Start a trace; the environment variable is set meanwhile. */
void trace_file_begin(struct trace_file *t);

/* The text so far, to be freed. */
char *trace_file_text(const struct trace_file *t);

/* Stop it and remove the file. */
void trace_file_end(struct trace_file *t);

#endif
