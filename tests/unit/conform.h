/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every function of Cryptoki, 2.40 and 3.0, with a caller whose arguments can
 * be broken one by one; and the worlds in which it is called.
 */
#ifndef TESTS_UNIT_CONFORM_H
#define TESTS_UNIT_CONFORM_H

#include <stdalign.h>

#include "pkcs11/cryptoki-3.h"
#include "tests/unit/crypto-rig.h"
#include "tests/unit/unit.h"

/* What the pointers of a call point to. */
struct conform_room {
	CK_MECHANISM mechanism;
	CK_ATTRIBUTE template;
	CK_C_INITIALIZE_ARGS init;
	CK_OBJECT_HANDLE handles[4];
	CK_ULONG n;
	unsigned char data[64];
	alignas(16) unsigned char out[8192];
};

struct conform_args {
	CK_SLOT_ID slot;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE object;
	unsigned null; /* one bit for each pointer, in their order: is NULL */
	bool zero;     /* so are lengths, counts and flags */
	struct conform_room *room;
};

/* What a function is told first. */
enum conform_scope {
	CONFORM_ALWAYS, /* works without C_Initialize */
	CONFORM_MODULE,
	CONFORM_SLOT,
	CONFORM_SESSION,
};

struct conform_function {
	const char *name;
	size_t at; /* in CK_FUNCTION_LIST_3_0 */
	CK_RV (*call)(const struct conform_args *a);
	enum conform_scope scope;
	unsigned needs; /* pointers that must not be NULL, as bits */
	/* With a card, a read/write session, and nobody logged in. */
	CK_RV answer;
	/* For a handle that no object has; 0: takes none, or not so early. */
	CK_RV no_object;
	/* Asks the reader for the card, and does not go by what was known. */
	bool looks;
};

#define CONFORM_TABLES 3
struct conform_table {
	const struct conform_function *functions;
	size_t count;
};
extern const struct conform_table conform_slots;  /* and sessions, objects */
extern const struct conform_table conform_crypto; /* operations with keys */
extern const struct conform_table conform_new;	  /* of 3.0 */

/* From 0; NULL at the end. */
const struct conform_function *conform_function(size_t i);

enum conform_world {
	CONFORM_NO_READER,
	CONFORM_EMPTY,
	CONFORM_FOREIGN,
	CONFORM_CARD,
	CONFORM_LOGGED_IN,
	CONFORM_PAD, /* the reader takes PINs; nobody is logged in */
	/* A session was opened, and its card is gone since. */
	CONFORM_REMOVED,
	CONFORM_SWAPPED,
	CONFORM_UNPLUGGED,
	CONFORM_WORLDS
};
extern const char *const conform_world_names[CONFORM_WORLDS];

/*
 * Initialised, and slots are listed. args: sound ones of that world, where
 * there is no session or object their handles are such as nobody has.
 */
void conform_begin(enum conform_world world, struct conform_args *args);
void conform_end(void);

/* Sound contents for another call; what args points to otherwise stays. */
void conform_refill(struct conform_args *args);

/* The handle of a session or object that never was. */
#define CONFORM_NOBODY 0x5A5A5A5AUL

/* Ends the test with the names of all, where. */
void conform_expect(
    const struct conform_function *f, const char *where, CK_RV got, CK_RV want);

/* Calls, and expects. */
void conform_call(const struct conform_function *f,
    const struct conform_args *args, const char *where, CK_RV want);

/* For the tables. */
#define P(i, p) ((a->null & 1u << (i)) != 0 ? NULL : (p))
#define N(n)	(a->zero ? 0 : (n))
#define CALLER(function, ...)                                                  \
	static CK_RV call_##function(const struct conform_args *a)             \
	{                                                                      \
		struct conform_room *r = a->room;                              \
                                                                               \
		(void)r;                                                       \
		return function(__VA_ARGS__);                                  \
	}
#define FUNCTION(function)                                                     \
	.name = #function, .at = offsetof(CK_FUNCTION_LIST_3_0, function),     \
	.call = call_##function
#define OF_SLOT	   .scope = CONFORM_SLOT
#define OF_SESSION .scope = CONFORM_SESSION
#define NEEDS_0	   .needs = 1
#define NEEDS_1	   .needs = 2
#define NEEDS_0_1  .needs = 3
#define REFUSED	   OF_SESSION, .answer = CKR_FUNCTION_NOT_SUPPORTED
#define NOT_BEGUN  OF_SESSION, .answer = CKR_OPERATION_NOT_INITIALIZED

#endif
