/* SPDX-License-Identifier: BSD-2-Clause */
/* When an operation begins, goes on and ends (PKCS #11 2.40, 5.2). */
#include <pthread.h>

#include "pkcs11/cryptoki-3.h"
#include "tests/unit/crypto-rig.h"
#include "tests/unit/unit.h"

static unsigned char data[32] = "thirty-two bytes to be signed..";
static unsigned char signature[RIG_RSA + 1];

#define PKCS1  RIG_MECHANISM(CKM_RSA_PKCS)
#define HASHED RIG_MECHANISM(CKM_SHA256_RSA_PKCS)

static void
begin(CK_SESSION_HANDLE s, unsigned key, CK_MECHANISM *mechanism)
{
	assert_int_equal(C_SignInit(s, mechanism, rig_private(s, key)), CKR_OK);
}

static CK_RV
sign(CK_SESSION_HANDLE s)
{
	CK_ULONG n = sizeof(signature);

	return C_Sign(s, data, sizeof(data), signature, &n);
}

static void
test_length(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	unsigned uses = rig_uses(RIG_SIGN);
	CK_ULONG n = 0;

	(void)state;
	begin(s, RIG_SIGN, PKCS1);
	assert_int_equal(C_Sign(s, data, 32, NULL, &n), CKR_OK);
	assert_int_equal(n, RIG_RSA);
	n = 1;
	assert_int_equal(
	    C_Sign(s, data, 32, signature, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, RIG_RSA);
	n = RIG_RSA - 1;
	assert_int_equal(
	    C_Sign(s, data, 32, signature, &n), CKR_BUFFER_TOO_SMALL);
	n = 1;
	assert_int_equal(C_Sign(s, data, 32, NULL, &n), CKR_OK);
	assert_int_equal(rig_uses(RIG_SIGN), uses);
	signature[RIG_RSA] = 0x5A;
	n = RIG_RSA;
	assert_int_equal(C_Sign(s, data, 32, signature, &n), CKR_OK);
	assert_int_equal(n, RIG_RSA);
	assert_int_equal(signature[RIG_RSA], 0x5A);
	assert_int_equal(sign(s), CKR_OPERATION_NOT_INITIALIZED);
}

static void
test_length_of_parts(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ULONG n = 0;

	(void)state;
	begin(s, RIG_SIGN, HASHED);
	assert_int_equal(C_SignUpdate(s, data, 32), CKR_OK);
	assert_int_equal(C_SignFinal(s, NULL, &n), CKR_OK);
	assert_int_equal(n, RIG_RSA);
	n = 1;
	assert_int_equal(C_SignFinal(s, signature, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, RIG_RSA);
	assert_int_equal(C_SignFinal(s, signature, &n), CKR_OK);
	assert_int_equal(
	    C_SignFinal(s, signature, &n), CKR_OPERATION_NOT_INITIALIZED);
}

static void
test_not_begun(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ULONG n = sizeof(signature);

	(void)state;
	assert_int_equal(sign(s), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(
	    C_SignUpdate(s, data, 32), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(
	    C_SignFinal(s, signature, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(C_Sign(s, NULL, 32, signature, &n), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    C_Sign(s, data, 32, signature, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_SignUpdate(s, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_SignFinal(s, signature, NULL), CKR_ARGUMENTS_BAD);
}

static void
test_bad_arguments_end(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ULONG n = sizeof(signature);

	(void)state;
	begin(s, RIG_SIGN, PKCS1);
	assert_int_equal(C_Sign(s, NULL, 32, signature, &n), CKR_ARGUMENTS_BAD);
	assert_int_equal(sign(s), CKR_OPERATION_NOT_INITIALIZED);
	begin(s, RIG_SIGN, PKCS1);
	assert_int_equal(
	    C_Sign(s, data, 32, signature, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(sign(s), CKR_OPERATION_NOT_INITIALIZED);
	begin(s, RIG_SIGN, HASHED);
	assert_int_equal(C_SignUpdate(s, NULL, 32), CKR_ARGUMENTS_BAD);
	assert_int_equal(sign(s), CKR_OPERATION_NOT_INITIALIZED);
	begin(s, RIG_SIGN, HASHED);
	assert_int_equal(C_SignFinal(s, signature, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(sign(s), CKR_OPERATION_NOT_INITIALIZED);
}

static void
test_one_at_a_time(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_OBJECT_HANDLE key = rig_private(s, RIG_SIGN);

	(void)state;
	begin(s, RIG_SIGN, PKCS1);
	assert_int_equal(C_SignInit(s, PKCS1, key), CKR_OPERATION_ACTIVE);
	/* Before anything else is looked at. */
	assert_int_equal(C_SignInit(s, RIG_MECHANISM(0x12345678), 4711),
	    CKR_OPERATION_ACTIVE);
	assert_int_equal(sign(s), CKR_OK);
}

static void
test_side_by_side(void **state)
{
	CK_SESSION_HANDLE s = rig_session(),
			  other = fixture_session(fixture_slot, 0);
	CK_OBJECT_HANDLE found;
	CK_ULONG n = 1;

	(void)state;
	begin(s, RIG_SIGN, HASHED);
	begin(other, RIG_SIGN, PKCS1);
	assert_int_equal(C_DigestInit(s, RIG_MECHANISM(CKM_SHA256)), CKR_OK);
	assert_int_equal(C_DecryptInit(s, RIG_MECHANISM(CKM_RSA_PKCS),
			     rig_private(s, RIG_DECRYPT)),
	    CKR_OK);
	assert_int_equal(
	    C_VerifyInit(s, PKCS1, rig_public(s, RIG_SIGN)), CKR_OK);
	assert_int_equal(C_EncryptInit(s, RIG_MECHANISM(CKM_RSA_PKCS),
			     rig_public(s, RIG_DECRYPT)),
	    CKR_OK);
	assert_int_equal(C_FindObjectsInit(s, NULL, 0), CKR_OK);
	assert_int_equal(C_SignUpdate(s, data, 1), CKR_OK);
	assert_int_equal(C_FindObjects(s, &found, 1, &n), CKR_OK);
	assert_int_equal(C_DigestUpdate(s, data, 1), CKR_OK);
	n = sizeof(signature);
	assert_int_equal(C_SignFinal(s, signature, &n), CKR_OK);
	assert_int_equal(C_FindObjectsFinal(s), CKR_OK);
	assert_int_equal(C_DigestFinal(s, signature, &n), CKR_OK);
	assert_int_equal(sign(other), CKR_OK);
}

static void
test_whole_after_part(void **state)
{
	CK_SESSION_HANDLE s = rig_session();

	(void)state;
	begin(s, RIG_SIGN, HASHED);
	assert_int_equal(C_SignUpdate(s, data, 0), CKR_OK);
	assert_int_equal(sign(s), CKR_OPERATION_ACTIVE);
	assert_int_equal(sign(s), CKR_OPERATION_NOT_INITIALIZED);
}

static void
test_parts_of_raw(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ULONG n = sizeof(signature);

	(void)state;
	begin(s, RIG_SIGN, PKCS1);
	assert_int_equal(C_SignUpdate(s, data, 32), CKR_FUNCTION_NOT_SUPPORTED);
	begin(s, RIG_P256, RIG_MECHANISM(CKM_ECDSA));
	assert_int_equal(
	    C_SignFinal(s, signature, &n), CKR_FUNCTION_NOT_SUPPORTED);
	begin(s, RIG_SIGN, PKCS1);
	assert_int_equal(sign(s), CKR_OK);
}

static void
test_cancel(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ULONG n = 1;
	CK_OBJECT_HANDLE found;

	(void)state;
	assert_int_equal(
	    C_SignInit(s, NULL, rig_private(s, RIG_SIGN)), CKR_ARGUMENTS_BAD);
	begin(s, RIG_SIGN, PKCS1);
	assert_int_equal(C_SignInit(s, NULL, 0), CKR_OK);
	assert_int_equal(sign(s), CKR_OPERATION_NOT_INITIALIZED);
	begin(s, RIG_SIGN, PKCS1);
	assert_int_equal(C_DigestInit(s, RIG_MECHANISM(CKM_SHA256)), CKR_OK);
	assert_int_equal(C_FindObjectsInit(s, NULL, 0), CKR_OK);
	assert_int_equal(
	    C_SessionCancel(s, CKF_SIGN | CKF_DECRYPT | CKF_VERIFY), CKR_OK);
	assert_int_equal(sign(s), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(C_DigestUpdate(s, data, 1), CKR_OK);
	assert_int_equal(
	    C_SessionCancel(s, CKF_DIGEST | CKF_FIND_OBJECTS), CKR_OK);
	assert_int_equal(
	    C_DigestUpdate(s, data, 1), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(
	    C_FindObjects(s, &found, 1, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(
	    C_SessionCancel(4711, CKF_SIGN), CKR_SESSION_HANDLE_INVALID);
}

static void
test_logout(void **state)
{
	CK_SESSION_HANDLE s = rig_session();

	(void)state;
	begin(s, RIG_SIGN, PKCS1);
	assert_int_equal(
	    C_VerifyInit(s, PKCS1, rig_public(s, RIG_SIGN)), CKR_OK);
	assert_int_equal(C_Logout(s), CKR_OK);
	assert_int_equal(sign(s), CKR_OPERATION_NOT_INITIALIZED);
	memset(signature, 0, sizeof(signature));
	assert_int_equal(
	    C_Verify(s, data, 32, signature, RIG_RSA), CKR_SIGNATURE_INVALID);
}

static void
test_failure(void **state)
{
	CK_SESSION_HANDLE s = rig_session();

	(void)state;
	begin(s, RIG_SIGN, PKCS1);
	fixture_inserted.private_error = CARD_ERR_STATUS;
	assert_int_equal(sign(s), CKR_DEVICE_ERROR);
	assert_int_equal(sign(s), CKR_OPERATION_NOT_INITIALIZED);
	fixture_inserted.private_error = 0;
	begin(s, RIG_SIGN, PKCS1);
	assert_int_equal(sign(s), CKR_OK);
}

static void
test_removal(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_OBJECT_HANDLE key = rig_private(s, RIG_SIGN);

	(void)state;
	begin(s, RIG_SIGN, PKCS1);
	fake_reader_remove((unsigned)fixture_slot);
	assert_int_equal(
	    C_VerifyInit(s, PKCS1, key), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(sign(s), CKR_SESSION_HANDLE_INVALID);
	fake_reader_insert((unsigned)fixture_slot, &fixture_inserted);
	assert_int_equal(C_SignInit(s, PKCS1, key), CKR_SESSION_HANDLE_INVALID);
}

/* What another thread might do while the card is at work. */
static CK_SESSION_HANDLE busy;
static CK_RV inside_rv;

static void
sign_inside(void)
{
	rig_inside = NULL;
	inside_rv = sign(busy);
}

static void
cancel_inside(void)
{
	rig_inside = NULL;
	inside_rv = C_SessionCancel(busy, CKF_SIGN);
}

static void
begin_inside(void)
{
	rig_inside = NULL;
	inside_rv = C_SignInit(busy, HASHED, rig_private(busy, RIG_SIGN));
}

static void
close_inside(void)
{
	rig_inside = NULL;
	inside_rv = C_CloseSession(busy);
}

static void
test_inside(void **state)
{
	void (*const ways[])(void) = {sign_inside, begin_inside};

	(void)state;
	busy = rig_session();
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		begin(busy, RIG_SIGN, PKCS1);
		rig_inside = ways[i];
		assert_int_equal(sign(busy), CKR_OK);
		assert_int_equal(inside_rv, CKR_OPERATION_ACTIVE);
	}
	begin(busy, RIG_SIGN, PKCS1);
	rig_inside = cancel_inside;
	assert_int_equal(sign(busy), CKR_OK);
	assert_int_equal(inside_rv, CKR_OK);
	assert_int_equal(sign(busy), CKR_OPERATION_NOT_INITIALIZED);
	begin(busy, RIG_SIGN, PKCS1);
	rig_inside = close_inside;
	(void)sign(busy);
	assert_int_equal(inside_rv, CKR_OK);
	assert_int_equal(sign(busy), CKR_SESSION_HANDLE_INVALID);
}

/* Threads that disregard each other in one session; any answer will do. */
static void *
disregard(void *session)
{
	CK_SESSION_HANDLE s = *(CK_SESSION_HANDLE *)session;
	unsigned char out[RIG_RSA];

	for (unsigned i = 0; i < 300; i++) {
		CK_ULONG n = sizeof(out);

		(void)C_DigestInit(s, RIG_MECHANISM(CKM_SHA512));
		(void)C_DigestUpdate(s, data, i % 32);
		if (i % 3 == 0)
			(void)C_SessionCancel(s, CKF_DIGEST);
		(void)C_DigestFinal(s, out, &n);
	}
	return NULL;
}

static void
test_threads(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	pthread_t threads[4];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, disregard, &s), 0);
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	begin(s, RIG_SIGN, PKCS1);
	assert_int_equal(sign(s), CKR_OK);
}

#define RULE(sentence, function)                                               \
	TEST_WITH(sentence, function, rig_setup, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RULE("length: asking, or too little room, keeps the operation",
		test_length),
	    RULE("length: of the last part as well", test_length_of_parts),
	    RULE("state: arguments first, then whether it was begun",
		test_not_begun),
	    RULE("state: bad arguments end it", test_bad_arguments_end),
	    RULE("state: a second one is not begun", test_one_at_a_time),
	    RULE("state: kinds and sessions do not mix, nor searches",
		test_side_by_side),
	    RULE("state: whole data after a part ends it",
		test_whole_after_part),
	    RULE("state: parts of what is not hashed here end it",
		test_parts_of_raw),
	    RULE(
		"cancel: by no mechanism, and by C_SessionCancel", test_cancel),
	    RULE("cancel: C_Logout ends what uses a private key", test_logout),
	    RULE("card: a failure ends it, and the next one works",
		test_failure),
	    RULE("card: after removal the session is no more", test_removal),
	    RULE("threads: while a call is inside, others are told so",
		test_inside),
	    RULE("threads: nothing breaks when they disregard each other",
		test_threads),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-operation", tests, NULL, NULL);
}
