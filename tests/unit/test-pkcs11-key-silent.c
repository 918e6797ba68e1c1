/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys: the PIN that is sent again without asking, and when it is not. */
#include "pkcs11/key.h"
#include "pkcs11/process.h"
#include "tests/unit/pkcs11-fixture.h"
#include "tests/unit/unit.h"
#include "tests/unit/use-rig.h"

/* Another applet, another program, a reset: the card forgot, the user not. */
static void
test_silent(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	struct key_ref ref = use_logged_in(session, WITH_RSA);

	(void)state;
	fake_card_forget(&fixture_inserted);
	assert_int_equal(use_key(session, &ref, false), CKR_OK);
	assert_int_equal(use_key(session, &ref, false), CKR_OK);
	assert_int_equal(sent(), 1);
	assert_int_equal(silent(), 1);
	assert_string_equal(fixture_inserted.last_pin, PIN);
	key_release(&ref);
}

/* The PIN was changed elsewhere: one try is lost, and never another. */
static void
test_silent_failure(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	struct key_ref ref = use_logged_in(session, WITH_RSA);

	(void)state;
	fixture_inserted.pin = "654321";
	fake_card_forget(&fixture_inserted);
	assert_int_equal(use_key(session, &ref, false), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(silent(), 1);
	assert_int_equal(fixture_state(session), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(use_key(session, &ref, false), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(silent(), 1);
	assert_int_equal(fixture_login(session, PIN), CKR_PIN_INCORRECT);
	assert_int_equal(sent(), 1);
	assert_int_equal(fixture_login(session, "654321"), CKR_OK);
	assert_int_equal(use_key(session, &ref, false), CKR_OK);
	key_release(&ref);
}

static void
test_silent_never_spends_the_last(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	struct key_ref ref = use_logged_in(session, WITH_RSA);

	(void)state;
	fixture_inserted.wrong = 2;
	fake_card_forget(&fixture_inserted);
	fake_reader_others(1, &fixture_inserted);
	assert_int_equal(use_key(session, &ref, false), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(silent(), 0);
	assert_int_equal(fixture_state(session), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(fixture_login(session, PIN), CKR_FUNCTION_REJECTED);
	key_release(&ref);
}

static void
test_pad_has_no_silent_pin(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	struct key_ref ref;

	(void)state;
	fake_reader_set_pad(1, READER_PIN_VERIFY);
	fixture_inserted.pad_pin = PIN;
	assert_int_equal(C_Login(session, CKU_USER, NULL, 0), CKR_OK);
	assert_int_equal(use_find(session, use_private(session, WITH_RSA),
			     CKO_PRIVATE_KEY, &ref),
	    CKR_OK);
	assert_int_equal(use_key(session, &ref, false), CKR_OK);
	fake_card_forget(&fixture_inserted);
	assert_int_equal(use_key(session, &ref, false), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(fixture_state(session), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(fixture_inserted.pad_logins, 1);
	assert_int_equal(silent(), 0);
	key_release(&ref);
}

static void
test_logged_out(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	struct key_ref ref = use_logged_in(session, WITH_RSA);

	(void)state;
	assert_int_equal(C_Logout(session), CKR_OK);
	assert_int_equal(use_key(session, &ref, false), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(use_key(session, &ref, true), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(fixture_inserted.containers[0].uses, 0);
	key_release(&ref);
}

static void
test_new_pin_is_kept(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, CKF_RW_SESSION);
	struct key_ref ref = use_logged_in(session, WITH_RSA);
	unsigned char old[] = PIN, new[] = "87654321";

	(void)state;
	assert_int_equal(C_SetPIN(session, old, 6, new, 8), CKR_OK);
	assert_int_equal(fixture_state(session), CKS_RW_USER_FUNCTIONS);
	assert_int_equal(use_key(session, &ref, false), CKR_OK);
	assert_string_equal(fixture_inserted.last_pin, "87654321");
	assert_int_equal(silent(), 1);
	key_release(&ref);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_WITH("key: a card that forgot gets the PIN silently, once",
		test_silent, use_setup, fixture_teardown),
	    TEST_WITH("key: a silent VERIFY that fails ends the login",
		test_silent_failure, use_setup, fixture_teardown),
	    TEST_WITH("key: a silent VERIFY never takes the last try",
		test_silent_never_spends_the_last, use_setup, fixture_teardown),
	    TEST_WITH("key: after a login at the pad nothing is silent",
		test_pad_has_no_silent_pin, use_setup, fixture_teardown),
	    TEST_WITH("key: nothing reaches the card after C_Logout",
		test_logged_out, use_setup, fixture_teardown),
	    TEST_WITH("key: after C_SetPIN the new PIN is the one",
		test_new_pin_is_kept, use_setup, fixture_teardown),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-key-silent", tests, NULL, NULL);
}
