/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys: found, used, and the PIN that each use wants. */
#include "pkcs11/key.h"
#include "pkcs11/process.h"
#include "tests/unit/pkcs11-fixture.h"
#include "tests/unit/unit.h"
#include "tests/unit/use-rig.h"

static void
test_find(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE found[MAX], old;
	struct key_ref ref;

	(void)state;
	(void)fixture_find_class(session, CKO_PUBLIC_KEY, found, MAX);
	assert_int_equal(use_find(session, 4711, CKO_PRIVATE_KEY, &ref),
	    CKR_KEY_HANDLE_INVALID);
	assert_int_equal(use_find(session, found[0], CKO_PRIVATE_KEY, &ref),
	    CKR_KEY_HANDLE_INVALID);
	assert_int_equal(
	    use_find(session, found[0], CKO_PUBLIC_KEY, &ref), CKR_OK);
	assert_int_equal(ref.key->type, X509_KEY_RSA);
	assert_int_equal(ref.key->bits, 2048);
	assert_int_equal(ref.key->modulus.n, 256);
	assert_int_equal(ref.key->exponent.n, 3);
	assert_true(ref.key->sign);
	key_release(&ref);
	ref = use_logged_in(session, WITH_EC);
	assert_int_equal(ref.key->type, X509_KEY_EC);
	assert_int_equal(ref.key->bits, 256);
	assert_int_equal(ref.key->container, 1);
	assert_int_equal(ref.key->ec_point.n, 67);
	old = use_private(session, WITH_EC);
	/* A key outlives its card. */
	fake_reader_remove(1);
	assert_int_equal(C_Logout(session), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(ref.key->ec_point.p[0], 0x04);
	key_release(&ref);
	fake_reader_insert(1, &fixture_inserted);
	assert_int_equal(
	    use_find(fixture_session(1, 0), old, CKO_PRIVATE_KEY, &ref),
	    CKR_KEY_HANDLE_INVALID);
}

static void
test_use(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	struct key_ref rsa = use_logged_in(session, WITH_RSA), ec;

	(void)state;
	assert_int_equal(use_key(session, &rsa, false), CKR_OK);
	assert_int_equal(use_key(session, &rsa, false), CKR_OK);
	assert_int_equal(use_find(session, use_private(session, WITH_EC),
			     CKO_PRIVATE_KEY, &ec),
	    CKR_OK);
	assert_int_equal(use_key(session, &ec, false), CKR_OK);
	assert_int_equal(sent(), 1);
	assert_int_equal(silent(), 0);
	assert_int_equal(fixture_inserted.containers[0].uses, 2);
	key_release(&rsa);
	key_release(&ec);
}

static void
test_result_does_not_fit(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	struct key_ref rsa = use_logged_in(session, WITH_RSA), ec;

	(void)state;
	assert_int_equal(use_find(session, use_private(session, WITH_EC),
			     CKO_PRIVATE_KEY, &ec),
	    CKR_OK);
	use_spoil = true;
	assert_int_equal(use_key(session, &rsa, false), CKR_DEVICE_ERROR);
	assert_int_equal(use_key(session, &ec, false), CKR_DEVICE_ERROR);
	use_spoil = false;
	assert_int_equal(use_key(session, &rsa, false), CKR_OK);
	key_release(&rsa);
	key_release(&ec);
}

static void
test_always(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_SESSION_HANDLE other = fixture_session(1, 0);
	struct key_ref ref;

	(void)state;
	fixture_inserted.containers[0].rule = CARD_KEY_PIN_ALWAYS;
	ref = use_logged_in(session, WITH_RSA);
	/* The login of one session serves no other one. */
	assert_int_equal(use_key(other, &ref, false), CKR_USER_NOT_LOGGED_IN);
	/* As OpenSSH wants it: the first use after C_Login, and no more. */
	assert_int_equal(use_key(session, &ref, false), CKR_OK);
	assert_int_equal(use_key(session, &ref, false), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(fixture_inserted.containers[0].uses, 1);
	assert_int_equal(use_key(session, &ref, true), CKR_OK);
	/* The card asks for each use; its user agreed to both. */
	assert_int_equal(silent(), 1);
	assert_int_equal(sent(), 1);
	assert_int_equal(fixture_state(session), CKS_RO_USER_FUNCTIONS);
	key_release(&ref);
}

static void
test_always_after_another_use(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	struct key_ref always, other;

	(void)state;
	fixture_inserted.containers[0].rule = CARD_KEY_PIN_ALWAYS;
	always = use_logged_in(session, WITH_RSA);
	assert_int_equal(use_find(session, use_private(session, WITH_EC),
			     CKO_PRIVATE_KEY, &other),
	    CKR_OK);
	assert_int_equal(use_key(session, &other, false), CKR_OK);
	assert_int_equal(
	    use_key(session, &always, false), CKR_USER_NOT_LOGGED_IN);
	key_release(&always);
	key_release(&other);
}

static void
test_no_rule(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE found[MAX];
	struct key_ref ref;

	(void)state;
	fixture_inserted.containers[0].rule = CARD_KEY_FREE;
	assert_int_equal(
	    fixture_find_class(session, CKO_PRIVATE_KEY, found, MAX), 1);
	assert_int_equal(
	    use_find(session, found[0], CKO_PRIVATE_KEY, &ref), CKR_OK);
	assert_int_equal(use_key(session, &ref, false), CKR_OK);
	assert_int_equal(sent() + silent(), 0);
	assert_int_equal(fixture_inserted.asks, 0);
	key_release(&ref);
}

static void
test_errors(void **state)
{
	static const struct {
		err_t err;
		CK_RV rv;
	} errors[] = {
	    {CARD_ERR_STATUS, CKR_DEVICE_ERROR},
	    {CARD_ERR_INPUT, CKR_DATA_INVALID},
	    {CARD_ERR_NO_KEY, CKR_DEVICE_ERROR},
	    {READER_ERR_RESET, CKR_DEVICE_ERROR},
	    {CARD_ERR_NOT_VERIFIED, CKR_USER_NOT_LOGGED_IN},
	    {CCID_ERR_NO_CARD, CKR_DEVICE_REMOVED},
	};
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	struct key_ref ref = use_logged_in(session, WITH_RSA);

	(void)state;
	for (unsigned i = 0; i < COUNT_OF(errors); i++) {
		fixture_inserted.private_error = errors[i].err;
		assert_int_equal(use_key(session, &ref, false), errors[i].rv);
		assert_int_equal(fixture_inserted.containers[0].uses, i + 1);
	}
	fixture_inserted.private_error = 0;
	assert_int_equal(use_key(session, &ref, false), CKR_OK);
	fake_reader_remove(1);
	assert_int_equal(use_key(session, &ref, false), CKR_DEVICE_REMOVED);
	key_release(&ref);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_WITH("key: found by handle and class, with its numbers",
		test_find, use_setup, fixture_teardown),
	    TEST_WITH("key: uses cost no VERIFY while the card remembers",
		test_use, use_setup, fixture_teardown),
	    TEST_WITH("key: a result that does not fit the certificate is no "
		      "result",
		test_result_does_not_fit, use_setup, fixture_teardown),
	    TEST_WITH("key: PIN always: each use has a login of its own",
		test_always, use_setup, fixture_teardown),
	    TEST_WITH("key: PIN always: a login that another use has followed "
		      "is none",
		test_always_after_another_use, use_setup, fixture_teardown),
	    TEST_WITH("key: without a rule it needs nobody", test_no_rule,
		use_setup, fixture_teardown),
	    TEST_WITH("key: failures are not repeated, and named", test_errors,
		use_setup, fixture_teardown),
	};

	return cmocka_run_group_tests_name("pkcs11-key-use", tests, NULL, NULL);
}
