/* SPDX-License-Identifier: BSD-2-Clause */
/* C_DeriveKey: ECDH, and the keys that it makes. */
#include "pkcs11/ecdh.h"
#include "tests/unit/crypto-rig.h"
#include "tests/unit/unit.h"

static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
static CK_OBJECT_CLASS secret_key = CKO_SECRET_KEY, data_class = CKO_DATA;
static CK_KEY_TYPE generic = CKK_GENERIC_SECRET, aes = CKK_AES, rsa = CKK_RSA;
static unsigned char peer[256], info[] = "info";

/* A stranger's key on the curve of the card's. */
static CK_ECDH1_DERIVE_PARAMS
params(unsigned key)
{
	static EVP_PKEY *strangers[2];
	bool p256 = key == RIG_P256_DERIVE;
	EVP_PKEY **stranger = &strangers[p256];

	if (*stranger == NULL)
		*stranger = oracle_ec(p256 ? "P-256" : "P-384");
	return (CK_ECDH1_DERIVE_PARAMS){.kdf = CKD_NULL,
	    .pPublicData = peer,
	    .ulPublicDataLen = oracle_point(*stranger, peer)};
}

static CK_RV
derive_with(CK_SESSION_HANDLE s, unsigned key, CK_ECDH1_DERIVE_PARAMS *p,
    CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *made)
{
	return C_DeriveKey(s, RIG_MECHANISM_WITH(CKM_ECDH1_DERIVE, *p),
	    rig_private(s, key), template, count, made);
}

static CK_OBJECT_HANDLE
derive(CK_SESSION_HANDLE s, unsigned key, CK_ECDH1_DERIVE_PARAMS *p)
{
	CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;

	assert_int_equal(derive_with(s, key, p, NULL, 0, &made), CKR_OK);
	return made;
}

static struct bytes
shared(unsigned key, const CK_ECDH1_DERIVE_PARAMS *p)
{
	static uint8_t z[ORACLE_MAX];
	size_t n = oracle_ecdh(
	    rig_key(key), bytes_of(p->pPublicData, p->ulPublicDataLen), z);

	return bytes_of(z, n);
}

static void
test_plain(void **state)
{
	static const unsigned keys[] = {RIG_P256_DERIVE, RIG_P384_DERIVE};
	CK_SESSION_HANDLE s = rig_session();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		CK_ECDH1_DERIVE_PARAMS p = params(keys[i]);

		fixture_attribute(
		    s, derive(s, keys[i], &p), CKA_VALUE, shared(keys[i], &p));
	}
}

/* The point may be wrapped, also when its X looks like a wrapping. */
static void
test_wrapped(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ECDH1_DERIVE_PARAMS p = params(RIG_P256_DERIVE);
	struct bytes want = shared(RIG_P256_DERIVE, &p);

	(void)state;
	memmove(peer + 2, peer, 65);
	peer[0] = 0x04;
	peer[1] = 65;
	p.ulPublicDataLen = 67;
	fixture_attribute(s, derive(s, RIG_P256_DERIVE, &p), CKA_VALUE, want);
	p = params(RIG_P256_DERIVE);
	(void)oracle_point_with_x(0x3F, peer);
	want = shared(RIG_P256_DERIVE, &p);
	fixture_attribute(s, derive(s, RIG_P256_DERIVE, &p), CKA_VALUE, want);
}

/* ANSI X9.63 by hand: digests of Z, a counter, and the shared data. */
static void
test_kdf(void **state)
{
	static const CK_ULONG kdfs[] = {CKD_SHA1_KDF, CKD_SHA224_KDF,
	    CKD_SHA256_KDF, CKD_SHA384_KDF, CKD_SHA512_KDF};
	CK_SESSION_HANDLE s = rig_session();
	CK_ECDH1_DERIVE_PARAMS p = params(RIG_P256_DERIVE);
	uint8_t input[32 + 4 + 4], want[2 * DIGEST_MAX];
	CK_ULONG len = 70;
	CK_ATTRIBUTE template[] = {{CKA_VALUE_LEN, &len, sizeof(len)}};
	CK_OBJECT_HANDLE made;

	(void)state;
	p.pSharedData = info;
	p.ulSharedDataLen = 4;
	memset(input, 0, sizeof(input));
	memcpy(input, shared(RIG_P256_DERIVE, &p).p, 32);
	memcpy(input + 36, "info", 4);
	for (unsigned kind = 0; kind < COUNT_OF(kdfs); kind++) {
		size_t n = digest_len(kind);

		p.kdf = kdfs[kind];
		input[35] = 1;
		oracle_digest(kind, BYTES(input), want);
		fixture_attribute(s, derive(s, RIG_P256_DERIVE, &p), CKA_VALUE,
		    bytes_of(want, n));
		len = n + 6;
		input[35] = 2;
		oracle_digest(kind, BYTES(input), want + n);
		assert_int_equal(
		    derive_with(s, RIG_P256_DERIVE, &p, template, 1, &made),
		    CKR_OK);
		fixture_attribute(s, made, CKA_VALUE, bytes_of(want, n + 6));
	}
}

/* Without a digest the leading bytes are left out. */
static void
test_truncated(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ECDH1_DERIVE_PARAMS p = params(RIG_P384_DERIVE);
	struct bytes z = shared(RIG_P384_DERIVE, &p);
	CK_ULONG len = 32;
	CK_ATTRIBUTE template[] = {{CKA_VALUE_LEN, &len, sizeof(len)},
	    {CKA_KEY_TYPE, &aes, sizeof(aes)}};
	CK_OBJECT_HANDLE made;

	(void)state;
	assert_int_equal(
	    derive_with(s, RIG_P384_DERIVE, &p, template, 2, &made), CKR_OK);
	fixture_attribute(s, made, CKA_VALUE, bytes_of(z.p + 16, 32));
	fixture_attribute_ulong(s, made, CKA_VALUE_LEN, 32);
	fixture_attribute_ulong(s, made, CKA_KEY_TYPE, CKK_AES);
	len = 20;
	assert_int_equal(
	    derive_with(s, RIG_P384_DERIVE, &p, template, 2, &made),
	    CKR_KEY_SIZE_RANGE);
	len = 49;
	assert_int_equal(
	    derive_with(s, RIG_P384_DERIVE, &p, template, 1, &made),
	    CKR_KEY_SIZE_RANGE);
	p.kdf = CKD_SHA256_KDF;
	len = ECDH_KEY_MAX + 1;
	assert_int_equal(
	    derive_with(s, RIG_P384_DERIVE, &p, template, 1, &made),
	    CKR_KEY_SIZE_RANGE);
	assert_int_equal(
	    derive_with(s, RIG_P384_DERIVE, &p, template + 1, 1, &made),
	    CKR_TEMPLATE_INCOMPLETE);
}

static void
test_attributes(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ECDH1_DERIVE_PARAMS p = params(RIG_P256_DERIVE);
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
	CK_ECDH1_DERIVE_PARAMS p = params(RIG_P256_DERIVE);
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
	CK_ECDH1_DERIVE_PARAMS p = params(RIG_P256_DERIVE);
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
	CK_ECDH1_DERIVE_PARAMS p = params(RIG_P256_DERIVE);
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

static void
test_parameters(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ECDH1_DERIVE_PARAMS p = params(RIG_P256_DERIVE), q;
	CK_MECHANISM m = {CKM_ECDH1_DERIVE, &p, sizeof(p) - 1};
	CK_OBJECT_HANDLE key = rig_private(s, RIG_P256_DERIVE), made;
	const CK_RV bad = CKR_MECHANISM_PARAM_INVALID;

	(void)state;
	assert_int_equal(C_DeriveKey(s, &m, key, NULL, 0, &made), bad);
	m = (CK_MECHANISM){CKM_ECDH1_DERIVE, NULL, 0};
	assert_int_equal(C_DeriveKey(s, &m, key, NULL, 0, &made), bad);
	q = p;
	q.kdf = 99;
	assert_int_equal(
	    derive_with(s, RIG_P256_DERIVE, &q, NULL, 0, &made), bad);
	q = p;
	q.pSharedData = peer;
	q.ulSharedDataLen = 1;
	assert_int_equal(
	    derive_with(s, RIG_P256_DERIVE, &q, NULL, 0, &made), bad);
	q.kdf = CKD_SHA1_KDF;
	q.pSharedData = NULL;
	assert_int_equal(
	    derive_with(s, RIG_P256_DERIVE, &q, NULL, 0, &made), bad);
	q = p;
	q.ulPublicDataLen--;
	assert_int_equal(
	    derive_with(s, RIG_P256_DERIVE, &q, NULL, 0, &made), bad);
	q.pPublicData = NULL;
	assert_int_equal(
	    derive_with(s, RIG_P256_DERIVE, &q, NULL, 0, &made), bad);
	/* Of the other curve; off the curve. */
	assert_int_equal(
	    derive_with(s, RIG_P384_DERIVE, &p, NULL, 0, &made), bad);
	peer[10] ^= 1;
	assert_int_equal(
	    derive_with(s, RIG_P256_DERIVE, &p, NULL, 0, &made), bad);
	assert_int_equal(rig_uses(RIG_P256_DERIVE), 0);
}

static void
test_rules(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ECDH1_DERIVE_PARAMS p = params(RIG_P256_DERIVE);
	CK_MECHANISM *m = RIG_MECHANISM_WITH(CKM_ECDH1_DERIVE, p);
	CK_OBJECT_HANDLE key = rig_private(s, RIG_P256_DERIVE), made;

	(void)state;
	assert_int_equal(
	    C_DeriveKey(s, NULL, key, NULL, 0, &made), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    C_DeriveKey(s, m, key, NULL, 1, &made), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    C_DeriveKey(s, m, key, NULL, 0, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    C_DeriveKey(s, m, 4711, NULL, 0, &made), CKR_KEY_HANDLE_INVALID);
	assert_int_equal(C_DeriveKey(4711, m, key, NULL, 0, &made),
	    CKR_SESSION_HANDLE_INVALID);
	m->mechanism = CKM_ECDSA;
	assert_int_equal(
	    C_DeriveKey(s, m, key, NULL, 0, &made), CKR_MECHANISM_INVALID);
	m->mechanism = CKM_ECDH1_DERIVE;
	assert_int_equal(
	    C_DeriveKey(s, m, rig_private(s, RIG_SIGN), NULL, 0, &made),
	    CKR_KEY_TYPE_INCONSISTENT);
	assert_int_equal(
	    C_DeriveKey(s, m, rig_private(s, RIG_P256), NULL, 0, &made),
	    CKR_KEY_FUNCTION_NOT_PERMITTED);
	m->mechanism = CKM_ECDH1_COFACTOR_DERIVE;
	assert_int_equal(C_DeriveKey(s, m, key, NULL, 0, &made), CKR_OK);
}

/* Found, read and destroyed in its own session, and gone with it. */
static void
test_life(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ECDH1_DERIVE_PARAMS p = params(RIG_P256_DERIVE);
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
	CK_ECDH1_DERIVE_PARAMS p = params(RIG_P256_DERIVE);
	CK_OBJECT_HANDLE made[32], more;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(made); i++)
		made[i] = derive(s, RIG_P256_DERIVE, &p);
	assert_int_equal(derive_with(s, RIG_P256_DERIVE, &p, NULL, 0, &more),
	    CKR_DEVICE_MEMORY);
	assert_int_equal(C_DestroyObject(s, made[7]), CKR_OK);
	(void)derive(s, RIG_P256_DERIVE, &p);
}

#define RULE(sentence, function)                                               \
	TEST_WITH(sentence, function, rig_setup, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RULE("ecdh: the secret that libcrypto has, too", test_plain),
	    RULE("ecdh: the peer's point raw or wrapped", test_wrapped),
	    RULE("ecdh: ANSI X9.63 with each digest, any length", test_kdf),
	    RULE(
		"ecdh: a shorter key is the end of the secret", test_truncated),
	    RULE("key: its attributes are the template's", test_attributes),
	    RULE("key: not to be read when it is sensitive", test_secret),
	    RULE("key: templates that cannot be are refused before the card",
		test_templates),
	    RULE("ecdh: parameters that cannot be, as well", test_parameters),
	    RULE("derive: arguments, key, mechanism, use", test_rules),
	    RULE("key: found, read, destroyed; private ones gone at logout",
		test_life),
	    RULE("key: so many, and no more", test_many),
	};

	return cmocka_run_group_tests_name("pkcs11-derive", tests, NULL, NULL);
}
