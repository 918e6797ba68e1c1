/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of slots, and events. */
#include <pthread.h>
#include <sched.h>

#include "tests/unit/pkcs11-fixture.h"

static int
setup_empty(void **state)
{
	(void)state;
	fake_readers_reset();
	return C_Initialize(NULL) == CKR_OK ? 0 : -1;
}

static void
test_no_reader(void **state)
{
	CK_SLOT_ID ids[4];
	CK_ULONG count = 4;

	(void)state;
	assert_int_equal(fixture_count_slots(), 0);
	assert_int_equal(C_GetSlotList(CK_TRUE, ids, &count), CKR_OK);
	assert_int_equal(count, 0);
	assert_int_equal(C_GetSlotList(CK_TRUE, ids, NULL), CKR_ARGUMENTS_BAD);
}

static void
test_list_sizes(void **state)
{
	CK_SLOT_ID ids[4] = {0, 0, 77, 77};
	CK_ULONG count = 1;

	(void)state;
	(void)fake_reader_add("one");
	(void)fake_reader_add("two");
	assert_int_equal(
	    C_GetSlotList(CK_FALSE, ids, &count), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(count, 2);
	assert_int_equal(C_GetSlotList(CK_FALSE, ids, &count), CKR_OK);
	assert_int_equal(count, 2);
	count = 4;
	assert_int_equal(C_GetSlotList(CK_FALSE, ids, &count), CKR_OK);
	assert_int_equal(count, 2);
	assert_int_equal(ids[0], 1);
	assert_int_equal(ids[1], 2);
	assert_int_equal(ids[2], 77);
}

static void
test_list_stays(void **state)
{
	CK_SLOT_ID ids[4];
	CK_ULONG count = 4;

	(void)state;
	(void)fake_reader_add("second");
	assert_int_equal(fixture_count_slots(), 2);
	fake_reader_set_plugged(1, false);
	fake_reader_remove(1);
	assert_int_equal(fixture_count_slots(), 2);
	fake_readers_set_refresh_error(USB_ERR_IO);
	assert_int_equal(C_GetSlotList(CK_FALSE, ids, &count), CKR_OK);
	assert_int_equal(count, 2);
	assert_int_equal(ids[0], 1);
}

/* A reader that arrives between size and list waits for the next time. */
static void
test_list_after_size(void **state)
{
	CK_SLOT_ID ids[4];
	CK_ULONG count = 0, spare = 4;

	(void)state;
	assert_int_equal(C_GetSlotList(CK_FALSE, NULL, &count), CKR_OK);
	assert_int_equal(count, 1);
	(void)fake_reader_add("late");
	assert_int_equal(C_GetSlotList(CK_FALSE, ids, &count), CKR_OK);
	assert_int_equal(count, 1);
	assert_int_equal(C_GetSlotList(CK_FALSE, ids, &spare), CKR_OK);
	assert_int_equal(spare, 2);
}

static void
test_list_present(void **state)
{
	CK_SLOT_ID ids[4];
	CK_ULONG count = 4;

	(void)state;
	(void)fake_reader_add("empty");
	assert_int_equal(C_GetSlotList(CK_TRUE, ids, &count), CKR_OK);
	assert_int_equal(count, 1);
	assert_int_equal(ids[0], fixture_slot);
	fake_reader_remove(1);
	fake_reader_insert(2, &fixture_inserted);
	count = 4;
	assert_int_equal(C_GetSlotList(CK_TRUE, ids, &count), CKR_OK);
	assert_int_equal(count, 1);
	assert_int_equal(ids[0], 2);
	assert_int_equal(fake_readers_counts().transactions, 0);
}

static void
test_slot_info(void **state)
{
	CK_SLOT_INFO info;

	(void)state;
	assert_int_equal(C_GetSlotInfo(9, NULL), CKR_SLOT_ID_INVALID);
	assert_int_equal(C_GetSlotInfo(1, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_GetSlotInfo(1, &info), CKR_OK);
	assert_padded(info.slotDescription, "SCR33xx v2.0 USB SC Reader");
	assert_padded(info.manufacturerID, "SCM Microsystems Inc.");
	assert_int_equal(
	    info.flags, CKF_REMOVABLE_DEVICE | CKF_HW_SLOT | CKF_TOKEN_PRESENT);
	assert_int_equal(info.firmwareVersion.major, 5);
	assert_int_equal(info.firmwareVersion.minor, 18);
	fake_reader_remove(1);
	assert_int_equal(C_GetSlotInfo(1, &info), CKR_OK);
	assert_int_equal(info.flags, CKF_REMOVABLE_DEVICE | CKF_HW_SLOT);
	fake_reader_insert(1, &fixture_inserted);
	fake_reader_set_unknown(1, USB_ERR_BUSY);
	assert_int_equal(C_GetSlotInfo(1, &info), CKR_OK);
	assert_int_equal(info.flags, CKF_REMOVABLE_DEVICE | CKF_HW_SLOT);
	fake_reader_set_plugged(1, false);
	assert_int_equal(C_GetSlotInfo(1, &info), CKR_OK);
	assert_int_equal(info.flags, CKF_REMOVABLE_DEVICE | CKF_HW_SLOT);
}

static void
check_event(CK_SLOT_ID expect)
{
	CK_SLOT_ID id = 0;
	CK_RV rv = C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, NULL);

	assert_int_equal(rv, expect != 0 ? CKR_OK : CKR_NO_EVENT);
	assert_int_equal(id, expect);
}

static void
test_events(void **state)
{
	CK_SLOT_INFO info;
	CK_SLOT_ID id;

	(void)state;
	assert_int_equal(
	    C_WaitForSlotEvent(CKF_DONT_BLOCK, NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, &id), CKR_ARGUMENTS_BAD);
	check_event(0);
	fake_reader_remove(1);
	check_event(1);
	check_event(0);
	/* Also what another call noticed first. */
	fake_reader_insert(1, &fixture_inserted);
	assert_int_equal(C_GetSlotInfo(1, &info), CKR_OK);
	check_event(1);
	check_event(0);
	/* Out and in again between two looks. */
	fake_reader_insert(1, &fixture_inserted);
	check_event(1);
	/* A new reader is an event if it brings a card. */
	(void)fake_reader_add("empty");
	check_event(0);
	(void)fake_reader_add("with card");
	fake_reader_insert(3, &fixture_inserted);
	check_event(3);
	fake_reader_set_plugged(3, false);
	check_event(3);
	check_event(0);
}

static void *
wait_blocking(void *result)
{
	CK_SLOT_ID id;

	*(CK_RV *)result = C_WaitForSlotEvent(0, &id, NULL);
	return NULL;
}

/* Until another thread has looked at the readers n times more. */
static void
await_refreshes(unsigned n)
{
	unsigned from = fake_readers_counts().refreshes;

	while (fake_readers_counts().refreshes - from < n)
		(void)sched_yield();
}

static void
test_wait_insertion(void **state)
{
	pthread_t thread;
	CK_RV rv = CKR_GENERAL_ERROR;

	(void)state;
	check_event(0);
	fake_reader_remove(1);
	check_event(1);
	assert_int_equal(pthread_create(&thread, NULL, wait_blocking, &rv), 0);
	await_refreshes(1);
	fake_reader_insert(1, &fixture_inserted);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(rv, CKR_OK);
}

/* As SECMOD_CancelWait of NSS does it. */
static void
test_wait_cancelled(void **state)
{
	pthread_t threads[3];
	CK_RV rv[3] = {0};

	(void)state;
	check_event(0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, wait_blocking, &rv[i]),
		    0);
	await_refreshes(6);
	assert_int_equal(C_Finalize(NULL), CKR_OK);
	assert_int_equal(C_Initialize(NULL), CKR_OK);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(rv[i], CKR_CRYPTOKI_NOT_INITIALIZED);
	}
	assert_int_equal(fake_readers_counts().readers, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    {"slots: no reader is no error", test_no_reader, setup_empty,
		fixture_teardown, NULL},
	    {"slots: size, too small, and room to spare", test_list_sizes,
		setup_empty, fixture_teardown, NULL},
	    {"slots: the list keeps what is unplugged, and survives a failing "
	     "bus",
		test_list_stays, fixture_setup, fixture_teardown, NULL},
	    {"slots: size query and list agree though a reader arrives",
		test_list_after_size, fixture_setup, fixture_teardown, NULL},
	    {"slots: tokenPresent follows the cards, without a transaction",
		test_list_present, fixture_setup, fixture_teardown, NULL},
	    {"C_GetSlotInfo: names, versions, and presence as it is now",
		test_slot_info, fixture_setup, fixture_teardown, NULL},
	    {"events: each insertion and removal once, whoever saw it first",
		test_events, fixture_setup, fixture_teardown, NULL},
	    {"events: a waiting thread learns of an insertion",
		test_wait_insertion, fixture_setup, fixture_teardown, NULL},
	    {"events: C_Finalize ends the waiting, though C_Initialize follows",
		test_wait_cancelled, fixture_setup, fixture_teardown, NULL},
	};

	return cmocka_run_group_tests_name("pkcs11-slot", tests, NULL, NULL);
}
