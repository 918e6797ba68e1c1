/* SPDX-License-Identifier: BSD-2-Clause */
/* Data objects: found when asked for, read when their value is. */
#include <string.h>

#include "tests/unit/pkcs11-fixture.h"
#include "tests/unit/unit.h"

#define PIN "123456"
#define MAX 32

static const uint8_t chuid[] = {0x53, 0x03, 0x30, 0x01, 0xAA};
static const uint8_t face[] = {0x53, 0x02, 0xBC, 0x00};
static const uint8_t oid[] = {
    0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x07, 0x30, 0x00};

static void
add(const char *label, struct bytes value, bool pin)
{
	struct fake_data *d =
	    &fixture_inserted.data[fixture_inserted.data_count++];

	(void)snprintf(d->place.label, sizeof(d->place.label), "%s", label);
	d->place.application = label;
	memcpy(d->place.oid, oid, sizeof(oid));
	d->place.oid_len = sizeof(oid);
	d->place.pin = pin;
	d->value = value;
}

static int
setup(void **state)
{
	int failed = fixture_setup(state);

	fixture_pin(PIN);
	add("Card Holder Unique Identifier", BYTES(chuid), false);
	add("Cardholder Facial Images", BYTES(face), true);
	return failed;
}

static CK_ULONG
find_data(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *found)
{
	return fixture_find_class(session, CKO_DATA, found, MAX);
}

static void
test_find(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE found[MAX];

	(void)state;
	(void)fixture_find_class(session, CKO_CERTIFICATE, found, MAX);
	assert_int_equal(fixture_inserted.finds, 0);
	assert_int_equal(find_data(session, found), 1);
	fixture_attribute(session, found[0], CKA_LABEL,
	    bytes_of("Card Holder Unique Identifier", 29));
	fixture_attribute(session, found[0], CKA_OBJECT_ID, BYTES(oid));
	fixture_attribute(session, found[0], CKA_APPLICATION,
	    bytes_of("Card Holder Unique Identifier", 29));
	fixture_attribute_bool(session, found[0], CKA_PRIVATE, CK_FALSE);
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(find_data(session, found), 2);
	fixture_attribute_bool(session, found[1], CKA_PRIVATE, CK_TRUE);
	assert_int_equal(fixture_inserted.finds, 1);
	assert_int_equal(fixture_inserted.data[0].reads, 0);
	/* Certificates and keys, both of these, and the profile. */
	assert_int_equal(fixture_find(session, NULL, 0, found, MAX), 12);
}

static void
test_values(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE found[MAX];

	(void)state;
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(find_data(session, found), 2);
	fixture_attribute(session, found[0], CKA_VALUE, BYTES(chuid));
	fixture_attribute(session, found[1], CKA_VALUE, BYTES(face));
	fixture_attribute(session, found[1], CKA_VALUE, BYTES(face));
	assert_int_equal(fixture_inserted.data[0].reads, 1);
	assert_int_equal(fixture_inserted.data[1].reads, 1);
}

static void
test_failures(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_CLASS class = 99;
	CK_ATTRIBUTE want[] = {
	    {CKA_VALUE, NULL, 0}, {CKA_CLASS, &class, sizeof(class)}};
	CK_OBJECT_HANDLE found[MAX];

	(void)state;
	assert_int_equal(find_data(session, found), 1);
	fixture_inserted.data[0].err = CARD_ERR_STATUS;
	assert_int_equal(
	    C_GetAttributeValue(session, found[0], want, 2), CKR_DEVICE_ERROR);
	assert_int_equal(want[0].ulValueLen, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(class, CKO_DATA);
	fixture_inserted.data[0].err = 0;
	fixture_attribute(session, found[0], CKA_VALUE, BYTES(chuid));
}

static void
test_empty(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE found[MAX];

	(void)state;
	fixture_inserted.data[0].err = CARD_ERR_EMPTY;
	assert_int_equal(find_data(session, found), 1);
	fixture_attribute(session, found[0], CKA_VALUE, bytes_of(NULL, 0));
}

static void
test_logout(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_ATTRIBUTE want = {CKA_VALUE, NULL, 0};
	CK_OBJECT_HANDLE found[MAX];

	(void)state;
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(find_data(session, found), 2);
	fixture_attribute(session, found[1], CKA_VALUE, BYTES(face));
	assert_int_equal(C_Logout(session), CKR_OK);
	assert_int_equal(C_GetAttributeValue(session, found[1], &want, 1),
	    CKR_OBJECT_HANDLE_INVALID);
	assert_int_equal(find_data(session, found), 1);
}

/* The PIN is wrong by now: that ends the login as with a key. */
static void
test_silent_failure(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_ATTRIBUTE want = {CKA_VALUE, NULL, 0};
	CK_OBJECT_HANDLE found[MAX];

	(void)state;
	assert_int_equal(fixture_login(session, PIN), CKR_OK);
	assert_int_equal(find_data(session, found), 2);
	fixture_inserted.pin = "654321";
	fake_card_forget(&fixture_inserted);
	assert_int_equal(C_GetAttributeValue(session, found[1], &want, 1),
	    CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(fixture_inserted.silent_logins, 1);
	assert_int_equal(fixture_state(session), CKS_RO_PUBLIC_SESSION);
}

static void
test_search_fails(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_CLASS class = CKO_DATA;
	CK_ATTRIBUTE want = {CKA_CLASS, &class, sizeof(class)};
	CK_OBJECT_HANDLE found[MAX];
	CK_ULONG n;

	(void)state;
	fixture_inserted.find_error = CARD_ERR_STATUS;
	assert_int_equal(C_FindObjectsInit(session, &want, 1), CKR_OK);
	assert_int_equal(
	    C_FindObjects(session, found, MAX, &n), CKR_DEVICE_ERROR);
	fixture_inserted.find_error = 0;
	assert_int_equal(C_FindObjects(session, found, MAX, &n), CKR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(C_FindObjectsFinal(session), CKR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_WITH("data: looked for when a template can match; those "
		      "behind the PIN are hidden",
		test_find, setup, fixture_teardown),
	    TEST_WITH("data: a value is read when it is asked for, once",
		test_values, setup, fixture_teardown),
	    TEST_WITH("data: a value that cannot be read spoils no other "
		      "attribute",
		test_failures, setup, fixture_teardown),
	    TEST_WITH("data: empty containers have an empty value", test_empty,
		setup, fixture_teardown),
	    TEST_WITH("data: hidden again after C_Logout", test_logout, setup,
		fixture_teardown),
	    TEST_WITH("data: a silent VERIFY that fails ends the login",
		test_silent_failure, setup, fixture_teardown),
	    TEST_WITH("data: a search that cannot find out fails",
		test_search_fails, setup, fixture_teardown),
	};

	return cmocka_run_group_tests_name("pkcs11-data", tests, NULL, NULL);
}
