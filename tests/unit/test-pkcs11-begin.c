/* SPDX-License-Identifier: BSD-2-Clause */
/* With which keys, mechanisms and logins an operation begins. */
#include "tests/unit/crypto-rig.h"
#include "tests/unit/unit.h"

static unsigned char data[32];
static unsigned char out[RIG_RSA];

#define PKCS1 RIG_MECHANISM(CKM_RSA_PKCS)

static CK_RV
begin(CK_SESSION_HANDLE s, unsigned key, CK_MECHANISM *mechanism)
{
	CK_RV rv = C_SignInit(s, mechanism, rig_private(s, key));

	if (rv == CKR_OK)
		assert_int_equal(C_SignInit(s, NULL, 0), CKR_OK);
	return rv;
}

static CK_RV
sign(CK_SESSION_HANDLE s)
{
	CK_ULONG n = sizeof(out);

	return C_Sign(s, data, sizeof(data), out, &n);
}

static CK_RV
context_login(CK_SESSION_HANDLE s, const char *pin)
{
	unsigned char copy[16];
	size_t n = strlen(pin);

	memcpy(copy, pin, n);
	return C_Login(s, CKU_CONTEXT_SPECIFIC, copy, n);
}

static void
test_keys(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_OBJECT_HANDLE cert = rig_object(s, RIG_SIGN, CKO_CERTIFICATE);

	(void)state;
	assert_int_equal(C_SignInit(s, PKCS1, 4711), CKR_KEY_HANDLE_INVALID);
	assert_int_equal(C_SignInit(s, PKCS1, cert), CKR_KEY_HANDLE_INVALID);
	assert_int_equal(C_SignInit(s, PKCS1, rig_public(s, RIG_SIGN)),
	    CKR_KEY_HANDLE_INVALID);
	assert_int_equal(C_VerifyInit(s, PKCS1, rig_private(s, RIG_SIGN)),
	    CKR_KEY_HANDLE_INVALID);
	/* The key before the mechanism. */
	assert_int_equal(C_SignInit(s, RIG_MECHANISM(0x12345678), 4711),
	    CKR_KEY_HANDLE_INVALID);
	assert_int_equal(begin(s, RIG_P256, PKCS1), CKR_KEY_TYPE_INCONSISTENT);
	assert_int_equal(begin(s, RIG_SIGN, RIG_MECHANISM(CKM_ECDSA)),
	    CKR_KEY_TYPE_INCONSISTENT);
	assert_int_equal(
	    begin(s, RIG_DECRYPT, PKCS1), CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_int_equal(begin(s, RIG_P256_DERIVE, RIG_MECHANISM(CKM_ECDSA)),
	    CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_int_equal(C_DecryptInit(s, PKCS1, rig_private(s, RIG_SIGN)),
	    CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_int_equal(C_VerifyInit(s, PKCS1, rig_public(s, RIG_DECRYPT)),
	    CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_int_equal(C_EncryptInit(s, PKCS1, rig_public(s, RIG_SIGN)),
	    CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_int_equal(sign(s), CKR_OPERATION_NOT_INITIALIZED);
}

static void
test_mechanisms(void **state)
{
	static const CK_MECHANISM_TYPE none[] = {0x12345678, CKM_RSA_PKCS_OAEP,
	    CKM_SHA256, CKM_ECDH1_DERIVE, CKM_AES_CBC, CKM_MD5_RSA_PKCS,
	    CKM_RSA_9796};
	CK_SESSION_HANDLE s = rig_session();
	CK_OBJECT_HANDLE key = rig_private(s, RIG_DECRYPT);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_int_equal(begin(s, RIG_SIGN, RIG_MECHANISM(none[i])),
		    CKR_MECHANISM_INVALID);
	assert_int_equal(
	    C_DecryptInit(s, RIG_MECHANISM(CKM_SHA256_RSA_PKCS), key),
	    CKR_MECHANISM_INVALID);
	assert_int_equal(C_DecryptInit(s, RIG_MECHANISM(CKM_RSA_PKCS_PSS), key),
	    CKR_MECHANISM_INVALID);
	assert_int_equal(C_DigestInit(s, PKCS1), CKR_MECHANISM_INVALID);
	/* What has no parameters is given none. */
	assert_int_equal(begin(s, RIG_SIGN, RIG_MECHANISM_WITH(1, data)),
	    CKR_MECHANISM_PARAM_INVALID);
	assert_int_equal(
	    begin(s, RIG_SIGN, &(CK_MECHANISM){CKM_RSA_PKCS, data, 0}), CKR_OK);
	assert_int_equal(C_DigestInit(s, RIG_MECHANISM_WITH(CKM_SHA256, data)),
	    CKR_MECHANISM_PARAM_INVALID);
}

static CK_RV
begin_pss(CK_SESSION_HANDLE s, CK_MECHANISM_TYPE type, CK_MECHANISM_TYPE hash,
    CK_RSA_PKCS_MGF_TYPE mask, CK_ULONG salt)
{
	CK_RSA_PKCS_PSS_PARAMS p = {hash, mask, salt};

	return begin(s, RIG_SIGN, RIG_MECHANISM_WITH(type, p));
}

static void
test_pss(void **state)
{
	CK_RSA_PKCS_PSS_PARAMS p = {CKM_SHA256, CKG_MGF1_SHA256, 32};
	CK_SESSION_HANDLE s = rig_session();
	CK_MECHANISM m = {CKM_RSA_PKCS_PSS, &p, sizeof(p) - 1};
	const CK_RV bad = CKR_MECHANISM_PARAM_INVALID;

	(void)state;
	assert_int_equal(begin(s, RIG_SIGN, &m), bad);
	m.ulParameterLen = sizeof(p) + 1;
	assert_int_equal(begin(s, RIG_SIGN, &m), bad);
	m = (CK_MECHANISM){CKM_RSA_PKCS_PSS, NULL, sizeof(p)};
	assert_int_equal(begin(s, RIG_SIGN, &m), bad);
	assert_int_equal(
	    begin(s, RIG_SIGN, RIG_MECHANISM(CKM_RSA_PKCS_PSS)), bad);
	assert_int_equal(begin_pss(s, CKM_RSA_PKCS_PSS, CKM_SHA256_RSA_PKCS,
			     CKG_MGF1_SHA256, 32),
	    bad);
	assert_int_equal(
	    begin_pss(s, CKM_RSA_PKCS_PSS, CKM_MD5, CKG_MGF1_SHA1, 16), bad);
	assert_int_equal(
	    begin_pss(s, CKM_RSA_PKCS_PSS, CKM_SHA256, 0, 32), bad);
	assert_int_equal(
	    begin_pss(s, CKM_RSA_PKCS_PSS, CKM_SHA256, 99, 32), bad);
	/* The digest must be the mechanism's; the mask may be another. */
	assert_int_equal(begin_pss(s, CKM_SHA256_RSA_PKCS_PSS, CKM_SHA384,
			     CKG_MGF1_SHA384, 32),
	    bad);
	assert_int_equal(begin_pss(s, CKM_SHA256_RSA_PKCS_PSS, CKM_SHA256,
			     CKG_MGF1_SHA1, 32),
	    CKR_OK);
	assert_int_equal(begin_pss(s, CKM_RSA_PKCS_PSS, CKM_SHA256,
			     CKG_MGF1_SHA256, RIG_RSA - 34),
	    CKR_OK);
	assert_int_equal(begin_pss(s, CKM_RSA_PKCS_PSS, CKM_SHA256,
			     CKG_MGF1_SHA256, RIG_RSA - 33),
	    bad);
	assert_int_equal(begin_pss(s, CKM_RSA_PKCS_PSS, CKM_SHA256,
			     CKG_MGF1_SHA256, (CK_ULONG)-1),
	    bad);
}

static CK_RV
begin_oaep(CK_SESSION_HANDLE s, const CK_RSA_PKCS_OAEP_PARAMS *given)
{
	CK_RSA_PKCS_OAEP_PARAMS p = *given;
	CK_RV rv = C_DecryptInit(s, RIG_MECHANISM_WITH(CKM_RSA_PKCS_OAEP, p),
	    rig_private(s, RIG_DECRYPT));

	if (rv == CKR_OK)
		assert_int_equal(C_DecryptInit(s, NULL, 0), CKR_OK);
	return rv;
}

static void
test_oaep(void **state)
{
	CK_RSA_PKCS_OAEP_PARAMS p = {
	    CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, NULL, 0};
	CK_SESSION_HANDLE s = rig_session();
	const CK_RV bad = CKR_MECHANISM_PARAM_INVALID;

	(void)state;
	assert_int_equal(begin_oaep(s, &p), CKR_OK);
	p.source = 0;
	assert_int_equal(begin_oaep(s, &p), CKR_OK);
	p.ulSourceDataLen = 5;
	p.pSourceData = data;
	assert_int_equal(begin_oaep(s, &p), bad);
	p.source = CKZ_DATA_SPECIFIED;
	assert_int_equal(begin_oaep(s, &p), CKR_OK);
	p.pSourceData = NULL;
	assert_int_equal(begin_oaep(s, &p), bad);
	p.ulSourceDataLen = 0;
	p.hashAlg = CKM_SHA256_RSA_PKCS;
	assert_int_equal(begin_oaep(s, &p), bad);
	p.hashAlg = CKM_SHA512;
	p.mgf = 77;
	assert_int_equal(begin_oaep(s, &p), bad);
	assert_int_equal(C_DecryptInit(s, RIG_MECHANISM(CKM_RSA_PKCS_OAEP),
			     rig_private(s, RIG_DECRYPT)),
	    bad);
}

/* Hidden keys are known by the handles that they had. */
static void
test_login(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_OBJECT_HANDLE key = rig_private(s, RIG_SIGN);
	CK_RV rv;

	(void)state;
	assert_int_equal(C_Logout(s), CKR_OK);
	rv = C_SignInit(s, PKCS1, key);
	assert_true(
	    rv == CKR_USER_NOT_LOGGED_IN || rv == CKR_KEY_HANDLE_INVALID);
	assert_int_equal(sign(s), CKR_OPERATION_NOT_INITIALIZED);
}

/* A fresh login serves one use; the next one wants one of its own. */
static void
test_always(void **state)
{
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);
	CK_OBJECT_HANDLE key;
	CK_ULONG n;

	(void)state;
	assert_int_equal(fixture_login(s, RIG_PIN), CKR_OK);
	key = rig_private(s, RIG_ALWAYS);
	assert_int_equal(C_SignInit(s, PKCS1, key), CKR_OK);
	assert_int_equal(sign(s), CKR_OK);
	assert_int_equal(C_SignInit(s, PKCS1, key), CKR_OK);
	assert_int_equal(sign(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(sign(s), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(rig_uses(RIG_ALWAYS), 1);
	assert_int_equal(
	    context_login(s, RIG_PIN), CKR_OPERATION_NOT_INITIALIZED);
	/* The login is for this operation, and survives questions. */
	assert_int_equal(C_SignInit(s, PKCS1, key), CKR_OK);
	assert_int_equal(context_login(s, RIG_PIN), CKR_OK);
	assert_int_equal(C_Sign(s, data, 32, NULL, &n), CKR_OK);
	n = 1;
	assert_int_equal(C_Sign(s, data, 32, out, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(sign(s), CKR_OK);
	assert_int_equal(C_SignInit(s, PKCS1, key), CKR_OK);
	assert_int_equal(sign(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(rig_uses(RIG_ALWAYS), 2);
}

static void
test_always_wrong(void **state)
{
	CK_SESSION_HANDLE s = rig_session();

	(void)state;
	assert_int_equal(
	    C_SignInit(s, PKCS1, rig_private(s, RIG_ALWAYS)), CKR_OK);
	assert_int_equal(context_login(s, "999999"), CKR_PIN_INCORRECT);
	assert_int_equal(C_SignInit(s, PKCS1, rig_private(s, RIG_SIGN)),
	    CKR_OPERATION_ACTIVE);
}

/* NSS would sign in parts without a login, and must not begin. */
static void
test_always_hashed(void **state)
{
	CK_RSA_PKCS_PSS_PARAMS p = {CKM_SHA256, CKG_MGF1_SHA256, 32};
	CK_SESSION_HANDLE s = rig_session();

	(void)state;
	assert_int_equal(
	    begin(s, RIG_ALWAYS, RIG_MECHANISM(CKM_SHA256_RSA_PKCS)),
	    CKR_MECHANISM_INVALID);
	assert_int_equal(begin(s, RIG_ALWAYS,
			     RIG_MECHANISM_WITH(CKM_SHA256_RSA_PKCS_PSS, p)),
	    CKR_MECHANISM_INVALID);
	assert_int_equal(
	    begin(s, RIG_ALWAYS, RIG_MECHANISM_WITH(CKM_RSA_PKCS_PSS, p)),
	    CKR_OK);
	assert_int_equal(begin(s, RIG_ALWAYS, PKCS1), CKR_OK);
	assert_int_equal(C_VerifyInit(s, RIG_MECHANISM(CKM_SHA256_RSA_PKCS),
			     rig_public(s, RIG_ALWAYS)),
	    CKR_OK);
}

#define RULE(sentence, function)                                               \
	TEST_WITH(sentence, function, rig_setup, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RULE("key: of the right class, type and use", test_keys),
	    RULE("mechanism: known, for this use, without parameters",
		test_mechanisms),
	    RULE("mechanism: parameters of PSS", test_pss),
	    RULE("mechanism: parameters of OAEP", test_oaep),
	    RULE("login: no private key without", test_login),
	    RULE("always: each use wants its login, once", test_always),
	    RULE("always: a wrong PIN keeps the operation", test_always_wrong),
	    RULE("always: mechanisms that hash do not begin",
		test_always_hashed),
	};

	return cmocka_run_group_tests_name("pkcs11-begin", tests, NULL, NULL);
}
