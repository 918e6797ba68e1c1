/* SPDX-License-Identifier: BSD-2-Clause */
/* Each operation: not begun, begun twice, ended, and beside others. */
#include <string.h>

#include "tests/unit/conform.h"

#define AT(function) offsetof(CK_FUNCTION_LIST_3_0, function)

/* How each is begun, and what goes on in it. */
static const struct operation {
	size_t init;
	size_t steps[4]; /* 0: no more */
	size_t end;	 /* that succeeds; 0: none */
	CK_MECHANISM_TYPE mechanism;
	unsigned key;
	CK_OBJECT_CLASS class;
} operations[] = {
    {AT(C_EncryptInit),
	{AT(C_Encrypt), AT(C_EncryptUpdate), AT(C_EncryptFinal)}, AT(C_Encrypt),
	CKM_RSA_PKCS, RIG_DECRYPT, CKO_PUBLIC_KEY},
    {AT(C_DecryptInit),
	{AT(C_Decrypt), AT(C_DecryptUpdate), AT(C_DecryptFinal)}, 0,
	CKM_RSA_PKCS, RIG_DECRYPT, CKO_PRIVATE_KEY},
    {AT(C_DigestInit),
	{AT(C_Digest), AT(C_DigestUpdate), AT(C_DigestKey), AT(C_DigestFinal)},
	AT(C_Digest), CKM_SHA256, 0, CKO_PUBLIC_KEY},
    {AT(C_SignInit), {AT(C_Sign), AT(C_SignUpdate), AT(C_SignFinal)},
	AT(C_Sign), CKM_SHA256_RSA_PKCS, RIG_SIGN, CKO_PRIVATE_KEY},
    {AT(C_VerifyInit), {AT(C_Verify), AT(C_VerifyUpdate), AT(C_VerifyFinal)}, 0,
	CKM_SHA256_RSA_PKCS, RIG_SIGN, CKO_PUBLIC_KEY},
    {AT(C_FindObjectsInit), {AT(C_FindObjects), AT(C_FindObjectsFinal)},
	AT(C_FindObjectsFinal), CKM_RSA_PKCS, RIG_SIGN, CKO_PUBLIC_KEY},
};

static const struct conform_function *
function_at(size_t at)
{
	const struct conform_function *f;

	for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
		if (f->at == at)
			return f;
	}
	fail();
	return NULL;
}

/* Fresh arguments, for this operation. */
static void
aim(const struct operation *o, struct conform_args *args)
{
	conform_refill(args);
	args->null = 0;
	args->room->mechanism.mechanism = o->mechanism;
	args->object = rig_object(args->session, o->key, o->class);
}

static void
call(size_t at, const struct conform_args *args, const char *where, CK_RV want)
{
	conform_call(function_at(at), args, where, want);
}

static void
begin(const struct operation *o, struct conform_args *args)
{
	aim(o, args);
	call(o->init, args, "begun", CKR_OK);
}

static void
check_idle(
    struct conform_args *args, const struct operation *o, const char *where)
{
	for (size_t i = 0; i < COUNT_OF(o->steps) && o->steps[i] != 0; i++) {
		conform_refill(args);
		args->null = 0;
		call(o->steps[i], args, where, CKR_OPERATION_NOT_INITIALIZED);
	}
}

static void
check_active(
    struct conform_args *args, const struct operation *o, const char *where)
{
	conform_refill(args);
	args->null = 0;
	call(o->init, args, where, CKR_OPERATION_ACTIVE);
}

static void
test_not_begun(void **state)
{
	struct conform_args args;

	(void)state;
	for (unsigned w = CONFORM_CARD; w <= CONFORM_LOGGED_IN; w++) {
		conform_begin(w, &args);
		for (size_t i = 0; i < COUNT_OF(operations); i++)
			check_idle(&args, &operations[i], "not begun");
		conform_end();
	}
}

/* Before the handle, the mechanism and the key are looked at. */
static void
test_twice(void **state)
{
	struct conform_args args;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(operations); i++) {
		const struct operation *o = &operations[i];

		conform_begin(CONFORM_LOGGED_IN, &args);
		begin(o, &args);
		check_active(&args, o, "begun twice");
		args.object = CONFORM_NOBODY;
		check_active(&args, o, "begun twice, with a bad key");
		args.room->mechanism.mechanism = CONFORM_NOBODY;
		call(o->init, &args, "begun twice, with nothing right",
		    CKR_OPERATION_ACTIVE);
		if (o->end != 0) {
			conform_refill(&args);
			call(o->end, &args, "end", CKR_OK);
			check_idle(&args, o, "ended");
		}
		conform_end();
	}
}

/* A step that lacks a pointer: the search stays, the others end. */
static void
test_pointers(void **state)
{
	struct conform_args args;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(operations); i++) {
		const struct operation *o = &operations[i];
		bool search = o->init == AT(C_FindObjectsInit);

		for (size_t k = 0; k < COUNT_OF(o->steps); k++) {
			const struct conform_function *f;

			if (o->steps[k] == 0)
				break;
			f = function_at(o->steps[k]);
			if (f->needs == 0)
				continue;
			conform_begin(CONFORM_LOGGED_IN, &args);
			begin(o, &args);
			args.null = f->needs;
			conform_call(f, &args, "NULL", CKR_ARGUMENTS_BAD);
			if (search)
				check_active(&args, o, "after NULL");
			else
				check_idle(&args, o, "after NULL");
			conform_end();
		}
	}
}

/* A key, mechanism or parameter that is refused begins nothing. */
static void
test_refused(void **state)
{
	struct conform_args args;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(operations); i++) {
		const struct operation *o = &operations[i];
		const struct conform_function *f = function_at(o->init);

		if (o->init == AT(C_FindObjectsInit))
			continue;
		conform_begin(CONFORM_LOGGED_IN, &args);
		aim(o, &args);
		args.room->mechanism.mechanism = CONFORM_NOBODY;
		conform_call(f, &args, "mechanism", CKR_MECHANISM_INVALID);
		check_idle(&args, o, "bad mechanism");
		aim(o, &args);
		args.room->mechanism.pParameter = args.room->data;
		args.room->mechanism.ulParameterLen = 3;
		conform_call(
		    f, &args, "parameter", CKR_MECHANISM_PARAM_INVALID);
		check_idle(&args, o, "bad parameter");
		if (f->no_object != 0) {
			args.object = CONFORM_NOBODY;
			conform_call(f, &args, "key", f->no_object);
			check_idle(&args, o, "bad key");
		}
		begin(o, &args);
		conform_end();
	}
}

/* Each beside all others, and each session its own. */
static void
test_beside(void **state)
{
	CK_SESSION_HANDLE first, second;
	struct conform_args args;

	(void)state;
	conform_begin(CONFORM_LOGGED_IN, &args);
	first = args.session;
	second = fixture_session(fixture_slot, 0);
	for (size_t i = 0; i < COUNT_OF(operations); i++)
		begin(&operations[i], &args);
	args.session = second;
	for (size_t i = 0; i < COUNT_OF(operations); i++)
		check_idle(&args, &operations[i], "in another session");
	args.session = first;
	for (size_t i = 0; i < COUNT_OF(operations); i++)
		check_active(&args, &operations[i], "in its session");
	args.session = second;
	for (size_t i = 0; i < COUNT_OF(operations); i++)
		begin(&operations[i], &args);
	assert_int_equal(C_CloseSession(first), CKR_OK);
	for (size_t i = 0; i < COUNT_OF(operations); i++)
		check_active(&args, &operations[i], "the other one closed");
	conform_end();
}

/* C_Logout ends what uses a private key, and nothing else. */
static void
test_logout(void **state)
{
	struct conform_args args;

	(void)state;
	conform_begin(CONFORM_LOGGED_IN, &args);
	for (size_t i = 0; i < COUNT_OF(operations); i++)
		begin(&operations[i], &args);
	assert_int_equal(C_Logout(args.session), CKR_OK);
	for (size_t i = 0; i < COUNT_OF(operations); i++) {
		const struct operation *o = &operations[i];

		if (o->class == CKO_PRIVATE_KEY)
			check_idle(&args, o, "after C_Logout");
		else
			check_active(&args, o, "after C_Logout");
	}
	conform_end();
}

/* It ends the handles of private objects, also for the next login. */
static void
test_hidden(void **state)
{
	const struct conform_function *f;
	struct conform_args args;

	(void)state;
	conform_begin(CONFORM_LOGGED_IN, &args);
	args.object = rig_private(args.session, RIG_SIGN);
	assert_int_equal(C_Logout(args.session), CKR_OK);
	for (unsigned again = 0; again < 2; again++) {
		for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
			if (f->no_object == 0)
				continue;
			conform_refill(&args);
			conform_call(f, &args, "after C_Logout", f->no_object);
		}
		if (again == 0)
			assert_int_equal(
			    fixture_login(args.session, RIG_PIN), CKR_OK);
	}
	conform_end();
}

/* Just that one. */
static void
test_cancel(void **state)
{
	static const CK_FLAGS flags[COUNT_OF(operations)] = {CKF_ENCRYPT,
	    CKF_DECRYPT, CKF_DIGEST, CKF_SIGN, CKF_VERIFY, CKF_FIND_OBJECTS};
	struct conform_args args;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(operations); i++) {
		conform_begin(CONFORM_LOGGED_IN, &args);
		for (size_t k = 0; k < COUNT_OF(operations); k++)
			begin(&operations[k], &args);
		assert_int_equal(
		    C_SessionCancel(args.session, flags[i]), CKR_OK);
		for (size_t k = 0; k < COUNT_OF(operations); k++) {
			if (k == i)
				check_idle(&args, &operations[k], "cancelled");
			else
				check_active(&args, &operations[k], "stays");
		}
		conform_end();
	}
}

/* The card leaves inside each: the session is dead, whatever was begun. */
static void
test_removed(void **state)
{
	struct conform_args args;
	CK_SLOT_INFO info;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(operations); i++) {
		const struct operation *o = &operations[i];

		conform_begin(CONFORM_LOGGED_IN, &args);
		begin(o, &args);
		fake_reader_remove((unsigned)fixture_slot);
		if (function_at(o->init)->looks)
			call(o->init, &args, "removed",
			    CKR_SESSION_HANDLE_INVALID);
		assert_int_equal(C_GetSlotInfo(fixture_slot, &info), CKR_OK);
		for (size_t k = 0; k < COUNT_OF(o->steps); k++) {
			if (o->steps[k] != 0)
				call(o->steps[k], &args, "removed",
				    CKR_SESSION_HANDLE_INVALID);
		}
		conform_end();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("state: what was not begun", test_not_begun),
	    TEST("state: begun twice, before all but the session", test_twice),
	    TEST("state: a missing pointer ends an operation, but no search",
		test_pointers),
	    TEST("state: what is refused is not begun", test_refused),
	    TEST("state: operations and sessions side by side", test_beside),
	    TEST("state: C_Logout ends private operations", test_logout),
	    TEST("state: C_Logout ends the handles of private objects",
		test_hidden),
	    TEST("state: C_SessionCancel ends what it names", test_cancel),
	    TEST("state: a card that leaves in the middle", test_removed),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-conform-state", tests, NULL, NULL);
}
