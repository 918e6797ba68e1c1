/* SPDX-License-Identifier: BSD-2-Clause */
/* C_DeriveKey: secrets, key derivation functions, parameters. */
#include "pkcs11/ecdh.h"
#include "tests/unit/crypto-rig.h"
#include "tests/unit/derive-rig.h"
#include "tests/unit/unit.h"

static struct bytes
derive_shared(unsigned key, const CK_ECDH1_DERIVE_PARAMS *p)
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
		CK_ECDH1_DERIVE_PARAMS p = derive_params(keys[i]);

		fixture_attribute(s, derive(s, keys[i], &p), CKA_VALUE,
		    derive_shared(keys[i], &p));
	}
}

/* The point may be wrapped, also when its X looks like a wrapping. */
static void
test_wrapped(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ECDH1_DERIVE_PARAMS p = derive_params(RIG_P256_DERIVE);
	struct bytes want = derive_shared(RIG_P256_DERIVE, &p);

	(void)state;
	memmove(peer + 2, peer, 65);
	peer[0] = 0x04;
	peer[1] = 65;
	p.ulPublicDataLen = 67;
	fixture_attribute(s, derive(s, RIG_P256_DERIVE, &p), CKA_VALUE, want);
	p = derive_params(RIG_P256_DERIVE);
	(void)oracle_point_with_x(0x3F, peer);
	want = derive_shared(RIG_P256_DERIVE, &p);
	fixture_attribute(s, derive(s, RIG_P256_DERIVE, &p), CKA_VALUE, want);
}

/* ANSI X9.63 by hand: digests of Z, a counter, and the shared data. */
static void
test_kdf(void **state)
{
	static const CK_ULONG kdfs[] = {CKD_SHA1_KDF, CKD_SHA224_KDF,
	    CKD_SHA256_KDF, CKD_SHA384_KDF, CKD_SHA512_KDF};
	CK_SESSION_HANDLE s = rig_session();
	CK_ECDH1_DERIVE_PARAMS p = derive_params(RIG_P256_DERIVE);
	uint8_t input[32 + 4 + 4], want[2 * DIGEST_MAX];
	CK_ULONG len = 70;
	CK_ATTRIBUTE template[] = {{CKA_VALUE_LEN, &len, sizeof(len)}};
	CK_OBJECT_HANDLE made;

	(void)state;
	p.pSharedData = info;
	p.ulSharedDataLen = 4;
	memset(input, 0, sizeof(input));
	memcpy(input, derive_shared(RIG_P256_DERIVE, &p).p, 32);
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
	CK_ECDH1_DERIVE_PARAMS p = derive_params(RIG_P384_DERIVE);
	struct bytes z = derive_shared(RIG_P384_DERIVE, &p);
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
test_parameters(void **state)
{
	CK_SESSION_HANDLE s = rig_session();
	CK_ECDH1_DERIVE_PARAMS p = derive_params(RIG_P256_DERIVE), q;
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
	CK_ECDH1_DERIVE_PARAMS p = derive_params(RIG_P256_DERIVE);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RULE("ecdh: the secret that libcrypto has, too", test_plain),
	    RULE("ecdh: the peer's point raw or wrapped", test_wrapped),
	    RULE("ecdh: ANSI X9.63 with each digest, any length", test_kdf),
	    RULE(
		"ecdh: a shorter key is the end of the secret", test_truncated),
	    RULE("ecdh: parameters that cannot be, as well", test_parameters),
	    RULE("derive: arguments, key, mechanism, use", test_rules),
	};

	return cmocka_run_group_tests_name("pkcs11-derive", tests, NULL, NULL);
}
