/* SPDX-License-Identifier: BSD-2-Clause */
/* C_Verify and its like: in software, before any login. */
#include "tests/unit/crypto-rig.h"
#include "tests/unit/unit.h"

static unsigned char message[100] = "what was signed";
static unsigned char signature[RIG_RSA + 1];
static CK_RSA_PKCS_PSS_PARAMS pss = {CKM_SHA384, CKG_MGF1_SHA384, 48};

#define PKCS1  RIG_MECHANISM(CKM_RSA_PKCS)
#define HASHED RIG_MECHANISM(CKM_SHA256_RSA_PKCS)

/* Every kind of mechanism, with a signature of libcrypto's. */
enum way { RAW, BARE, PSS, PSS_HASHED, PKCS1_HASHED, P256, P384_HASHED, WAYS };

struct example {
	unsigned key;
	CK_MECHANISM mechanism;
	CK_ULONG data_len, signature_len;
};

static struct bytes
hash(enum digest_kind kind, uint8_t *room)
{
	oracle_digest(kind, BYTES(message), room);
	return bytes_of(room, digest_len(kind));
}

static struct example
sign_rsa(CK_MECHANISM_TYPE type, const struct oracle_pad *pad, struct bytes in)
{
	struct example e = {RIG_SIGN, {type, NULL, 0}, sizeof(message), 0};

	if (strcmp(pad->mode, "pss") == 0) {
		e.mechanism.pParameter = &pss;
		e.mechanism.ulParameterLen = sizeof(pss);
	}
	if (type == CKM_RSA_X_509 || type == CKM_RSA_PKCS ||
	    type == CKM_RSA_PKCS_PSS)
		e.data_len = in.n;
	e.signature_len = oracle_sign(rig_key(RIG_SIGN), pad, in, signature);
	return e;
}

static struct example
sign_ec(unsigned key, CK_MECHANISM_TYPE type, struct bytes in, size_t n)
{
	struct example e = {key, {type, NULL, 0}, sizeof(message), 2 * n};

	if (type == CKM_ECDSA)
		e.data_len = in.n;
	oracle_ecdsa(rig_key(key), in, n, signature);
	return e;
}

static struct example
make(enum way way)
{
	const struct oracle_pad none = {.mode = "none"};
	const struct oracle_pad bare = {.mode = "pkcs1", .bare = true};
	const struct oracle_pad pkcs1 = {
	    .mode = "pkcs1", .hash = DIGEST_SHA256};
	const struct oracle_pad salted = {.mode = "pss",
	    .hash = DIGEST_SHA384,
	    .mask = DIGEST_SHA384,
	    .salt_len = 48};
	static uint8_t room[RIG_RSA];

	memset(message, 0x41, sizeof(message));
	switch (way) {
	case RAW:
		memset(room, 0x41, sizeof(room));
		return sign_rsa(CKM_RSA_X_509, &none, BYTES(room));
	case BARE:
		return sign_rsa(CKM_RSA_PKCS, &bare, bytes_of(message, 20));
	case PSS:
		memcpy(message, hash(DIGEST_SHA384, room).p, 48);
		return sign_rsa(
		    CKM_RSA_PKCS_PSS, &salted, bytes_of(message, 48));
	case PSS_HASHED:
		return sign_rsa(CKM_SHA384_RSA_PKCS_PSS, &salted,
		    hash(DIGEST_SHA384, room));
	case PKCS1_HASHED:
		return sign_rsa(
		    CKM_SHA256_RSA_PKCS, &pkcs1, hash(DIGEST_SHA256, room));
	case P256:
		return sign_ec(RIG_P256, CKM_ECDSA, bytes_of(message, 32), 32);
	default:
		return sign_ec(
		    RIG_P384, CKM_ECDSA_SHA512, hash(DIGEST_SHA512, room), 48);
	}
}

static CK_RV
verify(CK_SESSION_HANDLE s, struct example *e)
{
	static unsigned char raw[RIG_RSA];

	memset(raw, 0x41, sizeof(raw));
	assert_int_equal(
	    C_VerifyInit(s, &e->mechanism, rig_public(s, e->key)), CKR_OK);
	return C_Verify(s, e->data_len == RIG_RSA ? raw : message, e->data_len,
	    signature, e->signature_len);
}

static void
test_right(void **state)
{
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);

	(void)state;
	for (unsigned way = 0; way < WAYS; way++) {
		struct example e = make(way);

		assert_int_equal(verify(s, &e), CKR_OK);
		assert_int_equal(
		    C_Verify(s, message, 1, signature, e.signature_len),
		    CKR_OPERATION_NOT_INITIALIZED);
	}
	for (unsigned key = 0; key < RIG_KEYS; key++)
		assert_int_equal(rig_uses(key), 0);
}

static void
test_wrong(void **state)
{
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);

	(void)state;
	for (unsigned way = 0; way < WAYS; way++) {
		struct example e = make(way);

		signature[e.signature_len - 1] ^= 1;
		assert_int_equal(verify(s, &e), CKR_SIGNATURE_INVALID);
		signature[e.signature_len - 1] ^= 1;
		message[5] ^= 1;
		assert_int_equal(
		    verify(s, &e), way == RAW ? CKR_OK : CKR_SIGNATURE_INVALID);
		memset(signature, 0xFF, sizeof(signature));
		assert_int_equal(verify(s, &e), CKR_SIGNATURE_INVALID);
		memset(signature, 0, sizeof(signature));
		assert_int_equal(verify(s, &e), CKR_SIGNATURE_INVALID);
	}
}

static void
test_lengths(void **state)
{
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);

	(void)state;
	for (unsigned way = 0; way < WAYS; way++) {
		struct example e = make(way);

		e.signature_len--;
		assert_int_equal(verify(s, &e), CKR_SIGNATURE_LEN_RANGE);
		e.signature_len += 2;
		assert_int_equal(verify(s, &e), CKR_SIGNATURE_LEN_RANGE);
		e.signature_len = 0;
		assert_int_equal(verify(s, &e), CKR_SIGNATURE_LEN_RANGE);
	}
}

static void
test_data_lengths(void **state)
{
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);
	struct example e = make(PSS);

	(void)state;
	e.data_len = 47;
	assert_int_equal(verify(s, &e), CKR_DATA_LEN_RANGE);
	e = make(P256);
	e.data_len = 0;
	assert_int_equal(verify(s, &e), CKR_DATA_LEN_RANGE);
}

static void
test_parts(void **state)
{
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);
	struct example e = make(PKCS1_HASHED);

	(void)state;
	for (unsigned right = 0; right < 2; right++) {
		assert_int_equal(
		    C_VerifyInit(s, &e.mechanism, rig_public(s, e.key)),
		    CKR_OK);
		assert_int_equal(C_VerifyUpdate(s, NULL, 0), CKR_OK);
		assert_int_equal(C_VerifyUpdate(s, message, 33), CKR_OK);
		assert_int_equal(
		    C_VerifyUpdate(s, message + 33, 66 + right), CKR_OK);
		assert_int_equal(C_VerifyFinal(s, signature, e.signature_len),
		    right ? CKR_OK : CKR_SIGNATURE_INVALID);
		assert_int_equal(C_VerifyFinal(s, signature, e.signature_len),
		    CKR_OPERATION_NOT_INITIALIZED);
	}
}

static void
test_states(void **state)
{
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);
	CK_OBJECT_HANDLE key = rig_public(s, RIG_SIGN);

	(void)state;
	assert_int_equal(C_VerifyInit(s, HASHED, key), CKR_OK);
	assert_int_equal(C_VerifyInit(s, HASHED, key), CKR_OPERATION_ACTIVE);
	assert_int_equal(C_VerifyUpdate(s, message, 1), CKR_OK);
	assert_int_equal(
	    C_Verify(s, message, 1, signature, RIG_RSA), CKR_OPERATION_ACTIVE);
	assert_int_equal(
	    C_VerifyUpdate(s, message, 1), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(C_VerifyInit(s, PKCS1, key), CKR_OK);
	assert_int_equal(
	    C_VerifyUpdate(s, message, 1), CKR_FUNCTION_NOT_SUPPORTED);
	assert_int_equal(C_VerifyInit(s, PKCS1, key), CKR_OK);
	assert_int_equal(
	    C_VerifyFinal(s, signature, RIG_RSA), CKR_FUNCTION_NOT_SUPPORTED);
	assert_int_equal(C_VerifyInit(s, PKCS1, key), CKR_OK);
	assert_int_equal(
	    C_Verify(s, NULL, 1, signature, RIG_RSA), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_VerifyInit(s, PKCS1, key), CKR_OK);
	assert_int_equal(
	    C_Verify(s, message, 1, NULL, RIG_RSA), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_VerifyInit(s, HASHED, key), CKR_OK);
	assert_int_equal(C_VerifyUpdate(s, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_VerifyInit(s, HASHED, key), CKR_OK);
	assert_int_equal(C_VerifyFinal(s, NULL, RIG_RSA), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_VerifyInit(s, NULL, key), CKR_ARGUMENTS_BAD);
}

#define RULE(sentence, function)                                               \
	TEST_WITH(sentence, function, rig_setup, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RULE("verify: libcrypto's signatures, without card and login",
		test_right),
	    RULE("verify: other signatures, other data", test_wrong),
	    RULE("verify: signatures of other lengths", test_lengths),
	    RULE("verify: data of lengths that cannot be", test_data_lengths),
	    RULE("verify: data in parts", test_parts),
	    RULE(
		"verify: every answer but that of a part ends it", test_states),
	};

	return cmocka_run_group_tests_name("pkcs11-verify", tests, NULL, NULL);
}
