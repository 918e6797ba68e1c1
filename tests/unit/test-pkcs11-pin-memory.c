/* SPDX-License-Identifier: BSD-2-Clause */
/* PINs that the card has refused, from one program to the next. */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pkcs11/pin-file.h"
#include "tests/unit/pkcs11-fixture.h"
#include "tests/unit/unit.h"

#define PIN    "123456"
#define WRONG  "000000"
#define SERIAL "0123456789ABCDEF01234567" /* of the fixture's card */

static char runtime[64], folder[80];

static int
setup(void **state)
{
	int failed = fixture_setup(state);

	fixture_pin(PIN);
	(void)snprintf(runtime, sizeof(runtime), "/tmp/test-pin-XXXXXX");
	if (mkdtemp(runtime) == NULL)
		return -1;
	(void)snprintf(folder, sizeof(folder), "%s/cac-pkcs11", runtime);
	return failed != 0 ? failed : setenv("XDG_RUNTIME_DIR", runtime, 1);
}

/* The one file there; false: none. */
static bool
find_file(char path[400])
{
	DIR *d = opendir(folder);
	struct dirent *e;
	bool found = false;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		assert_false(found);
		(void)snprintf(path, 400, "%s/%s", folder, e->d_name);
		found = true;
	}
	if (d != NULL)
		(void)closedir(d);
	return found;
}

static int
teardown(void **state)
{
	char path[400];

	if (find_file(path))
		(void)unlink(path);
	(void)rmdir(folder);
	(void)unlink(folder);
	(void)rmdir(runtime);
	(void)unsetenv("XDG_RUNTIME_DIR");
	return fixture_teardown(state);
}

#define sent() ((unsigned)fixture_inserted.logins)

/* Another program, with the card in the reader all the time. */
static CK_SESSION_HANDLE
next_program(void)
{
	assert_int_equal(C_Finalize(NULL), CKR_OK);
	assert_int_equal(C_Initialize(NULL), CKR_OK);
	assert_int_equal(fixture_count_slots(), 1);
	return fixture_session(1, 0);
}

static void
test_file(void **state)
{
	char path[400], text[1024];
	struct stat st;
	ssize_t n;
	int fd;

	(void)state;
	assert_false(find_file(path));
	assert_int_equal(
	    fixture_login(fixture_session(1, 0), WRONG), CKR_PIN_INCORRECT);
	assert_true(find_file(path));
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = read(fd, text, sizeof(text));
	(void)close(fd);
	assert_true(n > 0);
	assert_null(memmem(text, (size_t)n, WRONG, 6));
	assert_null(memmem(text, (size_t)n, SERIAL, 8));
	assert_null(strstr(path, SERIAL));
}

static void
test_next_program(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	char path[400];

	(void)state;
	assert_int_equal(fixture_login(session, WRONG), CKR_PIN_INCORRECT);
	session = next_program();
	assert_int_equal(fixture_login(session, WRONG), CKR_PIN_INCORRECT);
	assert_int_equal(sent(), 1);
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(sent(), 2);
	assert_false(find_file(path));
}

/* As many as a card takes, and those of several programs. */
static void
test_several(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	assert_int_equal(fixture_login(session, "111111"), CKR_PIN_INCORRECT);
	session = next_program();
	assert_int_equal(fixture_login(session, "222222"), CKR_PIN_INCORRECT);
	session = next_program();
	assert_int_equal(fixture_login(session, "111111"), CKR_PIN_INCORRECT);
	assert_int_equal(fixture_login(session, "222222"), CKR_PIN_INCORRECT);
	assert_int_equal(sent(), 2);
	assert_int_equal(fixture_login(session, PIN), CKR_FUNCTION_REJECTED);
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
}

/* Somebody has had the PIN reset, to one that was wrong before. */
static void
test_counter_is_higher(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	assert_int_equal(fixture_login(session, WRONG), CKR_PIN_INCORRECT);
	fixture_inserted.wrong = 0;
	fixture_inserted.pin = WRONG;
	session = next_program();
	assert_int_equal(fixture_login(session, WRONG), CKR_OK);
	assert_int_equal(sent(), 2);
}

static void
test_counter_is_higher_here(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	assert_int_equal(fixture_login(session, WRONG), CKR_PIN_INCORRECT);
	fixture_inserted.wrong = 0;
	fixture_inserted.pin = WRONG;
	fake_reader_others(1, &fixture_inserted);
	assert_int_equal(fixture_login(session, WRONG), CKR_OK);
	assert_int_equal(sent(), 2);
}

static void
test_taken_out(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	assert_int_equal(fixture_login(session, WRONG), CKR_PIN_INCORRECT);
	fake_reader_remove(1);
	(void)usleep(2000); /* the clock of both goes in milliseconds */
	assert_int_equal(
	    fixture_login(session, WRONG), CKR_SESSION_HANDLE_INVALID);
	fake_reader_insert(1, &fixture_inserted);
	session = fixture_session(1, 0);
	assert_int_equal(fixture_login(session, WRONG), CKR_PIN_INCORRECT);
	assert_int_equal(sent(), 2);
}

static void
test_other_card(void **state)
{
	struct fake_card other;
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	fixture_card(&other);
	other.serial = "FFFF";
	other.pin = WRONG;
	other.tries_max = 3;
	assert_int_equal(fixture_login(session, WRONG), CKR_PIN_INCORRECT);
	fake_reader_insert(1, &other);
	session = next_program();
	assert_int_equal(fixture_login(session, WRONG), CKR_OK);
	assert_int_equal(C_CloseAllSessions(1), CKR_OK);
	fake_reader_remove(1);
	assert_int_equal(fixture_count_slots(), 1);
}

static void
test_card_that_does_not_count(void **state)
{
	struct pin_memory mem = {0};
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	fixture_inserted.tries_max = 0;
	assert_int_equal(fixture_login(session, WRONG), CKR_PIN_INCORRECT);
	session = next_program();
	assert_int_equal(fixture_login(session, WRONG), CKR_PIN_INCORRECT);
	assert_int_equal(sent(), 1);
	/* Believed for a quarter of an hour. */
	pin_file_load(SERIAL, &mem);
	assert_int_equal(mem.count, 1);
	pin_memory_prune_old(
	    &mem, CARD_TRIES_UNKNOWN, mem.list[0].at_ms + 15 * 60 * 1000);
	assert_int_equal(mem.count, 1);
	pin_memory_prune_old(
	    &mem, CARD_TRIES_UNKNOWN, mem.list[0].at_ms + 15 * 60 * 1000 + 1);
	assert_int_equal(mem.count, 0);
}

static void
check_not_trusted(void)
{
	struct pin_memory mem;

	pin_file_load(SERIAL, &mem);
	assert_int_equal(mem.count, 0);
	assert_int_equal(
	    fixture_login(next_program(), WRONG), CKR_PIN_INCORRECT);
}

static void
test_not_trusted(void **state)
{
	char path[400], there[500];
	struct pin_memory mem = {0};

	(void)state;
	fixture_inserted.tries_max = 0;
	pin_memory_add(&mem, bytes_of(WRONG, 6), CARD_TRIES_UNKNOWN);
	pin_file_store(SERIAL, &mem);
	assert_true(find_file(path));
	assert_int_equal(chmod(path, 0644), 0);
	check_not_trusted();
	assert_int_equal(sent(), 1);
	/* It was written anew. */
	pin_file_load(SERIAL, &mem);
	assert_int_equal(mem.count, 1);
	assert_int_equal(chmod(folder, 0755), 0);
	check_not_trusted();
	assert_int_equal(chmod(folder, 0700), 0);
	assert_int_equal(truncate(path, 20), 0);
	check_not_trusted();
	(void)snprintf(there, sizeof(there), "%s/there", runtime);
	assert_int_equal(rename(path, there), 0);
	assert_int_equal(symlink(there, path), 0);
	check_not_trusted();
	assert_int_equal(unlink(there), 0);
	assert_int_equal(sent(), 4);
}

static void
test_no_folder(void **state)
{
	static const char *const places[] = {
	    "", "relative", "/nowhere/at/all", NULL};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		if (places[i] != NULL)
			assert_int_equal(
			    setenv("XDG_RUNTIME_DIR", places[i], 1), 0);
		else
			assert_int_equal(unsetenv("XDG_RUNTIME_DIR"), 0);
		fixture_inserted.wrong = 0;
		assert_int_equal(
		    fixture_login(next_program(), WRONG), CKR_PIN_INCORRECT);
		assert_int_equal(sent(), i + 1);
	}
}

static void
test_full(void **state)
{
	struct pin_memory mem = {0};
	char pin[7];

	(void)state;
	for (unsigned i = 0; i <= PIN_MEMORY_MAX; i++) {
		(void)snprintf(pin, sizeof(pin), "%06u", i);
		pin_memory_add(&mem, bytes_of(pin, 6), 15 - i);
	}
	assert_int_equal(mem.count, PIN_MEMORY_MAX);
	assert_false(pin_memory_holds(&mem, bytes_of("000000", 6)));
	assert_true(pin_memory_holds(&mem, bytes_of("000001", 6)));
	assert_true(pin_memory_holds(&mem, bytes_of(pin, 6)));
	pin_memory_prune(&mem, 15 - PIN_MEMORY_MAX, 0);
	assert_int_equal(mem.count, PIN_MEMORY_MAX);
	pin_memory_prune(&mem, 15 - PIN_MEMORY_MAX + 1, 0);
	assert_int_equal(mem.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_WITH("pin memory: a private file without PIN or serial number",
		test_file, setup, teardown),
	    TEST_WITH("pin memory: the next program does not send it again; a "
		      "right PIN ends it",
		test_next_program, setup, teardown),
	    TEST_WITH("pin memory: of several programs", test_several, setup,
		teardown),
	    TEST_WITH("pin memory: a counter that went up ends it",
		test_counter_is_higher, setup, teardown),
	    TEST_WITH("pin memory: also for the program that sent it",
		test_counter_is_higher_here, setup, teardown),
	    TEST_WITH("pin memory: a card that was taken out starts anew",
		test_taken_out, setup, teardown),
	    TEST_WITH("pin memory: each card has its own", test_other_card,
		setup, teardown),
	    TEST_WITH("pin memory: without a counter it is believed for a "
		      "while",
		test_card_that_does_not_count, setup, teardown),
	    TEST_WITH("pin memory: what others could have written is not "
		      "trusted",
		test_not_trusted, setup, teardown),
	    TEST_WITH("pin memory: without a place for it there is none",
		test_no_folder, setup, teardown),
	    TEST_WITH(
		"pin memory: the oldest give way", test_full, setup, teardown),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-pin-memory", tests, NULL, NULL);
}
