/* SPDX-License-Identifier: BSD-2-Clause */
/* Telling each kind of card its PIN: what is sent, and what answers mean. */
#include "cac/pin.h"
#include "tests/unit/key-rig.h"
#include "tests/unit/unit.h"

#define DISCOVERY "00 CB 3F FF 03 5C 01 7E\n"

static struct bytes
text(const char *s)
{
	return bytes_of(s, strlen(s));
}

static void
blocks(void **state)
{
	static const char *const bad[] = {"", "1", "123", "123456789", "12345a",
	    "1234 5", "-12345", "12\n45"};
	struct buf out;

	(void)state;
	buf_init(&out, 8);
	assert_int_equal(pin_block(text("1234"), 4, &out), 0);
	assert_bytes(buf_bytes(&out), HEX("31 32 33 34 FF FF FF FF"));
	buf_truncate(&out, 0);
	assert_int_equal(pin_block(text("12345678"), 4, &out), 0);
	assert_bytes(buf_bytes(&out), HEX("31 32 33 34 35 36 37 38"));
	buf_truncate(&out, 0);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(
		    pin_block(text(bad[i]), 4, &out), CARD_ERR_PIN_REFUSED);
		assert_int_equal(out.n, 0);
	}
	assert_int_equal(
	    pin_block(text("12345"), 6, &out), CARD_ERR_PIN_REFUSED);
	buf_clear(&out);
}

static const struct pin_place applet = {.cla = 0};
static const struct pin_place piv = {.p2 = 0x80, .piv = true};

static void
status_words(void **state)
{
	static const struct {
		uint16_t sw;
		err_t applet, piv;
		unsigned tries;
		bool misplaced;
	} all[] = {
	    {0x9000, 0, 0, CARD_TRIES_UNKNOWN, false},
	    {0x63C2, CARD_ERR_PIN_WRONG, CARD_ERR_PIN_WRONG, 2, false},
	    {0x63CF, CARD_ERR_PIN_WRONG, CARD_ERR_PIN_WRONG, 15, false},
	    {0x63C0, CARD_ERR_PIN_BLOCKED, CARD_ERR_PIN_BLOCKED, 0, false},
	    {0x6302, CARD_ERR_PIN_WRONG, CARD_ERR_PIN_WRONG, 2, false},
	    {0x6300, CARD_ERR_PIN_WRONG, CARD_ERR_PIN_WRONG, CARD_TRIES_UNKNOWN,
		false},
	    {0x6982, CARD_ERR_PIN_WRONG, CARD_ERR_PIN_WRONG, CARD_TRIES_UNKNOWN,
		false},
	    {0x6983, CARD_ERR_PIN_BLOCKED, CARD_ERR_PIN_BLOCKED, 0, false},
	    {0x6984, CARD_ERR_PIN_REFUSED, CARD_ERR_PIN_REFUSED,
		CARD_TRIES_UNKNOWN, false},
	    {0x6A80, CARD_ERR_PIN_REFUSED, CARD_ERR_PIN_REFUSED,
		CARD_TRIES_UNKNOWN, false},
	    {0x6700, CARD_ERR_PIN_REFUSED, CARD_ERR_PIN_REFUSED,
		CARD_TRIES_UNKNOWN, false},
	    {0x6A82, CARD_ERR_STATUS, CARD_ERR_STATUS, CARD_TRIES_UNKNOWN,
		false},
	    {0x6A88, CARD_ERR_STATUS, CARD_ERR_STATUS, CARD_TRIES_UNKNOWN,
		false},
	    {0x6A86, CARD_ERR_STATUS, CARD_ERR_STATUS, CARD_TRIES_UNKNOWN,
		true},
	    {0x6D00, CARD_ERR_STATUS, CARD_ERR_STATUS, CARD_TRIES_UNKNOWN,
		true},
	    {0x6E00, CARD_ERR_STATUS, CARD_ERR_STATUS, CARD_TRIES_UNKNOWN,
		true},
	    {0x6F00, CARD_ERR_STATUS, CARD_ERR_STATUS, CARD_TRIES_UNKNOWN,
		false},
	    {0x6985, CARD_ERR_STATUS, CARD_ERR_STATUS, CARD_TRIES_UNKNOWN,
		false},
	    {0x6310, CARD_ERR_STATUS, CARD_ERR_STATUS, CARD_TRIES_UNKNOWN,
		false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct pin_verdict a =
		    pin_judge(all[i].sw, &applet, PIN_VERIFY);
		struct pin_verdict p = pin_judge(all[i].sw, &piv, PIN_VERIFY);

		assert_int_equal(a.err, all[i].applet);
		assert_int_equal(p.err, all[i].piv);
		assert_int_equal(a.tries, all[i].tries);
		assert_int_equal(p.tries, all[i].tries);
		assert_int_equal(a.misplaced, all[i].misplaced);
	}
	assert_int_equal(
	    pin_judge(0x6981, &applet, PIN_VERIFY).err, CARD_ERR_PIN_BLOCKED);
	assert_int_equal(
	    pin_judge(0x6981, &piv, PIN_VERIFY).err, CARD_ERR_STATUS);
	assert_int_equal(
	    pin_judge(0x6985, &applet, PIN_CHANGE).err, CARD_ERR_PIN_REFUSED);
}

static void
unlikely_pins(void **state)
{
	static const char *const bad[] = {"", "123", "123456789", "12345x"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(rig_login(0, bad[i]), CARD_ERR_PIN_REFUSED);
		assert_int_equal(card_change_pin(rig.card, text(bad[i]),
				     text(RIG_NEW_PIN), rig_never),
		    CARD_ERR_PIN_REFUSED);
		assert_int_equal(card_change_pin(rig.card, text(RIG_PIN),
				     text(bad[i]), rig_never),
		    CARD_ERR_PIN_REFUSED);
	}
	assert_int_equal(
	    card_change_pin(rig.card, text(RIG_PIN), text("12345"), rig_never),
	    CARD_ERR_PIN_REFUSED);
	assert_int_equal(rig.reader.exchanges, 0);
}

static void
login_cac2(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	rig_log(SELECT_ID OBJECT_ID VERIFY);
	assert_int_equal(rig_login(1, RIG_PIN), 0);
	rig_log(SELECT_SIGNATURE OBJECT_SIGNATURE VERIFY);
	/* Nobody else has used the card: it is selected. */
	assert_int_equal(rig_login(1, RIG_PIN), 0);
	rig_log(VERIFY);
	assert_int_equal(rig_login(SIZE_MAX, RIG_PIN), 0);
	rig_log(SELECT_ID OBJECT_ID VERIFY);
	assert_int_equal(rig.keys.verifies, 4);
}

static void
login_alternate(void **state)
{
	(void)state;
	assert_int_equal(rig_login(1, RIG_PIN), 0);
	rig_log(SELECT_ACA VERIFY);
}

static void
login_bare(void **state)
{
	(void)state;
	assert_int_equal(rig_login(1, RIG_PIN), 0);
	rig_log(SELECT_SIGNATURE VERIFY);
}

static void
login_cac1(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	rig_log("00 A4 04 00 07 A0 00 00 00 79 01 00\n" VERIFY);
	assert_int_equal(rig_login(0, "111111"), CARD_ERR_PIN_WRONG);
	assert_int_equal(card_pin_tries(rig.card), 2);
}

static void
login_class_80(void **state)
{
	(void)state;
	rig.keys.pin_cla = 0x80;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	assert_int_equal(rig.keys.verifies, 1);
	assert_int_equal(rig.keys.misplaced, 1);
	buf_truncate(&rig.reader.log, 0);
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	rig_log("80 20 00 00 08 " RIG_BLOCK "\n");
	assert_int_equal(rig.keys.misplaced, 1);
}

static void
login_piv(void **state)
{
	(void)state;
	assert_int_equal(rig_login(1, RIG_PIN), 0);
	rig_log(SELECT_PIV DISCOVERY VERIFY_PIV);
	/* SELECT would cost the login. */
	assert_int_equal(rig_login(1, RIG_PIN), 0);
	rig_log(VERIFY_PIV);
}

static void
piv_pin(const char *policy, uint8_t p2)
{
	struct fake_object object = {.tag = 0x7E};
	struct buf content;

	buf_init(&content, 64);
	buf_append(&content,
	    HEX("7E 12 4F 0B A0 00 00 03 08 00 00 10 00 01 00 5F 2F 02"));
	buf_append(&content, hex_parse(policy, (uint8_t[2]){0}));
	object.data = buf_bytes(&content);
	rig.reader.piv_objects = &object;
	rig.reader.piv_count = 1;
	rig_open();
	rig.keys.global_pin = p2 == 0;
	rig.keys.misplaced = 0;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	assert_int_equal(rig.keys.misplaced, 0);
	rig.reader.piv_count = 0;
	buf_clear(&content);
}

static void
discovery(void **state)
{
	(void)state;
	piv_pin("40 00", 0x80);
	piv_pin("40 10", 0x80);
	piv_pin("60 10", 0x80);
	piv_pin("60 20", 0x00);
	piv_pin("70 20", 0x00);
	/* Without the PIV PIN it is no choice that the standard knows. */
	piv_pin("20 20", 0x80);
}

static void
wrong_pins(void **state)
{
	(void)state;
	assert_int_equal(card_pin_tries(rig.card), CARD_TRIES_UNKNOWN);
	assert_int_equal(rig_login(0, "111111"), CARD_ERR_PIN_WRONG);
	assert_int_equal(card_pin_tries(rig.card), 2);
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	assert_int_equal(card_pin_tries(rig.card), CARD_TRIES_UNKNOWN);
	assert_int_equal(rig_login(0, "111111"), CARD_ERR_PIN_WRONG);
	assert_int_equal(rig_login(0, "111111"), CARD_ERR_PIN_WRONG);
	assert_int_equal(card_pin_tries(rig.card), 1);
	assert_int_equal(rig_login(0, "111111"), CARD_ERR_PIN_BLOCKED);
	assert_int_equal(card_pin_tries(rig.card), 0);
	assert_int_equal(rig_login(0, RIG_PIN), CARD_ERR_PIN_BLOCKED);
	assert_int_equal(card_pin_tries(rig.card), 0);
	assert_int_equal(rig.keys.verifies, 6);
}

static void
refused_forms(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, "111111"), CARD_ERR_PIN_WRONG);
	rig.keys.verify_sw = 0x6984;
	assert_int_equal(rig_login(0, RIG_PIN), CARD_ERR_PIN_REFUSED);
	assert_int_equal(card_pin_tries(rig.card), 2);
	rig.keys.verify_sw = 0x6F00;
	assert_int_equal(rig_login(0, RIG_PIN), CARD_ERR_STATUS);
	assert_int_equal(card_pin_tries(rig.card), CARD_TRIES_UNKNOWN);
	assert_int_equal(rig.keys.verifies, 3);
}

/* Another applet was selected behind our back, and knows no VERIFY. */
static void
misplaced(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	rig.reader.selected = NULL;
	rig.reader.piv_selected = false;
	buf_truncate(&rig.reader.log, 0);
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	assert_int_equal(rig.keys.misplaced, 1);
	assert_int_equal(rig.keys.verifies, 2);
	/* Twice is all, when selecting does not help. */
	rig.keys.pin_aid = HEX("A0 00 00 00 79 10 00").p;
	rig.keys.misplaced = 0;
	rig.keys.global_pin = true;
	assert_int_equal(rig_login(0, RIG_PIN), CARD_ERR_STATUS);
	assert_int_equal(rig.keys.misplaced, 2);
	assert_int_equal(rig.keys.verifies, 2);
}

/* Every exchange of a login is disturbed in every way; the counter tells. */
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
	    {.kind = FAKE_STATUS, .sw = 0x6A82},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(faults); i++)
		for (unsigned at = 0; at < 8; at++) {
			struct fake_fault fault = faults[i];
			err_t err;

			rig_open();
			rig.keys.tries = RIG_TRIES;
			rig.keys.verifies = 0;
			fault.at = at;
			rig.reader.faults = &fault;
			rig.reader.fault_count = 1;
			err = rig_login(0, "111111");
			assert_true(rig.keys.verifies <= 1);
			assert_int_not_equal(err, 0);
			if (rig.keys.verifies == 1 && err < CARD_ERR_UNKNOWN)
				assert_int_equal(card_pin_tries(rig.card),
				    CARD_TRIES_UNKNOWN);
			rig.reader.fault_count = 0;
		}
}

/* What was sent and not answered is not known, and not sent again. */
static void
unknown_outcome(void **state)
{
	struct fake_fault fault = {.kind = FAKE_FAIL, .err = CCID_ERR_MUTE};

	(void)state;
	assert_int_equal(rig_login(0, "111111"), CARD_ERR_PIN_WRONG);
	fault.at = rig.reader.exchanges;
	rig.reader.faults = &fault;
	rig.reader.fault_count = 1;
	assert_int_equal(rig_login(0, RIG_PIN), CCID_ERR_MUTE);
	assert_int_equal(rig.reader.exchanges, fault.at + 1);
	assert_int_equal(card_pin_tries(rig.card), CARD_TRIES_UNKNOWN);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("pin: digits are filled up with FF to eight bytes", blocks),
	    TEST("pin: every status word has one meaning", status_words),
	    TEST_WITH("pin: what cannot be a PIN does not reach the card",
		unlikely_pins, rig_dual, rig_clear),
	    TEST_WITH("login: CAC v2 takes it in the key's applet", login_cac2,
		rig_cac2, rig_clear),
	    TEST_WITH("login: an alternate token takes it in its ACA",
		login_alternate, rig_alternate, rig_clear),
	    TEST_WITH("login: a bare applet takes it", login_bare, rig_bare,
		rig_clear),
	    TEST_WITH("login: CAC v1 counts without the C", login_cac1,
		rig_cac1, rig_clear),
	    TEST_WITH("login: class 80 is found out and remembered",
		login_class_80, rig_cac1, rig_clear),
	    TEST_WITH("login: PIV is selected only when it is not", login_piv,
		rig_piv, rig_clear),
	    TEST_WITH("login: only Discovery makes it the global PIN",
		discovery, rig_piv, rig_clear),
	    TEST_WITH("login: CAC: wrong PINs count down to blocked",
		wrong_pins, rig_cac2, rig_clear),
	    TEST_WITH("login: PIV: wrong PINs count down to blocked",
		wrong_pins, rig_piv, rig_clear),
	    TEST_WITH("login: a PIN refused for its form costs no try",
		refused_forms, rig_cac2, rig_clear),
	    TEST_WITH("login: an applet that knows no VERIFY has not counted",
		misplaced, rig_cac2, rig_clear),
	    TEST_WITH("login: the same in PIV", misplaced, rig_piv, rig_clear),
	    TEST_WITH("login: CAC: one VERIFY at most under any disturbance",
		disturbed, rig_cac2, rig_clear),
	    TEST_WITH("login: ACA: one VERIFY at most under any disturbance",
		disturbed, rig_alternate, rig_clear),
	    TEST_WITH("login: PIV: one VERIFY at most under any disturbance",
		disturbed, rig_piv, rig_clear),
	    TEST_WITH("login: an unknown outcome is not asked for again",
		unknown_outcome, rig_cac2, rig_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
