/* SPDX-License-Identifier: BSD-2-Clause */
/* Private keys: the way to each, and what is sent to it. */
#include "tests/unit/key-rig.h"
#include "tests/unit/unit.h"

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
	rig_log_uses(SELECT_ID OBJECT_ID VERIFY USE);
	assert_int_equal(rig_sign(2), 0);
	rig_log_uses(SELECT_ENCRYPTION OBJECT_ENCRYPTION USE);
	assert_int_equal(rig.keys.verifies, 1);
}

static void
parts(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	assert_int_equal(rig_use(0, CARD_OP_RSA, 2048, NULL), 0);
	rig_log_uses(
	    SELECT_ID OBJECT_ID VERIFY "00 42 80 00 F0\n00 42 00 00 10\n");
	assert_int_equal(rig_use(0, CARD_OP_RSA, 4096, NULL), 0);
	rig_log_uses("00 42 80 00 F0\n00 42 80 00 F0\n00 42 00 00 20\n");
	/* What the reader's messages hold counts as well. */
	rig.reader.chunk = 128;
	assert_int_equal(rig_use(0, CARD_OP_RSA, 2048, NULL), 0);
	rig_log_uses("00 42 80 00 80\n00 42 00 00 80\n");
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
	rig_log_uses("00 42 80 00 F0\n" SELECT_ID OBJECT_ID
		     "00 42 80 00 78\n00 42 80 00 78\n00 42 00 00 10\n");
	assert_int_equal(rig_use(0, CARD_OP_RSA, 2048, NULL), 0);
	rig_log_uses("00 42 80 00 78\n00 42 80 00 78\n00 42 00 00 10\n");
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
	rig_log_uses("00 42 80 00 F0\n00 42 00 00 10\n");
}

static void
class_80(void **state)
{
	(void)state;
	rig.keys.key_cla = 0x80;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	buf_truncate(&rig.reader.log, 0);
	assert_int_equal(rig_sign(0), 0);
	rig_log_uses(USE "80 42 00 00 80\n");
	assert_int_equal(rig_sign(0), 0);
	rig_log_uses("80 42 00 00 80\n");
}

static void
cac1(void **state)
{
	(void)state;
	assert_int_equal(rig_login(1, RIG_PIN), 0);
	buf_truncate(&rig.reader.log, 0);
	assert_int_equal(rig_sign(1), 0);
	rig_log_uses(USE);
	assert_int_equal(rig_use(1, CARD_OP_RSA, 2048, NULL), 0);
	rig_log_uses("00 42 80 00 80\n00 42 00 00 80\n");
}

static void
alternate(void **state)
{
	(void)state;
	assert_int_equal(rig_sign(1), 0);
	rig_log_uses(SELECT_ID OBJECT_SIGNATURE SELECT_ACA VERIFY SELECT_ID
		OBJECT_SIGNATURE USE);
	assert_int_equal(rig_sign(2), 0);
	rig_log_uses(OBJECT_ENCRYPTION USE);
}

static void
bare(void **state)
{
	(void)state;
	assert_int_equal(rig_sign(1), 0);
	rig_log_uses(SELECT_SIGNATURE VERIFY USE);
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
piv_once(void **state)
{
	(void)state;
	assert_int_equal(rig_login(0, RIG_PIN), 0);
	buf_truncate(&rig.reader.log, 0);
	/* In the same selection, over transactions. */
	assert_int_equal(rig_sign(0), 0);
	rig_log_uses(USE_PIV_AT "9A 88\n");
	assert_int_equal(rig_use(2, CARD_OP_RSA, 2048, NULL), 0);
	rig_log_uses("00 87 07 9D 0A\n");
	assert_int_equal(rig_use(4, CARD_OP_RSA, 3072, NULL), 0);
	rig_log_uses("00 87 05 82 8A\n");
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
	    TEST_WITH("key: selected again when others selected something",
		stale, rig_cac2, rig_clear),
	    TEST_WITH("key: the same in PIV", stale, rig_piv, rig_clear),
	    TEST_WITH("PIV: every status word has one meaning", status_words,
		rig_piv, rig_clear),
	    TEST_WITH("PIV: one login for the keys that want one", piv_once,
		rig_piv, rig_clear),
	    TEST_WITH("PIV: curves", piv_curves, rig_piv, rig_clear),
	    TEST_WITH(
		"PIV: 9E never costs a PIN", piv_free, rig_piv, rig_clear),
	    TEST_WITH("dual: the key that an applet lacks is used in PIV",
		twins, rig_dual, rig_clear),
	    TEST_WITH("dual: the key of an applet that is gone as well",
		applet_gone, rig_dual, rig_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
