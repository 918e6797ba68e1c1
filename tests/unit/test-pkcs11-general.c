/* SPDX-License-Identifier: BSD-2-Clause */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/pkcs11-fixture.h"

static int
setup(void **state)
{
	(void)state;
	fake_readers_reset();
	return 0;
}

static CK_RV
create_mutex(void **mutex)
{
	(void)mutex;
	abort();
}

static CK_RV
use_mutex(void *mutex)
{
	(void)mutex;
	abort();
}

static const CK_C_INITIALIZE_ARGS callbacks = {
    .CreateMutex = create_mutex,
    .DestroyMutex = use_mutex,
    .LockMutex = use_mutex,
    .UnlockMutex = use_mutex,
};

static void
check_accepted(CK_C_INITIALIZE_ARGS *args)
{
	assert_int_equal(C_Initialize(args), CKR_OK);
	assert_int_equal(C_Finalize(NULL), CKR_OK);
}

static void
test_arguments_accepted(void **state)
{
	CK_C_INITIALIZE_ARGS args = {0};

	(void)state;
	check_accepted(NULL);
	check_accepted(&args);
	args.flags = CKF_OS_LOCKING_OK;
	check_accepted(&args);
	args.flags |= CKF_LIBRARY_CANT_CREATE_OS_THREADS;
	check_accepted(&args);
	args = callbacks;
	check_accepted(&args);
	args.flags = CKF_LIBRARY_CANT_CREATE_OS_THREADS | CKF_OS_LOCKING_OK;
	check_accepted(&args);
}

static void
test_arguments_refused(void **state)
{
	CK_C_INITIALIZE_ARGS args = {.pReserved = &args};

	(void)state;
	assert_int_equal(C_Initialize(&args), CKR_ARGUMENTS_BAD);
	args = callbacks;
	args.LockMutex = NULL;
	assert_int_equal(C_Initialize(&args), CKR_ARGUMENTS_BAD);
	args = (CK_C_INITIALIZE_ARGS){.DestroyMutex = use_mutex};
	assert_int_equal(C_Initialize(&args), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
}

static void
test_twice(void **state)
{
	(void)state;
	assert_int_equal(C_Initialize(NULL), CKR_OK);
	assert_int_equal(C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
	assert_int_equal(C_Finalize(&setup), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_Finalize(NULL), CKR_OK);
	assert_int_equal(C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(C_Finalize(&setup), CKR_CRYPTOKI_NOT_INITIALIZED);
}

static void
test_a_thousand_times(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(C_Initialize(NULL), CKR_OK);
		assert_int_equal(C_Finalize(NULL), CKR_OK);
	}
	assert_int_equal(fake_readers_counts().buses, 0);
	assert_int_equal(fake_readers_counts().readers, 0);
}

static void
test_no_io(void **state)
{
	struct fake_counts counts;

	(void)state;
	(void)fake_reader_add("reader");
	assert_int_equal(C_Initialize(NULL), CKR_OK);
	counts = fake_readers_counts();
	assert_int_equal(counts.refreshes, 0);
	assert_int_equal(counts.polls, 0);
	assert_int_equal(C_Finalize(NULL), CKR_OK);
	counts = fake_readers_counts();
	assert_int_equal(counts.refreshes, 0);
	assert_int_equal(counts.polls, 0);
	assert_int_equal(counts.transactions, 0);
}

static void
test_info(void **state)
{
	CK_INFO info;

	(void)state;
	assert_int_equal(C_GetInfo(&info), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(C_Initialize(NULL), CKR_OK);
	assert_int_equal(C_GetInfo(NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_GetInfo(&info), CKR_OK);
	assert_int_equal(info.cryptokiVersion.major, 2);
	assert_int_equal(info.cryptokiVersion.minor, 40);
	assert_int_equal(info.flags, 0);
	assert_padded(info.manufacturerID, "cac-pkcs11");
	assert_padded(info.libraryDescription, "DoD Common Access Card module");
	assert_int_equal(C_Finalize(NULL), CKR_OK);
}

#define THREADS 8

static void *
initialize(void *result)
{
	*(CK_RV *)result = C_Initialize(NULL);
	return NULL;
}

static void
test_concurrent(void **state)
{
	pthread_t threads[THREADS];
	CK_RV results[THREADS];
	int first = 0;

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, initialize, &results[i]),
		    0);
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		if (results[i] == CKR_OK)
			first++;
		else
			assert_int_equal(
			    results[i], CKR_CRYPTOKI_ALREADY_INITIALIZED);
	}
	assert_int_equal(first, 1);
	assert_int_equal(C_Finalize(NULL), CKR_OK);
}

static void *
finalize(void *result)
{
	*(CK_RV *)result = C_Finalize(NULL);
	return NULL;
}

static void
test_finalize_elsewhere(void **state)
{
	pthread_t thread;
	CK_RV rv;

	(void)state;
	assert_int_equal(C_Initialize(NULL), CKR_OK);
	assert_int_equal(pthread_create(&thread, NULL, finalize, &rv), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(rv, CKR_OK);
	assert_int_equal(C_Initialize(NULL), CKR_OK);
	assert_int_equal(C_Finalize(NULL), CKR_OK);
}

/* Returns the number of the step that went wrong, 0 for none. */
static int
child(CK_SESSION_HANDLE parents, unsigned parents_readers)
{
	CK_SESSION_INFO session;
	CK_SESSION_HANDLE own;
	CK_ULONG count;
	CK_INFO info;

	if (C_GetInfo(&info) != CKR_CRYPTOKI_NOT_INITIALIZED ||
	    C_Finalize(NULL) != CKR_CRYPTOKI_NOT_INITIALIZED ||
	    C_GetSlotList(CK_FALSE, NULL, NULL) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 1;
	if (C_Initialize(NULL) != CKR_OK)
		return 2;
	if (C_GetSessionInfo(parents, &session) != CKR_SESSION_HANDLE_INVALID)
		return 3;
	if (C_GetSlotList(CK_TRUE, NULL, &count) != CKR_OK || count != 1)
		return 4;
	if (C_OpenSession(fixture_slot, CKF_SERIAL_SESSION, NULL, NULL, &own) !=
		CKR_OK ||
	    own == parents)
		return 5;
	if (C_Finalize(NULL) != CKR_OK)
		return 6;
	/* Its own is freed, the parent's left alone. */
	return fake_readers_counts().readers == parents_readers ? 0 : 7;
}

static void
check_child(CK_SESSION_HANDLE session)
{
	unsigned readers = fake_readers_counts().readers;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(child(session, readers));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
test_fork(void **state)
{
	CK_SESSION_HANDLE session;
	CK_SESSION_INFO info;

	assert_int_equal(fixture_setup(state), 0);
	session = fixture_session(fixture_slot, 0);
	check_child(session);
	assert_int_equal(C_GetSessionInfo(session, &info), CKR_OK);
	assert_int_equal(fixture_teardown(state), 0);
	check_child(session);
}

/* One thread of the parent is inside a call, and holds what it holds. */
static void
fork_while_reading(struct fake_card *card, size_t index)
{
	card->reading = NULL;
	if (index == 0) {
		int status;
		pid_t pid = fork();

		if (pid == 0)
			_exit(C_Initialize(NULL) == CKR_OK &&
				    C_Finalize(NULL) == CKR_OK
				? 0
				: 1);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
}

static void
test_fork_inside(void **state)
{
	CK_OBJECT_HANDLE found[16];
	CK_SESSION_HANDLE session;

	assert_int_equal(fixture_setup(state), 0);
	fixture_inserted.reading = fork_while_reading;
	session = fixture_session(fixture_slot, 0);
	assert_int_equal(
	    fixture_find_class(session, CKO_CERTIFICATE, found, 16), 3);
	assert_int_equal(fixture_teardown(state), 0);
}

static void
read_trace(const char *path, char *text, size_t room)
{
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, room - 1, f);
	text[n] = '\0';
	(void)fclose(f);
}

static void
test_trace(void **state)
{
	char path[] = "/tmp/test-pkcs11-general-XXXXXX", text[2048];
	CK_C_INITIALIZE_ARGS bad = {.pReserved = &bad};
	unsigned char pin[] = "77121234", not_a_pin[] = "7712x";
	int fd = mkstemp(path);
	CK_SLOT_INFO info;

	assert_true(fd >= 0);
	(void)close(fd);
	assert_int_equal(setenv("CAC_PKCS11_TRACE", path, 1), 0);
	assert_int_equal(C_Initialize(&bad), CKR_ARGUMENTS_BAD);
	assert_int_equal(fixture_setup(state), 0);
	assert_int_equal(C_GetSlotInfo(99, &info), CKR_SLOT_ID_INVALID);
	assert_int_equal(C_Login(fixture_session(fixture_slot, 0), CKU_USER,
			     not_a_pin, sizeof(not_a_pin) - 1),
	    CKR_PIN_INVALID);
	assert_int_equal(C_Login(fixture_session(fixture_slot, 0), CKU_USER,
			     pin, sizeof(pin) - 1),
	    CKR_OK);
	assert_int_equal(fixture_teardown(state), 0);
	assert_int_equal(unsetenv("CAC_PKCS11_TRACE"), 0);

	read_trace(path, text, sizeof(text));
	(void)unlink(path);
	assert_non_null(strstr(text, "C < C_Initialize CKR_ARGUMENTS_BAD\n"));
	assert_non_null(strstr(text, "C > C_GetSlotInfo slot=99\n"));
	assert_non_null(strstr(text, "< C_GetSlotInfo CKR_SLOT_ID_INVALID\n"));
	assert_non_null(strstr(text, "r1 C > C_Login session="));
	assert_non_null(strstr(text, "C < C_Finalize CKR_OK\n"));
	assert_null(strstr(text, "7712"));
	assert_null(strstr(text, "37 37"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    {"C_Initialize: every usual form of arguments is accepted, "
	     "callbacks are never called",
		test_arguments_accepted, setup, NULL, NULL},
	    {"C_Initialize: pReserved and half a set of callbacks are refused",
		test_arguments_refused, setup, NULL, NULL},
	    {"C_Initialize: a second one is told so; C_Finalize works once",
		test_twice, setup, NULL, NULL},
	    {"C_Initialize and C_Finalize work a thousand times and lose "
	     "nothing",
		test_a_thousand_times, setup, NULL, NULL},
	    {"C_Initialize and C_Finalize look at no reader", test_no_io, setup,
		NULL, NULL},
	    {"C_GetInfo: 2.40, padded", test_info, setup, NULL, NULL},
	    {"C_Initialize: of eight threads at once, one is first",
		test_concurrent, setup, NULL, NULL},
	    {"C_Finalize may run in another thread", test_finalize_elsewhere,
		setup, NULL, NULL},
	    {"fork: the child must initialise, and touches nothing of the "
	     "parent",
		test_fork, setup, NULL, NULL},
	    {"fork: a call in progress does not lock the child out",
		test_fork_inside, setup, NULL, NULL},
	    {"trace: names and results of calls, never a PIN", test_trace,
		setup, NULL, NULL},
	};

	return cmocka_run_group_tests_name("pkcs11-general", tests, NULL, NULL);
}
