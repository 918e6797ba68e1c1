/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/secret.h"
#include "tests/unit/unit.h"

static void
it_holds_a_copy(void **state)
{
	uint8_t pin[] = {'1', '2', '3', '4', '5', '6'};
	struct secret *s;

	(void)state;
	assert_int_equal(secret_new(BYTES(pin), &s), 0);
	explicit_bzero(pin, sizeof(pin));
	assert_bytes(secret_bytes(s), bytes_of("123456", 6));
	secret_free(&s);
	assert_null(s);
}

static void
none_is_empty(void **state)
{
	struct secret *s = NULL;

	(void)state;
	assert_int_equal(secret_bytes(NULL).n, 0);
	secret_free(&s);
	assert_int_equal(secret_new(bytes_of(NULL, 0), &s), 0);
	assert_int_equal(secret_bytes(s).n, 0);
	secret_free(&s);
}

static void
too_long_is_refused(void **state)
{
	static const uint8_t full[SECRET_MAX + 1];
	struct secret *s;

	(void)state;
	assert_int_equal(secret_new(BYTES(full), &s), ERR_MEMORY);
	assert_null(s);
	assert_int_equal(secret_new(bytes_of(full, SECRET_MAX), &s), 0);
	assert_int_equal(secret_bytes(s).n, SECRET_MAX);
	secret_free(&s);
}

static void
a_child_does_not_inherit_it(void **state)
{
	struct secret *s;
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(secret_new(bytes_of("123456", 6), &s), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(secret_bytes(s).n == 0 ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(secret_bytes(s).n, 6);
	secret_free(&s);
}

/* What /proc/self/smaps says of the mapping at this address. */
static bool
has_flag(const void *p, const char *flag)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	unsigned long from, to, at = (unsigned long)p;
	bool inside = false, found = false;
	char line[512];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = from <= at && at < to;
		else if (inside && strncmp(line, "VmFlags:", 8) == 0)
			found = strstr(line, flag) != NULL;
	}
	assert_int_equal(fclose(f), 0);
	return found;
}

static void
it_is_in_no_core_dump(void **state)
{
	struct secret *s;

	(void)state;
	assert_int_equal(secret_new(bytes_of("123456", 6), &s), 0);
	assert_true(has_flag(secret_bytes(s).p, " dd"));
	assert_true(has_flag(secret_bytes(s).p, " wf"));
	secret_free(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("secret: it holds a copy", it_holds_a_copy),
	    TEST("secret: none is empty", none_is_empty),
	    TEST("secret: too long is refused", too_long_is_refused),
	    TEST("secret: a child does not inherit it",
		a_child_does_not_inherit_it),
	    TEST("secret: it is in no core dump", it_is_in_no_core_dump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
