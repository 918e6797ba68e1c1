/* SPDX-License-Identifier: BSD-2-Clause */
/* Private keys as objects, and who sees them when. */
#include <string.h>

#include "tests/unit/make-certificate.h"
#include "tests/unit/pkcs11-fixture.h"
#include "tests/unit/unit.h"

#define PIN "123456"
#define MAX 32

static int
setup(void **state)
{
	int failed = fixture_setup(state);

	fixture_pin(PIN);
	return failed;
}

static CK_ULONG
private_keys(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *found)
{
	return fixture_find_class(session, CKO_PRIVATE_KEY, found, MAX);
}

static void
test_hidden(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_ATTRIBUTE want = {CKA_LABEL, NULL, 0};
	CK_OBJECT_HANDLE before[MAX], after[MAX];
	CK_ULONG size;

	(void)state;
	assert_int_equal(private_keys(session, before), 0);
	assert_int_equal(fixture_inserted.containers[0].reads, 0);
	assert_int_equal(fixture_find(session, NULL, 0, before, MAX), 7);
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(fixture_find(session, NULL, 0, before, MAX), 10);
	assert_int_equal(private_keys(session, before), 3);
	fixture_attribute_bool(session, before[0], CKA_PRIVATE, CK_TRUE);
	assert_int_equal(C_Logout(session), CKR_OK);
	assert_int_equal(private_keys(session, after), 0);
	assert_int_equal(C_GetAttributeValue(session, before[0], &want, 1),
	    CKR_OBJECT_HANDLE_INVALID);
	assert_int_equal(C_GetObjectSize(session, before[0], &size),
	    CKR_OBJECT_HANDLE_INVALID);
	/* Those handles stay invalid, whoever logs in. */
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(C_GetAttributeValue(session, before[0], &want, 1),
	    CKR_OBJECT_HANDLE_INVALID);
	assert_int_equal(private_keys(session, after), 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_not_equal(before[i], after[i]);
	assert_int_equal(fixture_inserted.containers[0].reads, 1);
}

static void
test_order(void **state)
{
	static const CK_OBJECT_CLASS classes[] = {
	    CKO_CERTIFICATE, CKO_PUBLIC_KEY, CKO_PRIVATE_KEY};
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE found[MAX];

	(void)state;
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(fixture_find(session, NULL, 0, found, MAX), 10);
	for (size_t i = 0; i < 9; i++) {
		uint8_t id[] = {0, (uint8_t)(i / 3 + 1)};

		fixture_attribute_ulong(
		    session, found[i], CKA_CLASS, classes[i % 3]);
		fixture_attribute(session, found[i], CKA_ID, BYTES(id));
	}
	fixture_attribute_ulong(session, found[9], CKA_CLASS, CKO_PROFILE);
}

struct flag {
	CK_ATTRIBUTE_TYPE type;
	CK_BBOOL value;
};

static void
check_flags(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
    const struct flag *flags, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fixture_attribute_bool(
		    session, object, flags[i].type, flags[i].value);
}

static void
check_refused(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, CK_RV rv)
{
	CK_ULONG room;
	CK_ATTRIBUTE want = {type, &room, sizeof(room)};

	assert_int_equal(C_GetAttributeValue(session, object, &want, 1), rv);
	assert_int_equal(want.ulValueLen, CK_UNAVAILABLE_INFORMATION);
}

/* Each attribute of the public key that a private one has as well. */
static void
check_same(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE public,
    CK_OBJECT_HANDLE private, CK_ATTRIBUTE_TYPE type)
{
	unsigned char value[1024];
	CK_ATTRIBUTE want = {type, value, sizeof(value)};

	assert_int_equal(C_GetAttributeValue(session, public, &want, 1), 0);
	fixture_attribute(
	    session, private, type, bytes_of(value, want.ulValueLen));
}

static void
test_rsa(void **state)
{
	static const struct flag flags[] = {{CKA_TOKEN, CK_TRUE},
	    {CKA_PRIVATE, CK_TRUE}, {CKA_MODIFIABLE, CK_FALSE},
	    {CKA_COPYABLE, CK_FALSE}, {CKA_DESTROYABLE, CK_FALSE},
	    {CKA_SENSITIVE, CK_TRUE}, {CKA_ALWAYS_SENSITIVE, CK_TRUE},
	    {CKA_EXTRACTABLE, CK_FALSE}, {CKA_NEVER_EXTRACTABLE, CK_TRUE},
	    {CKA_SIGN, CK_TRUE}, {CKA_DECRYPT, CK_FALSE},
	    {CKA_UNWRAP, CK_FALSE}, {CKA_SIGN_RECOVER, CK_FALSE},
	    {CKA_DERIVE, CK_FALSE}, {CKA_ALWAYS_AUTHENTICATE, CK_FALSE},
	    {CKA_WRAP_WITH_TRUSTED, CK_FALSE}, {CKA_LOCAL, CK_FALSE}};
	static const CK_ATTRIBUTE_TYPE same[] = {CKA_KEY_TYPE, CKA_ID,
	    CKA_SUBJECT, CKA_MODULUS, CKA_MODULUS_BITS, CKA_PUBLIC_EXPONENT,
	    CKA_PUBLIC_KEY_INFO, CKA_START_DATE, CKA_END_DATE, CKA_LABEL,
	    CKA_KEY_GEN_MECHANISM};
	static const CK_ATTRIBUTE_TYPE secret[] = {CKA_PRIVATE_EXPONENT,
	    CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2,
	    CKA_COEFFICIENT};
	static const CK_ATTRIBUTE_TYPE absent[] = {CKA_VALUE, CKA_EC_PARAMS,
	    CKA_EC_POINT, CKA_ALLOWED_MECHANISMS, CKA_WRAP_TEMPLATE, 0x61D};
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE private[MAX], public[MAX];

	(void)state;
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(private_keys(session, private), 3);
	(void)fixture_find_class(session, CKO_PUBLIC_KEY, public, MAX);
	check_flags(session, private[0], flags, COUNT_OF(flags));
	for (size_t i = 0; i < COUNT_OF(same); i++)
		check_same(session, public[0], private[0], same[i]);
	for (size_t i = 0; i < COUNT_OF(secret); i++)
		check_refused(
		    session, private[0], secret[i], CKR_ATTRIBUTE_SENSITIVE);
	for (size_t i = 0; i < COUNT_OF(absent); i++)
		check_refused(
		    session, private[0], absent[i], CKR_ATTRIBUTE_TYPE_INVALID);
	fixture_attribute(session, private[0], CKA_UNIQUE_ID,
	    bytes_of("private-key-0001", 16));
	/* The encryption key. */
	fixture_attribute_bool(session, private[2], CKA_SIGN, CK_FALSE);
	fixture_attribute_bool(session, private[2], CKA_DECRYPT, CK_TRUE);
	fixture_attribute_bool(session, public[2], CKA_ENCRYPT, CK_TRUE);
}

static void
test_ec(void **state)
{
	static const CK_ATTRIBUTE_TYPE same[] = {
	    CKA_KEY_TYPE, CKA_ID, CKA_SUBJECT, CKA_EC_PARAMS, CKA_EC_POINT};
	static const struct flag flags[] = {{CKA_SIGN, CK_TRUE},
	    {CKA_DECRYPT, CK_FALSE}, {CKA_DERIVE, CK_FALSE}};
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE private[MAX], public[MAX];

	(void)state;
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(private_keys(session, private), 3);
	(void)fixture_find_class(session, CKO_PUBLIC_KEY, public, MAX);
	for (size_t i = 0; i < COUNT_OF(same); i++)
		check_same(session, public[1], private[1], same[i]);
	check_flags(session, private[1], flags, COUNT_OF(flags));
	check_refused(session, private[1], CKA_VALUE, CKR_ATTRIBUTE_SENSITIVE);
	check_refused(
	    session, private[1], CKA_MODULUS, CKR_ATTRIBUTE_TYPE_INVALID);
}

/* Some values are shown, some not: each is answered by itself. */
static void
test_read_partly(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_CLASS class = 99;
	unsigned char exponent[256];
	CK_OBJECT_HANDLE found[MAX];
	CK_ATTRIBUTE want[] = {
	    {CKA_PRIVATE_EXPONENT, exponent, sizeof(exponent)},
	    {CKA_CLASS, &class, sizeof(class)},
	    {CKA_PRIME_1, NULL, 0},
	};

	(void)state;
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	(void)private_keys(session, found);
	assert_int_equal(C_GetAttributeValue(session, found[0], want, 3),
	    CKR_ATTRIBUTE_SENSITIVE);
	assert_int_equal(want[0].ulValueLen, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(want[2].ulValueLen, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(class, CKO_PRIVATE_KEY);
	/* And none can be looked for, whatever the length. */
	assert_int_equal(fixture_find(session, want, 1, found, MAX), 0);
	want[0].ulValueLen = sizeof(exponent);
	assert_int_equal(fixture_find(session, want, 1, found, MAX), 0);
	want[0].ulValueLen = 0;
	assert_int_equal(fixture_find(session, want, 1, found, MAX), 0);
}

static void
test_rules(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE found[MAX];

	(void)state;
	fixture_inserted.containers[0].rule = CARD_KEY_FREE;
	fixture_inserted.containers[1].rule = CARD_KEY_PIN_ALWAYS;
	/* One key asks for no PIN, and is seen by all. */
	assert_int_equal(private_keys(session, found), 1);
	fixture_attribute_bool(session, found[0], CKA_PRIVATE, CK_FALSE);
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(private_keys(session, found), 3);
	fixture_attribute_bool(
	    session, found[1], CKA_ALWAYS_AUTHENTICATE, CK_TRUE);
	fixture_attribute_bool(
	    session, found[2], CKA_ALWAYS_AUTHENTICATE, CK_FALSE);
	assert_int_equal(C_Logout(session), CKR_OK);
	assert_int_equal(private_keys(session, found), 1);
}

static void
test_labels(void **state)
{
	struct card_container *place = &fixture_inserted.containers[0].place;
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE found[MAX];

	(void)state;
	(void)snprintf(
	    place->key_label, sizeof(place->key_label), "PIV AUTH key");
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	(void)fixture_find(session, NULL, 0, found, MAX);
	fixture_attribute(
	    session, found[0], CKA_LABEL, bytes_of("CAC ID Certificate", 18));
	fixture_attribute(
	    session, found[1], CKA_LABEL, bytes_of("PIV AUTH key", 12));
	fixture_attribute(
	    session, found[2], CKA_LABEL, bytes_of("PIV AUTH key", 12));
	fixture_attribute(session, found[5], CKA_LABEL,
	    bytes_of("CAC Email Signature Certificate", 31));
}

/* A certificate without keyUsage, and one with a key that no card uses. */
static void
test_usage(void **state)
{
	static const struct make_spec silent = {
	    .key = MAKE_RSA, .cn = FIXTURE_CN};
	static const struct make_spec agree = {
	    .key = MAKE_P384, .cn = FIXTURE_CN, .usage = "keyAgreement"};
	static const struct make_spec other = {
	    .key = MAKE_ED25519, .cn = FIXTURE_CN};
	struct fake_card card = {.model = "CAC v2", .serial = "1"};
	CK_OBJECT_HANDLE found[MAX];
	CK_SESSION_HANDLE session;
	struct buf der[3];

	(void)state;
	make_certificate(&silent, &der[0]);
	make_certificate(&agree, &der[1]);
	make_certificate(&other, &der[2]);
	fake_card_add(&card, "silent", 1, buf_bytes(&der[0]));
	fake_card_add(&card, "agree", 2, buf_bytes(&der[1]));
	fake_card_add(&card, "other", 3, buf_bytes(&der[2]));
	fake_reader_insert(1, &card);
	session = fixture_session(1, 0);
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(private_keys(session, found), 2);
	fixture_attribute_bool(session, found[0], CKA_SIGN, CK_TRUE);
	fixture_attribute_bool(session, found[0], CKA_DECRYPT, CK_TRUE);
	fixture_attribute_bool(session, found[1], CKA_SIGN, CK_FALSE);
	fixture_attribute_bool(session, found[1], CKA_DERIVE, CK_TRUE);
	assert_int_equal(C_CloseAllSessions(1), CKR_OK);
	fake_reader_remove(1);
	assert_int_equal(fixture_count_slots(), 1);
	for (size_t i = 0; i < COUNT_OF(der); i++)
		buf_clear(&der[i]);
}

/* As OpenSSH looks for the key it is to sign with. */
static void
test_search(void **state)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_BBOOL yes = CK_TRUE;
	uint8_t id[] = {0, 1};
	CK_ATTRIBUTE want[] = {{CKA_CLASS, &class, sizeof(class)},
	    {CKA_ID, id, sizeof(id)}, {CKA_SIGN, &yes, sizeof(yes)}};
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE found[MAX];

	(void)state;
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(fixture_find(session, want, 3, found, MAX), 1);
	id[1] = 3;
	assert_int_equal(fixture_find(session, want, 3, found, MAX), 0);
	assert_int_equal(fixture_find(session, want, 2, found, MAX), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_WITH("private key: seen while somebody is logged in; its "
		      "handles end with that",
		test_hidden, setup, fixture_teardown),
	    TEST_WITH("private key: follows its certificate and public key",
		test_order, setup, fixture_teardown),
	    TEST_WITH("private key: RSA, every attribute", test_rsa, setup,
		fixture_teardown),
	    TEST_WITH("private key: P-256, every attribute", test_ec, setup,
		fixture_teardown),
	    TEST_WITH("private key: secret parts do not spoil the others",
		test_read_partly, setup, fixture_teardown),
	    TEST_WITH("private key: by the card's rule, no PIN or one for "
		      "each use",
		test_rules, setup, fixture_teardown),
	    TEST_WITH("private key: labels of its own where the card layer "
		      "has them",
		test_labels, setup, fixture_teardown),
	    TEST_WITH("private key: what it may do without keyUsage, and with",
		test_usage, setup, fixture_teardown),
	    TEST_WITH("private key: found by CKA_ID and CKA_SIGN", test_search,
		setup, fixture_teardown),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-key-object", tests, NULL, NULL);
}
