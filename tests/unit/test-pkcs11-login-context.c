/* SPDX-License-Identifier: BSD-2-Clause */
/* CKU_CONTEXT_SPECIFIC: the PIN for one use of a key; and what people read. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/crypto-oracle.h"
#include "tests/unit/make-certificate.h"
#include "tests/unit/pkcs11-fixture.h"
#include "tests/unit/unit.h"

#define PIN "123456"
#define MAX 32

static err_t
operate(struct fake_card *card, size_t index, const struct card_op *op,
    struct buf *out)
{
	static const struct oracle_pad raw = {.mode = "none"};
	uint8_t result[ORACLE_MAX];
	size_t n = oracle_sign(make_key(MAKE_RSA), &raw, op->in, result);

	(void)card;
	(void)index;
	buf_append(out, bytes_of(result, n));
	return buf_err(out);
}

static int
setup(void **state)
{
	int failed = fixture_setup(state);

	fixture_pin(PIN);
	fixture_inserted.operate = operate;
	fixture_inserted.containers[0].rule = CARD_KEY_PIN_ALWAYS;
	return failed;
}

static CK_RV
context_login(CK_SESSION_HANDLE session, const char *pin)
{
	unsigned char copy[16];

	memcpy(copy, pin, strlen(pin));
	return C_Login(session, CKU_CONTEXT_SPECIFIC, copy, strlen(pin));
}

static void
sign_init(CK_SESSION_HANDLE session, size_t index)
{
	CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
	CK_OBJECT_HANDLE found[MAX];

	assert_int_equal(
	    fixture_find_class(session, CKO_PRIVATE_KEY, found, MAX), 3);
	assert_int_equal(C_SignInit(session, &mechanism, found[index]), CKR_OK);
}

static CK_RV
sign(CK_SESSION_HANDLE session)
{
	unsigned char hash[32] = {1}, signature[256];
	CK_ULONG n = sizeof(signature);

	return C_Sign(session, hash, sizeof(hash), signature, &n);
}

#define sent()	 ((unsigned)fixture_inserted.logins)
#define silent() ((unsigned)fixture_inserted.silent_logins)

static void
test_one_use(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	sign_init(session, 0);
	assert_int_equal(context_login(session, PIN), CKR_OK);
	assert_int_equal(sent(), 2);
	assert_int_equal(fixture_inserted.login_index, 0);
	assert_int_equal(
	    context_login(session, PIN), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(sign(session), CKR_OK);
	sign_init(session, 0);
	assert_int_equal(sign(session), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(
	    context_login(session, PIN), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(sent(), 2);
	assert_int_equal(silent(), 0);
}

/* OpenSSH: C_Login, C_SignInit, C_Sign. */
static void
test_fresh_login(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	sign_init(session, 0);
	assert_int_equal(sign(session), CKR_OK);
	sign_init(session, 0);
	assert_int_equal(sign(session), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(sent(), 1);
}

static void
test_wrong(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	unsigned char empty[1];

	(void)state;
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	sign_init(session, 0);
	/* pdfsig sends such a one. */
	assert_int_equal(C_Login(session, CKU_CONTEXT_SPECIFIC, empty, 0),
	    CKR_PIN_LEN_RANGE);
	assert_int_equal(context_login(session, "000000"), CKR_PIN_INCORRECT);
	assert_int_equal(context_login(session, "000000"), CKR_PIN_INCORRECT);
	assert_int_equal(sent(), 2);
	/* The operation has stayed, and the login. */
	assert_int_equal(fixture_state(session), CKS_RO_USER_FUNCTIONS);
	assert_int_equal(context_login(session, PIN), CKR_OK);
	assert_int_equal(sign(session), CKR_OK);
	assert_int_equal(sent(), 3);
	assert_int_equal(silent(), 0);
}

static void
test_not_wanted(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	assert_int_equal(
	    context_login(session, PIN), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(
	    context_login(session, PIN), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(sent(), 1);
}

static void
test_logout_ends_it(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	sign_init(session, 0);
	assert_int_equal(C_Logout(session), CKR_OK);
	assert_int_equal(
	    context_login(session, PIN), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(sign(session), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(sent(), 1);
}

static void
test_pad(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	fake_reader_set_pad(1, READER_PIN_VERIFY);
	fixture_inserted.pad_pin = PIN;
	assert_int_equal(C_Login(session, CKU_USER, NULL, 0), CKR_OK);
	sign_init(session, 0);
	fixture_inserted.pad_pin = "000000";
	assert_int_equal(
	    C_Login(session, CKU_CONTEXT_SPECIFIC, NULL, 0), CKR_PIN_INCORRECT);
	fixture_inserted.pad_pin = PIN;
	assert_int_equal(
	    C_Login(session, CKU_CONTEXT_SPECIFIC, NULL, 0), CKR_OK);
	assert_int_equal(sign(session), CKR_OK);
	assert_int_equal(fixture_inserted.pad_logins, 3);
}

/* What is written to standard error while the module is in use. */
static void
told(const char *where, char *text, size_t room)
{
	char path[] = "/tmp/test-pkcs11-told-XXXXXX";
	int fd = mkstemp(path), before = dup(STDERR_FILENO);
	CK_SESSION_HANDLE session;
	ssize_t n;

	assert_true(fd >= 0 && before >= 0);
	assert_int_equal(C_Finalize(NULL), CKR_OK);
	if (where != NULL)
		assert_int_equal(setenv("CAC_PKCS11_ERRORS", where, 1), 0);
	assert_int_equal(C_Initialize(NULL), CKR_OK);
	assert_int_equal(unsetenv("CAC_PKCS11_ERRORS"), 0);
	assert_int_equal(fixture_count_slots(), 1);
	session = fixture_session(1, 0);
	assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	(void)fixture_login(session, "000000");
	(void)fixture_login(session, "000000");
	assert_int_equal(dup2(before, STDERR_FILENO), STDERR_FILENO);
	n = pread(fd, text, room - 1, 0);
	assert_true(n >= 0);
	text[n] = '\0';
	(void)close(fd);
	(void)close(before);
	(void)unlink(path);
}

static void
test_told(void **state)
{
	char text[1024];

	(void)state;
	told(NULL, text, sizeof(text));
	assert_string_equal(text, "");
	fixture_inserted.wrong = 0;
	told("stderr", text, sizeof(text));
	assert_string_equal(text,
	    "cac-pkcs11: slot 1: C_Login: PIN_WRONG: the card says that the "
	    "PIN is wrong (card)\n"
	    "cac-pkcs11: slot 1: C_Login: the card has refused this PIN "
	    "before: it was not sent again, and no try is lost\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_WITH("context login: one VERIFY, where the key is, for one "
		      "use",
		test_one_use, setup, fixture_teardown),
	    TEST_WITH("context login: not after a C_Login that nothing has "
		      "followed",
		test_fresh_login, setup, fixture_teardown),
	    TEST_WITH("context login: a wrong PIN leaves the operation",
		test_wrong, setup, fixture_teardown),
	    TEST_WITH("context login: only for an operation that wants it",
		test_not_wanted, setup, fixture_teardown),
	    TEST_WITH("context login: C_Logout ends the operation",
		test_logout_ends_it, setup, fixture_teardown),
	    TEST_WITH(
		"context login: at the pad", test_pad, setup, fixture_teardown),
	    TEST_WITH("errors: told to people who asked for it", test_told,
		setup, fixture_teardown),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-login-context", tests, NULL, NULL);
}
