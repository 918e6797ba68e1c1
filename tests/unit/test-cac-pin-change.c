/* SPDX-License-Identifier: BSD-2-Clause */
/* The tries that are left, new PINs, PINs from the pad, and logout. */
#include "tests/unit/key-rig.h"
#include "tests/unit/unit.h"

#define NEW_BLOCK "38 37 36 35 34 33 32 31"

static struct bytes
text(const char *s)
{
	return bytes_of(s, strlen(s));
}

static err_t
ask(void)
{
	fake_reader_begin(&rig.reader);
	return card_ask_pin_tries(rig.card, rig_never);
}

static void
tries_asked(void **state)
{
	(void)state;
	rig.keys.tries = 2;
	assert_int_equal(ask(), 0);
	rig_log(SELECT_ID "00 20 00 00 00\n");
	assert_int_equal(card_pin_tries(rig.card), 2);
	assert_int_equal(ask(), 0);
	/* A wrong PIN is answered with the count. */
	assert_int_equal(rig_login(0, "111111"), CARD_ERR_PIN_WRONG);
	assert_int_equal(ask(), 0);
	assert_int_equal(card_pin_tries(rig.card), 1);
	assert_int_equal(rig.keys.asks, 1);
	/* Verified: it does not tell, once. */
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	assert_int_equal(ask(), CARD_ERR_STATUS);
	assert_int_equal(ask(), CARD_ERR_STATUS);
	assert_int_equal(rig.keys.asks, 2);
	fake_reader_reset(&rig.reader);
	assert_int_equal(ask(), 0);
	assert_int_equal(card_pin_tries(rig.card), RIG_TRIES);
	assert_int_equal(rig.keys.asks, 3);
	rig.keys.tries = 0;
	fake_reader_reset(&rig.reader);
	assert_int_equal(ask(), 0);
	assert_int_equal(card_pin_tries(rig.card), 0);
}

static void
tries_refused(void **state)
{
	(void)state;
	rig.keys.ask_sw = 0x6A88;
	assert_int_equal(ask(), CARD_ERR_STATUS);
	assert_int_equal(ask(), CARD_ERR_STATUS);
	assert_int_equal(rig.keys.asks, 1);
	assert_int_equal(card_pin_tries(rig.card), CARD_TRIES_UNKNOWN);
	rig.keys.ask_sw = 0x6300;
	fake_reader_reset(&rig.reader);
	assert_int_equal(ask(), CARD_ERR_STATUS);
	assert_int_equal(card_pin_tries(rig.card), CARD_TRIES_UNKNOWN);
}

static void
tries_cac1(void **state)
{
	(void)state;
	assert_int_equal(ask(), CARD_ERR_STATUS);
	assert_int_equal(rig.reader.exchanges, 0);
	assert_int_equal(rig_login(0, "111111"), CARD_ERR_PIN_WRONG);
	assert_int_equal(ask(), 0);
	assert_int_equal(card_pin_tries(rig.card), 2);
}

static void
tries_where_selected(void **state)
{
	(void)state;
	assert_int_equal(rig_login(RIG_9A, RIG_PIN), 0);
	buf_truncate(&rig.reader.log, 0);
	rig.keys.ask_sw = 0x63C3;
	assert_int_equal(ask(), 0);
	rig_log("00 20 00 80 00\n");
}

static void
tries_first(void **state)
{
	(void)state;
	/* What is left of the CHUID would be read for it. */
	assert_false(card_ask_pin_tries_first(rig.card));
	rig_read();
	assert_true(card_ask_pin_tries_first(rig.card));
}

static void
tries_later(void **state)
{
	struct buf der;

	(void)state;
	assert_true(card_ask_pin_tries_first(rig.card));
	buf_init(&der, CARD_CERT_MAX);
	assert_int_equal(
	    card_read_certificate(rig.card, RIG_ID, rig_never, &der), 0);
	buf_clear(&der);
	assert_false(card_ask_pin_tries_first(rig.card));
}

/* No SELECT for what any applet would answer. */
static void
tries_in_any_applet(void **state)
{
	(void)state;
	rig_read();
	assert_int_equal(ask(), 0);
	rig_log("00 20 00 00 00\n");
	assert_int_equal(card_pin_tries(rig.card), RIG_TRIES);
	/* Another was selected behind our back, and does not know. */
	rig_open();
	rig_read();
	rig.reader.selected = NULL;
	assert_int_equal(ask(), 0);
	rig_log("00 20 00 00 00\n" SELECT_ID "00 20 00 00 00\n");
	assert_int_equal(card_pin_tries(rig.card), RIG_TRIES);
	/* Of the CCC's applet nobody knows that it tells. */
	rig_open();
	assert_int_equal(ask(), 0);
	rig_log(SELECT_ID "00 20 00 00 00\n");
}

static err_t
change(const char *old, const char *new)
{
	fake_reader_begin(&rig.reader);
	buf_truncate(&rig.reader.log, 0);
	return card_change_pin(rig.card, text(old), text(new), rig_never);
}

static void
changes(const char *expected)
{
	assert_int_equal(change("111111", RIG_NEW_PIN), CARD_ERR_PIN_WRONG);
	assert_int_equal(card_pin_tries(rig.card), 2);
	fake_reader_reset(&rig.reader);
	assert_int_equal(change(RIG_PIN, RIG_NEW_PIN), 0);
	rig_log(expected);
	assert_int_equal(rig.keys.changes, 2);
	assert_string_equal(rig.keys.pin, RIG_NEW_PIN);
	assert_int_equal(rig_login(0, RIG_NEW_PIN), 0);
	rig.keys.change_sw = 0x6A80;
	assert_int_equal(change(RIG_NEW_PIN, RIG_PIN), CARD_ERR_PIN_REFUSED);
	assert_int_equal(rig.keys.misplaced, 0);
}

static void
change_cac2(void **state)
{
	(void)state;
	changes(
	    SELECT_ID OBJECT_ID "00 24 00 00 10 " RIG_BLOCK " " NEW_BLOCK "\n");
}

static void
change_alternate(void **state)
{
	(void)state;
	changes(SELECT_ACA "00 24 01 00 10 " RIG_BLOCK " " NEW_BLOCK "\n");
}

static void
change_cac1(void **state)
{
	(void)state;
	changes("00 A4 04 00 07 A0 00 00 00 79 03 00\n"
		"80 24 01 00 10 " RIG_BLOCK " " NEW_BLOCK "\n");
}

static void
change_piv(void **state)
{
	(void)state;
	changes(SELECT_PIV "00 24 00 80 10 " RIG_BLOCK " " NEW_BLOCK "\n");
}

static void
change_dual(void **state)
{
	(void)state;
	assert_int_equal(rig_login(RIG_9A, RIG_PIN), 0);
	assert_int_equal(rig_login(RIG_ID, RIG_PIN), 0);
	changes(
	    SELECT_ID OBJECT_ID "00 24 00 00 10 " RIG_BLOCK " " NEW_BLOCK "\n");
}

static void
pads(void **state)
{
	(void)state;
	assert_int_equal(
	    card_login_on_pad(rig.card, 0, rig_never), CCID_ERR_UNSUPPORTED);
	rig.keys.pad_pin = "111111";
	rig.keys.pad_new = RIG_NEW_PIN;
	assert_int_equal(
	    card_login_on_pad(rig.card, 0, rig_never), CARD_ERR_PIN_WRONG);
	assert_int_equal(card_pin_tries(rig.card), 2);
	rig.keys.pad_error = CCID_ERR_PIN_CANCELLED;
	assert_int_equal(
	    card_login_on_pad(rig.card, 0, rig_never), CCID_ERR_PIN_CANCELLED);
	assert_int_equal(card_pin_tries(rig.card), 2);
	rig.keys.pad_error = CCID_ERR_MUTE;
	assert_int_equal(
	    card_login_on_pad(rig.card, 0, rig_never), CCID_ERR_MUTE);
	assert_int_equal(card_pin_tries(rig.card), CARD_TRIES_UNKNOWN);
	rig.keys.pad_error = 0;
	rig.keys.pad_pin = RIG_PIN;
	assert_int_equal(card_login_on_pad(rig.card, 0, rig_never), 0);
	assert_int_equal(rig_use(0, CARD_OP_RSA, 1024, NULL), 0);
	assert_int_equal(card_change_pin_on_pad(rig.card, rig_never), 0);
	assert_string_equal(rig.keys.pin, RIG_NEW_PIN);
	assert_int_equal(rig.keys.verifies, 2);
	assert_int_equal(rig.keys.changes, 1);
	/* Nobody types twice for nothing. */
	rig.keys.pin_aid = HEX("A0 00 00 00 79 10 01").p;
	rig.keys.global_pin = true;
	assert_int_equal(
	    card_login_on_pad(rig.card, 0, rig_never), CARD_ERR_STATUS);
}

static void
logout(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	assert_int_equal(rig_use(0, CARD_OP_RSA, 1024, NULL), 0);
	assert_int_equal(card_logout(rig.card, rig_never), 0);
	assert_int_equal(rig.reader.resets, 1);
	assert_int_equal(
	    rig_use(0, CARD_OP_RSA, 1024, NULL), CARD_ERR_NOT_VERIFIED);
	assert_int_equal(rig.keys.verifies, 1);
	rig.reader.reset_error = READER_ERR_CHANGED;
	assert_int_equal(card_logout(rig.card, rig_never), READER_ERR_CHANGED);
}

/* After 6301 it can only mean that none is left. */
static void
counted_to_none(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, "111111"), CARD_ERR_PIN_WRONG);
	assert_int_equal(rig_login(0, "111111"), CARD_ERR_PIN_WRONG);
	assert_int_equal(card_pin_tries(rig.card), 1);
	assert_int_equal(rig_login(0, "111111"), CARD_ERR_PIN_BLOCKED);
	assert_int_equal(card_pin_tries(rig.card), 0);
	assert_int_equal(rig.keys.verifies, 3);
}

/* Of a card that has not counted it says nothing. */
static void
not_counted(void **state)
{
	(void)state;
	rig.keys.verify_sw = 0x6300;
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(rig_login(0, "111111"), CARD_ERR_PIN_WRONG);
		assert_int_equal(card_pin_tries(rig.card), CARD_TRIES_UNKNOWN);
	}
	rig.keys.verify_sw = 0x63C1;
	assert_int_equal(rig_login(0, "111111"), CARD_ERR_PIN_WRONG);
	rig.keys.verify_sw = 0x6300;
	assert_int_equal(rig_login(0, "111111"), CARD_ERR_PIN_WRONG);
	assert_int_equal(card_pin_tries(rig.card), CARD_TRIES_UNKNOWN);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("tries: asked once until something has changed",
		tries_asked, rig_cac2, rig_clear),
	    TEST_WITH("tries: asked first where PIV has nothing more to say",
		tries_first, rig_piv, rig_clear),
	    TEST_WITH("tries: asked first of PIV beside a CAC, unless an "
		      "applet is selected",
		tries_later, rig_dual, rig_clear),
	    TEST_WITH("tries: asked in any applet that is selected",
		tries_in_any_applet, rig_cac2, rig_clear),
	    TEST_WITH("tries: a card that does not tell is asked once",
		tries_refused, rig_cac2, rig_clear),
	    TEST_WITH("tries: CAC v1 is never asked", tries_cac1, rig_cac1,
		rig_clear),
	    TEST_WITH("tries: asked where no SELECT costs the login",
		tries_where_selected, rig_dual, rig_clear),
	    TEST_WITH("change: CAC v2", change_cac2, rig_cac2, rig_clear),
	    TEST_WITH("change: alternate token", change_alternate,
		rig_alternate, rig_clear),
	    TEST_WITH("change: CAC v1", change_cac1, rig_cac1, rig_clear),
	    TEST_WITH("change: PIV", change_piv, rig_piv, rig_clear),
	    TEST_WITH("change: a card with both has one PIN, in its applets",
		change_dual, rig_dual, rig_clear),
	    TEST_WITH("pad: CAC: its verdicts count as others do", pads,
		rig_cac2, rig_clear),
	    TEST_WITH("pad: PIV: its verdicts count as others do", pads,
		rig_piv, rig_clear),
	    TEST_WITH("logout: a reset, and the PIN is wanted again", logout,
		rig_cac2, rig_clear),
	    TEST_WITH("logout: PIV: a reset, and the PIN is wanted again",
		logout, rig_piv, rig_clear),
	    TEST_WITH("tries: CAC v1: 6300 after 6301 means that none is left",
		counted_to_none, rig_cac1, rig_clear),
	    TEST_WITH("tries: 6300 alone does not tell", not_counted, rig_cac1,
		rig_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
