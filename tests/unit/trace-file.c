/* SPDX-License-Identifier: BSD-2-Clause */
#include <unistd.h>

#include "base/trace.h"
#include "tests/unit/trace-file.h"
#include "tests/unit/unit.h"

#define VARIABLE "CAC_PKCS11_TRACE"

void
trace_file_begin(struct trace_file *t)
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(t->folder, sizeof(t->folder), "%.40s/cac-trace-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	assert_non_null(mkdtemp(t->folder));
	(void)snprintf(t->path, sizeof(t->path), "%s/trace", t->folder);
	assert_int_equal(setenv(VARIABLE, t->path, 1), 0);
	trace_open();
	assert_true(trace_on());
}

char *
trace_file_text(const struct trace_file *t)
{
	FILE *f = fopen(t->path, "r");
	char *text;
	long n;

	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	n = ftell(f);
	assert_true(n >= 0);
	rewind(f);
	text = malloc((size_t)n + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, (size_t)n, f), (size_t)n);
	text[n] = '\0';
	(void)fclose(f);
	return text;
}

void
trace_file_end(struct trace_file *t)
{
	trace_close();
	(void)unsetenv(VARIABLE);
	(void)unlink(t->path);
	(void)rmdir(t->folder);
}
