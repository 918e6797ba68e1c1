/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each function with each bad handle and each missing pointer, in the order of
 * the checks.
 */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/conform.h"

#define ALL_NULL (~0U)

/* Of those that work without C_Initialize. */
static CK_RV
answer_early(const struct conform_function *f, const struct conform_args *args)
{
	if (f->scope != CONFORM_ALWAYS)
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	return (args->null & f->needs) != 0 ? CKR_ARGUMENTS_BAD : CKR_OK;
}

static void
call_early(struct conform_args *args, const char *where)
{
	const struct conform_function *f;

	for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
		conform_refill(args);
		conform_call(f, args, where, answer_early(f, args));
		if (f->at == offsetof(CK_FUNCTION_LIST_3_0, C_Initialize))
			assert_int_equal(C_Finalize(NULL), CKR_OK);
	}
}

static void
test_complete(void **state)
{
	bool called[sizeof(CK_FUNCTION_LIST_3_0) / sizeof(void *)] = {true};
	const struct conform_function *f;
	CK_FUNCTION_LIST *list = NULL;
	CK_INTERFACE *interface = NULL;
	void *const *new, *const *old;

	(void)state;
	assert_int_equal(C_GetFunctionList(&list), CKR_OK);
	assert_int_equal(C_GetInterface(NULL, NULL, &interface, 0), CKR_OK);
	old = (void *const *)list;
	new = interface->pFunctionList;
	for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
		size_t at = f->at / sizeof(void *);

		assert_false(called[at]);
		called[at] = true;
		assert_non_null(new[at]);
		if (f->at < sizeof(CK_FUNCTION_LIST))
			assert_non_null(old[at]);
	}
	for (size_t i = 0; i < COUNT_OF(called); i++)
		assert_true(called[i]);
}

static void
test_not_initialized(void **state)
{
	struct conform_args args;

	(void)state;
	conform_begin(CONFORM_CARD, &args);
	conform_end();
	call_early(&args, "after C_Finalize");
	args.null = ALL_NULL;
	call_early(&args, "after C_Finalize, all NULL");
	args.zero = true;
	call_early(&args, "after C_Finalize, all 0");
}

/* The number of the first one that is wrong, from 1; 0: none. */
static int
call_in_child(struct conform_args *args)
{
	const struct conform_function *f;

	for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
		if (f->scope == CONFORM_ALWAYS)
			continue;
		conform_refill(args);
		if (f->call(args) != CKR_CRYPTOKI_NOT_INITIALIZED)
			return (int)i + 1;
	}
	return C_Initialize(NULL) == CKR_OK && C_Finalize(NULL) == CKR_OK ? 0
									  : 255;
}

static void
test_fork(void **state)
{
	struct conform_args args;
	int status = 0;
	pid_t child;

	(void)state;
	conform_begin(CONFORM_LOGGED_IN, &args);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(call_in_child(&args));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) != 0)
		fail_msg("function %d of the table", WEXITSTATUS(status));
	assert_int_equal(fixture_state(args.session), CKS_RW_USER_FUNCTIONS);
	assert_int_equal(atomic_load(&fixture_inserted.logouts), 0);
	conform_end();
}

static void
test_sound(void **state)
{
	const struct conform_function *f;
	struct conform_args args;

	(void)state;
	for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
		conform_begin(CONFORM_CARD, &args);
		conform_call(f, &args, "sound arguments", f->answer);
		conform_end();
	}
}

static void
call_with_slot(struct conform_args *args, CK_SLOT_ID slot)
{
	const struct conform_function *f;

	args->slot = slot;
	for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
		if (f->scope != CONFORM_SLOT)
			continue;
		conform_refill(args);
		args->null = 0;
		conform_call(f, args, "bad slot", CKR_SLOT_ID_INVALID);
		args->null = ALL_NULL;
		conform_call(
		    f, args, "bad slot and no pointers", CKR_SLOT_ID_INVALID);
	}
}

static void
test_slots(void **state)
{
	struct conform_args args;

	(void)state;
	conform_begin(CONFORM_CARD, &args);
	call_with_slot(&args, 0);
	call_with_slot(&args, fixture_slot + 1);
	call_with_slot(&args, args.session);
	call_with_slot(&args, (CK_SLOT_ID)-1);
	/* A reader that nobody has listed has no slot yet. */
	call_with_slot(&args, fake_reader_add("Another Reader"));
	conform_end();
}

static void
call_with_session(
    struct conform_args *args, CK_SESSION_HANDLE session, const char *where)
{
	const struct conform_function *f;

	args->session = session;
	for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
		if (f->scope != CONFORM_SESSION)
			continue;
		conform_refill(args);
		args->null = 0;
		conform_call(f, args, where, CKR_SESSION_HANDLE_INVALID);
		args->null = ALL_NULL;
		conform_call(f, args, where, CKR_SESSION_HANDLE_INVALID);
	}
}

static void
test_sessions(void **state)
{
	CK_SESSION_HANDLE open, closed;
	struct conform_args args;

	(void)state;
	conform_begin(CONFORM_CARD, &args);
	open = args.session;
	call_with_session(&args, CK_INVALID_HANDLE, "session 0");
	call_with_session(&args, (CK_SESSION_HANDLE)-1, "session -1");
	call_with_session(&args, CONFORM_NOBODY, "unknown session");
	call_with_session(&args, args.object, "an object as session");
	closed = fixture_session(fixture_slot, 0);
	assert_int_equal(C_CloseSession(closed), CKR_OK);
	call_with_session(&args, closed, "closed session");
	assert_int_equal(fixture_state(open), CKS_RW_PUBLIC_SESSION);
	assert_int_equal(C_CloseAllSessions(fixture_slot), CKR_OK);
	call_with_session(&args, open, "all sessions closed");
	assert_int_equal(C_Finalize(NULL), CKR_OK);
	assert_int_equal(C_Initialize(NULL), CKR_OK);
	assert_int_equal(fixture_count_slots(), 1);
	(void)fixture_session(fixture_slot, 0);
	call_with_session(&args, open, "session of an earlier C_Initialize");
	conform_end();
}

/* What a refused call must leave as it was. */
struct things {
	struct conform_room room;
	CK_FLAGS flags; /* of the token */
	CK_ULONG sessions;
	unsigned logins, changes, uses, transactions;
};

static void
remember(const struct conform_args *args, struct things *out)
{
	CK_TOKEN_INFO token;

	memset(out, 0, sizeof(*out));
	memcpy(&out->room, args->room, sizeof(out->room));
	assert_int_equal(C_GetTokenInfo(args->slot, &token), CKR_OK);
	out->flags = token.flags;
	out->sessions = token.ulSessionCount;
	out->logins = atomic_load(&fixture_inserted.logins);
	out->changes = atomic_load(&fixture_inserted.changes);
	out->uses = rig_uses(RIG_SIGN);
	out->transactions = fake_readers_counts().transactions;
}

static void
call_without(const struct conform_function *f, unsigned pointers)
{
	static struct things before, after;
	struct conform_args args;

	conform_begin(CONFORM_CARD, &args);
	remember(&args, &before);
	args.null = pointers;
	conform_call(f, &args, "a pointer is NULL", CKR_ARGUMENTS_BAD);
	remember(&args, &after);
	assert_memory_equal(&before, &after, sizeof(before));
	/* And it is as if nothing had been called. */
	args.null = 0;
	conform_call(f, &args, "after a NULL pointer", f->answer);
	conform_end();
}

static void
test_pointers(void **state)
{
	const struct conform_function *f;

	(void)state;
	for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
		for (unsigned bit = 1; bit <= f->needs; bit <<= 1) {
			if ((f->needs & bit) != 0)
				call_without(f, bit);
		}
		if (f->needs != 0)
			call_without(f, ALL_NULL);
	}
}

static void
call_with_object(
    struct conform_args *args, CK_OBJECT_HANDLE object, const char *where)
{
	const struct conform_function *f;

	args->object = object;
	for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
		if (f->no_object == 0)
			continue;
		conform_refill(args);
		args->null = 0;
		conform_call(f, args, where, f->no_object);
		/* The mechanism comes after the key. */
		args->room->mechanism.mechanism = CONFORM_NOBODY;
		conform_call(f, args, where, f->no_object);
		args->null = f->needs;
		if (f->needs != 0)
			conform_call(f, args, where, CKR_ARGUMENTS_BAD);
	}
}

static void
test_objects(void **state)
{
	static struct fake_card second;
	CK_OBJECT_HANDLE object = 0, old;
	struct conform_args args;
	CK_SLOT_ID slot;

	(void)state;
	conform_begin(CONFORM_CARD, &args);
	old = args.object;
	call_with_object(&args, CK_INVALID_HANDLE, "object 0");
	call_with_object(&args, (CK_OBJECT_HANDLE)-1, "object -1");
	call_with_object(&args, CONFORM_NOBODY, "unknown object");
	call_with_object(&args, args.session, "a session as object");
	slot = fake_reader_add("Another Reader");
	fixture_card(&second);
	fake_reader_insert((unsigned)slot, &second);
	assert_int_equal(fixture_count_slots(), 2);
	assert_int_equal(fixture_find_class(fixture_session(slot, 0),
			     CKO_PUBLIC_KEY, &object, 1),
	    1);
	call_with_object(&args, object, "another slot's object");
	fixture_card(&second);
	fake_reader_insert((unsigned)fixture_slot, &second);
	args.session = fixture_session(fixture_slot, CKF_RW_SESSION);
	call_with_object(&args, old, "another card's object");
	conform_end();
}

static void
test_reserved(void **state)
{
	struct conform_args args;
	CK_SLOT_ID slot = CONFORM_NOBODY;
	CK_C_INITIALIZE_ARGS init = {.pReserved = &slot};

	(void)state;
	conform_begin(CONFORM_CARD, &args);
	assert_int_equal(C_Initialize(&init), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_Finalize(&slot), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    C_WaitForSlotEvent(0, &slot, &slot), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_WaitForSlotEvent(0, NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(slot, CONFORM_NOBODY);
	assert_int_equal(fixture_state(args.session), CKS_RW_PUBLIC_SESSION);
	conform_end();
	assert_int_equal(C_Finalize(&slot), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(
	    C_WaitForSlotEvent(0, &slot, &slot), CKR_CRYPTOKI_NOT_INITIALIZED);
}

/* What writes is refused after its pointers, before its object. */
static void
test_read_only(void **state)
{
	static const size_t writes[] = {
	    offsetof(CK_FUNCTION_LIST_3_0, C_SetPIN),
	    offsetof(CK_FUNCTION_LIST_3_0, C_SetAttributeValue),
	};
	const struct conform_function *f;
	struct conform_args args;

	(void)state;
	conform_begin(CONFORM_CARD, &args);
	args.session = fixture_session(fixture_slot, 0);
	args.object = CONFORM_NOBODY;
	for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
		if (f->at != writes[0] && f->at != writes[1])
			continue;
		conform_refill(&args);
		args.null = f->needs;
		conform_call(f, &args, "read-only, NULL", CKR_ARGUMENTS_BAD);
		args.null = 0;
		conform_call(f, &args, "read-only", CKR_SESSION_READ_ONLY);
	}
	assert_int_equal(atomic_load(&fixture_inserted.changes), 0);
	conform_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("lists: each function is there, and is called here",
		test_complete),
	    TEST("sound: each function answers as it should", test_sound),
	    TEST("order: without C_Initialize nothing else matters",
		test_not_initialized),
	    TEST("fork: the child is told so, the parent notices nothing",
		test_fork),
	    TEST("slot: unknown ones, before any pointer", test_slots),
	    TEST("session: bad ones of each kind, before any pointer",
		test_sessions),
	    TEST("pointers: each that is missing, and nothing is changed",
		test_pointers),
	    TEST("objects: bad handles of each kind, after pointers and "
		 "before mechanisms",
		test_objects),
	    TEST("pointers: those that are reserved must be NULL",
		test_reserved),
	    TEST("session: a read-only one, after pointers, before objects",
		test_read_only),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-conform-functions", tests, NULL, NULL);
}
