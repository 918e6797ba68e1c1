/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tests/unit/pkcs11-fixture.h"
#include "tests/unit/unit.h"

#define PIN "123456"
#define NEW "87654321"

static int
setup(void **state)
{
	int failed = fixture_setup(state);

	fixture_pin(PIN);
	return failed;
}

static CK_RV
change(CK_SESSION_HANDLE session, const char *old, const char *new)
{
	unsigned char a[16], b[16];

	memcpy(a, old, strlen(old));
	memcpy(b, new, strlen(new));
	return C_SetPIN(session, a, strlen(old), b, strlen(new));
}

static void
test_rules(void **state)
{
	CK_SESSION_HANDLE ro = fixture_session(1, 0);
	CK_SESSION_HANDLE rw = fixture_session(1, CKF_RW_SESSION);
	unsigned char pin[] = PIN;

	(void)state;
	assert_int_equal(change(ro, PIN, NEW), CKR_SESSION_READ_ONLY);
	assert_int_equal(change(rw, PIN, "12345"), CKR_PIN_LEN_RANGE);
	assert_int_equal(change(rw, PIN, "123456789"), CKR_PIN_LEN_RANGE);
	assert_int_equal(change(rw, PIN, ""), CKR_PIN_LEN_RANGE);
	assert_int_equal(change(rw, "123", NEW), CKR_PIN_LEN_RANGE);
	assert_int_equal(change(rw, PIN, "12345a"), CKR_PIN_INVALID);
	assert_int_equal(change(rw, "12345a", NEW), CKR_PIN_INVALID);
	assert_int_equal(C_SetPIN(rw, NULL, 6, pin, 6), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_SetPIN(rw, pin, 6, NULL, 6), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_SetPIN(rw, pin, 6, NULL, 0), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_SetPIN(rw, NULL, 0, NULL, 0), CKR_ARGUMENTS_BAD);
	assert_int_equal(fixture_inserted.changes, 0);
	assert_int_equal(fixture_inserted.asks, 0);
}

/* The card has seen the PIN; without a login it must not remember. */
static void
test_without_login(void **state)
{
	CK_SESSION_HANDLE rw = fixture_session(1, CKF_RW_SESSION);

	(void)state;
	assert_int_equal(change(rw, PIN, NEW), CKR_OK);
	assert_int_equal(fixture_inserted.changes, 1);
	assert_string_equal(fixture_inserted.changed_pin, NEW);
	assert_int_equal(fixture_inserted.logouts, 1);
	assert_int_equal(fixture_state(rw), CKS_RW_PUBLIC_SESSION);
	assert_int_equal(fixture_login(rw, PIN), CKR_PIN_INCORRECT);
	assert_int_equal(fixture_login(rw, NEW), CKR_OK);
}

static void
test_wrong(void **state)
{
	CK_SESSION_HANDLE rw = fixture_session(1, CKF_RW_SESSION);

	(void)state;
	assert_int_equal(change(rw, "000000", NEW), CKR_PIN_INCORRECT);
	assert_int_equal(change(rw, "000000", NEW), CKR_PIN_INCORRECT);
	assert_int_equal(fixture_login(rw, "000000"), CKR_PIN_INCORRECT);
	assert_int_equal(fixture_inserted.changes, 1);
	assert_int_equal(fixture_inserted.logins, 0);
	assert_int_equal(change(rw, "111111", NEW), CKR_PIN_INCORRECT);
	assert_int_equal(change(rw, PIN, NEW), CKR_FUNCTION_REJECTED);
	assert_int_equal(fixture_inserted.changes, 2);
	assert_int_equal(change(rw, PIN, NEW), CKR_OK);
	assert_int_equal(fixture_inserted.changes, 3);
}

static void
test_locked(void **state)
{
	CK_SESSION_HANDLE rw = fixture_session(1, CKF_RW_SESSION);

	(void)state;
	fixture_inserted.wrong = 3;
	assert_int_equal(change(rw, PIN, NEW), CKR_PIN_LOCKED);
	assert_int_equal(fixture_inserted.changes, 0);
}

static void
test_failures(void **state)
{
	CK_SESSION_HANDLE rw = fixture_session(1, CKF_RW_SESSION);

	(void)state;
	fixture_inserted.change_error = CARD_ERR_STATUS;
	assert_int_equal(change(rw, PIN, NEW), CKR_DEVICE_ERROR);
	fixture_inserted.change_error = CARD_ERR_PIN_REFUSED;
	assert_int_equal(change(rw, PIN, NEW), CKR_PIN_INVALID);
	assert_int_equal(fixture_inserted.changes, 2);
}

static void
test_pad(void **state)
{
	CK_SESSION_HANDLE rw = fixture_session(1, CKF_RW_SESSION);

	(void)state;
	fake_reader_set_pad(1, READER_PIN_VERIFY);
	assert_int_equal(C_SetPIN(rw, NULL, 0, NULL, 0), CKR_ARGUMENTS_BAD);
	fake_reader_set_pad(1, READER_PIN_VERIFY | READER_PIN_CHANGE);
	fixture_inserted.pad_pin = PIN;
	fixture_inserted.pad_new_pin = NEW;
	assert_int_equal(C_SetPIN(rw, NULL, 0, NULL, 0), CKR_OK);
	assert_int_equal(fixture_inserted.changes, 1);
	assert_int_equal(fixture_login(rw, NEW), CKR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_WITH("C_SetPIN: arguments, session and form before the card",
		test_rules, setup, fixture_teardown),
	    TEST_WITH("C_SetPIN: without a login the card forgets it again",
		test_without_login, setup, fixture_teardown),
	    TEST_WITH("C_SetPIN: wrong PINs count as those of C_Login",
		test_wrong, setup, fixture_teardown),
	    TEST_WITH("C_SetPIN: a locked card is not asked", test_locked,
		setup, fixture_teardown),
	    TEST_WITH("C_SetPIN: failures are sent once and named",
		test_failures, setup, fixture_teardown),
	    TEST_WITH("C_SetPIN: at the pad of a reader that can do it",
		test_pad, setup, fixture_teardown),
	};

	return cmocka_run_group_tests_name("pkcs11-setpin", tests, NULL, NULL);
}
