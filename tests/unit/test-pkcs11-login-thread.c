/* SPDX-License-Identifier: BSD-2-Clause */
/* To be run under ThreadSanitizer as well. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "pkcs11/key.h"
#include "pkcs11/process.h"
#include "tests/unit/crypto-oracle.h"
#include "tests/unit/make-certificate.h"
#include "tests/unit/pkcs11-fixture.h"
#include "tests/unit/unit.h"

#define THREADS 16
#define ROUNDS	12
#define PIN	"123456"
#define MAX	32

static atomic_uint wrong, used;
static uint8_t result[256];

static err_t
operate(struct fake_card *card, size_t index, const struct card_op *op,
    struct buf *out)
{
	(void)card;
	(void)index;
	(void)op;
	buf_append(out, BYTES(result));
	return buf_err(out);
}

static int
setup(void **state)
{
	static const struct oracle_pad raw = {.mode = "none"};
	static const uint8_t in[256] = {0, 1, 2, 3};
	int failed = fixture_setup(state);

	fixture_pin(PIN);
	fixture_inserted.operate = operate;
	(void)oracle_sign(make_key(MAKE_RSA), &raw, BYTES(in), result);
	atomic_store(&wrong, 0);
	atomic_store(&used, 0);
	return failed;
}

static void
expect(bool right)
{
	if (!right)
		atomic_fetch_add(&wrong, 1);
}

static CK_ULONG
find_private(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *found)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE want = {CKA_CLASS, &class, sizeof(class)};
	CK_ULONG n = 0;

	expect(C_FindObjectsInit(session, &want, 1) == CKR_OK);
	expect(C_FindObjects(session, found, MAX, &n) == CKR_OK);
	expect(C_FindObjectsFinal(session) == CKR_OK);
	return n;
}

/* Others log in and out all the time. */
static void
use(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE handle)
{
	uint8_t in[256] = {0, 1, 2, 3};
	const struct card_op op = {CARD_OP_RSA, 2048, BYTES(in)};
	struct module *m = process_enter();
	struct session *s = session_enter(m, session);
	struct key_ref ref;
	struct buf out;
	CK_RV rv;

	buf_init(&out, 256);
	rv = key_find(m, s, handle, CKO_PRIVATE_KEY, &ref);
	if (rv == CKR_OK) {
		rv = key_use(m, s, ref.key, false, &op, &out);
		key_release(&ref);
	}
	expect(rv == CKR_OK || rv == CKR_USER_NOT_LOGGED_IN ||
	    rv == CKR_KEY_HANDLE_INVALID);
	if (rv == CKR_OK)
		atomic_fetch_add(&used, 1);
	expect(out.n == (rv == CKR_OK ? 256 : 0));
	buf_clear(&out);
	session_leave(m, &s);
	process_leave(&m);
}

static void *
live(void *arg)
{
	CK_OBJECT_HANDLE found[MAX];
	CK_SESSION_HANDLE session;
	unsigned char pin[] = PIN;
	CK_TOKEN_INFO info;
	CK_RV rv;

	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		expect(C_OpenSession(1, CKF_SERIAL_SESSION, NULL, NULL,
			   &session) == CKR_OK);
		rv = C_Login(session, CKU_USER, pin, 6);
		expect(rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN);
		if (find_private(session, found) > 0)
			use(session, found[0]);
		expect(C_GetTokenInfo(1, &info) == CKR_OK);
		rv = i % 3 == 0 ? C_Logout(session) : CKR_OK;
		expect(rv == CKR_OK || rv == CKR_USER_NOT_LOGGED_IN);
		expect(C_CloseSession(session) == CKR_OK);
	}
	return NULL;
}

static void
test_all(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, live, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(wrong, 0);
	assert_true(used > 0);
	/* Whoever was last has left the card as it was. */
	assert_false(fixture_inserted.verified);
	assert_int_equal(fixture_inserted.wrong, 0);
}

static CK_SESSION_HANDLE sessions[THREADS];

static void *
log_in(void *arg)
{
	unsigned char pin[] = PIN;
	CK_RV rv = C_Login(*(CK_SESSION_HANDLE *)arg, CKU_USER, pin, 6);

	expect(rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN);
	return NULL;
}

static void *
log_in_wrongly(void *arg)
{
	unsigned char pin[] = "000000";
	CK_RV rv = C_Login(*(CK_SESSION_HANDLE *)arg, CKU_USER, pin, 6);

	expect(rv == CKR_PIN_INCORRECT);
	return NULL;
}

static void
run_at_once(void *(*work)(void *))
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		sessions[i] = fixture_session(1, 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, work, &sessions[i]), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(wrong, 0);
}

static void
test_one_verify(void **state)
{
	(void)state;
	run_at_once(log_in);
	assert_int_equal(fixture_inserted.logins, 1);
}

static void
test_one_try(void **state)
{
	(void)state;
	run_at_once(log_in_wrongly);
	assert_int_equal(fixture_inserted.logins, 1);
	assert_int_equal(fixture_inserted.wrong, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_WITH("threads: login, search, use and logout in any order",
		test_all, setup, fixture_teardown),
	    TEST_WITH("threads: a PIN given by all is sent once",
		test_one_verify, setup, fixture_teardown),
	    TEST_WITH("threads: a wrong PIN given by all costs one try",
		test_one_try, setup, fixture_teardown),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-login-thread", tests, NULL, NULL);
}
