/* SPDX-License-Identifier: BSD-2-Clause */
/* Private keys: the way to each, and what happens to the PIN on it. */
#include "tests/unit/key-rig.h"
#include "tests/unit/unit.h"

#define SELECT_ID	  "00 A4 04 0C 07 A0 00 00 00 79 01 00\n"
#define SELECT_SIGNATURE  "00 A4 04 0C 07 A0 00 00 00 79 01 01\n"
#define SELECT_ENCRYPTION "00 A4 04 0C 07 A0 00 00 00 79 01 02\n"
#define SELECT_ACA	  "00 A4 04 0C 07 A0 00 00 00 79 10 00\n"
#define SELECT_PIV	  "00 A4 04 00 09 A0 00 00 03 08 00 00 10 00\n"
#define OBJECT_ID	  "00 A4 02 0C 02 01 00\n"
#define OBJECT_SIGNATURE  "00 A4 02 0C 02 01 01\n"
#define OBJECT_ENCRYPTION "00 A4 02 0C 02 01 02\n"
#define VERIFY		  "00 20 00 00 08 " RIG_BLOCK "\n"
#define VERIFY_PIV	  "00 20 00 80 08 " RIG_BLOCK "\n"
#define USE		  "00 42 00 00 80\n"
#define USE_PIV_AT	  "00 87 06 "

/* The log with the data of what keys are given left out. */
static void
assert_log(const char *expected)
{
	char text[2048], *line, *next;
	size_t n = 0;

	buf_append_u8(&rig.reader.log, 0);
	assert_int_equal(buf_err(&rig.reader.log), 0);
	for (line = (char *)rig.reader.log.p; *line != '\0'; line = next) {
		size_t len = (size_t)(strchr(line, '\n') - line), cut = len;

		next = line + len + 1;
		if (len > 14 &&
		    (memcmp(line + 3, "42", 2) == 0 ||
			memcmp(line + 3, "87", 2) == 0))
			cut = 14;
		assert_true(n + cut + 2 < sizeof(text));
		memcpy(text + n, line, cut);
		n += cut;
		text[n++] = '\n';
	}
	text[n] = '\0';
	assert_string_equal(text, expected);
	buf_truncate(&rig.reader.log, 0);
}

static void
rules(void **state)
{
	(void)state;
	assert_int_equal(card_key_rule(rig.card, RIG_9A), CARD_KEY_PIN);
	assert_int_equal(card_key_rule(rig.card, RIG_ID), CARD_KEY_PIN);
	assert_int_equal(card_key_rule(rig.card, RIG_SIGNATURE), CARD_KEY_PIN);
	assert_int_equal(card_key_rule(rig.card, RIG_9C), CARD_KEY_PIN_ALWAYS);
	assert_int_equal(card_key_rule(rig.card, RIG_9D), CARD_KEY_PIN);
	assert_int_equal(card_key_rule(rig.card, RIG_9E), CARD_KEY_FREE);
	assert_int_equal(card_key_rule(rig.card, RIG_9E + 1), CARD_KEY_PIN);
}

static void
impossible(void **state)
{
	static const uint8_t zeros[600] = {0}, point[65] = {4};
	static const struct card_op ops[] = {
	    {CARD_OP_RSA, 1024, {zeros, 127}},
	    {CARD_OP_RSA, 1024, {zeros, 129}},
	    {CARD_OP_RSA, 512, {zeros, 64}},
	    {CARD_OP_RSA, 4104, {zeros, 513}},
	    {CARD_OP_RSA, 1028, {zeros, 128}},
	    {CARD_OP_RSA, 0, {zeros, 0}},
	    {CARD_OP_ECDSA, 256, {zeros, 33}},
	    {CARD_OP_ECDSA, 521, {zeros, 65}},
	    {CARD_OP_ECDSA, 384, {zeros, 32}},
	    {CARD_OP_ECDH, 256, {zeros, 65}},
	    {CARD_OP_ECDH, 256, {point, 64}},
	    {CARD_OP_ECDH, 256, {zeros, 0}},
	};
	struct buf out;

	(void)state;
	buf_init(&out, 600);
	for (size_t i = 0; i < COUNT_OF(ops); i++)
		assert_int_equal(card_private(rig.card, 0, &ops[i],
				     bytes_of(RIG_PIN, 6), rig_never, &out),
		    CARD_ERR_INPUT);
	assert_int_equal(rig_sign(99), CARD_ERR_NO_KEY);
	assert_int_equal(rig.reader.exchanges, 0);
	buf_clear(&out);
}

static void
one_block(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	assert_int_equal(rig_use(0, CARD_OP_RSA, 1024, NULL), 0);
	assert_log(SELECT_ID OBJECT_ID VERIFY USE);
	assert_int_equal(rig_sign(2), 0);
	assert_log(SELECT_ENCRYPTION OBJECT_ENCRYPTION USE);
	assert_int_equal(rig.keys.verifies, 1);
}

static void
parts(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	assert_int_equal(rig_use(0, CARD_OP_RSA, 2048, NULL), 0);
	assert_log(
	    SELECT_ID OBJECT_ID VERIFY "00 42 80 00 F0\n00 42 00 00 10\n");
	assert_int_equal(rig_use(0, CARD_OP_RSA, 4096, NULL), 0);
	assert_log("00 42 80 00 F0\n00 42 80 00 F0\n00 42 00 00 20\n");
	/* What the reader's messages hold counts as well. */
	rig.reader.chunk = 128;
	assert_int_equal(rig_use(0, CARD_OP_RSA, 2048, NULL), 0);
	assert_log("00 42 80 00 80\n00 42 00 00 80\n");
}

static void
smaller_parts(uint16_t sw)
{
	rig_open();
	rig.keys.part_max = 128;
	rig.keys.part_sw = sw;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	buf_truncate(&rig.reader.log, 0);
	assert_int_equal(rig_use(0, CARD_OP_RSA, 2048, NULL), 0);
	assert_log("00 42 80 00 F0\n" SELECT_ID OBJECT_ID
		   "00 42 80 00 78\n00 42 80 00 78\n00 42 00 00 10\n");
	assert_int_equal(rig_use(0, CARD_OP_RSA, 2048, NULL), 0);
	assert_log("00 42 80 00 78\n00 42 80 00 78\n00 42 00 00 10\n");
}

static void
parts_refused(void **state)
{
	(void)state;
	smaller_parts(0x6A83);
	smaller_parts(0x6A86);
	smaller_parts(0x6700);
	/* When no size will do, it was not the size. */
	rig_open();
	rig.keys.part_max = 1;
	rig.keys.part_sw = 0x6A86;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	assert_int_equal(
	    rig_use(0, CARD_OP_RSA, 2048, RIG_PIN), CARD_ERR_NO_KEY);
	rig.keys.part_max = 0;
	buf_truncate(&rig.reader.log, 0);
	assert_int_equal(rig_use(0, CARD_OP_RSA, 2048, NULL), 0);
	assert_log("00 42 80 00 F0\n00 42 00 00 10\n");
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
class_80(void **state)
{
	(void)state;
	rig.keys.key_cla = 0x80;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	buf_truncate(&rig.reader.log, 0);
	assert_int_equal(rig_sign(0), 0);
	assert_log(USE "80 42 00 00 80\n");
	assert_int_equal(rig_sign(0), 0);
	assert_log("80 42 00 00 80\n");
}

static void
cac1(void **state)
{
	(void)state;
	assert_int_equal(rig_login(1, RIG_PIN), 0);
	buf_truncate(&rig.reader.log, 0);
	assert_int_equal(rig_sign(1), 0);
	assert_log(USE);
	assert_int_equal(rig_use(1, CARD_OP_RSA, 2048, NULL), 0);
	assert_log("00 42 80 00 80\n00 42 00 00 80\n");
}

static void
alternate(void **state)
{
	(void)state;
	assert_int_equal(rig_sign(1), 0);
	assert_log(SELECT_ID OBJECT_SIGNATURE SELECT_ACA VERIFY SELECT_ID
		OBJECT_SIGNATURE USE);
	assert_int_equal(rig_sign(2), 0);
	assert_log(OBJECT_ENCRYPTION USE);
}

static void
bare(void **state)
{
	(void)state;
	assert_int_equal(rig_sign(1), 0);
	assert_log(SELECT_SIGNATURE VERIFY USE);
}

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
	assert_log(USE VERIFY USE);
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
	assert_int_equal(rig_sign(1), 0);
	assert_log(SELECT_SIGNATURE OBJECT_SIGNATURE USE VERIFY USE);
	/* Learned. */
	assert_int_equal(rig_sign(0), 0);
	assert_log(SELECT_ID OBJECT_ID VERIFY USE);
	assert_int_equal(rig_sign(0), 0);
	assert_log(USE);
	assert_int_equal(rig.keys.refusals, 1);
	assert_int_equal(rig.keys.verifies, 3);
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

static void
status_words(void **state)
{
	static const struct {
		uint16_t sw;
		err_t err;
	} all[] = {
	    {0x6984, CARD_ERR_INPUT},
	    {0x6A80, CARD_ERR_INPUT},
	    {0x6700, CARD_ERR_INPUT},
	    {0x6A82, CARD_ERR_NO_KEY},
	    {0x6A86, CARD_ERR_NO_KEY},
	    {0x6A88, CARD_ERR_NO_KEY},
	    {0x6D00, CARD_ERR_NO_KEY},
	    {0x6E00, CARD_ERR_NO_KEY},
	    {0x6F00, CARD_ERR_STATUS},
	    {0x6983, CARD_ERR_STATUS},
	    {0x6300, CARD_ERR_STATUS},
	};

	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		rig.keys.use_sw = rig.keys.auth_sw = all[i].sw;
		assert_int_equal(rig_sign(0), all[i].err);
	}
	assert_int_equal(rig.keys.verifies, 1);
}

static void
wrong_lengths(void **state)
{
	static const size_t lengths[] = {1, 127};

	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		rig.keys.answer_n = lengths[i];
		assert_int_equal(rig_sign(0), CARD_ERR_DATA);
	}
}

/* Something else was selected behind our back. */
static void
stale(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	rig.reader.selected = NULL;
	rig.reader.piv_selected = false;
	assert_int_equal(rig_sign(0), 0);
	assert_int_equal(rig.keys.uses, 1);
	/* Somebody's reset is noticed. */
	fake_reader_reset(&rig.reader);
	assert_int_equal(rig_sign(0), 0);
	assert_int_equal(rig.keys.verifies, 2);
}

static void
unknown_outcome(void **state)
{
	struct fake_fault fault = {.kind = FAKE_FAIL, .err = CCID_ERR_MUTE};

	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	fault.at = rig.reader.exchanges;
	rig.reader.faults = &fault;
	rig.reader.fault_count = 1;
	assert_int_equal(rig_sign(0), CCID_ERR_MUTE);
	assert_int_equal(rig.reader.exchanges, fault.at + 1);
	/* Of the silent VERIFY as well. */
	fake_reader_reset(&rig.reader);
	fault.at = rig.reader.exchanges + (rig.reader.piv_count > 0 ? 1 : 2);
	assert_int_equal(rig_sign(0), CCID_ERR_MUTE);
	assert_int_equal(rig.reader.exchanges, fault.at + 1);
	assert_int_equal(rig.keys.verifies, 1);
	assert_int_equal(rig.keys.uses, 0);
}

static void
piv_once(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	buf_truncate(&rig.reader.log, 0);
	/* In the same selection, over transactions. */
	assert_int_equal(rig_sign(0), 0);
	assert_log(USE_PIV_AT "9A 88\n");
	assert_int_equal(rig_use(2, CARD_OP_RSA, 2048, NULL), 0);
	assert_log("00 87 07 9D 0A\n");
	assert_int_equal(rig_use(4, CARD_OP_RSA, 3072, NULL), 0);
	assert_log("00 87 05 82 8A\n");
	assert_int_equal(rig.keys.verifies, 1);
}

static void
piv_curves(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	rig.keys.answer = HEX("7C 0A 82 08 30 06 02 01 07 02 01 7F");
	assert_int_equal(rig_use(0, CARD_OP_ECDSA, 256, NULL), 0);
	assert_int_equal(rig.keys.algorithm, 0x11);
	assert_int_equal(rig_use(0, CARD_OP_ECDSA, 384, NULL), 0);
	assert_int_equal(rig.keys.algorithm, 0x14);
	assert_int_equal(rig_use(0, CARD_OP_ECDH, 256, NULL), CARD_ERR_DATA);
	assert_int_equal(rig_use(0, CARD_OP_RSA, 1536, NULL), CARD_ERR_INPUT);
}

static void
piv_always(void **state)
{
	(void)state;
	/* card_login() for the key serves its first use. */
	assert_int_equal(rig_login(1, RIG_PIN), 0);
	buf_truncate(&rig.reader.log, 0);
	assert_int_equal(rig_sign(1), 0);
	assert_log(USE_PIV_AT "9C 88\n");
	assert_int_equal(rig_sign(1), 0);
	assert_log(VERIFY_PIV USE_PIV_AT "9C 88\n");
	assert_int_equal(
	    rig_use(1, CARD_OP_RSA, 1024, NULL), CARD_ERR_NOT_VERIFIED);
	assert_int_equal(rig.keys.refusals, 1);
	buf_truncate(&rig.reader.log, 0);
	/* Any command in between cancels. */
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	assert_int_equal(rig_sign(0), 0);
	assert_int_equal(rig_sign(1), 0);
	assert_log(
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
piv_free(void **state)
{
	(void)state;
	assert_int_equal(rig_sign(3), 0);
	assert_int_equal(rig.keys.key, 0x9E);
	rig.keys.auth_sw = 0x6982;
	assert_int_equal(rig_sign(3), CARD_ERR_NOT_VERIFIED);
	assert_int_equal(rig.keys.verifies, 0);
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

static void
twins(void **state)
{
	(void)state;
	/* Unknown before the certificates were read. */
	rig.keys.use_sw = 0x6A88;
	assert_int_equal(rig_sign(RIG_SIGNATURE), CARD_ERR_NO_KEY);
	rig_open();
	rig_read();
	assert_int_equal(rig_login(RIG_SIGNATURE, RIG_PIN), 0);
	rig.keys.verifies = 0;
	assert_int_equal(rig_sign(RIG_SIGNATURE), 0);
	assert_int_equal(rig.keys.key, 0x9C);
	assert_int_equal(rig.keys.verifies, 1);
	assert_int_equal(rig_sign(RIG_ENCRYPTION), 0);
	assert_int_equal(rig.keys.key, 0x9D);
	/* There is none for the ID certificate. */
	assert_int_equal(rig_sign(RIG_ID), CARD_ERR_NO_KEY);
	/* No CAC applet has a key of a curve. */
	rig.keys.answer = HEX("7C 0A 82 08 30 06 02 01 07 02 01 7F");
	assert_int_equal(
	    rig_use(RIG_SIGNATURE, CARD_OP_ECDSA, 256, RIG_PIN), 0);
	assert_int_equal(
	    rig_use(RIG_ID, CARD_OP_ECDSA, 256, RIG_PIN), CARD_ERR_NO_KEY);
}

static void
applet_gone(void **state)
{
	(void)state;
	rig_read();
	rig.containers[2].select_sw = 0x6A82;
	assert_int_equal(rig_sign(RIG_SIGNATURE), 0);
	assert_int_equal(rig.keys.key, 0x9C);
	assert_int_equal(rig.keys.verifies, 1);
}

/* Every exchange of a use is disturbed, with a login and without. */
static void
disturb(size_t index, struct fake_fault fault, bool login, const char *pin)
{
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
	assert_true(rig.keys.verifies <= 1);
	assert_true(rig.keys.uses <= 1);
	assert_true(pin != NULL || rig.keys.verifies == 0);
	/* A reset before the key was used is no harm. */
	if (fault.kind == FAKE_RESET && rig.keys.verifies == 0 && login &&
	    rig.reader.exchanges == fault.at + 1)
		assert_int_not_equal(err, 0);
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
		assert_true(rig.keys.verifies - verifies <= 1);
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
	    TEST_WITH(
		"key: what its applet asks for", rules, rig_dual, rig_clear),
	    TEST_WITH("key: impossible input does not reach the card",
		impossible, rig_dual, rig_clear),
	    TEST_WITH("42: one block", one_block, rig_cac2, rig_clear),
	    TEST_WITH("42: parts of 240 bytes", parts, rig_cac2, rig_clear),
	    TEST_WITH("42: smaller parts for cards that refuse", parts_refused,
		rig_cac2, rig_clear),
	    TEST_WITH("42: smaller parts after the PIN was lost",
		parts_and_login, rig_cac2, rig_clear),
	    TEST_WITH("42: class 80 is found out and remembered", class_80,
		rig_cac2, rig_clear),
	    TEST_WITH("42: CAC v1 gets 128 bytes", cac1, rig_cac1, rig_clear),
	    TEST_WITH("42: an alternate token is verified in its ACA",
		alternate, rig_alternate, rig_clear),
	    TEST_WITH("42: a bare applet", bare, rig_bare, rig_clear),
	    TEST_WITH("42: every status word has one meaning", status_words,
		rig_cac2, rig_clear),
	    TEST_WITH("42: an answer of another length is none", wrong_lengths,
		rig_cac2, rig_clear),
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
	    TEST_WITH("key: selected again when others selected something",
		stale, rig_cac2, rig_clear),
	    TEST_WITH("key: the same in PIV", stale, rig_piv, rig_clear),
	    TEST_WITH("key: an unknown outcome is not asked for again",
		unknown_outcome, rig_cac2, rig_clear),
	    TEST_WITH(
		"key: the same in PIV", unknown_outcome, rig_piv, rig_clear),
	    TEST_WITH("PIV: every status word has one meaning", status_words,
		rig_piv, rig_clear),
	    TEST_WITH("PIV: one login for the keys that want one", piv_once,
		rig_piv, rig_clear),
	    TEST_WITH("PIV: curves", piv_curves, rig_piv, rig_clear),
	    TEST_WITH("PIV: 9C is verified just before each use", piv_always,
		rig_piv, rig_clear),
	    TEST_WITH(
		"PIV: 9E never costs a PIN", piv_free, rig_piv, rig_clear),
	    TEST_WITH("dual: each part has its login, both are learned",
		piv_dropped, rig_dual, rig_clear),
	    TEST_WITH("dual: one VERIFY may do for both", shared, rig_dual,
		rig_clear),
	    TEST_WITH("dual: the key that an applet lacks is used in PIV",
		twins, rig_dual, rig_clear),
	    TEST_WITH("dual: the key of an applet that is gone as well",
		applet_gone, rig_dual, rig_clear),
	    TEST_WITH("CAC: one VERIFY, one use under any disturbance",
		disturbed, rig_cac2, rig_clear),
	    TEST_WITH("ACA: one VERIFY, one use under any disturbance",
		disturbed, rig_alternate, rig_clear),
	    TEST_WITH("PIV: one VERIFY, one use under any disturbance",
		disturbed, rig_piv, rig_clear),
	    TEST_WITH("dual: one VERIFY, one use under any disturbance",
		disturbed, rig_dual, rig_clear),
	    TEST_WITH("CAC: a reset before the key is used is no harm",
		reset_while_selecting, rig_cac2, rig_clear),
	    TEST_WITH("dual: a long life never costs a second VERIFY", lives,
		rig_dual, rig_clear),
	    TEST_WITH("ACA: a long life never costs a second VERIFY", lives,
		rig_alternate, rig_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
