/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tests/unit/pkcs11-fixture.h"

static void
test_open(void **state)
{
	CK_SESSION_HANDLE session = 0;

	(void)state;
	assert_int_equal(
	    C_OpenSession(9, 0, NULL, NULL, NULL), CKR_SLOT_ID_INVALID);
	assert_int_equal(
	    C_OpenSession(1, 0, NULL, NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_OpenSession(1, CKF_RW_SESSION, NULL, NULL, &session),
	    CKR_SESSION_PARALLEL_NOT_SUPPORTED);
	assert_int_equal(session, 0);
	assert_int_equal(C_OpenSession(1, CKF_SERIAL_SESSION | CKF_RW_SESSION,
			     state, NULL, &session),
	    CKR_OK);
	assert_int_equal(fixture_inserted.opens, 1);
	assert_int_equal(fixture_inserted.containers[0].reads, 0);
}

static void
check_info(CK_SESSION_HANDLE session, CK_STATE expect, CK_FLAGS flags)
{
	CK_SESSION_INFO info;

	assert_int_equal(C_GetSessionInfo(session, &info), CKR_OK);
	assert_int_equal(info.slotID, fixture_slot);
	assert_int_equal(info.state, expect);
	assert_int_equal(info.flags, flags);
	assert_int_equal(info.ulDeviceError, 0);
}

static void
test_info(void **state)
{
	CK_SESSION_HANDLE ro = fixture_session(1, 0);
	CK_SESSION_HANDLE rw = fixture_session(1, CKF_RW_SESSION);

	(void)state;
	check_info(ro, CKS_RO_PUBLIC_SESSION, CKF_SERIAL_SESSION);
	check_info(
	    rw, CKS_RW_PUBLIC_SESSION, CKF_SERIAL_SESSION | CKF_RW_SESSION);
	assert_int_equal(C_GetSessionInfo(ro, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    C_GetSessionInfo(12345678, NULL), CKR_SESSION_HANDLE_INVALID);
}

static void
check_dead(CK_SESSION_HANDLE session)
{
	CK_OBJECT_HANDLE object;
	CK_SESSION_INFO info;
	CK_ULONG n;

	assert_int_equal(
	    C_GetSessionInfo(session, &info), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(
	    C_FindObjectsInit(session, NULL, 0), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(
	    C_FindObjects(session, &object, 1, &n), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(
	    C_FindObjectsFinal(session), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(C_GetAttributeValue(session, 1, NULL, 0),
	    CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(C_CloseSession(session), CKR_SESSION_HANDLE_INVALID);
}

static void
test_close(void **state)
{
	CK_SESSION_HANDLE a = fixture_session(1, 0);
	CK_SESSION_HANDLE b = fixture_session(1, 0);
	CK_SESSION_HANDLE c;

	(void)state;
	assert_int_equal(C_CloseSession(a), CKR_OK);
	check_dead(a);
	c = fixture_session(1, 0);
	assert_true(c != a && c != b);
	check_info(b, CKS_RO_PUBLIC_SESSION, CKF_SERIAL_SESSION);
	assert_int_equal(C_CloseAllSessions(9), CKR_SLOT_ID_INVALID);
	assert_int_equal(C_CloseAllSessions(1), CKR_OK);
	assert_int_equal(C_CloseAllSessions(1), CKR_OK);
	check_dead(b);
	check_dead(c);
}

static void
test_close_all_of_one_slot(void **state)
{
	CK_SESSION_HANDLE one = fixture_session(1, 0), two;
	CK_SESSION_INFO info;

	(void)state;
	fake_reader_insert(fake_reader_add("second"), &fixture_inserted);
	assert_int_equal(fixture_count_slots(), 2);
	two = fixture_session(2, 0);
	assert_int_equal(C_CloseAllSessions(1), CKR_OK);
	check_dead(one);
	assert_int_equal(C_GetSessionInfo(two, &info), CKR_OK);
	assert_int_equal(info.slotID, 2);
}

static void
test_many(void **state)
{
	static CK_SESSION_HANDLE open[4096];
	CK_SESSION_HANDLE one_more;

	(void)state;
	for (size_t i = 0; i < 4096; i++) {
		open[i] = fixture_session(1, 0);
		assert_true(i == 0 || open[i] > open[i - 1]);
	}
	assert_int_equal(
	    C_OpenSession(1, CKF_SERIAL_SESSION, NULL, NULL, &one_more),
	    CKR_SESSION_COUNT);
	for (size_t i = 0; i < 4096; i += 3)
		assert_int_equal(C_CloseSession(open[i]), CKR_OK);
	for (size_t i = 0; i < 4096; i++) {
		CK_SESSION_INFO info;

		assert_int_equal(C_GetSessionInfo(open[i], &info),
		    i % 3 == 0 ? CKR_SESSION_HANDLE_INVALID : CKR_OK);
	}
	one_more = fixture_session(1, 0);
	assert_true(one_more > open[4095]);
}

static void
test_removal(void **state)
{
	CK_SESSION_HANDLE a = fixture_session(1, 0), b, c;

	(void)state;
	fake_reader_remove(1);
	check_dead(a);
	fake_reader_insert(1, &fixture_inserted);
	check_dead(a);
	b = fixture_session(1, 0);
	assert_true(b != a);
	check_dead(a);
	/* Out and in again, and nobody looked meanwhile. */
	fake_reader_insert(1, &fixture_inserted);
	check_dead(b);
	c = fixture_session(1, 0);
	fake_reader_set_plugged(1, false);
	check_dead(c);
	fake_reader_set_plugged(1, true);
	check_dead(c);
	b = fixture_session(1, 0);
	check_info(b, CKS_RO_PUBLIC_SESSION, CKF_SERIAL_SESSION);
}

static void
test_removal_noticed_by_search(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE found[16];
	CK_ULONG n;

	(void)state;
	assert_int_equal(
	    fixture_find_class(session, CKO_CERTIFICATE, found, 16), 3);
	assert_int_equal(C_FindObjectsInit(session, NULL, 0), CKR_OK);
	assert_int_equal(C_FindObjects(session, found, 2, &n), CKR_OK);
	fake_reader_insert(1, &fixture_inserted);
	assert_int_equal(fixture_count_slots(), 1);
	/* The old snapshot still answers, until somebody looks. */
	assert_int_equal(C_FindObjectsFinal(session), CKR_OK);
	assert_int_equal(
	    C_FindObjectsInit(session, NULL, 0), CKR_SESSION_HANDLE_INVALID);
	check_dead(session);
}

/* Another program has the reader for a while; the card stays where it is. */
/* Another copy of the module was faster with the card that was put in. */
static void
test_swap_behind_others(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	static struct fake_card other;
	CK_OBJECT_HANDLE found[16];

	(void)state;
	assert_int_equal(
	    fixture_find_class(session, CKO_CERTIFICATE, found, 16), 3);
	/* They used it, and it is the same card. */
	fake_reader_others(1, &fixture_inserted);
	assert_int_equal(
	    fixture_find_class(session, CKO_CERTIFICATE, found, 16), 3);
	assert_int_equal(fixture_inserted.verifies, 1);
	assert_int_equal(
	    fixture_find_class(session, CKO_CERTIFICATE, found, 16), 3);
	assert_int_equal(fixture_inserted.verifies, 1);

	fixture_card(&other);
	fake_reader_others(1, &other);
	check_dead(session);
	session = fixture_session(1, 0);
	assert_int_equal(
	    fixture_find_class(session, CKO_CERTIFICATE, found, 16), 3);
	assert_int_equal(other.opens, 1);
	assert_int_equal(C_CloseSession(session), CKR_OK);
}

static void
test_unknown_is_no_removal(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_SESSION_INFO info;

	(void)state;
	fake_reader_set_unknown(1, USB_ERR_BUSY);
	assert_int_equal(C_GetSessionInfo(session, &info), CKR_OK);
	fake_reader_set_unknown(1, 0);
	assert_int_equal(C_GetSessionInfo(session, &info), CKR_OK);
	fake_reader_set_unknown(1, USB_ERR_BUSY);
	assert_int_equal(C_GetSessionInfo(session, &info), CKR_OK);
	fake_reader_insert(1, &fixture_inserted);
	fake_reader_set_unknown(1, 0);
	check_dead(session);
}

static void
test_finalize_ends_sessions(void **state)
{
	CK_SESSION_HANDLE a = fixture_session(1, 0), b;
	CK_SESSION_INFO info;

	(void)state;
	assert_int_equal(C_Finalize(NULL), CKR_OK);
	assert_int_equal(
	    C_GetSessionInfo(a, &info), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(C_Initialize(NULL), CKR_OK);
	assert_int_equal(fixture_count_slots(), 1);
	check_dead(a);
	b = fixture_session(1, 0);
	assert_true(b != a);
	check_dead(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    {"C_OpenSession: checks in order; no certificate is read",
		test_open, fixture_setup, fixture_teardown, NULL},
	    {"C_GetSessionInfo: states and flags of both kinds", test_info,
		fixture_setup, fixture_teardown, NULL},
	    {"sessions: closed is closed, and handles do not come back",
		test_close, fixture_setup, fixture_teardown, NULL},
	    {"C_CloseAllSessions: only those of its slot",
		test_close_all_of_one_slot, fixture_setup, fixture_teardown,
		NULL},
	    {"sessions: 4096 at once, found among the holes", test_many,
		fixture_setup, fixture_teardown, NULL},
	    {"removal: old sessions stay dead when the card is back",
		test_removal, fixture_setup, fixture_teardown, NULL},
	    {"removal: a search notices it", test_removal_noticed_by_search,
		fixture_setup, fixture_teardown, NULL},
	    {"removal: a swap that only others saw is one",
		test_swap_behind_others, fixture_setup, fixture_teardown, NULL},
	    {"removal: a reader in other hands is none",
		test_unknown_is_no_removal, fixture_setup, fixture_teardown,
		NULL},
	    {"C_Finalize ends all sessions for ever",
		test_finalize_ends_sessions, fixture_setup, fixture_teardown,
		NULL},
	};

	return cmocka_run_group_tests_name("pkcs11-session", tests, NULL, NULL);
}
