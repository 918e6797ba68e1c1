/* SPDX-License-Identifier: BSD-2-Clause */
/* To be run under ThreadSanitizer as well. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "tests/unit/pkcs11-fixture.h"

#define THREADS 8
#define ROUNDS	50

/* cmocka's asserts belong to the main thread; the others count. */
static atomic_uint wrong;
static atomic_uint searches;
static atomic_bool stop;

static void
expect(bool right)
{
	if (!right)
		atomic_fetch_add(&wrong, 1);
}

static int
setup(void **state)
{
	atomic_store(&wrong, 0);
	atomic_store(&searches, 0);
	atomic_store(&stop, false);
	return fixture_setup(state);
}

static void
run(void *(*work)(void *), pthread_t threads[THREADS])
{
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, work, NULL), 0);
}

static void
join(pthread_t threads[THREADS])
{
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static CK_RV
find_certificates(
    CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *first, CK_ULONG *count)
{
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ATTRIBUTE want = {CKA_CLASS, &class, sizeof(class)};
	CK_OBJECT_HANDLE found[16];
	CK_RV rv = C_FindObjectsInit(session, &want, 1);

	if (rv == CKR_OK)
		rv = C_FindObjects(session, found, 16, count);
	if (rv != CKR_OK)
		return rv;
	*first = found[0];
	return C_FindObjectsFinal(session);
}

static void *
list_once(void *arg)
{
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE first;
	CK_TOKEN_INFO token;
	CK_ULONG n = 0;

	(void)arg;
	expect(C_GetSlotList(CK_TRUE, NULL, &n) == CKR_OK && n == 1);
	expect(C_GetTokenInfo(1, &token) == CKR_OK);
	expect(memcmp(token.label, FIXTURE_CN, strlen(FIXTURE_CN)) == 0);
	expect(C_OpenSession(1, CKF_SERIAL_SESSION, NULL, NULL, &session) ==
	    CKR_OK);
	expect(find_certificates(session, &first, &n) == CKR_OK && n == 3);
	expect(C_CloseSession(session) == CKR_OK);
	return NULL;
}

static void
test_one_reading(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	run(list_once, threads);
	join(threads);
	assert_int_equal(wrong, 0);
	assert_int_equal(fixture_inserted.opens, 1);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(fixture_inserted.containers[i].reads, 1);
}

static atomic_uint failed;

static void *
fail_once(void *arg)
{
	CK_SESSION_HANDLE session = *(CK_SESSION_HANDLE *)arg;
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ATTRIBUTE want = {CKA_CLASS, &class, sizeof(class)};
	CK_OBJECT_HANDLE found[16];
	CK_ULONG n;

	atomic_fetch_add(&searches, 1);
	if (C_FindObjectsInit(session, &want, 1) == CKR_OK &&
	    C_FindObjects(session, found, 16, &n) == CKR_DEVICE_ERROR)
		atomic_fetch_add(&failed, 1);
	return NULL;
}

/* Hold the first reading until all are on their way. */
static void
await_all(struct fake_card *card, size_t index)
{
	(void)card;
	(void)index;
	while (atomic_load(&searches) < THREADS)
		(void)sched_yield();
}

static void
test_shared_failure(void **state)
{
	CK_SESSION_HANDLE sessions[THREADS];
	pthread_t threads[THREADS];

	(void)state;
	atomic_store(&failed, 0);
	fixture_inserted.containers[0].err = CARD_ERR_STATUS;
	fixture_inserted.reading = await_all;
	for (int i = 0; i < THREADS; i++)
		sessions[i] = fixture_session(1, 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, fail_once, &sessions[i]),
		    0);
	join(threads);
	assert_int_equal(failed, THREADS);
	assert_true(fixture_inserted.containers[0].reads <= THREADS);
}

static CK_SESSION_HANDLE shared;

static void *
search_shared(void *arg)
{
	CK_OBJECT_HANDLE found[16];
	CK_ULONG n;

	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		CK_RV rv = C_FindObjectsInit(shared, NULL, 0);

		expect(rv == CKR_OK || rv == CKR_OPERATION_ACTIVE);
		if (rv != CKR_OK)
			continue;
		expect(C_FindObjects(shared, found, 16, &n) == CKR_OK);
		expect(n == 7);
		expect(C_FindObjectsFinal(shared) == CKR_OK);
		atomic_fetch_add(&searches, 1);
	}
	return NULL;
}

static void
test_one_session(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	shared = fixture_session(1, 0);
	run(search_shared, threads);
	join(threads);
	assert_int_equal(wrong, 0);
	assert_true(searches > 0);
}

static bool
is_removal(CK_RV rv)
{
	return rv == CKR_SESSION_HANDLE_INVALID || rv == CKR_DEVICE_REMOVED ||
	    rv == CKR_TOKEN_NOT_PRESENT || rv == CKR_OBJECT_HANDLE_INVALID;
}

static void
use_token(void)
{
	CK_SESSION_HANDLE session;
	CK_ATTRIBUTE value = {CKA_VALUE, NULL, 0};
	CK_OBJECT_HANDLE first;
	CK_ULONG n = 0;
	CK_RV rv = C_OpenSession(1, CKF_SERIAL_SESSION, NULL, NULL, &session);

	expect(rv == CKR_OK || is_removal(rv));
	if (rv != CKR_OK)
		return;
	rv = find_certificates(session, &first, &n);
	expect(rv == CKR_OK ? n == 3 : is_removal(rv));
	if (rv == CKR_OK) {
		atomic_fetch_add(&searches, 1);
		rv = C_GetAttributeValue(session, first, &value, 1);
		expect(rv == CKR_OK || is_removal(rv));
	}
	rv = C_CloseSession(session);
	expect(rv == CKR_OK || is_removal(rv));
}

static void *
use_until_stopped(void *arg)
{
	(void)arg;
	while (!atomic_load(&stop))
		use_token();
	return NULL;
}

/* Until the threads have done n more successful searches. */
static void
await_searches(unsigned n)
{
	unsigned from = atomic_load(&searches);

	while (atomic_load(&searches) - from < n && atomic_load(&wrong) == 0)
		(void)sched_yield();
}

static void
test_removals(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	run(use_until_stopped, threads);
	for (int i = 0; i < ROUNDS; i++) {
		await_searches(3);
		fake_reader_remove(1);
		if (i % 2 == 0)
			(void)fixture_count_slots();
		fake_reader_insert(1, &fixture_inserted);
	}
	atomic_store(&stop, true);
	join(threads);
	assert_int_equal(wrong, 0);
}

static void *
initialize_and_finalize(void *arg)
{
	CK_ULONG n;

	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		CK_RV rv = C_Initialize(NULL);

		expect(rv == CKR_OK || rv == CKR_CRYPTOKI_ALREADY_INITIALIZED);
		rv = C_GetSlotList(CK_TRUE, NULL, &n);
		expect(
		    rv == CKR_OK ? n == 1 : rv == CKR_CRYPTOKI_NOT_INITIALIZED);
		rv = C_Finalize(NULL);
		expect(rv == CKR_OK || rv == CKR_CRYPTOKI_NOT_INITIALIZED);
	}
	return NULL;
}

static void
test_lives(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	run(initialize_and_finalize, threads);
	join(threads);
	assert_int_equal(wrong, 0);
	(void)C_Finalize(NULL);
	assert_int_equal(fake_readers_counts().readers, 0);
	assert_int_equal(C_Initialize(NULL), CKR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    {"threads: eight list a card at once, which is read once",
		test_one_reading, setup, fixture_teardown, NULL},
	    {"threads: a failed reading is everybody's", test_shared_failure,
		setup, fixture_teardown, NULL},
	    {"threads: eight search in one session", test_one_session, setup,
		fixture_teardown, NULL},
	    {"threads: a card comes and goes under eight", test_removals, setup,
		fixture_teardown, NULL},
	    {"threads: eight initialise and finalise against each other",
		test_lives, setup, fixture_teardown, NULL},
	};

	return cmocka_run_group_tests_name("pkcs11-thread", tests, NULL, NULL);
}
