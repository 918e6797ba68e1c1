/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/trace.h"
#include "tests/unit/trace-file.h"
#include "tests/unit/unit.h"

static struct trace_file trace;

static int
begun(void **state)
{
	(void)state;
	trace_file_begin(&trace);
	return 0;
}

static int
ended(void **state)
{
	(void)state;
	trace_file_end(&trace);
	return 0;
}

/* The only line, from the reader on, without its newline. */
static char *
only_line(void)
{
	static char line[2000];
	char *text = trace_file_text(&trace);
	int used = 0;

	assert_int_equal(sscanf(text, "%*d.%*3d %n", &used), 0);
	assert_true(used > 0);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	(void)snprintf(line, sizeof(line), "%s", text + used);
	line[strcspn(line, "\n")] = '\0';
	free(text);
	return line;
}

static void
without_the_variable_there_is_none(void **state)
{
	(void)state;
	(void)unsetenv("CAC_PKCS11_TRACE");
	trace_open();
	assert_false(trace_on());
	assert_int_equal(setenv("CAC_PKCS11_TRACE", "", 1), 0);
	trace_open();
	assert_false(trace_on());
	(void)unsetenv("CAC_PKCS11_TRACE");
	/* Nobody minds. */
	trace_text(1, TRACE_USB, '-', "x");
	trace_bytes(1, TRACE_USB, '-', "x", HEX("01"), SECRET_NONE);
	trace_close();
}

static void
a_path_that_cannot_be_opened(void **state)
{
	(void)state;
	assert_int_equal(
	    setenv("CAC_PKCS11_TRACE", "/nonexistent/folder/trace", 1), 0);
	trace_open();
	assert_false(trace_on());
	(void)unsetenv("CAC_PKCS11_TRACE");
}

static void
only_the_owner_reads_it(void **state)
{
	mode_t old = umask(0);
	struct stat st;

	begun(state);
	(void)umask(old);
	assert_int_equal(stat(trace.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	ended(state);
}

static void
it_is_appended_to(void **state)
{
	char *text;

	(void)state;
	trace_text(0, TRACE_CRYPTOKI, '>', "first");
	trace_close();
	assert_false(trace_on());
	trace_text(0, TRACE_CRYPTOKI, '>', "nowhere");
	trace_open();
	/* Twice is once. */
	trace_open();
	trace_text(0, TRACE_CRYPTOKI, '<', "second");
	text = trace_file_text(&trace);
	assert_non_null(strstr(text, " r0 C > first\n"));
	assert_non_null(strstr(text, " r0 C < second\n"));
	assert_null(strstr(text, "nowhere"));
	free(text);
}

static void
lines_have_the_promised_form(void **state)
{
	(void)state;
	trace_bytes(1, TRACE_APDU, '>', NULL,
	    HEX("00 A4 04 00 07 A0 00 00 01 16 DB 00"), SECRET_NONE);
	assert_string_equal(
	    only_line(), "r1 A > 00 A4 04 00 07 A0 00 00 01 16 DB 00");
}

static void
text_stands_before_the_bytes(void **state)
{
	(void)state;
	trace_bytes(12, TRACE_MESSAGE, '<', "DataBlock slot=0", HEX("90 00"),
	    SECRET_NONE);
	assert_string_equal(only_line(), "r12 M < DataBlock slot=0 | 90 00");
}

static void
without_bytes_there_is_no_bar(void **state)
{
	(void)state;
	trace_bytes(2, TRACE_MESSAGE, '>', "GetSlotStatus", bytes_of(NULL, 0),
	    SECRET_NONE);
	assert_string_equal(only_line(), "r2 M > GetSlotStatus");
}

static void
expect_masked(struct secret_range secret, const char *want)
{
	struct trace_file *t = &trace;

	trace_file_begin(t);
	trace_bytes(1, TRACE_TPDU, '>', NULL, HEX("00 20 00 00 04 31 32 33 34"),
	    secret);
	assert_string_equal(only_line(), want);
	trace_file_end(t);
}

static void
secrets_are_two_stars(void **state)
{
	struct secret_range data = {5, 4}, open_end = {5, SIZE_MAX - 5};
	struct secret_range past = {9, 4}, head = {0, 2}, one = {8, 1};

	(void)state;
	expect_masked(SECRET_NONE, "r1 T > 00 20 00 00 04 31 32 33 34");
	expect_masked(data, "r1 T > 00 20 00 00 04 **");
	expect_masked(open_end, "r1 T > 00 20 00 00 04 **");
	expect_masked(SECRET_ALL, "r1 T > **");
	expect_masked(past, "r1 T > 00 20 00 00 04 31 32 33 34");
	expect_masked(head, "r1 T > ** 00 00 04 31 32 33 34");
	expect_masked(one, "r1 T > 00 20 00 00 04 31 32 33 **");
}

static void
ranges_shift_with_headers(void **state)
{
	struct secret_range none = secret_shift(SECRET_NONE, 10);
	struct secret_range s = secret_shift((struct secret_range){5, 8}, 10);
	struct secret_range all = secret_shift(SECRET_ALL, 10);

	(void)state;
	assert_int_equal(none.n, 0);
	assert_int_equal(s.from, 15);
	assert_int_equal(s.n, 8);
	/* All of the body; the header in front is public. */
	assert_int_equal(all.from, 10);
	assert_int_equal(all.n, SIZE_MAX);
	expect_masked(secret_shift(SECRET_ALL, 5), "r1 T > 00 20 00 00 04 **");
}

static void
a_whole_short_answer_fits(void **state)
{
	uint8_t bytes[258];
	char *line;

	(void)state;
	memset(bytes, 0xA5, sizeof(bytes));
	trace_bytes(99, TRACE_MESSAGE, '<',
	    "DataBlock slot=0 seq=255 status=00 error=00 00", BYTES(bytes),
	    SECRET_NONE);
	line = only_line();
	assert_string_equal(line + strlen(line) - 9, " A5 A5 A5");
	assert_int_equal(strlen(strchr(line, '|')), 1 + 3 * 258);
}

static void
an_endless_line_is_cut(void **state)
{
	static uint8_t bytes[5000];
	char *text;

	(void)state;
	trace_bytes(1, TRACE_MESSAGE, '<', "x", BYTES(bytes), SECRET_NONE);
	trace_text(1, TRACE_USB, '-', "%2000d", 1);
	text = trace_file_text(&trace);
	assert_true(strlen(text) <= 2 * 1024);
	assert_int_equal(text[strlen(text) - 1], '\n');
	assert_non_null(strchr(text, '\n'));
	assert_true(strchr(text, '\n') != strrchr(text, '\n'));
	free(text);
}

#define WRITERS 4
#define LINES	250

static void *
writer(void *arg)
{
	uint8_t bytes[200];

	memset(bytes, *(const uint8_t *)arg, sizeof(bytes));
	for (unsigned i = 0; i < LINES; i++)
		trace_bytes(
		    7, TRACE_APDU, '<', NULL, BYTES(bytes), SECRET_NONE);
	return NULL;
}

/* One write a line: threads and processes do not mix theirs. */
static void
lines_stay_whole(void **state)
{
	static const uint8_t fill[WRITERS] = {0x11, 0x22, 0x33, 0x44};
	pthread_t id[WRITERS];
	unsigned lines = 0;
	char *text, *line, *rest;

	(void)state;
	for (unsigned i = 0; i < WRITERS; i++)
		assert_int_equal(pthread_create(&id[i], NULL, writer,
				     (void *)(uintptr_t)&fill[i]),
		    0);
	for (unsigned i = 0; i < WRITERS; i++)
		assert_int_equal(pthread_join(id[i], NULL), 0);
	text = trace_file_text(&trace);
	for (line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest), lines++) {
		char *hex = strstr(line, " r7 A < ");

		assert_non_null(hex);
		hex += 8;
		assert_int_equal(strlen(hex), 3 * 200 - 1);
		for (unsigned i = 0; i < 200; i++)
			assert_memory_equal(hex, hex + 3 * i, 2);
	}
	assert_int_equal(lines, WRITERS * LINES);
	free(text);
}

static void
a_full_disk_stops_nobody(void **state)
{
	(void)state;
	if (access("/dev/full", W_OK) != 0)
		skip();
	assert_int_equal(setenv("CAC_PKCS11_TRACE", "/dev/full", 1), 0);
	trace_open();
	assert_true(trace_on());
	errno = EINTR;
	trace_text(1, TRACE_USB, '-', "x");
	assert_int_equal(errno, EINTR);
	trace_close();
	(void)unsetenv("CAC_PKCS11_TRACE");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("trace: without the variable there is none",
		without_the_variable_there_is_none),
	    TEST("trace: a path that cannot be opened is no trace",
		a_path_that_cannot_be_opened),
	    TEST("trace: only the owner may read the file",
		only_the_owner_reads_it),
	    TEST_WITH("trace: an existing file is appended to",
		it_is_appended_to, begun, ended),
	    TEST_WITH("trace: time, reader, level, direction, bytes",
		lines_have_the_promised_form, begun, ended),
	    TEST_WITH("trace: text stands before the bytes",
		text_stands_before_the_bytes, begun, ended),
	    TEST_WITH("trace: without bytes there is no bar",
		without_bytes_there_is_no_bar, begun, ended),
	    TEST("trace: a secret is two stars, however long it is",
		secrets_are_two_stars),
	    TEST("trace: ranges shift with the headers in front",
		ranges_shift_with_headers),
	    TEST_WITH("trace: a whole short answer fits",
		a_whole_short_answer_fits, begun, ended),
	    TEST_WITH("trace: an endless line is cut and still a line",
		an_endless_line_is_cut, begun, ended),
	    TEST_WITH("trace: lines of several threads stay whole",
		lines_stay_whole, begun, ended),
	    TEST("trace: a full disk stops nobody and keeps errno",
		a_full_disk_stops_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
