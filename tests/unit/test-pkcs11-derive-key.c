/* SPDX-License-Identifier: BSD-2-Clause */
/* C_DeriveKey: the keys that it makes, their attributes and their life. */
#include "pkcs11/ecdh.h"
#include "tests/unit/crypto-rig.h"
#include "tests/unit/derive-rig.h"
#include "tests/unit/unit.h"

static void
test_attributes(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ECDH1_DERIVE_PARAMS p = derive_params(RIG_P256_DERIVE);
	/* As pkcs11-tool has it. */
	CK_ATTRIBUTE template[] = {{CKA_TOKEN, &no, sizeof(no)},
	    {CKA_CLASS, &secret_key, sizeof(secret_key)},
	    {CKA_KEY_TYPE, &generic, sizeof(generic)},
	    {CKA_SENSITIVE, &no, sizeof(no)},
	    {CKA_EXTRACTABLE, &yes, sizeof(yes)},
	    {CKA_ENCRYPT, &yes, sizeof(yes)}, {CKA_DECRYPT, &yes, sizeof(yes)},
	    {CKA_WRAP, &yes, sizeof(yes)}, {CKA_UNWRAP, &yes, sizeof(yes)},
	    {CKA_LABEL, (void *)(uintptr_t) "a name", 6}};
	CK_OBJECT_HANDLE made;

	(void)state;
	assert_int_equal(derive_with(s, RIG_P256_DERIVE, &p, template,
			     COUNT_OF(template), &made),
	    CKR_OK);
	fixture_attribute_ulong(s, made, CKA_CLASS, CKO_SECRET_KEY);
	fixture_attribute_ulong(s, made, CKA_KEY_TYPE, CKK_GENERIC_SECRET);
	fixture_attribute_ulong(s, made, CKA_VALUE_LEN, 32);
	fixture_attribute_bool(s, made, CKA_TOKEN, CK_FALSE);
	fixture_attribute_bool(s, made, CKA_PRIVATE, CK_TRUE);
	fixture_attribute_bool(s, made, CKA_ENCRYPT, CK_TRUE);
	fixture_attribute_bool(s, made, CKA_SIGN, CK_FALSE);
	fixture_attribute_bool(s, made, CKA_DESTROYABLE, CK_TRUE);
	fixture_attribute_bool(s, made, CKA_LOCAL, CK_FALSE);
	fixture_attribute_bool(s, made, CKA_ALWAYS_SENSITIVE, CK_FALSE);
	fixture_attribute_bool(s, made, CKA_NEVER_EXTRACTABLE, CK_FALSE);
	fixture_attribute(s, made, CKA_LABEL, bytes_of("a name", 6));
	fixture_attribute(s, made, CKA_ID, bytes_of(NULL, 0));
}

static void
test_secret(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ECDH1_DERIVE_PARAMS p = derive_params(RIG_P256_DERIVE);
	CK_ATTRIBUTE ways[] = {{CKA_SENSITIVE, &yes, sizeof(yes)},
	    {CKA_EXTRACTABLE, &no, sizeof(no)}};
	CK_OBJECT_HANDLE made;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		CK_ATTRIBUTE value = {CKA_VALUE, NULL, 0};

		assert_int_equal(
		    derive_with(s, RIG_P256_DERIVE, &p, &ways[i], 1, &made),
		    CKR_OK);
		assert_int_equal(C_GetAttributeValue(s, made, &value, 1),
		    CKR_ATTRIBUTE_SENSITIVE);
		assert_int_equal(value.ulValueLen, CK_UNAVAILABLE_INFORMATION);
		fixture_attribute_ulong(s, made, CKA_VALUE_LEN, 32);
	}
}

static void
refuse(CK_SESSION_HANDLE s, CK_ATTRIBUTE a, CK_RV expect)
{
	CK_ECDH1_DERIVE_PARAMS p = derive_params(RIG_P256_DERIVE);
	unsigned uses = rig_uses(RIG_P256_DERIVE);
	CK_OBJECT_HANDLE made;

	assert_int_equal(
	    derive_with(s, RIG_P256_DERIVE, &p, &a, 1, &made), expect);
	assert_int_equal(rig_uses(RIG_P256_DERIVE), uses);
}

static void
test_templates(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ECDH1_DERIVE_PARAMS p = derive_params(RIG_P256_DERIVE);
	CK_ATTRIBUTE twice[] = {
	    {CKA_TOKEN, &no, sizeof(no)}, {CKA_TOKEN, &no, sizeof(no)}};
	static unsigned char big[1025];
	CK_OBJECT_HANDLE made;

	(void)state;
#define A(type, value) ((CK_ATTRIBUTE){type, &(value), sizeof(value)})
	refuse(s, A(CKA_TOKEN, yes), CKR_TOKEN_WRITE_PROTECTED);
	refuse(s, A(CKA_CLASS, data_class), CKR_TEMPLATE_INCONSISTENT);
	refuse(s, A(CKA_KEY_TYPE, rsa), CKR_TEMPLATE_INCONSISTENT);
	refuse(s, A(CKA_VALUE, big), CKR_ATTRIBUTE_TYPE_INVALID);
	refuse(s, A(CKA_MODULUS, big), CKR_ATTRIBUTE_TYPE_INVALID);
	refuse(s, A(CKA_LABEL, big), CKR_ATTRIBUTE_VALUE_INVALID);
	refuse(s, A(CKA_TOKEN, rsa), CKR_ATTRIBUTE_VALUE_INVALID);
	refuse(s, A(CKA_CLASS, yes), CKR_ATTRIBUTE_VALUE_INVALID);
	refuse(
	    s, (CK_ATTRIBUTE){CKA_TOKEN, NULL, 1}, CKR_ATTRIBUTE_VALUE_INVALID);
	refuse(s, (CK_ATTRIBUTE){CKA_CLASS, NULL, sizeof(CK_ULONG)},
	    CKR_ATTRIBUTE_VALUE_INVALID);
#undef A
	assert_int_equal(derive_with(s, RIG_P256_DERIVE, &p, twice, 2, &made),
	    CKR_TEMPLATE_INCONSISTENT);
}

/* Found, read and destroyed in its own session, and gone with it. */
static void
test_life(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ECDH1_DERIVE_PARAMS p = derive_params(RIG_P256_DERIVE);
	CK_OBJECT_HANDLE first = derive(s, RIG_P256_DERIVE, &p);
	CK_OBJECT_HANDLE second = derive(s, RIG_P256_DERIVE, &p), found[4];
	CK_ATTRIBUTE template = {CKA_PRIVATE, &no, sizeof(no)};
	CK_OBJECT_HANDLE public;
	CK_ULONG size;

	(void)state;
	assert_int_not_equal(first, second);
	assert_int_equal(fixture_find_class(s, CKO_SECRET_KEY, found, 4), 2);
	assert_int_equal(found[0], first);
	assert_int_equal(C_GetObjectSize(s, first, &size), CKR_OK);
	assert_int_equal(C_DigestInit(s, RIG_MECHANISM(CKM_SHA256)), CKR_OK);
	assert_int_equal(C_DigestKey(s, first), CKR_KEY_INDIGESTIBLE);
	assert_int_equal(C_DestroyObject(s, first), CKR_OK);
	assert_int_equal(C_DestroyObject(s, first), CKR_OBJECT_HANDLE_INVALID);
	assert_int_equal(fixture_find_class(s, CKO_SECRET_KEY, found, 4), 1);
	assert_int_equal(found[0], second);
	assert_int_equal(
	    derive_with(s, RIG_P256_DERIVE, &p, &template, 1, &public), CKR_OK);
	assert_int_equal(C_Logout(s), CKR_OK);
	assert_int_equal(fixture_find_class(s, CKO_SECRET_KEY, found, 4), 1);
	assert_int_equal(found[0], public);
	assert_int_equal(fixture_login(s, RIG_PIN), CKR_OK);
	assert_int_equal(
	    C_GetObjectSize(s, second, &size), CKR_OBJECT_HANDLE_INVALID);
}

static void
test_many(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ECDH1_DERIVE_PARAMS p = derive_params(RIG_P256_DERIVE);
	CK_OBJECT_HANDLE made[32], more;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(made); i++)
		made[i] = derive(s, RIG_P256_DERIVE, &p);
	assert_int_equal(derive_with(s, RIG_P256_DERIVE, &p, NULL, 0, &more),
	    CKR_DEVICE_MEMORY);
	assert_int_equal(C_DestroyObject(s, made[7]), CKR_OK);
	(void)derive(s, RIG_P256_DERIVE, &p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RULE("key: its attributes are the template's", test_attributes),
	    RULE("key: not to be read when it is sensitive", test_secret),
	    RULE("key: templates that cannot be are refused before the card",
		test_templates),
	    RULE("key: found, read, destroyed; private ones gone at logout",
		test_life),
	    RULE("key: so many, and no more", test_many),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-derive-key", tests, NULL, NULL);
}
