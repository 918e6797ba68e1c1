/* SPDX-License-Identifier: BSD-2-Clause */
/* C_GetTokenInfo: what is known of a card, and what that costs. */

#include "tests/unit/make-certificate.h"
#include "tests/unit/pkcs11-fixture.h"

static void
test_token_info(void **state)
{
	CK_SESSION_HANDLE session;
	CK_TOKEN_INFO info;

	(void)state;
	assert_int_equal(C_GetTokenInfo(9, NULL), CKR_SLOT_ID_INVALID);
	assert_int_equal(C_GetTokenInfo(1, NULL), CKR_ARGUMENTS_BAD);
	session = fixture_session(1, 0);
	session = fixture_session(1, CKF_RW_SESSION);
	assert_int_equal(C_GetTokenInfo(1, &info), CKR_OK);
	assert_padded(info.label, FIXTURE_CN);
	assert_padded(info.manufacturerID, "Common Access Card");
	assert_padded(info.model, "CAC v2");
	assert_padded(info.serialNumber, "89ABCDEF01234567");
	assert_int_equal(info.flags,
	    CKF_RNG | CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED |
		CKF_LOGIN_REQUIRED | CKF_WRITE_PROTECTED);
	assert_int_equal(info.ulMinPinLen, 6);
	assert_int_equal(info.ulMaxPinLen, 8);
	assert_int_equal(info.ulMaxSessionCount, CK_EFFECTIVELY_INFINITE);
	assert_int_equal(info.ulMaxRwSessionCount, CK_EFFECTIVELY_INFINITE);
	assert_int_equal(info.ulSessionCount, 2);
	assert_int_equal(info.ulRwSessionCount, 1);
	assert_int_equal(info.ulTotalPublicMemory, CK_UNAVAILABLE_INFORMATION);
	assert_padded(info.utcTime, "");
	assert_int_equal(C_CloseSession(session), CKR_OK);
	assert_int_equal(C_GetTokenInfo(1, &info), CKR_OK);
	assert_int_equal(info.ulSessionCount, 1);
	assert_int_equal(info.ulRwSessionCount, 0);
	/* For the label one certificate was enough, once. */
	assert_int_equal(fixture_inserted.containers[0].reads, 1);
	assert_int_equal(fixture_inserted.containers[1].reads, 0);
	assert_int_equal(fixture_inserted.opens, 1);
}

/* A token whose first certificate has this name, and only that. */
static void
check_label(const struct make_spec *spec, const char *expect)
{
	struct fake_card card = {.model = "CAC v1", .serial = "42"};
	CK_TOKEN_INFO info;
	struct buf der;

	make_certificate(spec, &der);
	fake_card_add(&card, "CAC ID Certificate", 1, buf_bytes(&der));
	fake_reader_insert(1, &card);
	assert_int_equal(C_GetTokenInfo(1, &info), CKR_OK);
	assert_padded(info.label, expect);
	assert_padded(info.serialNumber, "42");
	fake_reader_remove(1);
	assert_int_equal(C_GetTokenInfo(1, &info), CKR_TOKEN_NOT_PRESENT);
	buf_clear(&der);
}

static void
test_labels(void **state)
{
	(void)state;
	check_label(
	    &(struct make_spec){.key = MAKE_P256, .cn = "A:B\nC"}, "A.B.C");
	check_label(&(struct make_spec){.key = MAKE_P256}, "CAC v1");
	check_label(&(struct make_spec){.key = MAKE_P256,
			.cn = "GARC\xC3\x8D"
			      "A.MAR\xC3\x8D"
			      "A.AAAAAAAAAAAAAAAA\xC3\x89X"},
	    "GARC\xC3\x8D"
	    "A.MAR\xC3\x8D"
	    "A.AAAAAAAAAAAAAAAA");
	check_label(&(struct make_spec){.key = MAKE_P256,
			.cn = "\0J\0\xF6\0e",
			.cn_len = 6,
			.cn_type = V_ASN1_BMPSTRING},
	    "J\xC3\xB6"
	    "e");
	check_label(
	    &(struct make_spec){.key = MAKE_P256, .cn = "A\0B", .cn_len = 3},
	    "A.B");
}

static void
test_label_passes_over_faults(void **state)
{
	CK_TOKEN_INFO info;

	(void)state;
	fixture_inserted.containers[0].err = CARD_ERR_STATUS;
	fixture_inserted.containers[1].err = CARD_ERR_EMPTY;
	fixture_inserted.containers[2].err = CARD_ERR_STATUS;
	assert_int_equal(C_GetTokenInfo(1, &info), CKR_OK);
	assert_padded(info.label, "CAC v2");
	fixture_inserted.containers[2].err = 0;
	assert_int_equal(C_GetTokenInfo(1, &info), CKR_OK);
	assert_padded(info.label, FIXTURE_CN);
}

static void
test_foreign_card(void **state)
{
	struct fake_card foreign = {.open_error = CARD_ERR_UNKNOWN};
	CK_MECHANISM_INFO mechanism;
	CK_SESSION_HANDLE session;
	CK_TOKEN_INFO token;
	CK_SLOT_INFO slot;
	CK_ULONG count;

	(void)state;
	fake_reader_insert(1, &foreign);
	assert_int_equal(C_GetSlotInfo(1, &slot), CKR_OK);
	assert_true((slot.flags & CKF_TOKEN_PRESENT) != 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(
		    C_GetTokenInfo(1, &token), CKR_TOKEN_NOT_RECOGNIZED);
		assert_int_equal(
		    C_OpenSession(1, CKF_SERIAL_SESSION, NULL, NULL, &session),
		    CKR_TOKEN_NOT_RECOGNIZED);
		assert_int_equal(C_GetMechanismList(1, NULL, &count),
		    CKR_TOKEN_NOT_RECOGNIZED);
		assert_int_equal(
		    C_GetMechanismInfo(1, CKM_RSA_PKCS, &mechanism),
		    CKR_TOKEN_NOT_RECOGNIZED);
	}
	assert_int_equal(foreign.opens, 1);
	fake_reader_insert(1, &foreign);
	assert_int_equal(C_GetTokenInfo(1, &token), CKR_TOKEN_NOT_RECOGNIZED);
	assert_int_equal(foreign.opens, 2);
	fake_reader_insert(1, &fixture_inserted);
	assert_int_equal(C_GetTokenInfo(1, &token), CKR_OK);
	fake_reader_remove(1);
}

/* What could not be found out is asked again. */
static void
test_open_fails(void **state)
{
	CK_SESSION_HANDLE session;
	CK_TOKEN_INFO token;

	(void)state;
	fixture_inserted.open_error = CARD_ERR_STATUS;
	assert_int_equal(C_GetTokenInfo(1, &token), CKR_DEVICE_ERROR);
	assert_int_equal(
	    C_OpenSession(1, CKF_SERIAL_SESSION, NULL, NULL, &session),
	    CKR_DEVICE_ERROR);
	fixture_inserted.open_error = 0;
	fake_reader_set_begin_error(1, CCID_ERR_MUTE);
	assert_int_equal(C_GetTokenInfo(1, &token), CKR_TOKEN_NOT_RECOGNIZED);
	fake_reader_set_begin_error(1, 0);
	assert_int_equal(C_GetTokenInfo(1, &token), CKR_OK);
}

static void
test_empty_slot(void **state)
{
	CK_MECHANISM_INFO mechanism;
	CK_SESSION_HANDLE session;
	CK_TOKEN_INFO token;
	CK_ULONG count;

	(void)state;
	fake_reader_remove(1);
	assert_int_equal(C_GetTokenInfo(1, &token), CKR_TOKEN_NOT_PRESENT);
	assert_int_equal(
	    C_OpenSession(1, CKF_SERIAL_SESSION, NULL, NULL, &session),
	    CKR_TOKEN_NOT_PRESENT);
	assert_int_equal(
	    C_GetMechanismList(1, NULL, &count), CKR_TOKEN_NOT_PRESENT);
	assert_int_equal(C_GetMechanismInfo(1, CKM_RSA_PKCS, &mechanism),
	    CKR_TOKEN_NOT_PRESENT);
	assert_int_equal(fake_readers_counts().transactions, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    {"C_GetTokenInfo: names and numbers; one certificate is read, once",
		test_token_info, fixture_setup, fixture_teardown, NULL},
	    {"C_GetTokenInfo: the label is a clean, whole piece of the name",
		test_labels, fixture_setup, fixture_teardown, NULL},
	    {"C_GetTokenInfo: a certificate that cannot be read hides no token",
		test_label_passes_over_faults, fixture_setup, fixture_teardown,
		NULL},
	    {"token: a foreign card is present, not recognised, and asked once",
		test_foreign_card, fixture_setup, fixture_teardown, NULL},
	    {"token: what could not be found out is asked again",
		test_open_fails, fixture_setup, fixture_teardown, NULL},
	    {"token: an empty slot has none, and no transaction is tried",
		test_empty_slot, fixture_setup, fixture_teardown, NULL},
	};

	return cmocka_run_group_tests_name("pkcs11-token", tests, NULL, NULL);
}
