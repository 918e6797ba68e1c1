/* SPDX-License-Identifier: BSD-2-Clause */
/* C_Login: wrong PINs, the tries that are left, and the last one. */
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

/* Each answer of the card, what C_Login makes of it, and that it is one. */
static void
test_answers(void **state)
{
	static const struct {
		err_t err;
		CK_RV rv;
	} answers[] = {
	    {CARD_ERR_STATUS, CKR_DEVICE_ERROR},
	    {CARD_ERR_PIN_REFUSED, CKR_PIN_INVALID},
	    {CARD_ERR_NOT_FOUND, CKR_DEVICE_ERROR},
	    {READER_ERR_RESET, CKR_DEVICE_ERROR},
	    {CCID_ERR_PROTOCOL, CKR_DEVICE_ERROR},
	    {USB_ERR_TIMEOUT, CKR_DEVICE_ERROR},
	    {CCID_ERR_NO_CARD, CKR_DEVICE_REMOVED},
	};
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	for (unsigned i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		fixture_inserted.login_error = answers[i].err;
		assert_int_equal(fixture_login(session, PIN), answers[i].rv);
		assert_int_equal(sent(), i + 1);
		assert_int_equal(fixture_state(session), CKS_RO_PUBLIC_SESSION);
	}
	fixture_inserted.login_error = 0;
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
}

static void
test_wrong(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	assert_int_equal(fixture_pin_flags(), 0);
	assert_int_equal(fixture_inserted.asks, 1);
	assert_int_equal(fixture_login(session, "000000"), CKR_PIN_INCORRECT);
	assert_int_equal(fixture_pin_flags(), CKF_USER_PIN_COUNT_LOW);
	/* The same again, as programs do, costs nothing. */
	for (int i = 0; i < 5; i++)
		assert_int_equal(
		    fixture_login(session, "000000"), CKR_PIN_INCORRECT);
	assert_int_equal(sent(), 1);
	assert_int_equal(fixture_login(session, "111111"), CKR_PIN_INCORRECT);
	assert_int_equal(sent(), 2);
	assert_int_equal(fixture_pin_flags(),
	    CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY);
	/* The caller was told, so the last one goes. */
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(sent(), 3);
	assert_int_equal(fixture_pin_flags(), 0);
	assert_int_equal(fixture_inserted.asks, 1);
}

static void
test_last_try(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	assert_int_equal(fixture_login(session, "000000"), CKR_PIN_INCORRECT);
	assert_int_equal(fixture_login(session, "111111"), CKR_PIN_INCORRECT);
	assert_int_equal(
	    fixture_login(session, "222222"), CKR_FUNCTION_REJECTED);
	assert_int_equal(sent(), 2);
	/* What is known to be wrong does not use the warning up. */
	assert_int_equal(fixture_login(session, "000000"), CKR_PIN_INCORRECT);
	assert_int_equal(fixture_login(session, "222222"), CKR_PIN_LOCKED);
	assert_int_equal(sent(), 3);
	assert_int_equal(
	    fixture_pin_flags(), CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_LOCKED);
	assert_int_equal(fixture_login(session, PIN), CKR_PIN_LOCKED);
	assert_int_equal(fixture_login(session, "000000"), CKR_PIN_LOCKED);
	assert_int_equal(sent(), 3);
}

/* It was spent by others; a new program learns it before it sends anything. */
static void
test_last_try_at_start(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	fixture_inserted.wrong = 2;
	assert_int_equal(fixture_login(session, PIN), CKR_FUNCTION_REJECTED);
	assert_int_equal(sent(), 0);
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(sent(), 1);
}

static void
test_told_once_each_time(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	fixture_inserted.wrong = 2;
	assert_int_equal(fixture_pin_flags(),
	    CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY);
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(C_Logout(session), CKR_OK);
	/* Others bring it down again. */
	fixture_inserted.wrong = 2;
	fake_reader_others(1, &fixture_inserted);
	assert_int_equal(fixture_login(session, PIN), CKR_FUNCTION_REJECTED);
	assert_int_equal(sent(), 1);
}

static void
test_card_that_does_not_count(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	fixture_inserted.tries_max = 0;
	assert_int_equal(fixture_pin_flags(), 0);
	assert_int_equal(fixture_login(session, "000000"), CKR_PIN_INCORRECT);
	assert_int_equal(fixture_pin_flags(), CKF_USER_PIN_COUNT_LOW);
	assert_int_equal(fixture_login(session, "000000"), CKR_PIN_INCORRECT);
	assert_int_equal(sent(), 1);
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(fixture_pin_flags(), 0);
	assert_int_equal(fixture_inserted.asks, 1);
}

/* Asking has failed: nothing of the PIN is risked. */
static void
test_tries_unclear(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_TOKEN_INFO info;

	(void)state;
	fixture_inserted.tries_error = CCID_ERR_PROTOCOL;
	fixture_inserted.ask_first = true;
	assert_int_equal(C_GetTokenInfo(1, &info), CKR_OK);
	assert_padded(info.label, FIXTURE_CN);
	assert_int_equal(fixture_login(session, PIN), CKR_DEVICE_ERROR);
	assert_int_equal(sent(), 0);
	assert_int_equal(fixture_pin_flags(), 0);
	fixture_inserted.tries_error = 0;
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
}

static void
test_tries_asked_late(void **state)
{
	CK_OBJECT_HANDLE found[16];
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	assert_int_equal(fixture_find(session, NULL, 0, found, 16), 7);
	assert_int_equal(fixture_inserted.asks, 0);
	(void)fixture_pin_flags();
	(void)fixture_pin_flags();
	assert_int_equal(fixture_inserted.asks, 1);
	fake_reader_others(1, &fixture_inserted);
	(void)fixture_pin_flags();
	assert_int_equal(fixture_inserted.asks, 2);
}

static void
test_pad_last_try(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	fake_reader_set_pad(1, READER_PIN_VERIFY);
	fixture_inserted.pad_pin = PIN;
	fixture_inserted.wrong = 2;
	assert_int_equal(
	    C_Login(session, CKU_USER, NULL, 0), CKR_FUNCTION_REJECTED);
	assert_int_equal(fixture_inserted.pad_logins, 0);
	assert_int_equal(C_Login(session, CKU_USER, NULL, 0), CKR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_WITH("login: every failure is one VERIFY, and none but a "
		      "wrong PIN is called so",
		test_answers, setup, fixture_teardown),
	    TEST_WITH("login: a wrong PIN is sent once, and flags follow",
		test_wrong, setup, fixture_teardown),
	    TEST_WITH("login: the last try is announced before it is spent",
		test_last_try, setup, fixture_teardown),
	    TEST_WITH("login: the last try is announced to new programs",
		test_last_try_at_start, setup, fixture_teardown),
	    TEST_WITH("login: the last try is announced anew when it comes "
		      "again",
		test_told_once_each_time, setup, fixture_teardown),
	    TEST_WITH("login: a card that does not tell its tries",
		test_card_that_does_not_count, setup, fixture_teardown),
	    TEST_WITH("login: no PIN is sent while the tries cannot be asked",
		test_tries_unclear, setup, fixture_teardown),
	    TEST_WITH("login: the tries are asked for C_GetTokenInfo, once, "
		      "and after others",
		test_tries_asked_late, setup, fixture_teardown),
	    TEST_WITH("login: the last try at the pad is announced as well",
		test_pad_last_try, setup, fixture_teardown),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-login-tries", tests, NULL, NULL);
}
