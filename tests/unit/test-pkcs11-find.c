/* SPDX-License-Identifier: BSD-2-Clause */
/* Searching for objects: what is found, in which order, and by which values. */
#include <string.h>

#include "tests/unit/pkcs11-fixture.h"

#define MAX 32

/* The order of a search without conditions. */
static void
test_find_all(void **state)
{
	static const CK_OBJECT_CLASS classes[] = {CKO_CERTIFICATE,
	    CKO_PUBLIC_KEY, CKO_CERTIFICATE, CKO_PUBLIC_KEY, CKO_CERTIFICATE,
	    CKO_PUBLIC_KEY, CKO_PROFILE};
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE found[MAX], again[MAX];

	(void)state;
	assert_int_equal(fixture_find(session, NULL, 0, found, MAX), 7);
	for (size_t i = 0; i < 7; i++) {
		CK_ULONG size = 0;

		fixture_attribute_ulong(
		    session, found[i], CKA_CLASS, classes[i]);
		fixture_attribute_bool(
		    session, found[i], CKA_PRIVATE, CK_FALSE);
		assert_int_equal(
		    C_GetObjectSize(session, found[i], &size), CKR_OK);
		assert_true(size > 0);
	}
	assert_int_equal(fixture_find(session, NULL, 0, again, MAX), 7);
	assert_memory_equal(found, again, 7 * sizeof(found[0]));
	assert_int_equal(fixture_inserted.containers[0].reads, 1);
}

static void
test_find_chunks(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE all[MAX], one;
	CK_ULONG n, total = fixture_find(session, NULL, 0, all, MAX);

	(void)state;
	assert_int_equal(C_FindObjectsInit(session, NULL, 0), CKR_OK);
	for (CK_ULONG i = 0; i < total; i++) {
		assert_int_equal(C_FindObjects(session, &one, 1, &n), CKR_OK);
		assert_int_equal(n, 1);
		assert_int_equal(one, all[i]);
	}
	assert_int_equal(C_FindObjects(session, &one, 1, &n), CKR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(C_FindObjects(session, NULL, 0, &n), CKR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(C_FindObjectsFinal(session), CKR_OK);
}

static void
test_find_rules(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_ATTRIBUTE hollow = {CKA_LABEL, NULL, 3};
	CK_OBJECT_HANDLE found[MAX];
	CK_ULONG n;

	(void)state;
	assert_int_equal(
	    C_FindObjectsInit(session, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    C_FindObjectsInit(session, &hollow, 1), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_FindObjects(session, found, MAX, &n),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(
	    C_FindObjectsFinal(session), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(C_FindObjectsInit(session, NULL, 0), CKR_OK);
	assert_int_equal(
	    C_FindObjectsInit(session, NULL, 0), CKR_OPERATION_ACTIVE);
	assert_int_equal(
	    C_FindObjectsInit(session, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    C_FindObjects(session, NULL, 1, &n), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    C_FindObjects(session, found, 1, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_FindObjects(session, found, 1, &n), CKR_OK);
	assert_int_equal(n, 1);
	fixture_attribute_ulong(session, found[0], CKA_CLASS, CKO_CERTIFICATE);
	assert_int_equal(C_FindObjectsFinal(session), CKR_OK);
	assert_int_equal(
	    C_FindObjectsFinal(session), CKR_OPERATION_NOT_INITIALIZED);
}

static CK_ULONG
count_matching(CK_SESSION_HANDLE session, CK_ATTRIBUTE_TYPE type,
    const void *value, size_t n)
{
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	unsigned char copy[2048];
	CK_ATTRIBUTE want[] = {
	    {CKA_CLASS, &class, sizeof(class)}, {type, copy, n}};
	CK_OBJECT_HANDLE found[MAX];

	assert_true(n <= sizeof(copy));
	memcpy(copy, value, n);
	return fixture_find(session, want, 2, found, MAX);
}

static void
test_find_exact(void **state)
{
	static const unsigned char serial[] = {
	    0x02, 0x04, 0x00, 0xC0, 0xFF, 0xEE};
	static const char label[] = "CAC ID Certificate";
	static const unsigned char id[] = {0, 2, 0};
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	struct bytes der = fixture_certificate(0);

	(void)state;
	assert_int_equal(
	    count_matching(session, CKA_LABEL, label, strlen(label)), 1);
	/* NSS tries with the NUL as well. */
	assert_int_equal(
	    count_matching(session, CKA_LABEL, label, sizeof(label)), 0);
	assert_int_equal(
	    count_matching(session, CKA_LABEL, label, strlen(label) - 1), 0);
	assert_int_equal(count_matching(session, CKA_ID, id, 2), 1);
	assert_int_equal(count_matching(session, CKA_ID, id, 1), 0);
	assert_int_equal(count_matching(session, CKA_ID, id, 3), 0);
	assert_int_equal(count_matching(session, CKA_ID, id, 0), 0);
	assert_int_equal(count_matching(session, CKA_VALUE, der.p, der.n), 1);
	assert_int_equal(
	    count_matching(session, CKA_VALUE, der.p, der.n - 1), 0);
	assert_int_equal(
	    count_matching(session, CKA_SERIAL_NUMBER, serial, 6), 1);
	assert_int_equal(
	    count_matching(session, CKA_SERIAL_NUMBER, serial + 2, 4), 0);
	assert_int_equal(count_matching(session, CKA_URL, "", 0), 3);
	/* One that no object has: no match, no error. */
	assert_int_equal(count_matching(session, 0xCE534352, "", 0), 0);
	assert_int_equal(count_matching(session, CKA_MODULUS, "", 0), 0);
}

/* NSS asks every token for its own classes. */
static void
test_find_foreign_classes(void **state)
{
	static const CK_OBJECT_CLASS foreign[] = {CKO_PRIVATE_KEY,
	    CKO_SECRET_KEY, 0x0A, 0x0B, 0xCE534351, 0xCE534353, 0xCE534354};
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE found[MAX];
	unsigned transactions = fake_readers_counts().transactions;

	(void)state;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		assert_int_equal(
		    fixture_find_class(session, foreign[i], found, MAX), 0);
	assert_int_equal(
	    fixture_find_class(session, CKO_PROFILE, found, MAX), 1);
	fixture_attribute_ulong(
	    session, found[0], CKA_PROFILE_ID, CKP_PUBLIC_CERTIFICATES_TOKEN);
	fixture_attribute_bool(session, found[0], CKA_TOKEN, CK_TRUE);
	fixture_attribute_bool(session, found[0], CKA_PRIVATE, CK_FALSE);
	fixture_attribute_bool(session, found[0], CKA_MODIFIABLE, CK_FALSE);
	assert_int_equal(fake_readers_counts().transactions, transactions);
	assert_int_equal(fixture_inserted.containers[0].reads, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    {"find: certificates with their keys in card order, then the "
	     "profile",
		test_find_all, fixture_setup, fixture_teardown, NULL},
	    {"find: one by one gives the same", test_find_chunks, fixture_setup,
		fixture_teardown, NULL},
	    {"find: arguments, then the state; a search survives bad "
	     "arguments",
		test_find_rules, fixture_setup, fixture_teardown, NULL},
	    {"find: values match byte by byte and in length", test_find_exact,
		fixture_setup, fixture_teardown, NULL},
	    {"find: foreign classes give nothing and cost no reading",
		test_find_foreign_classes, fixture_setup, fixture_teardown,
		NULL},
	};

	return cmocka_run_group_tests_name("pkcs11-find", tests, NULL, NULL);
}
