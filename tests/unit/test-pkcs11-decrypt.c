/* SPDX-License-Identifier: BSD-2-Clause */
/* C_Decrypt, by the card, and C_Encrypt, without it. */
#include "tests/unit/crypto-rig.h"
#include "tests/unit/unit.h"

static unsigned char secret[48] =
    "forty-eight bytes, as a premaster secret has it";
static unsigned char plain[RIG_RSA + 1];
static unsigned char sent[ORACLE_MAX];

static const struct oracle_pad pkcs1 = {.mode = "pkcs1"};
static const struct oracle_pad none = {.mode = "none"};

#define PKCS1 RIG_MECHANISM(CKM_RSA_PKCS)

static void
begin(CK_SESSION_HANDLE s, CK_MECHANISM *mechanism)
{
	assert_int_equal(
	    C_DecryptInit(s, mechanism, rig_private(s, RIG_DECRYPT)), CKR_OK);
}

static void
encrypt(const struct oracle_pad *pad, struct bytes message)
{
	assert_int_equal(
	    oracle_encrypt(rig_key(RIG_DECRYPT), pad, message, sent), RIG_RSA);
}

static CK_RV
decrypt(CK_SESSION_HANDLE s, CK_ULONG *n)
{
	return C_Decrypt(s, sent, RIG_RSA, plain, n);
}

static void
expect(CK_SESSION_HANDLE s, struct bytes message)
{
	CK_ULONG n = RIG_RSA;

	assert_int_equal(decrypt(s, &n), CKR_OK);
	assert_bytes(bytes_of(plain, n), message);
	assert_int_equal(decrypt(s, &n), CKR_OPERATION_NOT_INITIALIZED);
}

static void
test_pkcs1(void **state)
{
	static const size_t lengths[] = {0, 1, 16, 48};
	CK_SESSION_HANDLE s = rig_session();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		encrypt(&pkcs1, bytes_of(secret, lengths[i]));
		begin(s, PKCS1);
		expect(s, bytes_of(secret, lengths[i]));
	}
}

static void
test_raw(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	unsigned char number[RIG_RSA] = {0, 2, 3};

	(void)state;
	encrypt(&none, BYTES(number));
	begin(s, RIG_MECHANISM(CKM_RSA_X_509));
	expect(s, BYTES(number));
}

static void
test_oaep(void **state)
{
	struct oracle_pad pad = {.mode = "oaep",
	    .hash = DIGEST_SHA256,
	    .mask = DIGEST_SHA1,
	    .label = bytes_of("label", 5)};
	unsigned char label[] = "label";
	CK_RSA_PKCS_OAEP_PARAMS p = {
	    CKM_SHA256, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, label, 5};
	CK_SESSION_HANDLE s = rig_session();
	CK_ULONG n = sizeof(plain);

	(void)state;
	encrypt(&pad, BYTES(secret));
	begin(s, RIG_MECHANISM_WITH(CKM_RSA_PKCS_OAEP, p));
	expect(s, BYTES(secret));
	p.ulSourceDataLen = 4;
	begin(s, RIG_MECHANISM_WITH(CKM_RSA_PKCS_OAEP, p));
	assert_int_equal(decrypt(s, &n), CKR_ENCRYPTED_DATA_INVALID);
}

static void
test_length(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	unsigned uses = rig_uses(RIG_DECRYPT);
	CK_ULONG n = 0;

	(void)state;
	encrypt(&pkcs1, BYTES(secret));
	begin(s, PKCS1);
	assert_int_equal(C_Decrypt(s, sent, RIG_RSA, NULL, &n), CKR_OK);
	assert_int_equal(n, RIG_RSA - 11);
	assert_int_equal(rig_uses(RIG_DECRYPT), uses);
	n = 47;
	assert_int_equal(decrypt(s, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 48);
	memset(plain, 0x5A, sizeof(plain));
	n = 48;
	assert_int_equal(decrypt(s, &n), CKR_OK);
	assert_bytes(bytes_of(plain, n), BYTES(secret));
	assert_int_equal(plain[48], 0x5A);
	assert_int_equal(decrypt(s, &n), CKR_OPERATION_NOT_INITIALIZED);
}

/* Bytes behind the result are the caller's room; what is written is zero. */
static void
test_room(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ULONG n = sizeof(plain);

	(void)state;
	encrypt(&pkcs1, BYTES(secret));
	begin(s, PKCS1);
	memset(plain, 0x5A, sizeof(plain));
	assert_int_equal(decrypt(s, &n), CKR_OK);
	for (size_t i = 48; i < RIG_RSA - 11; i++)
		assert_int_equal(plain[i], 0);
	for (size_t i = RIG_RSA - 11; i < sizeof(plain); i++)
		assert_int_equal(plain[i], 0x5A);
}

static void
test_bad(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	unsigned char block[RIG_RSA] = {0, 1, 0xFF};
	unsigned uses = rig_uses(RIG_DECRYPT);
	CK_ULONG n = sizeof(plain);

	(void)state;
	begin(s, PKCS1);
	assert_int_equal(C_Decrypt(s, sent, RIG_RSA - 1, plain, &n),
	    CKR_ENCRYPTED_DATA_LEN_RANGE);
	begin(s, PKCS1);
	assert_int_equal(C_Decrypt(s, sent, RIG_RSA + 1, plain, &n),
	    CKR_ENCRYPTED_DATA_LEN_RANGE);
	memset(sent, 0xFF, RIG_RSA);
	begin(s, PKCS1);
	assert_int_equal(decrypt(s, &n), CKR_ENCRYPTED_DATA_INVALID);
	assert_int_equal(rig_uses(RIG_DECRYPT), uses);
	encrypt(&none, BYTES(block));
	begin(s, PKCS1);
	memset(plain, 0x5A, sizeof(plain));
	assert_int_equal(decrypt(s, &n), CKR_ENCRYPTED_DATA_INVALID);
	assert_int_equal(plain[0], 0x5A);
	begin(s, PKCS1);
	assert_int_equal(
	    C_Decrypt(s, NULL, RIG_RSA, plain, &n), CKR_ARGUMENTS_BAD);
	begin(s, PKCS1);
	assert_int_equal(
	    C_Decrypt(s, sent, RIG_RSA, plain, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(decrypt(s, &n), CKR_OPERATION_NOT_INITIALIZED);
}

static void
test_parts(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ULONG n = sizeof(plain);

	(void)state;
	assert_int_equal(C_DecryptUpdate(s, sent, 8, plain, &n),
	    CKR_OPERATION_NOT_INITIALIZED);
	begin(s, PKCS1);
	assert_int_equal(
	    C_DecryptUpdate(s, sent, 8, plain, &n), CKR_FUNCTION_NOT_SUPPORTED);
	begin(s, PKCS1);
	assert_int_equal(
	    C_DecryptFinal(s, plain, &n), CKR_FUNCTION_NOT_SUPPORTED);
	assert_int_equal(
	    C_EncryptInit(s, PKCS1, rig_public(s, RIG_DECRYPT)), CKR_OK);
	assert_int_equal(
	    C_EncryptUpdate(s, sent, 8, plain, &n), CKR_FUNCTION_NOT_SUPPORTED);
	assert_int_equal(
	    C_EncryptInit(s, PKCS1, rig_public(s, RIG_DECRYPT)), CKR_OK);
	assert_int_equal(
	    C_EncryptFinal(s, plain, &n), CKR_FUNCTION_NOT_SUPPORTED);
	assert_int_equal(
	    C_Encrypt(s, secret, 48, sent, &n), CKR_OPERATION_NOT_INITIALIZED);
}

/* libcrypto decrypts what is encrypted here, before any login. */
static void
test_encrypt(void **state)
{
	CK_RSA_PKCS_OAEP_PARAMS p = {
	    CKM_SHA_1, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, NULL, 0};
	const struct oracle_pad oaep = {.mode = "oaep"};
	struct {
		CK_MECHANISM *mechanism;
		const struct oracle_pad *pad;
	} ways[] = {
	    {PKCS1, &pkcs1}, {RIG_MECHANISM_WITH(CKM_RSA_PKCS_OAEP, p), &oaep}};
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);
	CK_ULONG n;
	size_t got;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		assert_int_equal(C_EncryptInit(s, ways[i].mechanism,
				     rig_public(s, RIG_DECRYPT)),
		    CKR_OK);
		assert_int_equal(C_Encrypt(s, secret, 48, NULL, &n), CKR_OK);
		assert_int_equal(n, RIG_RSA);
		n = 1;
		assert_int_equal(
		    C_Encrypt(s, secret, 48, sent, &n), CKR_BUFFER_TOO_SMALL);
		assert_int_equal(C_Encrypt(s, secret, 48, sent, &n), CKR_OK);
		assert_true(oracle_decrypt(rig_key(RIG_DECRYPT), ways[i].pad,
		    bytes_of(sent, n), plain, &got));
		assert_bytes(bytes_of(plain, got), BYTES(secret));
	}
}

static void
test_encrypt_bad(void **state)
{
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);
	CK_MECHANISM *raw = RIG_MECHANISM(CKM_RSA_X_509);
	CK_OBJECT_HANDLE key = rig_public(s, RIG_DECRYPT);
	CK_ULONG n = sizeof(sent);

	(void)state;
	memset(plain, 0xFF, sizeof(plain));
	assert_int_equal(C_EncryptInit(s, PKCS1, key), CKR_OK);
	assert_int_equal(
	    C_Encrypt(s, plain, RIG_RSA - 10, sent, &n), CKR_DATA_LEN_RANGE);
	assert_int_equal(C_EncryptInit(s, raw, key), CKR_OK);
	assert_int_equal(
	    C_Encrypt(s, plain, RIG_RSA + 1, sent, &n), CKR_DATA_LEN_RANGE);
	assert_int_equal(C_EncryptInit(s, raw, key), CKR_OK);
	assert_int_equal(
	    C_Encrypt(s, plain, RIG_RSA, sent, &n), CKR_DATA_INVALID);
}

#define RULE(sentence, function)                                               \
	TEST_WITH(sentence, function, rig_setup, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RULE("decrypt: PKCS #1 v1.5, of any length", test_pkcs1),
	    RULE("decrypt: the number itself", test_raw),
	    RULE("decrypt: OAEP with its label", test_oaep),
	    RULE("decrypt: asking, too little room, just enough", test_length),
	    RULE("decrypt: what is written depends on the room alone",
		test_room),
	    RULE("decrypt: bad lengths, numbers, paddings and arguments",
		test_bad),
	    RULE("parts: are not supported, and end it", test_parts),
	    RULE("encrypt: with the public key, without login", test_encrypt),
	    RULE("encrypt: too much, too big", test_encrypt_bad),
	};

	return cmocka_run_group_tests_name("pkcs11-decrypt", tests, NULL, NULL);
}
