/* SPDX-License-Identifier: BSD-2-Clause */
/* Private keys under disturbance: what is made again, and what never. */
#include "tests/unit/key-rig.h"
#include "tests/unit/unit.h"

/* A fault at this exchange from now on, 0 for the next. */
static struct fake_fault struck;

static void
strike(unsigned in, struct fake_fault how)
{
	struck = how;
	struck.at = rig.reader.exchanges + in;
	rig.reader.faults = &struck;
	rig.reader.fault_count = 1;
}

/* As the reader tells of them; what is gone is another matter. */
static const err_t disturbances[] = {CCID_ERR_PROTOCOL, CCID_ERR_MUTE,
    CCID_ERR_SYNC, CCID_ERR_HARDWARE, USB_ERR_STALL, USB_ERR_TIMEOUT,
    READER_ERR_TPDU, READER_ERR_BLOCK};

/* Every exchange of a use for which the card knows the PIN. */
static void
once_more(void **state)
{
	unsigned first, count;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(disturbances); i++) {
		rig.keys.verifies = 0;
		assert_int_equal(rig_login(0, RIG_PIN), 0);
		first = rig.reader.exchanges;
		assert_int_equal(rig_use(0, CARD_OP_RSA, 2048, NULL), 0);
		count = rig.reader.exchanges - first;
		for (unsigned at = 0; at < count; at++) {
			strike(at,
			    (struct fake_fault){
				.kind = FAKE_FAIL, .err = disturbances[i]});
			assert_int_equal(
			    rig_use(0, CARD_OP_RSA, 2048, NULL), 0);
		}
		assert_int_equal(rig.keys.verifies, 1);
		rig.reader.fault_count = 0;
	}
}

static void
twice_at_most(void **state)
{
	unsigned sent;

	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	sent = rig.reader.exchanges;
	strike(0,
	    (struct fake_fault){
		.kind = FAKE_FAIL, .err = CCID_ERR_PROTOCOL, .stays = true});
	assert_int_equal(rig_sign(0), CCID_ERR_PROTOCOL);
	/* The key, then the SELECT for another attempt. */
	assert_int_equal(rig.reader.exchanges - sent, 2);
	assert_int_equal(rig.keys.verifies, 1);
}

/* SELECT was replayed by the reader as often as that can help. */
static void
never_a_select(void **state)
{
	unsigned sent;

	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	sent = rig.reader.exchanges;
	strike(0,
	    (struct fake_fault){.kind = FAKE_FAIL, .err = CCID_ERR_PROTOCOL});
	assert_int_equal(rig_sign(2), CCID_ERR_PROTOCOL);
	assert_int_equal(rig.reader.exchanges - sent, 1);
}

/* A reset in the middle: one VERIFY, as whenever it was lost. */
static void
once_more_after_reset(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	strike(0, (struct fake_fault){.kind = FAKE_RESET});
	assert_int_equal(rig_sign(0), 0);
	assert_int_equal(rig.keys.verifies, 2);
	strike(0, (struct fake_fault){.kind = FAKE_RESET});
	assert_int_equal(
	    rig_use(0, CARD_OP_RSA, 1024, NULL), CARD_ERR_NOT_VERIFIED);
	assert_int_equal(rig.keys.verifies, 2);
	/* It is wrong by now: one try, whatever else happens. */
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	rig.keys.pin = "999999";
	strike(0, (struct fake_fault){.kind = FAKE_RESET});
	assert_int_equal(rig_sign(0), CARD_ERR_PIN_WRONG);
	assert_int_equal(rig.keys.verifies, 4);
	assert_int_equal(rig.keys.tries, RIG_TRIES - 1);
}

/* For one consent there is one signature. */
static void
never_with_consent(void **state)
{
	unsigned sent;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(disturbances); i++) {
		assert_int_equal(rig_login(1, RIG_PIN), 0);
		sent = rig.reader.exchanges;
		strike(0,
		    (struct fake_fault){
			.kind = FAKE_FAIL, .err = disturbances[i]});
		assert_int_equal(rig_sign(1), disturbances[i]);
		assert_int_equal(rig.reader.exchanges - sent, 1);
		rig.reader.fault_count = 0;
	}
}

static void
free_of_consent(void **state)
{
	(void)state;
	assert_int_equal(rig_sign(3), 0);
	strike(0,
	    (struct fake_fault){.kind = FAKE_FAIL, .err = CCID_ERR_PROTOCOL});
	assert_int_equal(rig_use(3, CARD_OP_RSA, 1024, NULL), 0);
	assert_int_equal(rig.keys.verifies, 0);
}

/* Nobody knows whether it was counted. */
static void
never_after_verify(void **state)
{
	unsigned before = rig.reader.piv_count > 0 ? 1 : 2, sent;

	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	for (size_t i = 0; i < COUNT_OF(disturbances); i++) {
		fake_reader_reset(&rig.reader);
		sent = rig.reader.exchanges;
		strike(before,
		    (struct fake_fault){
			.kind = FAKE_FAIL, .err = disturbances[i]});
		assert_int_equal(rig_sign(0), disturbances[i]);
		assert_int_equal(rig.reader.exchanges - sent, before + 1);
	}
	assert_int_equal(rig.keys.verifies, 1);
	assert_int_equal(rig.keys.uses, 0);
}

static void
never_when_gone(void **state)
{
	static const err_t gone[] = {USB_ERR_GONE, USB_ERR_BUSY, USB_ERR_ACCESS,
	    CCID_ERR_NO_CARD, READER_ERR_CHANGED, ERR_TIMEOUT, ERR_MEMORY};
	unsigned sent;

	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	for (size_t i = 0; i < COUNT_OF(gone); i++) {
		/* Selected again, after the failure before. */
		assert_int_equal(rig_sign(0), 0);
		sent = rig.reader.exchanges;
		strike(
		    0, (struct fake_fault){.kind = FAKE_FAIL, .err = gone[i]});
		assert_int_equal(rig_sign(0), gone[i]);
		assert_int_equal(rig.reader.exchanges - sent, 1);
		rig.reader.fault_count = 0;
	}
}

/* What the card has taken of the input is dropped by a SELECT. */
static void
refused_between_parts(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	strike(1, (struct fake_fault){.kind = FAKE_STATUS, .sw = 0x6982});
	assert_int_equal(rig_use(0, CARD_OP_RSA, 2048, RIG_PIN), 0);
	assert_int_equal(rig.keys.verifies, 2);
}

/* Every exchange of a use is disturbed, with a login and without. */
static void
disturb(size_t index, struct fake_fault fault, bool login, const char *pin)
{
	bool is_reset =
	    fault.kind == FAKE_RESET || fault.kind == FAKE_SILENT_RESET;
	bool pin_is_right = pin == NULL || strcmp(pin, RIG_PIN) == 0;
	err_t err;

	rig_open();
	rig_read();
	rig.keys.tries = RIG_TRIES;
	if (login)
		assert_int_equal(rig_login(index, RIG_PIN), 0);
	rig.keys.verifies = rig.keys.uses = 0;
	fault.at += rig.reader.exchanges;
	rig.reader.faults = &fault;
	rig.reader.fault_count = 1;
	err = rig_use(index, CARD_OP_RSA, 2048, pin);
	rig.reader.fault_count = 0;
	/* The second follows a right one, by a reset. */
	assert_true(rig.keys.verifies <= (is_reset && pin_is_right ? 2u : 1u));
	assert_true(rig.keys.tries >= RIG_TRIES - (pin_is_right ? 0u : 1u));
	assert_true(rig.keys.uses <= 1);
	assert_true(pin != NULL || rig.keys.verifies == 0);
	assert_true(err != 0 || rig.keys.uses == 1);
}

static void
disturbed(void **state)
{
	static const struct fake_fault faults[] = {
	    {.kind = FAKE_RESET},
	    {.kind = FAKE_SILENT_RESET},
	    {.kind = FAKE_FAIL, .err = CCID_ERR_MUTE},
	    {.kind = FAKE_STATUS, .sw = 0x6F00},
	    {.kind = FAKE_STATUS, .sw = 0x6A86},
	    {.kind = FAKE_STATUS, .sw = 0x6D00},
	    {.kind = FAKE_STATUS, .sw = 0x6E00},
	    {.kind = FAKE_STATUS, .sw = 0x6982},
	    {.kind = FAKE_STATUS, .sw = 0x6A82},
	    {.kind = FAKE_SHORT},
	};
	size_t count = card_container_count(rig.card);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(faults); i++)
		for (size_t index = 0; index < count; index++)
			for (unsigned at = 0; at < 10; at++) {
				struct fake_fault fault = faults[i];

				fault.at = at;
				disturb(index, fault, false, RIG_PIN);
				disturb(index, fault, true, RIG_PIN);
				disturb(index, fault, true, NULL);
				disturb(index, fault, true, "999999");
			}
}

static void
reset_while_selecting(void **state)
{
	struct fake_fault fault = {.kind = FAKE_RESET};

	(void)state;
	for (unsigned at = 0; at < 2; at++) {
		rig_open();
		rig.keys.verifies = 0;
		fault.at = at;
		rig.reader.faults = &fault;
		rig.reader.fault_count = 1;
		assert_int_equal(rig_sign(0), 0);
		assert_int_equal(rig.keys.verifies, 1);
		rig.reader.fault_count = 0;
	}
	/* Without end. */
	rig_open();
	fault.at = 0;
	fault.stays = true;
	rig.reader.faults = &fault;
	rig.reader.fault_count = 1;
	assert_int_equal(rig_sign(0), READER_ERR_RESET);
}

static unsigned
draw(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16) % n;
}

/* A long life with everything in it; the counts are looked at call by call. */
static void
one_life(unsigned seed)
{
	size_t count = card_container_count(rig.card);

	for (unsigned i = 0; i < 200; i++) {
		struct fake_fault fault = {
		    .kind = FAKE_SILENT_RESET, .at = rig.reader.exchanges};
		unsigned verifies = rig.keys.verifies, uses = rig.keys.uses;
		size_t index = draw(&seed, (unsigned)count);
		bool right = draw(&seed, 8) != 0;

		rig.keys.tries = RIG_TRIES;
		fault.at += draw(&seed, 30);
		rig.reader.faults = &fault;
		rig.reader.fault_count = 1;
		switch (draw(&seed, 6)) {
		case 0:
			(void)!rig_login(index, right ? RIG_PIN : "999999");
			break;
		case 1:
			fake_reader_reset(&rig.reader);
			break;
		case 2:
			(void)!card_ask_pin_tries(rig.card, rig_never);
			break;
		default:
			(void)!rig_use(
			    index, CARD_OP_RSA, 2048, right ? RIG_PIN : NULL);
			break;
		}
		rig.reader.fault_count = 0;
		assert_true(rig.keys.verifies - verifies <= 2);
		assert_true(
		    rig.keys.tries >= (right ? RIG_TRIES : RIG_TRIES - 1));
		assert_true(rig.keys.uses - uses <= 1);
	}
}

static void
lives(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 40; seed++) {
		rig_open();
		rig_read();
		rig.keys.drops[FAKE_APPLETS] = (seed & 1) != 0;
		rig.keys.drops[FAKE_PIV] = (seed & 2) != 0;
		rig.keys.shared = (seed & 4) != 0;
		rig.reader.exchanges = 0;
		one_life(seed);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("CAC: a second VERIFY only after a reset", disturbed,
		rig_cac2, rig_clear),
	    TEST_WITH("ACA: a second VERIFY only after a reset", disturbed,
		rig_alternate, rig_clear),
	    TEST_WITH("PIV: a second VERIFY only after a reset", disturbed,
		rig_piv, rig_clear),
	    TEST_WITH("dual: a second VERIFY only after a reset", disturbed,
		rig_dual, rig_clear),
	    TEST_WITH("CAC: a reset before the key is used is no harm",
		reset_while_selecting, rig_cac2, rig_clear),
	    TEST_WITH("dual: a long life, a second VERIFY only after a reset",
		lives, rig_dual, rig_clear),
	    TEST_WITH("ACA: a long life, a second VERIFY only after a reset",
		lives, rig_alternate, rig_clear),
	    TEST_WITH("again: CAC: right after a disturbance at any exchange",
		once_more, rig_cac2, rig_clear),
	    TEST_WITH(
		"again: CAC v1: right after a disturbance at any exchange",
		once_more, rig_cac1, rig_clear),
	    TEST_WITH("again: ACA: right after a disturbance at any exchange",
		once_more, rig_alternate, rig_clear),
	    TEST_WITH("again: bare: right after a disturbance at any exchange",
		once_more, rig_bare, rig_clear),
	    TEST_WITH("again: PIV: right after a disturbance at any exchange",
		once_more, rig_piv, rig_clear),
	    TEST_WITH("again: not for a SELECT, which recovery has repeated",
		never_a_select, rig_cac2, rig_clear),
	    TEST_WITH(
		"again: once, and no more", twice_at_most, rig_cac2, rig_clear),
	    TEST_WITH("again: PIV: once, and no more", twice_at_most, rig_piv,
		rig_clear),
	    TEST_WITH("again: CAC: after a reset with one VERIFY",
		once_more_after_reset, rig_cac2, rig_clear),
	    TEST_WITH("again: PIV: after a reset with one VERIFY",
		once_more_after_reset, rig_piv, rig_clear),
	    TEST_WITH("again: never a key that wants the PIN each time",
		never_with_consent, rig_piv, rig_clear),
	    TEST_WITH("again: a key that wants no PIN", free_of_consent,
		rig_piv, rig_clear),
	    TEST_WITH("again: never after a VERIFY without an answer",
		never_after_verify, rig_cac2, rig_clear),
	    TEST_WITH("again: PIV: never after a VERIFY without an answer",
		never_after_verify, rig_piv, rig_clear),
	    TEST_WITH("again: never when card or reader are gone",
		never_when_gone, rig_cac2, rig_clear),
	    TEST_WITH("42: begun anew when refused between its parts",
		refused_between_parts, rig_cac2, rig_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
