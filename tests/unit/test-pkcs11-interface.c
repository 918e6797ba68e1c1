/* SPDX-License-Identifier: BSD-2-Clause */
/* The ways into the module, and what PKCS #11 3.0 adds. */
#include "pkcs11/cryptoki-3.h"
#include "tests/unit/crypto-rig.h"
#include "tests/unit/unit.h"

static unsigned char name[] = "PKCS 11";

static CK_VERSION
version_of(const CK_INTERFACE *i)
{
	return *(const CK_VERSION *)i->pFunctionList;
}

static CK_RV
get(unsigned char *text, unsigned major, unsigned minor, CK_FLAGS flags,
    CK_INTERFACE **out)
{
	CK_VERSION version = {(CK_BYTE)major, (CK_BYTE)minor};

	return C_GetInterface(text, &version, out, flags);
}

static void
test_function_list(void **state)
{
	CK_FUNCTION_LIST *list = NULL;

	(void)state;
	assert_int_equal(C_GetFunctionList(NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_GetFunctionList(&list), CKR_OK);
	assert_int_equal(list->version.major, 2);
	assert_int_equal(list->version.minor, 40);
}

static void
test_interface_list(void **state)
{
	CK_INTERFACE list[3];
	CK_ULONG n = 99;

	(void)state;
	assert_int_equal(C_GetInterfaceList(NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_GetInterfaceList(list, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_GetInterfaceList(NULL, &n), CKR_OK);
	assert_int_equal(n, 2);
	n = 1;
	assert_int_equal(C_GetInterfaceList(list, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 2);
	n = 3;
	assert_int_equal(C_GetInterfaceList(list, &n), CKR_OK);
	assert_int_equal(n, 2);
	assert_int_equal(version_of(&list[0]).major, 3);
	assert_int_equal(version_of(&list[0]).minor, 0);
	assert_int_equal(version_of(&list[1]).major, 2);
	assert_int_equal(version_of(&list[1]).minor, 40);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(list[i].pInterfaceName, "PKCS 11");
		assert_int_equal(list[i].flags, 0);
	}
}

static void
test_interface(void **state)
{
	CK_INTERFACE *i = NULL;

	(void)state;
	/* As NSS asks, and as pkcs11-provider does. */
	assert_int_equal(C_GetInterface(name, NULL, &i, 0), CKR_OK);
	assert_int_equal(version_of(i).major, 3);
	assert_int_equal(C_GetInterface(NULL, NULL, &i, 0), CKR_OK);
	assert_int_equal(version_of(i).major, 3);
	assert_int_equal(get(NULL, 2, 40, 0, &i), CKR_OK);
	assert_int_equal(version_of(i).major, 2);
	assert_int_equal(get(name, 3, 0, 0, &i), CKR_OK);
	assert_int_equal(version_of(i).major, 3);
}

static void
test_no_interface(void **state)
{
	unsigned char other[] = "Vendor NSS FIPS Interface", begun[] = "PKCS";
	CK_INTERFACE *i = NULL;

	(void)state;
	assert_int_equal(
	    C_GetInterface(name, NULL, NULL, 0), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_GetInterface(other, NULL, &i, 0), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_GetInterface(begun, NULL, &i, 0), CKR_ARGUMENTS_BAD);
	assert_int_equal(get(name, 4, 50, 0, &i), CKR_ARGUMENTS_BAD);
	assert_int_equal(get(name, 3, 1, 0, &i), CKR_ARGUMENTS_BAD);
	assert_int_equal(get(name, 2, 20, 0, &i), CKR_ARGUMENTS_BAD);
	/* Sessions do not go on in a child. */
	assert_int_equal(
	    C_GetInterface(name, NULL, &i, CKF_INTERFACE_FORK_SAFE),
	    CKR_ARGUMENTS_BAD);
	assert_null(i);
}

/* Behind its version a list is pointers to functions. */
static void
test_complete(void **state)
{
	static const size_t counts[] = {92, 68};
	CK_INTERFACE list[2];
	CK_ULONG n = 2;

	(void)state;
	assert_int_equal(C_GetInterfaceList(list, &n), CKR_OK);
	assert_int_equal(
	    sizeof(CK_FUNCTION_LIST_3_0), (1 + counts[0]) * sizeof(void *));
	for (size_t i = 0; i < 2; i++) {
		void *const *functions = list[i].pFunctionList;

		for (size_t f = 1; f <= counts[i]; f++)
			assert_non_null(functions[f]);
	}
}

/* Both lists have the same functions, but for C_GetInfo, the third. */
static void
test_same(void **state)
{
	CK_INTERFACE list[2];
	CK_ULONG n = 2;
	void *const *new, *const *old;

	(void)state;
	assert_int_equal(C_GetInterfaceList(list, &n), CKR_OK);
	new = list[0].pFunctionList;
	old = list[1].pFunctionList;
	for (size_t f = 1; f <= 68; f++) {
		if (f == 3)
			assert_ptr_not_equal(new[f], old[f]);
		else
			assert_ptr_equal(new[f], old[f]);
	}
}

static void
test_info(void **state)
{
	CK_FUNCTION_LIST_3_0 *list;
	CK_INTERFACE *i = NULL;
	CK_INFO info;

	(void)state;
	assert_int_equal(C_GetInterface(NULL, NULL, &i, 0), CKR_OK);
	list = i->pFunctionList;
	assert_int_equal(list->C_GetInfo(NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(list->C_GetInfo(&info), CKR_OK);
	assert_int_equal(info.cryptokiVersion.major, 3);
	assert_int_equal(info.cryptokiVersion.minor, 0);
	assert_int_equal(C_GetInfo(&info), CKR_OK);
	assert_int_equal(info.cryptokiVersion.major, 2);
	assert_int_equal(info.cryptokiVersion.minor, 40);
}

static void
test_login_user(void **state)
{
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);
	unsigned char pin[] = RIG_PIN, user[] = "somebody";

	(void)state;
	assert_int_equal(C_LoginUser(4711, CKU_USER, pin, 6, NULL, 0),
	    CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(C_LoginUser(4711, CKU_USER, pin, 6, user, 8),
	    CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(
	    C_LoginUser(s, CKU_USER, pin, 6, user, 8), CKR_USER_TYPE_INVALID);
	assert_int_equal(fixture_state(s), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(C_LoginUser(s, CKU_USER, pin, 6, user, 0), CKR_OK);
	assert_int_equal(fixture_state(s), CKS_RO_USER_FUNCTIONS);
}

static CK_RV
message(unsigned i, CK_SESSION_HANDLE s)
{
	static unsigned char data[8];
	static CK_ULONG n = sizeof(data);
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};

	switch (i) {
	case 0:
		return C_MessageEncryptInit(s, &m, 1);
	case 1:
		return C_EncryptMessage(s, NULL, 0, NULL, 0, data, n, data, &n);
	case 2:
		return C_EncryptMessageBegin(s, NULL, 0, NULL, 0);
	case 3:
		return C_EncryptMessageNext(s, NULL, 0, data, n, data, &n, 0);
	case 4:
		return C_MessageEncryptFinal(s);
	case 5:
		return C_MessageDecryptInit(s, &m, 1);
	case 6:
		return C_DecryptMessage(s, NULL, 0, NULL, 0, data, n, data, &n);
	case 7:
		return C_DecryptMessageBegin(s, NULL, 0, NULL, 0);
	case 8:
		return C_DecryptMessageNext(s, NULL, 0, data, n, data, &n, 0);
	case 9:
		return C_MessageDecryptFinal(s);
	case 10:
		return C_MessageSignInit(s, &m, 1);
	case 11:
		return C_SignMessage(s, NULL, 0, data, n, data, &n);
	case 12:
		return C_SignMessageBegin(s, NULL, 0);
	case 13:
		return C_SignMessageNext(s, NULL, 0, data, n, data, &n);
	case 14:
		return C_MessageSignFinal(s);
	case 15:
		return C_MessageVerifyInit(s, &m, 1);
	case 16:
		return C_VerifyMessage(s, NULL, 0, data, n, data, n);
	case 17:
		return C_VerifyMessageBegin(s, NULL, 0);
	case 18:
		return C_VerifyMessageNext(s, NULL, 0, data, n, data, n);
	default:
		return C_MessageVerifyFinal(s);
	}
}

static void
test_messages(void **state)
{
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		assert_int_equal(message(i, 4711), CKR_SESSION_HANDLE_INVALID);
		assert_int_equal(message(i, s), CKR_FUNCTION_NOT_SUPPORTED);
	}
}

static void
test_not_initialized(void **state)
{
	unsigned char pin[] = RIG_PIN;

	(void)state;
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(message(i, 1), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(C_LoginUser(1, CKU_USER, pin, 6, NULL, 0),
	    CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(C_LoginUser(1, CKU_USER, pin, 6, pin, 6),
	    CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(
	    C_SessionCancel(1, CKF_SIGN), CKR_CRYPTOKI_NOT_INITIALIZED);
}

#define RULE(sentence, function)                                               \
	TEST_WITH(sentence, function, rig_setup, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("2.40: C_GetFunctionList, before C_Initialize",
		test_function_list),
	    TEST("3.0: the interfaces, 3.0 first", test_interface_list),
	    TEST("3.0: an interface by name and version, or by default",
		test_interface),
	    TEST("3.0: names, versions and flags that are not offered",
		test_no_interface),
	    TEST("3.0: no function is missing", test_complete),
	    TEST("3.0: the functions are those of 2.40", test_same),
	    TEST("3.0: without C_Initialize the new functions say so",
		test_not_initialized),
	    RULE("3.0: C_GetInfo tells the version of its list", test_info),
	    RULE("3.0: C_LoginUser is C_Login for the user without a name",
		test_login_user),
	    RULE("3.0: messages are not supported, after the session",
		test_messages),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-interface", tests, NULL, NULL);
}
