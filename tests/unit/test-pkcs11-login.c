/* SPDX-License-Identifier: BSD-2-Clause */
/* C_Login, C_Logout and what they cost: PINs are counted where they arrive. */
#include "tests/unit/pkcs11-fixture.h"
#include "tests/unit/unit.h"

#define PIN "123456"

static int
setup(void **state)
{
	int failed = fixture_setup(state);

	fixture_pin(PIN);
	return failed;
}

#define sent() ((unsigned)fixture_inserted.logins)

static void
test_states(void **state)
{
	CK_SESSION_HANDLE ro = fixture_session(1, 0);
	CK_SESSION_HANDLE rw = fixture_session(1, CKF_RW_SESSION);

	(void)state;
	assert_int_equal(fixture_state(ro), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(fixture_login(ro, PIN), CKR_OK);
	assert_int_equal(fixture_state(ro), CKS_RO_USER_FUNCTIONS);
	assert_int_equal(fixture_state(rw), CKS_RW_USER_FUNCTIONS);
	assert_int_equal(
	    fixture_state(fixture_session(1, 0)), CKS_RO_USER_FUNCTIONS);
	assert_int_equal(sent(), 1);
	assert_string_equal(fixture_inserted.last_pin, PIN);
	assert_int_equal(C_Logout(rw), CKR_OK);
	assert_int_equal(fixture_state(ro), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(fixture_inserted.logouts, 1);
	assert_false(fixture_inserted.verified);
	assert_int_equal(C_Logout(rw), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(fixture_inserted.logouts, 1);
}

static void
test_already(void **state)
{
	CK_SESSION_HANDLE a = fixture_session(1, 0), b = fixture_session(1, 0);

	(void)state;
	assert_int_equal(fixture_login(a, PIN), CKR_OK);
	assert_int_equal(fixture_login(b, PIN), CKR_USER_ALREADY_LOGGED_IN);
	assert_int_equal(
	    fixture_login(a, "654321"), CKR_USER_ALREADY_LOGGED_IN);
	assert_int_equal(sent(), 1);
}

static void
test_form(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	unsigned char empty[1];
	unsigned transactions = fake_readers_counts().transactions;

	(void)state;
	assert_int_equal(
	    C_Login(session, CKU_USER, empty, 0), CKR_PIN_LEN_RANGE);
	assert_int_equal(fixture_login(session, "123"), CKR_PIN_LEN_RANGE);
	assert_int_equal(
	    fixture_login(session, "123456789"), CKR_PIN_LEN_RANGE);
	assert_int_equal(fixture_login(session, "12345x"), CKR_PIN_INVALID);
	assert_int_equal(fixture_login(session, "12345 "), CKR_PIN_INVALID);
	/* No pad: nothing can be typed there. */
	assert_int_equal(
	    C_Login(session, CKU_USER, NULL, 0), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    C_Login(session, CKU_USER, NULL, 6), CKR_ARGUMENTS_BAD);
	assert_int_equal(fake_readers_counts().transactions, transactions);
	assert_int_equal(sent(), 0);
	assert_int_equal(fixture_inserted.asks, 0);
}

static void
test_kinds_of_users(void **state)
{
	CK_SESSION_HANDLE rw = fixture_session(1, CKF_RW_SESSION), ro;
	unsigned char pin[] = PIN;

	(void)state;
	assert_int_equal(
	    C_Login(rw, 99, pin, sizeof(pin) - 1), CKR_USER_TYPE_INVALID);
	assert_int_equal(
	    C_Login(rw, CKU_SO, pin, sizeof(pin) - 1), CKR_USER_TYPE_INVALID);
	ro = fixture_session(1, 0);
	assert_int_equal(C_Login(rw, CKU_SO, pin, sizeof(pin) - 1),
	    CKR_SESSION_READ_ONLY_EXISTS);
	assert_int_equal(fixture_login(ro, PIN), CKR_OK);
	assert_int_equal(C_Login(rw, CKU_SO, pin, sizeof(pin) - 1),
	    CKR_USER_ANOTHER_ALREADY_LOGGED_IN);
	assert_int_equal(
	    C_Login(ro, CKU_CONTEXT_SPECIFIC, pin, sizeof(pin) - 1),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(sent(), 1);
}

static void
test_bad_sessions(void **state)
{
	unsigned char pin[] = PIN;

	(void)state;
	assert_int_equal(
	    C_Login(4711, CKU_USER, pin, 6), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(C_Logout(4711), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(
	    C_SetPIN(4711, pin, 6, pin, 6), CKR_SESSION_HANDLE_INVALID);
}

static void
test_last_close(void **state)
{
	CK_SESSION_HANDLE a = fixture_session(1, 0), b = fixture_session(1, 0);

	(void)state;
	assert_int_equal(fixture_login(a, PIN), CKR_OK);
	assert_int_equal(C_CloseSession(a), CKR_OK);
	assert_int_equal(fixture_state(b), CKS_RO_USER_FUNCTIONS);
	assert_int_equal(fixture_inserted.logouts, 0);
	assert_int_equal(C_CloseSession(b), CKR_OK);
	assert_int_equal(fixture_inserted.logouts, 1);
	b = fixture_session(1, 0);
	assert_int_equal(fixture_state(b), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(fixture_login(b, PIN), CKR_OK);
	assert_int_equal(C_CloseAllSessions(1), CKR_OK);
	assert_int_equal(fixture_inserted.logouts, 2);
	assert_false(fixture_inserted.verified);
}

static void
test_finalize(void **state)
{
	(void)state;
	assert_int_equal(fixture_login(fixture_session(1, 0), PIN), CKR_OK);
	assert_int_equal(C_Finalize(NULL), CKR_OK);
	assert_int_equal(fixture_inserted.logouts, 1);
	assert_false(fixture_inserted.verified);
	assert_int_equal(C_Initialize(NULL), CKR_OK);
	assert_int_equal(fixture_count_slots(), 1);
	assert_int_equal(
	    fixture_state(fixture_session(1, 0)), CKS_RO_PUBLIC_SESSION);
}

/* A reader that cannot be had keeps nobody from ending. */
static void
test_finalize_without_reader(void **state)
{
	(void)state;
	assert_int_equal(fixture_login(fixture_session(1, 0), PIN), CKR_OK);
	fake_reader_set_begin_error(1, ERR_TIMEOUT);
	assert_int_equal(C_Finalize(NULL), CKR_OK);
	assert_int_equal(fixture_inserted.logouts, 0);
	fake_reader_set_begin_error(1, 0);
	assert_int_equal(C_Initialize(NULL), CKR_OK);
}

static void
test_failed_logout(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	fixture_inserted.logout_error = CCID_ERR_HARDWARE;
	assert_int_equal(C_Logout(session), CKR_DEVICE_ERROR);
	assert_int_equal(fixture_state(session), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(fixture_inserted.logouts, 1);
	assert_int_equal(C_CloseSession(session), CKR_OK);
	assert_int_equal(fixture_inserted.logouts, 1);
}

static void
test_removal(void **state)
{
	CK_SESSION_HANDLE old = fixture_session(1, 0), fresh;

	(void)state;
	assert_int_equal(fixture_login(old, PIN), CKR_OK);
	fake_reader_insert(1, &fixture_inserted);
	assert_int_equal(fixture_login(old, PIN), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(C_Logout(old), CKR_SESSION_HANDLE_INVALID);
	fresh = fixture_session(1, 0);
	assert_int_equal(fixture_state(fresh), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(sent(), 1);
	assert_int_equal(fixture_login(fresh, PIN), CKR_OK);
	assert_int_equal(sent(), 2);
	fake_reader_remove(1);
	assert_int_equal(C_Logout(fresh), CKR_SESSION_HANDLE_INVALID);
}

static void
test_pad(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_TOKEN_INFO info;

	(void)state;
	fake_reader_set_pad(1, READER_PIN_VERIFY | READER_PIN_CHANGE);
	assert_int_equal(C_GetTokenInfo(1, &info), CKR_OK);
	assert_true((info.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0);
	fixture_inserted.pad_error = CCID_ERR_PIN_CANCELLED;
	assert_int_equal(
	    C_Login(session, CKU_USER, NULL, 0), CKR_FUNCTION_CANCELED);
	fixture_inserted.pad_error = CCID_ERR_PIN_TIMEOUT;
	assert_int_equal(
	    C_Login(session, CKU_USER, NULL, 0), CKR_FUNCTION_CANCELED);
	fixture_inserted.pad_error = 0;
	fixture_inserted.pad_pin = "999999";
	assert_int_equal(
	    C_Login(session, CKU_USER, NULL, 0), CKR_PIN_INCORRECT);
	fixture_inserted.pad_pin = PIN;
	assert_int_equal(C_Login(session, CKU_USER, NULL, 0), CKR_OK);
	assert_int_equal(fixture_state(session), CKS_RO_USER_FUNCTIONS);
	assert_int_equal(fixture_inserted.pad_logins, 2);
	assert_int_equal(C_Logout(session), CKR_OK);
	/* A typed one is taken as well. */
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(sent(), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_WITH("login: one VERIFY; all sessions follow, and C_Logout is "
		      "told to the card",
		test_states, setup, fixture_teardown),
	    TEST_WITH("login: who is logged in is not asked again",
		test_already, setup, fixture_teardown),
	    TEST_WITH("login: what cannot be a PIN never reaches the card",
		test_form, setup, fixture_teardown),
	    TEST_WITH("login: CKU_SO and other kinds of users",
		test_kinds_of_users, setup, fixture_teardown),
	    TEST_WITH("login: unknown sessions", test_bad_sessions, setup,
		fixture_teardown),
	    TEST_WITH("login: ends with the last session, on the card as well",
		test_last_close, setup, fixture_teardown),
	    TEST_WITH("login: ends with C_Finalize, on the card as well",
		test_finalize, setup, fixture_teardown),
	    TEST_WITH("login: C_Finalize does not depend on the reader",
		test_finalize_without_reader, setup, fixture_teardown),
	    TEST_WITH("login: a logout that fails on the card has ended here, "
		      "and is not repeated",
		test_failed_logout, setup, fixture_teardown),
	    TEST_WITH("login: a fresh insertion knows nothing of the old PIN",
		test_removal, setup, fixture_teardown),
	    TEST_WITH("login: at the reader's pad, or typed", test_pad, setup,
		fixture_teardown),
	};

	return cmocka_run_group_tests_name("pkcs11-login", tests, NULL, NULL);
}
