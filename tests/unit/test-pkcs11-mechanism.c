/* SPDX-License-Identifier: BSD-2-Clause */
/* C_GetMechanismList and C_GetMechanismInfo for cards of several kinds. */
#include "tests/unit/crypto-rig.h"
#include "tests/unit/unit.h"

#define MAX 64

static CK_MECHANISM_TYPE list[MAX];

static CK_ULONG
read_list(void)
{
	CK_ULONG n = MAX;

	assert_int_equal(C_GetMechanismList(fixture_slot, list, &n), CKR_OK);
	return n;
}

static bool
listed(CK_MECHANISM_TYPE type)
{
	CK_ULONG n = read_list();

	for (CK_ULONG i = 0; i < n; i++) {
		if (list[i] == type)
			return true;
	}
	return false;
}

static CK_MECHANISM_INFO
info(CK_MECHANISM_TYPE type)
{
	CK_MECHANISM_INFO i;

	assert_int_equal(C_GetMechanismInfo(fixture_slot, type, &i), CKR_OK);
	assert_true(i.ulMinKeySize <= i.ulMaxKeySize);
	return i;
}

/* Only these of the rig's keys, before the card is read. */
static void
keep(unsigned first, unsigned count)
{
	struct fake_container *c = fixture_inserted.containers;

	for (unsigned i = 0; i < count; i++) {
		c[i].place = c[first + i].place;
		c[i].der = c[first + i].der;
		c[i].rule = c[first + i].rule;
	}
	fixture_inserted.count = count;
}

static void
test_all(void **state)
{
	const CK_FLAGS sign = CKF_HW | CKF_SIGN | CKF_VERIFY;
	const CK_FLAGS crypt = CKF_HW | CKF_ENCRYPT | CKF_DECRYPT;
	const CK_FLAGS ec = CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS;

	(void)state;
	assert_int_equal(read_list(), 27);
	/* Those that need no digest come first. */
	assert_int_equal(list[0], CKM_RSA_PKCS);
	assert_int_equal(info(CKM_RSA_PKCS).flags, sign | crypt);
	assert_int_equal(info(CKM_RSA_X_509).flags, sign | crypt);
	assert_int_equal(info(CKM_RSA_PKCS_PSS).flags, sign);
	assert_int_equal(info(CKM_RSA_PKCS_OAEP).flags, crypt);
	/* One of the RSA keys wants the PIN each time. */
	assert_int_equal(info(CKM_SHA256_RSA_PKCS).flags, sign & ~CKF_SIGN);
	assert_int_equal(info(CKM_SHA512_RSA_PKCS_PSS).flags, sign & ~CKF_SIGN);
	assert_int_equal(info(CKM_ECDSA).flags, sign | ec);
	assert_int_equal(info(CKM_ECDSA_SHA384).flags, sign | ec);
	assert_int_equal(
	    info(CKM_ECDH1_DERIVE).flags, CKF_HW | CKF_DERIVE | ec);
	assert_int_equal(info(CKM_SHA256).flags, CKF_DIGEST);
	assert_int_equal(info(CKM_RSA_PKCS).ulMinKeySize, 2048);
	assert_int_equal(info(CKM_RSA_PKCS).ulMaxKeySize, 2048);
	assert_int_equal(info(CKM_ECDSA).ulMinKeySize, 256);
	assert_int_equal(info(CKM_ECDSA).ulMaxKeySize, 384);
}

static void
test_each_is_known(void **state)
{
	CK_ULONG n = read_list();
	CK_MECHANISM_INFO i;

	(void)state;
	for (CK_ULONG at = 0; at < n; at++) {
		(void)info(list[at]);
		for (CK_ULONG other = 0; other < at; other++)
			assert_int_not_equal(list[at], list[other]);
	}
	assert_int_equal(C_GetMechanismInfo(fixture_slot, CKM_AES_CBC, &i),
	    CKR_MECHANISM_INVALID);
	/* NSS unwraps by C_Decrypt only where the cipher is not listed. */
	assert_false(listed(CKM_AES_CBC));
}

static void
test_rsa_only(void **state)
{
	CK_MECHANISM_INFO i;

	(void)state;
	keep(RIG_SIGN, 1);
	assert_true(listed(CKM_RSA_PKCS));
	assert_false(listed(CKM_ECDSA));
	assert_false(listed(CKM_ECDH1_DERIVE));
	assert_true(listed(CKM_SHA256));
	/* Nothing to decrypt with. */
	assert_false(listed(CKM_RSA_PKCS_OAEP));
	assert_int_equal(
	    info(CKM_RSA_PKCS).flags, CKF_HW | CKF_SIGN | CKF_VERIFY);
	assert_int_equal(
	    info(CKM_SHA256_RSA_PKCS).flags, CKF_HW | CKF_SIGN | CKF_VERIFY);
	assert_int_equal(C_GetMechanismInfo(fixture_slot, CKM_ECDSA, &i),
	    CKR_MECHANISM_INVALID);
}

static void
test_ec_only(void **state)
{
	(void)state;
	keep(RIG_P384, 1);
	assert_false(listed(CKM_RSA_PKCS));
	assert_false(listed(CKM_SHA256_RSA_PKCS));
	assert_true(listed(CKM_ECDSA));
	assert_true(listed(CKM_ECDSA_SHA1));
	assert_false(listed(CKM_ECDH1_DERIVE));
	assert_int_equal(info(CKM_ECDSA).ulMinKeySize, 384);
}

static void
test_no_keys(void **state)
{
	(void)state;
	keep(0, 0);
	assert_int_equal(read_list(), 5);
	assert_false(listed(CKM_RSA_PKCS));
}

static void
test_sizes(void **state)
{
	CK_ULONG n = 1;

	(void)state;
	assert_int_equal(
	    C_GetMechanismList(fixture_slot, NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_GetMechanismList(fixture_slot, NULL, &n), CKR_OK);
	assert_int_equal(n, 27);
	n--;
	assert_int_equal(
	    C_GetMechanismList(fixture_slot, list, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 27);
	assert_int_equal(C_GetMechanismList(fixture_slot, list, &n), CKR_OK);
	n = MAX;
	assert_int_equal(C_GetMechanismList(fixture_slot, list, &n), CKR_OK);
	assert_int_equal(n, 27);
	assert_int_equal(C_GetMechanismInfo(fixture_slot, CKM_RSA_PKCS, NULL),
	    CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    C_GetMechanismList(4711, NULL, &n), CKR_SLOT_ID_INVALID);
}

/* The search tells what is wrong; until then all could be. */
static void
test_unreadable(void **state)
{
	(void)state;
	fixture_inserted.containers[RIG_P256].err = CARD_ERR_DATA;
	assert_int_equal(read_list(), 27);
	assert_int_equal(info(CKM_RSA_PKCS).ulMinKeySize, 1024);
	assert_int_equal(info(CKM_RSA_PKCS).ulMaxKeySize, 4096);
	fixture_inserted.containers[RIG_P256].err = 0;
	assert_int_equal(info(CKM_RSA_PKCS).ulMaxKeySize, 2048);
}

static void
test_removed(void **state)
{
	CK_MECHANISM_INFO i;
	CK_ULONG n = MAX;

	(void)state;
	fake_reader_remove((unsigned)fixture_slot);
	assert_int_equal(
	    C_GetMechanismList(fixture_slot, list, &n), CKR_TOKEN_NOT_PRESENT);
	assert_int_equal(C_GetMechanismInfo(fixture_slot, CKM_RSA_PKCS, &i),
	    CKR_TOKEN_NOT_PRESENT);
}

#define RULE(sentence, function)                                               \
	TEST_WITH(sentence, function, rig_setup, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RULE("list: what a card with keys of all kinds can do", test_all),
	    RULE("list: each once, and each is known", test_each_is_known),
	    RULE("list: with RSA keys only", test_rsa_only),
	    RULE("list: with EC keys only", test_ec_only),
	    RULE("list: without keys, digests", test_no_keys),
	    RULE("list: sizes and arguments", test_sizes),
	    RULE("list: of a card that cannot be read, what could be",
		test_unreadable),
	    RULE("list: no token, no mechanisms", test_removed),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-mechanism", tests, NULL, NULL);
}
