/* SPDX-License-Identifier: BSD-2-Clause */
/* Where errors are told: nowhere, on standard error, or to a syslog of ours. */
#include <fcntl.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "cac/card.h"
#include "pkcs11/report.h"
#include "reader/reader-error.h"
#include "tests/unit/unit.h"

#define ROOM 1024

/* What has gone to syslog. */
static struct {
	unsigned lines;
	int priority;
	char text[ROOM];
} log_of;

static void __attribute__((format(printf, 2, 0)))
take(int priority, const char *format, va_list args)
{
	log_of.lines++;
	log_of.priority = priority;
	assert_true(
	    vsnprintf(log_of.text, sizeof(log_of.text), format, args) > 0);
}

/* Instead of the C library's, also where it checks formats. */
void __attribute__((format(printf, 2, 3)))
syslog(int priority, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	take(priority, format, args);
	va_end(args);
}

void __syslog_chk(int priority, int flag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void
__syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list args;

	(void)flag;
	va_start(args, format);
	take(priority, format, args);
	va_end(args);
}

static char told[ROOM]; /* on standard error */

static void
begin(const char *where)
{
	memset(&log_of, 0, sizeof(log_of));
	if (where != NULL)
		assert_int_equal(setenv("CAC_PKCS11_ERRORS", where, 1), 0);
	report_open();
	assert_int_equal(unsetenv("CAC_PKCS11_ERRORS"), 0);
}

static void
report(const char *text)
{
	int ends[2], before = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
	assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	if (text != NULL)
		report_text(2, "C_Login", text);
	else
		report_error(1, "private key", CCID_ERR_PROTOCOL);
	assert_int_equal(dup2(before, STDERR_FILENO), STDERR_FILENO);
	n = read(ends[0], told, sizeof(told) - 1);
	told[n > 0 ? n : 0] = '\0';
	(void)close(ends[0]);
	(void)close(ends[1]);
	(void)close(before);
}

static void
to_syslog(void **state)
{
	(void)state;
	begin("syslog");
	report(NULL);
	assert_int_equal(log_of.lines, 1);
	assert_int_equal(log_of.priority, LOG_USER | LOG_WARNING);
	assert_non_null(strstr(log_of.text,
	    "cac-pkcs11: slot 1: private key: ICC_PROTOCOL_NOT_SUPPORTED: "));
	assert_non_null(strstr(log_of.text, " (CCID)"));
	assert_null(strchr(log_of.text, '\n'));
	assert_string_equal(told, "");
	/* A text is no format. */
	report("100%s %n");
	assert_int_equal(log_of.lines, 2);
	assert_string_equal(
	    log_of.text, "cac-pkcs11: slot 2: C_Login: 100%s %n");
}

static void
to_stderr(void **state)
{
	char text[700];

	(void)state;
	begin("stderr");
	report("100%s %n");
	assert_string_equal(told, "cac-pkcs11: slot 2: C_Login: 100%s %n\n");
	/* Over-long, it is cut, and still a line. */
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	report(text);
	assert_int_equal(strlen(told), 399);
	assert_ptr_equal(strchr(told, '\n'), told + 398);
	assert_int_equal(log_of.lines, 0);
}

static void
to_nobody(void **state)
{
	static const char *const others[] = {NULL, "", "none", "Syslog", "1"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		begin(others[i]);
		report(NULL);
		assert_string_equal(told, "");
		assert_int_equal(log_of.lines, 0);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("report: to syslog, one line for each error", to_syslog),
	    TEST("report: to standard error, one line for each error",
		to_stderr),
	    TEST("report: nowhere, unless it is asked for", to_nobody),
	};

	card_error_register();
	reader_error_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
