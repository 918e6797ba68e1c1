/* SPDX-License-Identifier: BSD-2-Clause */
/* Each function without a reader or card, and with one that changes. */
#include "tests/unit/conform.h"

static bool
has_session(enum conform_world world)
{
	return world >= CONFORM_CARD;
}

static bool
is_gone(enum conform_world world)
{
	return world >= CONFORM_REMOVED;
}

/* Of a function that wants a token in its slot. */
static CK_RV
token_answer(enum conform_world world)
{
	switch (world) {
	case CONFORM_NO_READER:
		return CKR_SLOT_ID_INVALID;
	case CONFORM_EMPTY:
	case CONFORM_REMOVED:
	case CONFORM_UNPLUGGED:
		return CKR_TOKEN_NOT_PRESENT;
	case CONFORM_FOREIGN:
		return CKR_TOKEN_NOT_RECOGNIZED;
	default:
		return CKR_OK;
	}
}

static CK_RV
slot_answer(const struct conform_function *f, enum conform_world world)
{
	CK_RV rv = token_answer(world);

	if (rv == CKR_SLOT_ID_INVALID)
		return rv;
	return f->looks && rv != CKR_OK ? rv : f->answer;
}

static bool
is(const struct conform_function *f, size_t at)
{
	return f->at == at;
}

#define IS(f, function) is(f, offsetof(CK_FUNCTION_LIST_3_0, function))

static CK_RV
session_answer(const struct conform_function *f, enum conform_world world)
{
	if (!has_session(world) || (is_gone(world) && f->looks))
		return CKR_SESSION_HANDLE_INVALID;
	if (world != CONFORM_LOGGED_IN)
		return f->answer;
	if (IS(f, C_Login) || IS(f, C_LoginUser))
		return CKR_USER_ALREADY_LOGGED_IN;
	return IS(f, C_Logout) ? CKR_OK : f->answer;
}

static CK_RV
answer(const struct conform_function *f, enum conform_world world)
{
	/* Who only waits is told what others saw, or sees himself. */
	if (IS(f, C_WaitForSlotEvent))
		return is_gone(world) ? CKR_OK : CKR_NO_EVENT;
	if (f->scope == CONFORM_SLOT)
		return slot_answer(f, world);
	if (f->scope == CONFORM_SESSION)
		return session_answer(f, world);
	return f->answer;
}

static void
test_sound(void **state)
{
	const struct conform_function *f;
	struct conform_args args;

	(void)state;
	for (unsigned w = 0; w < CONFORM_WORLDS; w++) {
		for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
			conform_begin(w, &args);
			conform_call(
			    f, &args, conform_world_names[w], answer(f, w));
			conform_end();
		}
	}
}

/* Noticed by one function, it is known to all, and for ever. */
static void
test_gone(void **state)
{
	const struct conform_function *f;
	struct conform_args args;
	CK_SLOT_INFO info;

	(void)state;
	for (unsigned w = CONFORM_REMOVED; w < CONFORM_WORLDS; w++) {
		conform_begin(w, &args);
		assert_int_equal(C_GetSlotInfo(args.slot, &info), CKR_OK);
		for (unsigned back = 0; back < 2; back++) {
			for (size_t i = 0; (f = conform_function(i)); i++) {
				if (f->scope != CONFORM_SESSION)
					continue;
				conform_refill(&args);
				conform_call(f, &args, conform_world_names[w],
				    CKR_SESSION_HANDLE_INVALID);
			}
			fake_reader_set_plugged((unsigned)args.slot, true);
			fake_reader_insert(
			    (unsigned)args.slot, &fixture_inserted);
			(void)fixture_session(args.slot, 0);
		}
		conform_end();
	}
}

/* A removal that nobody has noticed comes before missing pointers. */
static void
test_gone_first(void **state)
{
	const struct conform_function *f;
	struct conform_args args;

	(void)state;
	for (unsigned w = CONFORM_REMOVED; w < CONFORM_WORLDS; w++) {
		for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
			if (f->scope != CONFORM_SESSION || !f->looks)
				continue;
			conform_begin(w, &args);
			args.null = f->needs;
			conform_call(f, &args, conform_world_names[w],
			    CKR_SESSION_HANDLE_INVALID);
			conform_end();
		}
	}
}

/* What no caller could do anything with. */
static void
check_useful(const struct conform_function *f, const char *where, CK_RV rv)
{
	switch (rv) {
	case CKR_GENERAL_ERROR:
	case CKR_FUNCTION_FAILED:
	case CKR_HOST_MEMORY:
	case CKR_DEVICE_MEMORY:
	case CKR_DEVICE_ERROR:
		conform_expect(f, where, rv, CKR_ARGUMENTS_BAD);
		break;
	default:
		break;
	}
}

static void
call_with_nothing(
    const struct conform_function *f, enum conform_world world, bool zero)
{
	static const CK_ULONG handles[] = {0, 1, (CK_ULONG)-1};
	const char *where = conform_world_names[world];
	struct conform_args args, given;

	for (size_t i = 0; i <= COUNT_OF(handles); i++) {
		conform_begin(world, &args);
		given = args;
		given.null = ~0U;
		given.zero = zero;
		if (i < COUNT_OF(handles)) {
			given.slot = handles[i];
			given.session = given.object = handles[i];
		}
		check_useful(f, where, f->call(&given));
		/* It has left nothing behind. */
		check_useful(f, where, f->call(&args));
		conform_end();
	}
}

static void
test_nothing(void **state)
{
	const struct conform_function *f;

	(void)state;
	for (unsigned w = 0; w < CONFORM_WORLDS; w++) {
		for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
			call_with_nothing(f, w, false);
			call_with_nothing(f, w, true);
		}
	}
}

/* A template whose entry has a length, but no value. */
static void
test_template(void **state)
{
	const struct conform_function *f;
	struct conform_args args;
	CK_RV rv;

	(void)state;
	for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
		conform_begin(CONFORM_LOGGED_IN, &args);
		args.room->template.pValue = NULL;
		rv = f->call(&args);
		check_useful(f, "a template without values", rv);
		if (IS(f, C_FindObjectsInit))
			assert_int_equal(rv, CKR_ARGUMENTS_BAD);
		conform_end();
	}
}

/* The PIN is not sent, and no key is used, unless a function is for that. */
static void
test_quiet(void **state)
{
	const struct conform_function *f;
	struct conform_args args;
	unsigned logins;

	(void)state;
	for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
		conform_begin(CONFORM_CARD, &args);
		(void)f->call(&args);
		logins = IS(f, C_Login) || IS(f, C_LoginUser) ? 1 : 0;
		assert_int_equal(atomic_load(&fixture_inserted.logins), logins);
		assert_int_equal(
		    atomic_load(&fixture_inserted.changes), IS(f, C_SetPIN));
		for (unsigned key = 0; key < RIG_KEYS; key++)
			assert_int_equal(rig_uses(key), 0);
		conform_end();
	}
}

static bool
takes_pins(const struct conform_function *f)
{
	return IS(f, C_Login) || IS(f, C_LoginUser) || IS(f, C_SetPIN);
}

/* No PIN means the pad, once, and nothing else has people type there. */
static void
test_pad(void **state)
{
	const struct conform_function *f;
	struct conform_args args;
	unsigned typed;
	CK_RV rv;

	(void)state;
	for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
		conform_begin(CONFORM_PAD, &args);
		args.null = ~0U;
		args.zero = true;
		rv = f->call(&args);
		typed = atomic_load(&fixture_inserted.pad_logins) +
		    atomic_load(&fixture_inserted.changes);
		assert_int_equal(typed, takes_pins(f));
		if (takes_pins(f))
			conform_expect(f, "at the pad", rv, CKR_OK);
		assert_int_equal(atomic_load(&fixture_inserted.logins), 0);
		conform_end();
	}
}

/* A length is of a PIN: one is missing. */
static void
test_pad_length(void **state)
{
	const struct conform_function *f;
	struct conform_args args;

	(void)state;
	for (size_t i = 0; (f = conform_function(i)) != NULL; i++) {
		if (!takes_pins(f))
			continue;
		conform_begin(CONFORM_PAD, &args);
		args.null = f->needs;
		conform_call(f, &args, "a length alone", CKR_ARGUMENTS_BAD);
		assert_int_equal(atomic_load(&fixture_inserted.pad_logins), 0);
		assert_int_equal(atomic_load(&fixture_inserted.changes), 0);
		conform_end();
	}
}

/* Handles are numbers: those near the ones that are given can be guessed. */
static void
test_guessed(void **state)
{
	CK_BBOOL private = CK_FALSE;
	CK_ATTRIBUTE want = {CKA_PRIVATE, &private, sizeof(private)};
	CK_OBJECT_HANDLE found[64], handle;
	struct conform_args args;
	unsigned seen = 0;
	CK_ULONG n;

	(void)state;
	conform_begin(CONFORM_CARD, &args);
	n = fixture_find(args.session, NULL, 0, found, COUNT_OF(found));
	handle = args.object > 100 ? args.object - 100 : 1;
	for (; handle < args.object + 100; handle++) {
		CK_RV rv = C_GetAttributeValue(args.session, handle, &want, 1);

		if (rv == CKR_OK) {
			assert_int_equal(private, CK_FALSE);
			seen++;
		} else {
			assert_int_equal(rv, CKR_OBJECT_HANDLE_INVALID);
		}
	}
	assert_int_equal(seen, n);
	conform_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("worlds: each function answers as it should in each",
		test_sound),
	    TEST("gone: the session is dead for each function, also when the "
		 "card is back",
		test_gone),
	    TEST("gone: told before a pointer is missed", test_gone_first),
	    TEST(
		"nothing: NULL, 0 and -1 for all, in each world", test_nothing),
	    TEST("template: a length without a value", test_template),
	    TEST("quiet: only C_Login and C_SetPIN send a PIN", test_quiet),
	    TEST("pad: without a PIN it is typed there, once, for what takes "
		 "PINs alone",
		test_pad),
	    TEST("pad: a length without a PIN is an error", test_pad_length),
	    TEST("guessed: no handle leads to a hidden object", test_guessed),
	};

	return cmocka_run_group_tests_name(
	    "pkcs11-conform-worlds", tests, NULL, NULL);
}
