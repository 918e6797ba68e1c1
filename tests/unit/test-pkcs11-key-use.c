/* SPDX-License-Identifier: BSD-2-Clause */
/* key.h: what a use of a private key needs, costs, and leaves behind. */
#include <string.h>

#include "pkcs11/key.h"
#include "pkcs11/process.h"
#include "tests/unit/crypto-oracle.h"
#include "tests/unit/make-certificate.h"
#include "tests/unit/pkcs11-fixture.h"
#include "tests/unit/unit.h"

#define PIN "123456"
#define MAX 32

enum { WITH_RSA, WITH_EC };

static bool spoil; /* the card's answer */

static err_t
operate(struct fake_card *card, size_t index, const struct card_op *op,
    struct buf *out)
{
	static const struct oracle_pad raw = {.mode = "none"};
	uint8_t result[ORACLE_MAX];
	size_t n;

	(void)card;
	if (index == WITH_EC) {
		n = 64;
		oracle_ecdsa(make_key(MAKE_P256), op->in, 32, result);
	} else {
		n = oracle_sign(make_key(MAKE_RSA), &raw, op->in, result);
	}
	if (spoil)
		result[n - 1] ^= 1;
	buf_append(out, bytes_of(result, n));
	return buf_err(out);
}

static int
setup(void **state)
{
	int failed = fixture_setup(state);

	fixture_pin(PIN);
	fixture_inserted.operate = operate;
	spoil = false;
	return failed;
}

static CK_OBJECT_HANDLE
private_key(CK_SESSION_HANDLE session, size_t index)
{
	CK_OBJECT_HANDLE found[MAX];

	assert_int_equal(
	    fixture_find_class(session, CKO_PRIVATE_KEY, found, MAX), 3);
	return found[index];
}

static CK_RV
find(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE handle, CK_OBJECT_CLASS class,
    struct key_ref *ref)
{
	struct module *m = process_enter();
	struct session *s = session_enter(m, session);
	CK_RV rv = key_find(m, s, handle, class, ref);

	session_leave(m, &s);
	process_leave(&m);
	return rv;
}

/* With input of the right form; the result is checked for length only. */
static CK_RV
use(CK_SESSION_HANDLE session, const struct key_ref *ref, bool authenticated)
{
	uint8_t in[256] = {0, 1, 2, 3};
	bool rsa = ref->key->type == X509_KEY_RSA;
	const struct card_op op = {
	    .kind = rsa ? CARD_OP_RSA : CARD_OP_ECDSA,
	    .bits = ref->key->bits,
	    .in = bytes_of(in, rsa ? 256 : 32),
	};
	struct module *m = process_enter();
	struct session *s = session_enter(m, session);
	struct buf out;
	CK_RV rv;

	buf_init(&out, 1024);
	buf_append_u8(&out, 0x55);
	rv = key_use(m, s, ref->key, authenticated, &op, &out);
	assert_int_equal(out.n, rv != CKR_OK ? 1 : rsa ? 257 : 65);
	assert_int_equal(out.p[0], 0x55);
	buf_clear(&out);
	session_leave(m, &s);
	process_leave(&m);
	return rv;
}

static struct key_ref
logged_in_key(CK_SESSION_HANDLE session, size_t index)
{
	struct key_ref ref;

	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(
	    find(session, private_key(session, index), CKO_PRIVATE_KEY, &ref),
	    CKR_OK);
	return ref;
}

#define silent() ((unsigned)fixture_inserted.silent_logins)
#define sent()	 ((unsigned)fixture_inserted.logins)

static void
test_find(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE found[MAX], old;
	struct key_ref ref;

	(void)state;
	(void)fixture_find_class(session, CKO_PUBLIC_KEY, found, MAX);
	assert_int_equal(
	    find(session, 4711, CKO_PRIVATE_KEY, &ref), CKR_KEY_HANDLE_INVALID);
	assert_int_equal(find(session, found[0], CKO_PRIVATE_KEY, &ref),
	    CKR_KEY_HANDLE_INVALID);
	assert_int_equal(find(session, found[0], CKO_PUBLIC_KEY, &ref), CKR_OK);
	assert_int_equal(ref.key->type, X509_KEY_RSA);
	assert_int_equal(ref.key->bits, 2048);
	assert_int_equal(ref.key->modulus.n, 256);
	assert_int_equal(ref.key->exponent.n, 3);
	assert_true(ref.key->sign);
	key_release(&ref);
	ref = logged_in_key(session, WITH_EC);
	assert_int_equal(ref.key->type, X509_KEY_EC);
	assert_int_equal(ref.key->bits, 256);
	assert_int_equal(ref.key->container, 1);
	assert_int_equal(ref.key->ec_point.n, 67);
	old = private_key(session, WITH_EC);
	/* A key outlives its card. */
	fake_reader_remove(1);
	assert_int_equal(C_Logout(session), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(ref.key->ec_point.p[0], 0x04);
	key_release(&ref);
	fake_reader_insert(1, &fixture_inserted);
	assert_int_equal(
	    find(fixture_session(1, 0), old, CKO_PRIVATE_KEY, &ref),
	    CKR_KEY_HANDLE_INVALID);
}

static void
test_use(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	struct key_ref rsa = logged_in_key(session, WITH_RSA), ec;

	(void)state;
	assert_int_equal(use(session, &rsa, false), CKR_OK);
	assert_int_equal(use(session, &rsa, false), CKR_OK);
	assert_int_equal(
	    find(session, private_key(session, WITH_EC), CKO_PRIVATE_KEY, &ec),
	    CKR_OK);
	assert_int_equal(use(session, &ec, false), CKR_OK);
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
	struct key_ref rsa = logged_in_key(session, WITH_RSA), ec;

	(void)state;
	assert_int_equal(
	    find(session, private_key(session, WITH_EC), CKO_PRIVATE_KEY, &ec),
	    CKR_OK);
	spoil = true;
	assert_int_equal(use(session, &rsa, false), CKR_DEVICE_ERROR);
	assert_int_equal(use(session, &ec, false), CKR_DEVICE_ERROR);
	spoil = false;
	assert_int_equal(use(session, &rsa, false), CKR_OK);
	key_release(&rsa);
	key_release(&ec);
}

/* Another applet, another program, a reset: the card forgot, the user not. */
static void
test_silent(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	struct key_ref ref = logged_in_key(session, WITH_RSA);

	(void)state;
	fake_card_forget(&fixture_inserted);
	assert_int_equal(use(session, &ref, false), CKR_OK);
	assert_int_equal(use(session, &ref, false), CKR_OK);
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
	struct key_ref ref = logged_in_key(session, WITH_RSA);

	(void)state;
	fixture_inserted.pin = "654321";
	fake_card_forget(&fixture_inserted);
	assert_int_equal(use(session, &ref, false), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(silent(), 1);
	assert_int_equal(fixture_state(session), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(use(session, &ref, false), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(silent(), 1);
	assert_int_equal(fixture_login(session, PIN), CKR_PIN_INCORRECT);
	assert_int_equal(sent(), 1);
	assert_int_equal(fixture_login(session, "654321"), CKR_OK);
	assert_int_equal(use(session, &ref, false), CKR_OK);
	key_release(&ref);
}

static void
test_silent_never_spends_the_last(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	struct key_ref ref = logged_in_key(session, WITH_RSA);

	(void)state;
	fixture_inserted.wrong = 2;
	fake_card_forget(&fixture_inserted);
	fake_reader_others(1, &fixture_inserted);
	assert_int_equal(use(session, &ref, false), CKR_USER_NOT_LOGGED_IN);
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
	assert_int_equal(find(session, private_key(session, WITH_RSA),
			     CKO_PRIVATE_KEY, &ref),
	    CKR_OK);
	assert_int_equal(use(session, &ref, false), CKR_OK);
	fake_card_forget(&fixture_inserted);
	assert_int_equal(use(session, &ref, false), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(fixture_state(session), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(fixture_inserted.pad_logins, 1);
	assert_int_equal(silent(), 0);
	key_release(&ref);
}

static void
test_always(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_SESSION_HANDLE other = fixture_session(1, 0);
	struct key_ref ref;

	(void)state;
	fixture_inserted.containers[0].rule = CARD_KEY_PIN_ALWAYS;
	ref = logged_in_key(session, WITH_RSA);
	/* The login of one session serves no other one. */
	assert_int_equal(use(other, &ref, false), CKR_USER_NOT_LOGGED_IN);
	/* As OpenSSH wants it: the first use after C_Login, and no more. */
	assert_int_equal(use(session, &ref, false), CKR_OK);
	assert_int_equal(use(session, &ref, false), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(fixture_inserted.containers[0].uses, 1);
	assert_int_equal(use(session, &ref, true), CKR_OK);
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
	always = logged_in_key(session, WITH_RSA);
	assert_int_equal(find(session, private_key(session, WITH_EC),
			     CKO_PRIVATE_KEY, &other),
	    CKR_OK);
	assert_int_equal(use(session, &other, false), CKR_OK);
	assert_int_equal(use(session, &always, false), CKR_USER_NOT_LOGGED_IN);
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
	    find(session, found[0], CKO_PRIVATE_KEY, &ref), CKR_OK);
	assert_int_equal(use(session, &ref, false), CKR_OK);
	assert_int_equal(sent() + silent(), 0);
	assert_int_equal(fixture_inserted.asks, 0);
	key_release(&ref);
}

static void
test_logged_out(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	struct key_ref ref = logged_in_key(session, WITH_RSA);

	(void)state;
	assert_int_equal(C_Logout(session), CKR_OK);
	assert_int_equal(use(session, &ref, false), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(use(session, &ref, true), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(fixture_inserted.containers[0].uses, 0);
	key_release(&ref);
}

static void
test_new_pin_is_kept(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, CKF_RW_SESSION);
	struct key_ref ref = logged_in_key(session, WITH_RSA);
	unsigned char old[] = PIN, new[] = "87654321";

	(void)state;
	assert_int_equal(C_SetPIN(session, old, 6, new, 8), CKR_OK);
	assert_int_equal(fixture_state(session), CKS_RW_USER_FUNCTIONS);
	assert_int_equal(use(session, &ref, false), CKR_OK);
	assert_string_equal(fixture_inserted.last_pin, "87654321");
	assert_int_equal(silent(), 1);
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
	struct key_ref ref = logged_in_key(session, WITH_RSA);

	(void)state;
	for (unsigned i = 0; i < COUNT_OF(errors); i++) {
		fixture_inserted.private_error = errors[i].err;
		assert_int_equal(use(session, &ref, false), errors[i].rv);
		assert_int_equal(fixture_inserted.containers[0].uses, i + 1);
	}
	fixture_inserted.private_error = 0;
	assert_int_equal(use(session, &ref, false), CKR_OK);
	fake_reader_remove(1);
	assert_int_equal(use(session, &ref, false), CKR_DEVICE_REMOVED);
	key_release(&ref);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_WITH("key: found by handle and class, with its numbers",
		test_find, setup, fixture_teardown),
	    TEST_WITH("key: uses cost no VERIFY while the card remembers",
		test_use, setup, fixture_teardown),
	    TEST_WITH("key: a result that does not fit the certificate is no "
		      "result",
		test_result_does_not_fit, setup, fixture_teardown),
	    TEST_WITH("key: a card that forgot gets the PIN silently, once",
		test_silent, setup, fixture_teardown),
	    TEST_WITH("key: a silent VERIFY that fails ends the login",
		test_silent_failure, setup, fixture_teardown),
	    TEST_WITH("key: a silent VERIFY never takes the last try",
		test_silent_never_spends_the_last, setup, fixture_teardown),
	    TEST_WITH("key: after a login at the pad nothing is silent",
		test_pad_has_no_silent_pin, setup, fixture_teardown),
	    TEST_WITH("key: PIN always: each use has a login of its own",
		test_always, setup, fixture_teardown),
	    TEST_WITH("key: PIN always: a login that another use has followed "
		      "is none",
		test_always_after_another_use, setup, fixture_teardown),
	    TEST_WITH("key: without a rule it needs nobody", test_no_rule,
		setup, fixture_teardown),
	    TEST_WITH("key: nothing reaches the card after C_Logout",
		test_logged_out, setup, fixture_teardown),
	    TEST_WITH("key: after C_SetPIN the new PIN is the one",
		test_new_pin_is_kept, setup, fixture_teardown),
	    TEST_WITH("key: failures are not repeated, and named", test_errors,
		setup, fixture_teardown),
	};

	return cmocka_run_group_tests_name("pkcs11-key-use", tests, NULL, NULL);
}
