/* SPDX-License-Identifier: BSD-2-Clause */
/* The functions of the table that only refuse, and in which order. */
#include <string.h>

#include "tests/unit/pkcs11-fixture.h"

static CK_BYTE data[8];
static CK_ULONG n = sizeof(data);
static CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
static CK_ATTRIBUTE template = {CKA_LABEL, data, sizeof(data)};
static CK_OBJECT_HANDLE made[2];

/* Every function that takes a session, with sound arguments, by number. */
static CK_RV
refusing(unsigned i, CK_SESSION_HANDLE s)
{
	switch (i) {
	case 0:
		return C_InitPIN(s, data, n);
	case 1:
		return C_InitPIN(s, NULL, 0);
	case 2:
		return C_GetOperationState(s, data, &n);
	case 3:
		return C_SetOperationState(s, data, n, 0, 0);
	case 4:
		return C_InitPIN(s, data, 0);
	case 5:
		return C_CreateObject(s, &template, 1, made);
	case 6:
		return C_SignRecoverInit(s, &mechanism, 1);
	case 7:
		return C_SignRecover(s, data, n, data, &n);
	case 8:
		return C_VerifyRecoverInit(s, &mechanism, 1);
	case 9:
		return C_VerifyRecover(s, data, n, data, &n);
	case 10:
		return C_DigestEncryptUpdate(s, data, n, data, &n);
	case 11:
		return C_DecryptDigestUpdate(s, data, n, data, &n);
	case 12:
		return C_SignEncryptUpdate(s, data, n, data, &n);
	case 13:
		return C_DecryptVerifyUpdate(s, data, n, data, &n);
	case 14:
		return C_GenerateKey(s, &mechanism, &template, 1, made);
	case 15:
		return C_GenerateKeyPair(
		    s, &mechanism, &template, 1, &template, 1, made, made + 1);
	case 16:
		return C_WrapKey(s, &mechanism, 1, 1, data, &n);
	case 17:
		return C_UnwrapKey(
		    s, &mechanism, 1, data, n, &template, 1, made);
	default:
		return CKR_OK;
	}
}

/* The others that take a session. */
static CK_RV
answering(unsigned i, CK_SESSION_HANDLE s)
{
	CK_SESSION_INFO info;

	switch (i) {
	case 0:
		return C_CloseSession(s);
	case 1:
		return C_GetSessionInfo(s, &info);
	case 2:
		return C_Logout(s);
	case 3:
		return C_CopyObject(s, 1, &template, 1, made);
	case 4:
		return C_DestroyObject(s, 1);
	case 5:
		return C_GetObjectSize(s, 1, &n);
	case 6:
		return C_GetAttributeValue(s, 1, &template, 1);
	case 7:
		return C_SetAttributeValue(s, 1, &template, 1);
	case 8:
		return C_FindObjectsInit(s, NULL, 0);
	case 9:
		return C_FindObjects(s, made, 1, &n);
	case 10:
		return C_FindObjectsFinal(s);
	case 11:
		return C_DigestInit(s, &mechanism);
	case 12:
		return C_Digest(s, data, n, data, &n);
	case 13:
		return C_DigestUpdate(s, data, n);
	case 14:
		return C_DigestFinal(s, data, &n);
	case 15:
		return C_SeedRandom(s, data, n);
	case 16:
		return C_GenerateRandom(s, data, n);
	case 17:
		return C_GetFunctionStatus(s);
	case 18:
		return C_CancelFunction(s);
	case 19:
		return C_EncryptInit(s, &mechanism, 1);
	case 20:
		return C_Encrypt(s, data, n, data, &n);
	case 21:
		return C_EncryptUpdate(s, data, n, data, &n);
	case 22:
		return C_EncryptFinal(s, data, &n);
	case 23:
		return C_DecryptInit(s, &mechanism, 1);
	case 24:
		return C_Decrypt(s, data, n, data, &n);
	case 25:
		return C_DecryptUpdate(s, data, n, data, &n);
	case 26:
		return C_DecryptFinal(s, data, &n);
	case 27:
		return C_DigestKey(s, 1);
	case 28:
		return C_SignInit(s, &mechanism, 1);
	case 29:
		return C_Sign(s, data, n, data, &n);
	case 30:
		return C_SignUpdate(s, data, n);
	case 31:
		return C_SignFinal(s, data, &n);
	case 32:
		return C_VerifyInit(s, &mechanism, 1);
	case 33:
		return C_Verify(s, data, n, data, n);
	case 34:
		return C_VerifyUpdate(s, data, n);
	case 35:
		return C_VerifyFinal(s, data, n);
	case 36:
		return C_DeriveKey(s, &mechanism, 1, &template, 1, made);
	default:
		return CKR_OK;
	}
}

#define REFUSING  18
#define ANSWERING 37

static void
test_not_initialized(void **state)
{
	CK_TOKEN_INFO token;
	CK_SLOT_INFO slot;
	CK_SLOT_ID id;

	(void)state;
	for (unsigned i = 0; i < REFUSING; i++)
		assert_int_equal(refusing(i, 1), CKR_CRYPTOKI_NOT_INITIALIZED);
	for (unsigned i = 0; i < ANSWERING; i++)
		assert_int_equal(answering(i, 1), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(C_GetSlotInfo(1, &slot), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(
	    C_GetTokenInfo(1, &token), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, NULL),
	    CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(
	    C_GetMechanismList(1, NULL, NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(
	    C_GetMechanismInfo(1, 1, NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(
	    C_InitToken(1, data, n, data), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(C_OpenSession(1, 0, NULL, NULL, NULL),
	    CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(C_CloseAllSessions(1), CKR_CRYPTOKI_NOT_INITIALIZED);
}

static void
test_session_first(void **state)
{
	(void)state;
	for (unsigned i = 0; i < REFUSING; i++)
		assert_int_equal(refusing(i, 4711), CKR_SESSION_HANDLE_INVALID);
	for (unsigned i = 0; i < ANSWERING; i++)
		assert_int_equal(
		    answering(i, 4711), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(
	    C_GetOperationState(4711, NULL, NULL), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(
	    C_SeedRandom(4711, NULL, 1), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(C_DigestInit(4711, NULL), CKR_SESSION_HANDLE_INVALID);
}

static void
test_refused(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, CKF_RW_SESSION);

	(void)state;
	for (unsigned i = 0; i < REFUSING; i++)
		assert_int_equal(
		    refusing(i, session), CKR_FUNCTION_NOT_SUPPORTED);
	assert_int_equal(C_InitToken(9, data, n, data), CKR_SLOT_ID_INVALID);
	assert_int_equal(
	    C_InitToken(1, data, n, data), CKR_FUNCTION_NOT_SUPPORTED);
	assert_int_equal(
	    C_GetFunctionStatus(session), CKR_FUNCTION_NOT_PARALLEL);
	assert_int_equal(C_CancelFunction(session), CKR_FUNCTION_NOT_PARALLEL);
}

static void
test_operation_state(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	assert_int_equal(
	    C_GetOperationState(session, data, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    C_SetOperationState(session, NULL, n, 0, 0), CKR_ARGUMENTS_BAD);
}

static void
test_login(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	assert_int_equal(
	    C_Login(session, CKU_USER, NULL, 6), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_Login(session, 99, data, n), CKR_USER_TYPE_INVALID);
	assert_int_equal(
	    C_Login(session, CKU_SO, data, n), CKR_SESSION_READ_ONLY_EXISTS);
	assert_int_equal(C_Login(session, CKU_CONTEXT_SPECIFIC, data, n),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(C_Logout(session), CKR_USER_NOT_LOGGED_IN);
}

static void
test_objects(void **state)
{
	CK_SESSION_HANDLE ro = fixture_session(1, 0);
	CK_SESSION_HANDLE rw = fixture_session(1, CKF_RW_SESSION);
	CK_OBJECT_HANDLE object;

	(void)state;
	assert_int_equal(
	    fixture_find_class(ro, CKO_CERTIFICATE, &object, 1), 1);
	assert_int_equal(C_CreateObject(ro, NULL, 1, made), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_CopyObject(ro, 999999, &template, 1, made),
	    CKR_OBJECT_HANDLE_INVALID);
	assert_int_equal(C_CopyObject(ro, object, &template, 1, made),
	    CKR_FUNCTION_NOT_SUPPORTED);
	assert_int_equal(
	    C_DestroyObject(ro, 999999), CKR_OBJECT_HANDLE_INVALID);
	assert_int_equal(C_DestroyObject(ro, object), CKR_ACTION_PROHIBITED);
	assert_int_equal(C_SetAttributeValue(ro, object, &template, 1),
	    CKR_SESSION_READ_ONLY);
	assert_int_equal(C_SetAttributeValue(rw, 999999, &template, 1),
	    CKR_OBJECT_HANDLE_INVALID);
	assert_int_equal(
	    C_SetAttributeValue(rw, object, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_SetAttributeValue(rw, object, &template, 1),
	    CKR_ATTRIBUTE_READ_ONLY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    {"order: without C_Initialize every function says so",
		test_not_initialized, NULL, NULL, NULL},
	    {"order: the session comes first", test_session_first,
		fixture_setup, fixture_teardown, NULL},
	    {"refused: what is not supported says so", test_refused,
		fixture_setup, fixture_teardown, NULL},
	    {"refused: operation states, after their arguments",
		test_operation_state, fixture_setup, fixture_teardown, NULL},
	    {"refused: login, after kind of user and arguments", test_login,
		fixture_setup, fixture_teardown, NULL},
	    {"refused: changes of objects, after session and object",
		test_objects, fixture_setup, fixture_teardown, NULL},
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-unsupported", tests, NULL, NULL);
}
