/* SPDX-License-Identifier: BSD-2-Clause */
/* Private keys: when the PIN is given to the card again. */
#include "tests/unit/key-rig.h"
#include "tests/unit/unit.h"

static void
lost_by_reset(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	fake_reader_reset(&rig.reader);
	assert_int_equal(
	    rig_use(0, CARD_OP_RSA, 1024, NULL), CARD_ERR_NOT_VERIFIED);
	buf_truncate(&rig.reader.log, 0);
	assert_int_equal(rig_sign(0), 0);
	/* Known to be lost: it is not tried without. */
	assert_int_equal(rig.keys.refusals, 1);
	assert_int_equal(rig.keys.verifies, 2);
}

/* A card that forgets for reasons of its own. */
static void
lost_unseen(uint16_t sw)
{
	rig_open();
	rig.keys.verifies = 0;
	rig.keys.refused_sw = sw;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	rig.keys.verified[FAKE_APPLETS] = false;
	buf_truncate(&rig.reader.log, 0);
	assert_int_equal(rig_sign(0), 0);
	rig_log_uses(USE VERIFY USE);
	assert_int_equal(rig.keys.verifies, 2);
}

static void
lost_by_itself(void **state)
{
	(void)state;
	lost_unseen(0x6982);
	lost_unseen(0x6985);
}

static void
lost_by_select(void **state)
{
	(void)state;
	rig.keys.drops[FAKE_APPLETS] = true;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	buf_truncate(&rig.reader.log, 0);
	/* Once may have been a reset. */
	assert_int_equal(rig_sign(1), 0);
	rig_log_uses(SELECT_SIGNATURE OBJECT_SIGNATURE USE VERIFY USE);
	assert_int_equal(rig_sign(0), 0);
	rig_log_uses(SELECT_ID OBJECT_ID USE VERIFY USE);
	/* Learned. */
	assert_int_equal(rig_sign(1), 0);
	rig_log_uses(SELECT_SIGNATURE OBJECT_SIGNATURE VERIFY USE);
	assert_int_equal(rig_sign(1), 0);
	rig_log_uses(USE);
	assert_int_equal(rig.keys.refusals, 2);
	assert_int_equal(rig.keys.verifies, 4);
}

static void
wrong_silently(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	fake_reader_reset(&rig.reader);
	rig.keys.pin = "999999";
	assert_int_equal(rig_sign(0), CARD_ERR_PIN_WRONG);
	assert_int_equal(card_pin_tries(rig.card), 2);
	/* Never again by itself. */
	assert_int_equal(rig_sign(0), CARD_ERR_NOT_VERIFIED);
	fake_reader_reset(&rig.reader);
	assert_int_equal(rig_sign(0), CARD_ERR_NOT_VERIFIED);
	assert_int_equal(rig.keys.verifies, 2);
	assert_int_equal(rig_login(0, "999999"), 0);
	fake_reader_reset(&rig.reader);
	assert_int_equal(rig_use(0, CARD_OP_RSA, 1024, "999999"), 0);
	rig.keys.tries = 0;
	fake_reader_reset(&rig.reader);
	assert_int_equal(
	    rig_use(0, CARD_OP_RSA, 1024, "999999"), CARD_ERR_PIN_BLOCKED);
	assert_int_equal(rig.keys.verifies, 5);
}

static void
malformed_pin(void **state)
{
	(void)state;
	assert_int_equal(
	    rig_use(0, CARD_OP_RSA, 1024, "12"), CARD_ERR_PIN_REFUSED);
	assert_int_equal(rig.keys.verifies, 0);
}

/* The PIN is right, and the key still wants something. */
static void
never_satisfied(void **state)
{
	(void)state;
	rig.keys.use_sw = 0x6982;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	assert_int_equal(rig_sign(0), CARD_ERR_STATUS);
	assert_int_equal(rig.keys.verifies, 2);
}

/* Selecting again for smaller parts has cost the login. */
static void
parts_and_login(void **state)
{
	(void)state;
	rig.keys.part_max = 128;
	rig.keys.part_sw = 0x6A83;
	rig.keys.drops[FAKE_APPLETS] = true;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	assert_int_equal(rig_use(0, CARD_OP_RSA, 2048, RIG_PIN), 0);
	assert_int_equal(rig.keys.verifies, 2);
	assert_int_equal(rig.keys.uses, 1);
}

static void
piv_always(void **state)
{
	(void)state;
	/* card_login() for the key serves its first use. */
	assert_int_equal(rig_login(1, RIG_PIN), 0);
	buf_truncate(&rig.reader.log, 0);
	assert_int_equal(rig_sign(1), 0);
	rig_log_uses(USE_PIV_AT "9C 88\n");
	assert_int_equal(rig_sign(1), 0);
	rig_log_uses(VERIFY_PIV USE_PIV_AT "9C 88\n");
	assert_int_equal(
	    rig_use(1, CARD_OP_RSA, 1024, NULL), CARD_ERR_NOT_VERIFIED);
	assert_int_equal(rig.keys.refusals, 1);
	buf_truncate(&rig.reader.log, 0);
	/* Any command in between cancels. */
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	assert_int_equal(rig_sign(0), 0);
	assert_int_equal(rig_sign(1), 0);
	rig_log_uses(
	    VERIFY_PIV USE_PIV_AT "9A 88\n" VERIFY_PIV USE_PIV_AT "9C 88\n");
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	rig.keys.ask_sw = 0x63C3;
	assert_int_equal(card_ask_pin_tries(rig.card, rig_never), 0);
	assert_int_equal(rig_sign(1), 0);
	assert_int_equal(rig.keys.refusals, 1);
	assert_int_equal(rig.keys.verifies, 6);
	/* The others stay as they are. */
	assert_int_equal(rig_use(0, CARD_OP_RSA, 1024, NULL), 0);
}

static void
piv_dropped(void **state)
{
	(void)state;
	rig.keys.drops[FAKE_PIV] = true;
	assert_int_equal(rig_login(RIG_9A, RIG_PIN), 0);
	assert_int_equal(rig_sign(RIG_9A), 0);
	assert_int_equal(rig.keys.verifies, 1);
	/* The applets have a login of their own. */
	assert_int_equal(rig_sign(RIG_ID), 0);
	assert_int_equal(rig.keys.verifies, 2);
	assert_int_equal(rig.keys.refusals, 1);
	assert_int_equal(rig_sign(RIG_9A), 0);
	assert_int_equal(rig.keys.verifies, 3);
	assert_int_equal(rig.keys.refusals, 2);
	/* Both are learned. */
	assert_int_equal(rig_sign(RIG_ID), 0);
	assert_int_equal(rig_sign(RIG_9A), 0);
	assert_int_equal(rig.keys.verifies, 4);
	assert_int_equal(rig.keys.refusals, 2);
	fake_reader_reset(&rig.reader);
	assert_int_equal(rig_sign(RIG_9A), 0);
	assert_int_equal(rig_sign(RIG_ID), 0);
	assert_int_equal(rig.keys.refusals, 2);
	assert_int_equal(rig.keys.verifies, 6);
}

static void
shared(void **state)
{
	(void)state;
	rig.keys.shared = true;
	assert_int_equal(rig_login(RIG_9A, RIG_PIN), 0);
	assert_int_equal(rig_sign(RIG_ID), 0);
	assert_int_equal(rig_sign(RIG_ENCRYPTION), 0);
	assert_int_equal(rig.keys.verifies, 1);
	assert_int_equal(rig.keys.refusals, 0);
}

/* Nobody reports it: the default applet is selected, the PIN forgotten. */
static void
reset_unseen(void)
{
	fake_keys_reset(&rig.keys);
	rig.reader.selected = NULL;
	rig.reader.object_selected = rig.reader.piv_selected = false;
}

static void
use_both(size_t a, size_t b)
{
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(rig_sign(a), 0);
		assert_int_equal(rig_sign(b), 0);
	}
}

static void
reset_behind_a_select(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	use_both(0, 1);
	for (unsigned n = 2; n <= 4; n++) {
		reset_unseen();
		use_both(0, 1);
		assert_int_equal(rig.keys.verifies, n);
	}
}

static void
reset_in_mid_conversation(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	for (unsigned n = 2; n <= 4; n++) {
		assert_int_equal(rig_sign(0), 0);
		reset_unseen();
		assert_int_equal(rig_sign(0), 0);
		assert_int_equal(rig.keys.verifies, n);
	}
	use_both(2, 0);
	assert_int_equal(rig.keys.verifies, 4);
}

/* It is gone in the other part as well, and costs that one VERIFY. */
static void
reset_of_both_parts(void **state)
{
	(void)state;
	rig.keys.shared = true;
	assert_int_equal(rig_login(RIG_ID, RIG_PIN), 0);
	use_both(RIG_ID, RIG_SIGNATURE);
	reset_unseen();
	assert_int_equal(rig_sign(RIG_SIGNATURE), 0);
	assert_int_equal(rig_sign(RIG_9A), 0);
	assert_int_equal(rig_sign(RIG_9A), 0);
	assert_int_equal(rig.keys.verifies, 2);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("42: smaller parts after the PIN was lost",
		parts_and_login, rig_cac2, rig_clear),
	    TEST_WITH("login: lost by a reset, the PIN comes first",
		lost_by_reset, rig_cac2, rig_clear),
	    TEST_WITH("login: PIV: lost by a reset, the PIN comes first",
		lost_by_reset, rig_piv, rig_clear),
	    TEST_WITH("login: lost unseen, the refusal tells", lost_by_itself,
		rig_cac2, rig_clear),
	    TEST_WITH("login: lost by SELECT, which is learned", lost_by_select,
		rig_cac2, rig_clear),
	    TEST_WITH("login: a PIN that is wrong now is given once",
		wrong_silently, rig_cac2, rig_clear),
	    TEST_WITH("login: PIV: a PIN that is wrong now is given once",
		wrong_silently, rig_piv, rig_clear),
	    TEST_WITH("login: what cannot be a PIN is not given", malformed_pin,
		rig_cac2, rig_clear),
	    TEST_WITH("login: a key that stays closed gets no second PIN",
		never_satisfied, rig_cac2, rig_clear),
	    TEST_WITH("PIV: 9C is verified just before each use", piv_always,
		rig_piv, rig_clear),
	    TEST_WITH("dual: each part has its login, both are learned",
		piv_dropped, rig_dual, rig_clear),
	    TEST_WITH("dual: one VERIFY may do for both", shared, rig_dual,
		rig_clear),
	    TEST_WITH("login: a reset behind a SELECT is no habit",
		reset_behind_a_select, rig_cac2, rig_clear),
	    TEST_WITH("login: a reset in mid-conversation is no habit",
		reset_in_mid_conversation, rig_cac2, rig_clear),
	    TEST_WITH(
		"login: PIV: a reset in mid-conversation costs one VERIFY",
		reset_in_mid_conversation, rig_piv, rig_clear),
	    TEST_WITH("dual: a reset that is found out counts for both parts",
		reset_of_both_parts, rig_dual, rig_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
