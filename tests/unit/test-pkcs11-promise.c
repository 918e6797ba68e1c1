/* SPDX-License-Identifier: BSD-2-Clause */
/* Every certificate or an error: what a search does when reading fails. */
#include <string.h>

#include "tests/unit/pkcs11-fixture.h"

#define MAX 32

static CK_RV
search_result(CK_SESSION_HANDLE session)
{
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ATTRIBUTE want = {CKA_CLASS, &class, sizeof(class)};
	CK_OBJECT_HANDLE found[MAX];
	CK_ULONG n = MAX + 1;
	CK_RV rv;

	assert_int_equal(C_FindObjectsInit(session, &want, 1), CKR_OK);
	rv = C_FindObjects(session, found, MAX, &n);
	assert_true(rv == CKR_OK || n == MAX + 1);
	return rv;
}

/* Some programs end what has failed, and some, like NSS, begin anew. */
static void
check_fails(CK_SESSION_HANDLE session, CK_RV expect)
{
	CK_OBJECT_HANDLE found[MAX];
	CK_ULONG n;

	assert_int_equal(search_result(session), expect);
	assert_int_equal(search_result(session), expect);
	assert_int_equal(C_FindObjects(session, found, MAX, &n), expect);
	assert_int_equal(C_FindObjectsFinal(session), CKR_OK);
}

static CK_RV
next(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *one, CK_ULONG *n)
{
	return C_FindObjects(session, one, 1, n);
}

static void
test_one_by_one(void **state)
{
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ATTRIBUTE want = {CKA_CLASS, &class, sizeof(class)};
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE first, second, again;
	CK_ULONG n;

	(void)state;
	fixture_inserted.containers[2].err = CARD_ERR_STATUS;
	assert_int_equal(C_FindObjectsInit(session, &want, 1), CKR_OK);
	assert_int_equal(fixture_inserted.containers[0].reads, 0);
	assert_int_equal(next(session, &first, &n), CKR_OK);
	assert_int_equal(n, 1);
	fixture_attribute(session, first, CKA_VALUE, fixture_certificate(0));
	assert_int_equal(fixture_inserted.containers[1].reads, 0);
	assert_int_equal(next(session, &second, &n), CKR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(next(session, &again, &n), CKR_DEVICE_ERROR);
	assert_int_equal(next(session, &again, &n), CKR_DEVICE_ERROR);
	fixture_inserted.containers[2].err = 0;
	assert_int_equal(next(session, &again, &n), CKR_OK);
	assert_int_equal(n, 1);
	fixture_attribute(session, again, CKA_VALUE, fixture_certificate(2));
	assert_int_equal(next(session, &again, &n), CKR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(C_FindObjectsFinal(session), CKR_OK);
}

static void
test_each_container(void **state)
{
	static const err_t faults[] = {CARD_ERR_STATUS, CARD_ERR_DATA,
	    CCID_ERR_PROTOCOL, READER_ERR_RESET, READER_ERR_TPDU, USB_ERR_IO,
	    USB_ERR_TIMEOUT, ERR_TIMEOUT};
	CK_OBJECT_HANDLE found[MAX];
	CK_SESSION_HANDLE session;

	(void)state;
	for (size_t f = 0; f < sizeof(faults) / sizeof(faults[0]); f++) {
		for (size_t i = 0; i < 3; i++) {
			fixture_card(&fixture_inserted);
			fixture_inserted.containers[i].err = faults[f];
			fake_reader_insert(1, &fixture_inserted);
			session = fixture_session(1, 0);
			check_fails(session, CKR_DEVICE_ERROR);
			fixture_inserted.containers[i].err = 0;
			assert_int_equal(fixture_find_class(session,
					     CKO_CERTIFICATE, found, MAX),
			    3);
			/* Three failures and a success; the others once. */
			for (size_t k = 0; k < 3; k++)
				assert_int_equal(
				    fixture_inserted.containers[k].reads,
				    k == i ? 4 : 1);
			assert_int_equal(C_CloseSession(session), CKR_OK);
		}
	}
}

static void
test_no_memory(void **state)
{
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	fixture_inserted.containers[1].err = ERR_MEMORY;
	check_fails(session, CKR_HOST_MEMORY);
}

static void
test_left_out(void **state)
{
	static const err_t known[] = {CARD_ERR_EMPTY, CARD_ERR_NOT_FOUND,
	    CARD_ERR_UNDECODABLE, CARD_ERR_TOO_BIG};
	CK_OBJECT_HANDLE found[MAX];
	CK_SESSION_HANDLE session;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		fixture_inserted.containers[1].err = known[i];
		fake_reader_insert(1, &fixture_inserted);
		session = fixture_session(1, 0);
		assert_int_equal(
		    fixture_find_class(session, CKO_CERTIFICATE, found, MAX),
		    2);
		fixture_attribute(session, found[0], CKA_LABEL,
		    bytes_of("CAC ID Certificate", 18));
		fixture_attribute(session, found[1], CKA_LABEL,
		    bytes_of("CAC Email Encryption Certificate", 32));
	}
	/* Once per insertion, though left out. */
	assert_int_equal(fixture_inserted.containers[1].reads, 4);
}

static void
test_no_certificate(void **state)
{
	static const uint8_t garbage[] = {0x30, 0x03, 0x02, 0x01, 0x05};
	CK_SESSION_HANDLE session = fixture_session(1, 0);
	CK_OBJECT_HANDLE found[MAX];

	(void)state;
	fixture_inserted.containers[0].der = BYTES(garbage);
	assert_int_equal(
	    fixture_find_class(session, CKO_CERTIFICATE, found, MAX), 2);
}

static void
test_empty_card(void **state)
{
	struct fake_card card = {.model = "CAC v2", .serial = "1"};
	CK_OBJECT_HANDLE found[MAX];
	CK_SESSION_HANDLE session;

	(void)state;
	fake_reader_insert(1, &card);
	session = fixture_session(1, 0);
	assert_int_equal(fixture_find(session, NULL, 0, found, MAX), 1);
	fake_reader_remove(1);
	assert_int_equal(fixture_count_slots(), 1);
	assert_int_equal(C_CloseAllSessions(1), CKR_OK);
}

static void
remove_now(struct fake_card *card, size_t index)
{
	(void)card;
	if (index == 1)
		fake_reader_remove(1);
}

static void
unplug_now(struct fake_card *card, size_t index)
{
	(void)card;
	if (index == 2)
		fake_reader_set_plugged(1, false);
}

static void
exchange_now(struct fake_card *card, size_t index)
{
	card->reading = NULL;
	if (index == 0)
		fake_reader_insert(1, card);
}

static void
check_removed(CK_SESSION_HANDLE session)
{
	CK_SESSION_INFO info;

	assert_int_equal(search_result(session), CKR_DEVICE_REMOVED);
	assert_int_equal(
	    C_GetSessionInfo(session, &info), CKR_SESSION_HANDLE_INVALID);
}

static void
test_removed_while_reading(void **state)
{
	CK_OBJECT_HANDLE found[MAX];

	(void)state;
	fixture_inserted.reading = remove_now;
	check_removed(fixture_session(1, 0));
	fixture_inserted.reading = unplug_now;
	fake_reader_insert(1, &fixture_inserted);
	check_removed(fixture_session(1, 0));
	fixture_inserted.reading = exchange_now;
	fake_reader_set_plugged(1, true);
	check_removed(fixture_session(1, 0));
	assert_int_equal(fixture_find_class(fixture_session(1, 0),
			     CKO_CERTIFICATE, found, MAX),
	    3);
}

/* These would wait for ever if a lock were held while the card is read. */
static void
call_in(struct fake_card *card, size_t index)
{
	CK_SESSION_HANDLE session;
	CK_SESSION_INFO info;
	CK_SLOT_INFO slot;

	(void)card;
	(void)index;
	assert_int_equal(fixture_count_slots(), 1);
	assert_int_equal(C_GetSlotInfo(1, &slot), CKR_OK);
	session = fixture_session(1, 0);
	assert_int_equal(C_GetSessionInfo(session, &info), CKR_OK);
	assert_int_equal(C_CloseSession(session), CKR_OK);
}

static void
test_no_lock_while_reading(void **state)
{
	CK_OBJECT_HANDLE found[MAX];
	CK_SESSION_HANDLE session = fixture_session(1, 0);

	(void)state;
	fixture_inserted.reading = call_in;
	assert_int_equal(
	    fixture_find_class(session, CKO_CERTIFICATE, found, MAX), 3);
}

static CK_SESSION_HANDLE to_close;

static void
close_now(struct fake_card *card, size_t index)
{
	(void)card;
	if (index == 0)
		assert_int_equal(C_CloseSession(to_close), CKR_OK);
}

static void
test_closed_while_reading(void **state)
{
	(void)state;
	fixture_inserted.reading = close_now;
	to_close = fixture_session(1, 0);
	assert_int_equal(search_result(to_close), CKR_SESSION_HANDLE_INVALID);
}

static void
finalize_now(struct fake_card *card, size_t index)
{
	(void)card;
	if (index == 0) {
		assert_int_equal(C_Finalize(NULL), CKR_OK);
		assert_int_equal(C_Initialize(NULL), CKR_OK);
	}
}

/* Not allowed to callers, but it must not hurt. */
static void
test_finalized_while_reading(void **state)
{
	(void)state;
	fixture_inserted.reading = finalize_now;
	assert_int_equal(
	    search_result(fixture_session(1, 0)), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(fake_readers_counts().readers, 1);
}

/* One transaction for each certificate, the first of them with the rest. */
static void
test_makes_room(void **state)
{
	unsigned before;

	(void)state;
	before = fake_readers_counts().transactions;
	assert_int_equal(search_result(fixture_session(1, 0)), CKR_OK);
	assert_int_equal(fake_readers_counts().transactions, before + 2);
	fixture_teardown(state);

	fixture_setup(state);
	fake_reader_set_wanted(1, true);
	before = fake_readers_counts().transactions;
	assert_int_equal(search_result(fixture_session(1, 0)), CKR_OK);
	assert_true(fake_readers_counts().transactions > before + 2);
	for (size_t i = 0; i < fixture_inserted.count; i++)
		assert_int_equal(fixture_inserted.containers[i].reads, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    {"search: fails if any certificate could not be read, and then "
	     "reads only what is missing",
		test_each_container, fixture_setup, fixture_teardown, NULL},
	    {"search: the first is given before the others are read; one that "
	     "cannot be read fails at its turn, each time",
		test_one_by_one, fixture_setup, fixture_teardown, NULL},
	    {"search: without memory it fails", test_no_memory, fixture_setup,
		fixture_teardown, NULL},
	    {"search: what was read whole and holds no certificate is left out",
		test_left_out, fixture_setup, fixture_teardown, NULL},
	    {"search: what libcrypto cannot parse is left out",
		test_no_certificate, fixture_setup, fixture_teardown, NULL},
	    {"search: a card without containers is no error", test_empty_card,
		fixture_setup, fixture_teardown, NULL},
	    {"search: a card that leaves is told, and its session ends",
		test_removed_while_reading, fixture_setup, fixture_teardown,
		NULL},
	    {"search: no lock is held while the card is read",
		test_no_lock_while_reading, fixture_setup, fixture_teardown,
		NULL},
	    {"search: its session may be closed meanwhile",
		test_closed_while_reading, fixture_setup, fixture_teardown,
		NULL},
	    {"search: others who wait for the reader have it in between",
		test_makes_room, fixture_setup, fixture_teardown, NULL},
	    {"search: the module may be finalised meanwhile",
		test_finalized_while_reading, fixture_setup, fixture_teardown,
		NULL},
	};

	return cmocka_run_group_tests_name("pkcs11-promise", tests, NULL, NULL);
}
