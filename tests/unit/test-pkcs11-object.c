/* SPDX-License-Identifier: BSD-2-Clause */
/* The attributes of certificates and public keys, byte by byte. */
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/sha.h>

#include "pkcs11/x509.h"
#include "tests/unit/make-certificate.h"
#include "tests/unit/pkcs11-fixture.h"

#define MAX 32

static void
check_common(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, uint8_t id,
    const char *label)
{
	uint8_t two[] = {0, id};

	fixture_attribute_bool(session, object, CKA_TOKEN, CK_TRUE);
	fixture_attribute_bool(session, object, CKA_PRIVATE, CK_FALSE);
	fixture_attribute_bool(session, object, CKA_MODIFIABLE, CK_FALSE);
	fixture_attribute_bool(session, object, CKA_COPYABLE, CK_FALSE);
	fixture_attribute_bool(session, object, CKA_DESTROYABLE, CK_FALSE);
	fixture_attribute_bool(session, object, CKA_TRUSTED, CK_FALSE);
	fixture_attribute(session, object, CKA_ID, BYTES(two));
	fixture_attribute(
	    session, object, CKA_LABEL, bytes_of(label, strlen(label)));
	fixture_attribute(
	    session, object, CKA_START_DATE, bytes_of("20240229", 8));
	fixture_attribute(
	    session, object, CKA_END_DATE, bytes_of("20540101", 8));
}

static void
test_certificate_attributes(void **state)
{
	static const CK_ATTRIBUTE_TYPE hollow[] = {CKA_URL,
	    CKA_HASH_OF_SUBJECT_PUBLIC_KEY, CKA_HASH_OF_ISSUER_PUBLIC_KEY};
	static const uint8_t serial[] = {0x02, 0x04, 0x00, 0xC0, 0xFF, 0xEE};
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	struct bytes der = fixture_certificate(0);
	uint8_t sha1[SHA_DIGEST_LENGTH];
	CK_OBJECT_HANDLE found[MAX];
	struct x509 x;

	(void)state;
	assert_int_equal(x509_parse(der, &x), 0);
	assert_int_equal(
	    fixture_find_class(session, CKO_CERTIFICATE, found, MAX), 3);
	check_common(session, found[0], 1, "CAC ID Certificate");
	fixture_attribute_ulong(
	    session, found[0], CKA_CERTIFICATE_TYPE, CKC_X_509);
	fixture_attribute_ulong(session, found[0], CKA_CERTIFICATE_CATEGORY, 1);
	fixture_attribute_ulong(
	    session, found[0], CKA_JAVA_MIDP_SECURITY_DOMAIN, 0);
	fixture_attribute(session, found[0], CKA_VALUE, der);
	fixture_attribute(session, found[0], CKA_SUBJECT, x.subject);
	fixture_attribute(session, found[0], CKA_ISSUER, x.issuer);
	fixture_attribute(session, found[0], CKA_SERIAL_NUMBER, BYTES(serial));
	fixture_attribute(session, found[0], CKA_PUBLIC_KEY_INFO, x.spki);
	(void)SHA1(der.p, der.n, sha1);
	fixture_attribute(
	    session, found[0], CKA_CHECK_VALUE, bytes_of(sha1, 3));
	for (size_t i = 0; i < 3; i++)
		fixture_attribute(
		    session, found[0], hollow[i], bytes_of(NULL, 0));
	x509_clear(&x);
}

static void
check_usage(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, CK_BBOOL verify,
    CK_BBOOL encrypt)
{
	fixture_attribute_bool(session, key, CKA_VERIFY, verify);
	fixture_attribute_bool(session, key, CKA_ENCRYPT, encrypt);
	fixture_attribute_bool(session, key, CKA_WRAP, CK_FALSE);
	fixture_attribute_bool(session, key, CKA_VERIFY_RECOVER, CK_FALSE);
	fixture_attribute_bool(session, key, CKA_DERIVE, CK_FALSE);
	fixture_attribute_bool(session, key, CKA_LOCAL, CK_FALSE);
	fixture_attribute_ulong(
	    session, key, CKA_KEY_GEN_MECHANISM, CK_UNAVAILABLE_INFORMATION);
}

static void
test_rsa_key_attributes(void **state)
{
	static const uint8_t exponent[] = {1, 0, 1};
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE found[MAX];
	BIGNUM *modulus = NULL;
	uint8_t bytes[256];

	(void)state;
	assert_true(EVP_PKEY_get_bn_param(
	    make_key(MAKE_RSA), OSSL_PKEY_PARAM_RSA_N, &modulus));
	assert_int_equal(BN_bn2bin(modulus, bytes), 256);
	BN_free(modulus);
	assert_int_equal(
	    fixture_find_class(session, CKO_PUBLIC_KEY, found, MAX), 3);
	check_common(session, found[0], 1, "CAC ID Certificate");
	check_usage(session, found[0], CK_TRUE, CK_FALSE);
	check_usage(session, found[2], CK_FALSE, CK_TRUE);
	fixture_attribute_ulong(session, found[0], CKA_KEY_TYPE, CKK_RSA);
	fixture_attribute(session, found[0], CKA_MODULUS, BYTES(bytes));
	fixture_attribute_ulong(session, found[0], CKA_MODULUS_BITS, 2048);
	fixture_attribute(
	    session, found[0], CKA_PUBLIC_EXPONENT, BYTES(exponent));
}

static void
test_ec_key_attributes(void **state)
{
	static const uint8_t p256[] = {
	    0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	uint8_t point[2 + 65] = {0x04, 0x41};
	CK_OBJECT_HANDLE found[MAX];
	CK_ATTRIBUTE absent = {CKA_MODULUS, NULL, 0};
	size_t n;

	(void)state;
	assert_true(EVP_PKEY_get_octet_string_param(
	    make_key(MAKE_P256), OSSL_PKEY_PARAM_PUB_KEY, point + 2, 65, &n));
	assert_int_equal(n, 65);
	assert_int_equal(
	    fixture_find_class(session, CKO_PUBLIC_KEY, found, MAX), 3);
	check_common(session, found[1], 2, "CAC Email Signature Certificate");
	check_usage(session, found[1], CK_TRUE, CK_FALSE);
	fixture_attribute_ulong(session, found[1], CKA_KEY_TYPE, CKK_EC);
	fixture_attribute(session, found[1], CKA_EC_PARAMS, BYTES(p256));
	fixture_attribute(session, found[1], CKA_EC_POINT, BYTES(point));
	assert_int_equal(C_GetAttributeValue(session, found[1], &absent, 1),
	    CKR_ATTRIBUTE_TYPE_INVALID);
}

static void
test_read_partly(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_CLASS class = 99;
	CK_OBJECT_HANDLE found[MAX];
	unsigned char small[2], exact[2], url[1] = {0x55};
	CK_ATTRIBUTE want[] = {
	    {CKA_MODULUS, small, sizeof(small)},
	    {CKA_LABEL, small, sizeof(small)},
	    {CKA_CLASS, &class, sizeof(class)},
	    {CKA_ID, exact, sizeof(exact)},
	    {CKA_VALUE, NULL, 0},
	    {CKA_URL, url, sizeof(url)},
	};

	(void)state;
	(void)fixture_find_class(session, CKO_CERTIFICATE, found, MAX);
	assert_int_equal(C_GetAttributeValue(session, found[0], want, 6),
	    CKR_ATTRIBUTE_TYPE_INVALID);
	assert_int_equal(want[0].ulValueLen, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(want[1].ulValueLen, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(want[2].ulValueLen, sizeof(class));
	assert_int_equal(class, CKO_CERTIFICATE);
	assert_int_equal(want[3].ulValueLen, 2);
	assert_int_equal(exact[1], 1);
	assert_int_equal(want[4].ulValueLen, fixture_certificate(0).n);
	assert_int_equal(want[5].ulValueLen, 0);
	assert_int_equal(url[0], 0x55);
	want[1].ulValueLen = sizeof(small);
	assert_int_equal(C_GetAttributeValue(session, found[0], want + 1, 1),
	    CKR_BUFFER_TOO_SMALL);
}

static void
test_read_rules(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_ATTRIBUTE want = {CKA_CLASS, NULL, 0};
	CK_OBJECT_HANDLE found[MAX];
	CK_ULONG size;

	(void)state;
	(void)fixture_find(session, NULL, 0, found, MAX);
	assert_int_equal(
	    C_GetAttributeValue(session, found[0], NULL, 1), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_GetAttributeValue(session, 99999999, &want, 1),
	    CKR_OBJECT_HANDLE_INVALID);
	assert_int_equal(
	    C_GetObjectSize(session, found[0], NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_GetObjectSize(session, 99999999, &size),
	    CKR_OBJECT_HANDLE_INVALID);
	assert_int_equal(
	    C_GetAttributeValue(session, found[0], NULL, 0), CKR_OK);
}

/* Objects of one card are none of another's, nor of the same card's return. */
static void
test_handles_are_not_reused(void **state)
{
	CK_OBJECT_HANDLE before[MAX], after[MAX];
	CK_ATTRIBUTE want = {CKA_CLASS, NULL, 0};
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	assert_int_equal(fixture_find(session, NULL, 0, before, MAX), 7);
	fake_reader_insert(1, &fixture_inserted);
	session = fixture_session(1, 0);
	assert_int_equal(fixture_find(session, NULL, 0, after, MAX), 7);
	for (size_t i = 0; i < 7; i++) {
		for (size_t k = 0; k < 7; k++)
			assert_true(before[i] != after[k]);
		assert_int_equal(
		    C_GetAttributeValue(session, before[i], &want, 1),
		    CKR_OBJECT_HANDLE_INVALID);
	}
}

/* A CA's certificate must not look like the user's own. */
static void
test_ca_and_other_keys(void **state)
{
	static const struct make_spec ca = {.key = MAKE_RSA,
	    .cn = "DOD ID CA-59",
	    .usage = "keyCertSign",
	    .ca = true};
	static const struct make_spec other = {
	    .key = MAKE_ED25519, .cn = FIXTURE_CN};
	struct fake_card card = {.model = "CAC v2", .serial = "1"};
	CK_OBJECT_HANDLE found[MAX];
	CK_SESSION_HANDLE session;
	struct buf der[2];

	(void)state;
	make_certificate(&ca, &der[0]);
	make_certificate(&other, &der[1]);
	fake_card_add(&card, "CA", 1, buf_bytes(&der[0]));
	fake_card_add(&card, "Ed25519", 2, buf_bytes(&der[1]));
	fake_reader_insert(1, &card);
	session = fixture_session(1, 0);
	assert_int_equal(
	    fixture_find_class(session, CKO_CERTIFICATE, found, MAX), 2);
	/* The CA's is first on the card. */
	fixture_attribute_ulong(session, found[0], CKA_CERTIFICATE_CATEGORY, 1);
	fixture_attribute_ulong(session, found[1], CKA_CERTIFICATE_CATEGORY, 2);
	assert_int_equal(
	    fixture_find_class(session, CKO_PUBLIC_KEY, found, MAX), 0);
	fake_reader_remove(1);
	assert_int_equal(C_CloseAllSessions(1), CKR_OK);
	buf_clear(&der[0]);
	buf_clear(&der[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    {"certificate: every attribute byte by byte",
		test_certificate_attributes, fixture_setup, fixture_teardown,
		NULL},
	    {"public key: RSA, every attribute byte by byte",
		test_rsa_key_attributes, fixture_setup, fixture_teardown, NULL},
	    {"public key: P-256, every attribute byte by byte",
		test_ec_key_attributes, fixture_setup, fixture_teardown, NULL},
	    {"C_GetAttributeValue: each attribute is answered by itself",
		test_read_partly, fixture_setup, fixture_teardown, NULL},
	    {"C_GetAttributeValue: arguments, then the object", test_read_rules,
		fixture_setup, fixture_teardown, NULL},
	    {"objects: handles are never used twice",
		test_handles_are_not_reused, fixture_setup, fixture_teardown,
		NULL},
	    {"objects: CA certificates come last, and have no key object, nor "
	     "have unknown keys",
		test_ca_and_other_keys, fixture_setup, fixture_teardown, NULL},
	};

	return cmocka_run_group_tests_name("pkcs11-object", tests, NULL, NULL);
}
