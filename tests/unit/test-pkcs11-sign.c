/* SPDX-License-Identifier: BSD-2-Clause */
/* What C_Sign and its like make; when they may be called is elsewhere. */
#include "tests/unit/crypto-rig.h"
#include "tests/unit/unit.h"

static unsigned char message[300];
static unsigned char signature[RIG_RSA];

static const struct hashed {
	enum digest_kind kind;
	CK_MECHANISM_TYPE digest, pkcs1, pss, ecdsa;
	CK_RSA_PKCS_MGF_TYPE mask;
} hashed[] = {
    {DIGEST_SHA1, CKM_SHA_1, CKM_SHA1_RSA_PKCS, CKM_SHA1_RSA_PKCS_PSS,
	CKM_ECDSA_SHA1, CKG_MGF1_SHA1},
    {DIGEST_SHA224, CKM_SHA224, CKM_SHA224_RSA_PKCS, CKM_SHA224_RSA_PKCS_PSS,
	CKM_ECDSA_SHA224, CKG_MGF1_SHA224},
    {DIGEST_SHA256, CKM_SHA256, CKM_SHA256_RSA_PKCS, CKM_SHA256_RSA_PKCS_PSS,
	CKM_ECDSA_SHA256, CKG_MGF1_SHA256},
    {DIGEST_SHA384, CKM_SHA384, CKM_SHA384_RSA_PKCS, CKM_SHA384_RSA_PKCS_PSS,
	CKM_ECDSA_SHA384, CKG_MGF1_SHA384},
    {DIGEST_SHA512, CKM_SHA512, CKM_SHA512_RSA_PKCS, CKM_SHA512_RSA_PKCS_PSS,
	CKM_ECDSA_SHA512, CKG_MGF1_SHA512},
};

static int
setup(void **state)
{
	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (unsigned char)(i * 31 + 7);
	return rig_setup(state);
}

/* The signature over the first n bytes of the message, whole. */
static struct bytes
sign(CK_SESSION_HANDLE s, unsigned key, CK_MECHANISM *mechanism, CK_ULONG n)
{
	CK_ULONG len = sizeof(signature);

	assert_int_equal(C_SignInit(s, mechanism, rig_private(s, key)), CKR_OK);
	assert_int_equal(C_Sign(s, message, n, signature, &len), CKR_OK);
	return bytes_of(signature, len);
}

/* In parts: nothing, one byte, all but two, nothing, two. */
static struct bytes
sign_parts(
    CK_SESSION_HANDLE s, unsigned key, CK_MECHANISM *mechanism, CK_ULONG n)
{
	CK_ULONG len = sizeof(signature);

	assert_int_equal(C_SignInit(s, mechanism, rig_private(s, key)), CKR_OK);
	assert_int_equal(C_SignUpdate(s, NULL, 0), CKR_OK);
	assert_int_equal(C_SignUpdate(s, message, 1), CKR_OK);
	assert_int_equal(C_SignUpdate(s, message + 1, n - 3), CKR_OK);
	assert_int_equal(C_SignUpdate(s, message, 0), CKR_OK);
	assert_int_equal(C_SignUpdate(s, message + n - 2, 2), CKR_OK);
	assert_int_equal(C_SignFinal(s, signature, &len), CKR_OK);
	return bytes_of(signature, len);
}

static struct bytes
digest(enum digest_kind kind, size_t n)
{
	static uint8_t out[DIGEST_MAX];

	oracle_digest(kind, bytes_of(message, n), out);
	return bytes_of(out, digest_len(kind));
}

static void
test_pkcs1(void **state)
{
	const struct oracle_pad pad = {.mode = "pkcs1", .bare = true};
	CK_SESSION_HANDLE s = rig_session();
	static const CK_ULONG lengths[] = {1, 35, 36, 51, 83, 244, 245};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		struct bytes made =
		    sign(s, RIG_SIGN, RIG_MECHANISM(CKM_RSA_PKCS), lengths[i]);

		assert_int_equal(made.n, RIG_RSA);
		assert_true(oracle_verify(rig_key(RIG_SIGN), &pad,
		    bytes_of(message, lengths[i]), made));
	}
}

static void
test_pkcs1_hashed(void **state)
{
	CK_SESSION_HANDLE s = rig_session();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(hashed); i++) {
		const struct hashed *h = &hashed[i];
		const struct oracle_pad pad = {
		    .mode = "pkcs1", .hash = h->kind};
		CK_MECHANISM *m = RIG_MECHANISM(h->pkcs1);

		assert_true(oracle_verify(rig_key(RIG_SIGN), &pad,
		    digest(h->kind, 300), sign(s, RIG_SIGN, m, 300)));
		assert_true(oracle_verify(rig_key(RIG_SIGN), &pad,
		    digest(h->kind, 0), sign(s, RIG_SIGN, m, 0)));
		assert_true(oracle_verify(rig_key(RIG_SIGN), &pad,
		    digest(h->kind, 200), sign_parts(s, RIG_SIGN, m, 200)));
	}
}

/* Zeros to the left; a number that is not below the modulus is refused. */
static void
test_raw(void **state)
{
	const struct oracle_pad none = {.mode = "none"};
	CK_SESSION_HANDLE s = rig_session();
	CK_MECHANISM *m = RIG_MECHANISM(CKM_RSA_X_509);
	uint8_t back[ORACLE_MAX];
	CK_ULONG len = sizeof(signature);
	struct bytes made;

	(void)state;
	made = sign(s, RIG_SIGN, m, 200);
	assert_int_equal(made.n, RIG_RSA);
	(void)oracle_encrypt(rig_key(RIG_SIGN), &none, made, back);
	for (size_t i = 0; i < 56; i++)
		assert_int_equal(back[i], 0);
	assert_bytes(bytes_of(back + 56, 200), bytes_of(message, 200));
	memset(message, 0xFF, RIG_RSA);
	assert_int_equal(C_SignInit(s, m, rig_private(s, RIG_SIGN)), CKR_OK);
	assert_int_equal(
	    C_Sign(s, message, RIG_RSA, signature, &len), CKR_DATA_INVALID);
	assert_int_equal(C_Sign(s, message, RIG_RSA, signature, &len),
	    CKR_OPERATION_NOT_INITIALIZED);
}

static void
check_pss(CK_SESSION_HANDLE s, const struct hashed *h,
    const struct hashed *mask, CK_ULONG salt)
{
	CK_RSA_PKCS_PSS_PARAMS p = {h->digest, mask->mask, salt};
	const struct oracle_pad pad = {.mode = "pss",
	    .hash = h->kind,
	    .mask = mask->kind,
	    .salt_len = (int)salt};
	struct bytes hash = digest(h->kind, 300);
	CK_ULONG len = sizeof(signature);

	assert_int_equal(C_SignInit(s, RIG_MECHANISM_WITH(CKM_RSA_PKCS_PSS, p),
			     rig_private(s, RIG_SIGN)),
	    CKR_OK);
	assert_int_equal(C_Sign(s, (unsigned char *)(uintptr_t)hash.p, hash.n,
			     signature, &len),
	    CKR_OK);
	assert_true(oracle_verify(
	    rig_key(RIG_SIGN), &pad, hash, bytes_of(signature, len)));
	assert_true(oracle_verify(rig_key(RIG_SIGN), &pad, hash,
	    sign(s, RIG_SIGN, RIG_MECHANISM_WITH(h->pss, p), 300)));
	assert_true(oracle_verify(rig_key(RIG_SIGN), &pad, hash,
	    sign_parts(s, RIG_SIGN, RIG_MECHANISM_WITH(h->pss, p), 300)));
}

static void
test_pss(void **state)
{
	CK_SESSION_HANDLE s = rig_session();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(hashed); i++) {
		const struct hashed *other = &hashed[COUNT_OF(hashed) - 1 - i];

		check_pss(
		    s, &hashed[i], &hashed[i], digest_len(hashed[i].kind));
		check_pss(s, &hashed[i], other, 0);
		check_pss(s, &hashed[i], other,
		    RIG_RSA - 2 - digest_len(hashed[i].kind));
	}
}

/* A salt is drawn each time. */
static void
test_pss_salt(void **state)
{
	CK_RSA_PKCS_PSS_PARAMS p = {CKM_SHA256, CKG_MGF1_SHA256, 32};
	CK_MECHANISM *m = RIG_MECHANISM_WITH(CKM_RSA_PKCS_PSS, p);
	CK_SESSION_HANDLE s = rig_session();
	unsigned char first[RIG_RSA];

	(void)state;
	memcpy(first, sign(s, RIG_SIGN, m, 32).p, sizeof(first));
	assert_memory_not_equal(
	    first, sign(s, RIG_SIGN, m, 32).p, sizeof(first));
}

/* libcrypto takes the leftmost bits of a longer hash, as it is to be. */
static void
test_ecdsa(void **state)
{
	static const unsigned keys[] = {RIG_P256, RIG_P384};
	CK_SESSION_HANDLE s = rig_session();

	(void)state;
	for (size_t k = 0; k < COUNT_OF(keys); k++) {
		size_t n = keys[k] == RIG_P256 ? 32 : 48;

		for (CK_ULONG len = 20; len <= 64; len += 4) {
			struct bytes made =
			    sign(s, keys[k], RIG_MECHANISM(CKM_ECDSA), len);

			assert_int_equal(made.n, 2 * n);
			assert_true(oracle_ecdsa_verify(
			    rig_key(keys[k]), bytes_of(message, len), made));
		}
		for (size_t i = 0; i < COUNT_OF(hashed); i++) {
			CK_MECHANISM *m = RIG_MECHANISM(hashed[i].ecdsa);

			assert_true(oracle_ecdsa_verify(rig_key(keys[k]),
			    digest(hashed[i].kind, 300),
			    sign(s, keys[k], m, 300)));
			assert_true(oracle_ecdsa_verify(rig_key(keys[k]),
			    digest(hashed[i].kind, 99),
			    sign_parts(s, keys[k], m, 99)));
		}
	}
}

/* Each fails and ends the operation, with no use of the key. */
static void
refuse(CK_SESSION_HANDLE s, unsigned key, CK_MECHANISM *m, CK_ULONG n)
{
	CK_ULONG len = sizeof(signature);
	unsigned uses = rig_uses(key);

	assert_int_equal(C_SignInit(s, m, rig_private(s, key)), CKR_OK);
	assert_int_equal(
	    C_Sign(s, message, n, signature, &len), CKR_DATA_LEN_RANGE);
	assert_int_equal(C_Sign(s, message, n, signature, &len),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(rig_uses(key), uses);
}

static void
test_lengths(void **state)
{
	CK_RSA_PKCS_PSS_PARAMS p = {CKM_SHA256, CKG_MGF1_SHA256, 32};
	CK_MECHANISM *pss = RIG_MECHANISM_WITH(CKM_RSA_PKCS_PSS, p);
	CK_SESSION_HANDLE s = rig_session();

	(void)state;
	refuse(s, RIG_SIGN, RIG_MECHANISM(CKM_RSA_PKCS), RIG_RSA - 10);
	refuse(s, RIG_SIGN, RIG_MECHANISM(CKM_RSA_X_509), RIG_RSA + 1);
	refuse(s, RIG_SIGN, RIG_MECHANISM(CKM_RSA_X_509), 0);
	refuse(s, RIG_SIGN, pss, 31);
	refuse(s, RIG_SIGN, pss, 33);
	refuse(s, RIG_SIGN, pss, 0);
	refuse(s, RIG_P256, RIG_MECHANISM(CKM_ECDSA), 0);
}

#define RULE(sentence, function)                                               \
	TEST_WITH(sentence, function, setup, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RULE("pkcs1: what the caller gives is padded and signed",
		test_pkcs1),
	    RULE("pkcs1: digests in a DigestInfo, whole and in parts",
		test_pkcs1_hashed),
	    RULE(
		"raw: the number itself, if it is below the modulus", test_raw),
	    RULE("pss: each digest, mask and salt, whole and in parts",
		test_pss),
	    RULE("pss: two signatures are not the same", test_pss_salt),
	    RULE("ecdsa: r and s over hashes of any length", test_ecdsa),
	    RULE("lengths: too much or too little does not reach the card",
		test_lengths),
	};

	return cmocka_run_group_tests_name("pkcs11-sign", tests, NULL, NULL);
}
