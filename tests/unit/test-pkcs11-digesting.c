/* SPDX-License-Identifier: BSD-2-Clause */
/* C_Digest and its like, and random numbers: what needs no key. */
#include "tests/unit/crypto-rig.h"
#include "tests/unit/unit.h"

static unsigned char data[100] = "some data";
static unsigned char out[DIGEST_MAX];

#define SHA256 RIG_MECHANISM(CKM_SHA256)

static CK_SESSION_HANDLE
begun(void)
{
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);

	assert_int_equal(C_DigestInit(s, SHA256), CKR_OK);
	return s;
}

static CK_RV
digest(CK_SESSION_HANDLE s)
{
	CK_ULONG n = sizeof(out);

	return C_Digest(s, data, sizeof(data), out, &n);
}

static void
test_digests(void **state)
{
	static const CK_MECHANISM_TYPE types[] = {
	    CKM_SHA_1, CKM_SHA224, CKM_SHA256, CKM_SHA384, CKM_SHA512};
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);
	uint8_t want[DIGEST_MAX];

	(void)state;
	for (unsigned kind = 0; kind < COUNT_OF(types); kind++) {
		CK_ULONG n = sizeof(out);

		oracle_digest(kind, BYTES(data), want);
		assert_int_equal(
		    C_DigestInit(s, RIG_MECHANISM(types[kind])), CKR_OK);
		assert_int_equal(C_Digest(s, data, 100, out, &n), CKR_OK);
		assert_bytes(
		    bytes_of(out, n), bytes_of(want, digest_len(kind)));
		assert_int_equal(
		    C_DigestInit(s, RIG_MECHANISM(types[kind])), CKR_OK);
		assert_int_equal(C_DigestUpdate(s, data, 64), CKR_OK);
		assert_int_equal(C_DigestUpdate(s, NULL, 0), CKR_OK);
		assert_int_equal(C_DigestUpdate(s, data + 64, 36), CKR_OK);
		assert_int_equal(C_DigestFinal(s, out, &n), CKR_OK);
		assert_bytes(
		    bytes_of(out, n), bytes_of(want, digest_len(kind)));
	}
}

static void
test_empty(void **state)
{
	CK_SESSION_HANDLE s = begun();
	uint8_t want[DIGEST_MAX];
	CK_ULONG n = 32;

	(void)state;
	oracle_digest(DIGEST_SHA256, bytes_of("", 0), want);
	assert_int_equal(C_DigestFinal(s, out, &n), CKR_OK);
	assert_bytes(bytes_of(out, n), bytes_of(want, 32));
	assert_int_equal(C_DigestInit(s, SHA256), CKR_OK);
	assert_int_equal(C_Digest(s, NULL, 0, out, &n), CKR_OK);
	assert_bytes(bytes_of(out, n), bytes_of(want, 32));
}

static void
test_length(void **state)
{
	CK_SESSION_HANDLE s = begun();
	CK_ULONG n = 0;

	(void)state;
	assert_int_equal(C_Digest(s, data, 100, NULL, &n), CKR_OK);
	assert_int_equal(n, 32);
	n = 31;
	assert_int_equal(C_Digest(s, data, 100, out, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 32);
	assert_int_equal(C_Digest(s, data, 100, out, &n), CKR_OK);
	assert_int_equal(digest(s), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(C_DigestInit(s, SHA256), CKR_OK);
	assert_int_equal(C_DigestUpdate(s, data, 100), CKR_OK);
	assert_int_equal(C_DigestFinal(s, NULL, &n), CKR_OK);
	n = 1;
	assert_int_equal(C_DigestFinal(s, out, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(C_DigestFinal(s, out, &n), CKR_OK);
	assert_int_equal(
	    C_DigestFinal(s, out, &n), CKR_OPERATION_NOT_INITIALIZED);
}

static void
test_states(void **state)
{
	CK_SESSION_HANDLE s = begun();
	CK_ULONG n = sizeof(out);

	(void)state;
	assert_int_equal(C_DigestInit(s, SHA256), CKR_OPERATION_ACTIVE);
	assert_int_equal(C_Digest(s, NULL, 1, out, &n), CKR_ARGUMENTS_BAD);
	assert_int_equal(digest(s), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(C_DigestInit(s, SHA256), CKR_OK);
	assert_int_equal(C_DigestUpdate(s, data, 1), CKR_OK);
	assert_int_equal(digest(s), CKR_OPERATION_ACTIVE);
	assert_int_equal(
	    C_DigestUpdate(s, data, 1), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(C_DigestUpdate(s, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_DigestInit(s, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_DigestInit(s, SHA256), CKR_OK);
	assert_int_equal(C_DigestInit(s, NULL), CKR_OK);
	assert_int_equal(digest(s), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(C_DigestInit(s, SHA256), CKR_OK);
	assert_int_equal(C_DigestFinal(s, out, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(digest(s), CKR_OPERATION_NOT_INITIALIZED);
}

static void
test_key(void **state)
{
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);
	CK_OBJECT_HANDLE key = rig_public(s, RIG_SIGN);

	(void)state;
	assert_int_equal(C_DigestKey(s, key), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(C_DigestInit(s, SHA256), CKR_OK);
	assert_int_equal(C_DigestKey(s, 4711), CKR_KEY_HANDLE_INVALID);
	assert_int_equal(C_DigestInit(s, SHA256), CKR_OK);
	assert_int_equal(C_DigestKey(s, key), CKR_KEY_INDIGESTIBLE);
	assert_int_equal(digest(s), CKR_OPERATION_NOT_INITIALIZED);
}

static void
test_random(void **state)
{
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);
	unsigned char first[32] = {0}, second[32] = {0};
	CK_TOKEN_INFO info;

	(void)state;
	assert_int_equal(C_GetTokenInfo(fixture_slot, &info), CKR_OK);
	assert_true((info.flags & CKF_RNG) != 0);
	assert_int_equal(C_GenerateRandom(s, first, 32), CKR_OK);
	assert_int_equal(C_GenerateRandom(s, second, 32), CKR_OK);
	assert_memory_not_equal(first, second, 32);
	assert_int_equal(C_GenerateRandom(s, first, 0), CKR_OK);
	assert_int_equal(C_GenerateRandom(s, NULL, 0), CKR_OK);
	assert_int_equal(C_GenerateRandom(s, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    C_GenerateRandom(4711, NULL, 1), CKR_SESSION_HANDLE_INVALID);
}

static void
test_seed(void **state)
{
	CK_SESSION_HANDLE s = fixture_session(fixture_slot, 0);

	(void)state;
	assert_int_equal(
	    C_SeedRandom(s, data, 8), CKR_RANDOM_SEED_NOT_SUPPORTED);
	assert_int_equal(C_SeedRandom(s, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    C_SeedRandom(4711, NULL, 1), CKR_SESSION_HANDLE_INVALID);
}

#define RULE(sentence, function)                                               \
	TEST_WITH(sentence, function, rig_setup, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RULE("digest: each, whole and in parts", test_digests),
	    RULE("digest: of nothing", test_empty),
	    RULE("digest: asking, or too little room, keeps it", test_length),
	    RULE("digest: what ends it", test_states),
	    RULE("digest: of keys there is none", test_key),
	    RULE("random: of any length, and the token says so", test_random),
	    RULE("random: no seed is taken", test_seed),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-digesting", tests, NULL, NULL);
}
