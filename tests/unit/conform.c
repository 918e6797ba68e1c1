/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "pkcs11/rv.h"
#include "tests/unit/conform.h"

const char *const conform_world_names[CONFORM_WORLDS] = {
    [CONFORM_NO_READER] = "no reader",
    [CONFORM_EMPTY] = "an empty reader",
    [CONFORM_FOREIGN] = "a foreign card",
    [CONFORM_CARD] = "a card",
    [CONFORM_LOGGED_IN] = "a card and its user",
    [CONFORM_PAD] = "a card in a reader with a PIN pad",
    [CONFORM_REMOVED] = "a card that was removed",
    [CONFORM_SWAPPED] = "a card that was swapped",
    [CONFORM_UNPLUGGED] = "a reader that was unplugged",
};

const struct conform_function *
conform_function(size_t i)
{
	static const struct conform_table *const tables[CONFORM_TABLES] = {
	    &conform_slots, &conform_crypto, &conform_new};

	for (size_t t = 0; t < CONFORM_TABLES; t++) {
		if (i < tables[t]->count)
			return &tables[t]->functions[i];
		i -= tables[t]->count;
	}
	return NULL;
}

void
conform_refill(struct conform_args *args)
{
	static const CK_ULONG class = CKO_CERTIFICATE;
	struct conform_room *r = args->room;

	memset(r, 0xA5, sizeof(*r));
	memset(r->data, 0, sizeof(r->data));
	memcpy(r->data, RIG_PIN, strlen(RIG_PIN));
	memcpy(r->out, &class, sizeof(class));
	r->mechanism = (CK_MECHANISM){CKM_RSA_PKCS, NULL, 0};
	r->template = (CK_ATTRIBUTE){CKA_CLASS, r->out, sizeof(class)};
	r->init = (CK_C_INITIALIZE_ARGS){.flags = CKF_OS_LOCKING_OK};
	r->n = 300; /* of whatever is counted */
}

static void
start(enum conform_world world)
{
	assert_int_equal(rig_setup(NULL), 0);
	if (world != CONFORM_NO_READER && world != CONFORM_EMPTY &&
	    world != CONFORM_FOREIGN)
		return;
	/* Nothing of the card was ever seen. */
	assert_int_equal(C_Finalize(NULL), CKR_OK);
	if (world == CONFORM_FOREIGN)
		fixture_inserted.open_error = CARD_ERR_UNKNOWN;
	else
		fake_reader_remove((unsigned)fixture_slot);
	if (world == CONFORM_NO_READER)
		fake_readers_reset();
	assert_int_equal(C_Initialize(NULL), CKR_OK);
	assert_int_equal(fixture_count_slots(), world != CONFORM_NO_READER);
}

/* What happens after the session was opened, with nobody looking. */
static void
go_on(enum conform_world world, CK_SESSION_HANDLE session)
{
	static struct fake_card other;
	unsigned id = (unsigned)fixture_slot;

	switch (world) {
	case CONFORM_LOGGED_IN:
		assert_int_equal(fixture_login(session, RIG_PIN), CKR_OK);
		break;
	case CONFORM_PAD:
		fake_reader_set_pad(id, READER_PIN_VERIFY | READER_PIN_CHANGE);
		fixture_inserted.pad_pin = RIG_PIN;
		fixture_inserted.pad_new_pin = "87654321";
		break;
	case CONFORM_REMOVED:
		fake_reader_remove(id);
		break;
	case CONFORM_SWAPPED:
		fixture_card(&other);
		fake_reader_insert(id, &other);
		break;
	case CONFORM_UNPLUGGED:
		fake_reader_set_plugged(id, false);
		break;
	default:
		break;
	}
}

void
conform_begin(enum conform_world world, struct conform_args *args)
{
	static struct conform_room room;

	/* What a failed test has left. */
	(void)C_Finalize(NULL);
	start(world);
	*args = (struct conform_args){
	    .slot = world == CONFORM_NO_READER ? CONFORM_NOBODY : fixture_slot,
	    .session = CONFORM_NOBODY,
	    .object = CONFORM_NOBODY,
	    .room = &room,
	};
	conform_refill(args);
	if (world < CONFORM_CARD)
		return;
	args->session = fixture_session(fixture_slot, CKF_RW_SESSION);
	assert_int_equal(fixture_find_class(
			     args->session, CKO_CERTIFICATE, &args->object, 1),
	    1);
	go_on(world, args->session);
}

void
conform_end(void)
{
	struct fake_counts counts;
	CK_RV rv = C_Finalize(NULL);

	assert_true(rv == CKR_OK || rv == CKR_CRYPTOKI_NOT_INITIALIZED);
	counts = fake_readers_counts();
	assert_int_equal(
	    counts.buses + counts.readers + counts.open_transactions, 0);
}

void
conform_expect(
    const struct conform_function *f, const char *where, CK_RV got, CK_RV want)
{
	if (got != want)
		fail_msg("%s, %s: %s, not %s", f->name, where, rv_name(got),
		    rv_name(want));
}

void
conform_call(const struct conform_function *f, const struct conform_args *args,
    const char *where, CK_RV want)
{
	conform_expect(f, where, f->call(args), want);
}
