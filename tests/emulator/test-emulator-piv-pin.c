/* SPDX-License-Identifier: BSD-2-Clause */
/* PIN, global PIN and PUK of PIV: what is taken, counted and refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/emulator/apdu-host.h"

#define SELECT_PIV "00 A4 04 00 09 A0 00 00 03 08 00 00 10 00 00"
#define SELECT_ID  "00 A4 04 00 07 A0 00 00 00 79 01 00 00"
#define RIGHT	   "00 20 00 80 08 37 37 37 37 37 37 37 37"
#define WRONG	   "00 20 00 80 08 31 32 33 34 35 36 FF FF"
#define RIGHT_CAC  "00 20 00 00 08 37 37 37 37 37 37 37 37"
#define WRONG_CAC  "00 20 00 00 08 31 32 33 34 35 36 FF FF"
#define ASK	   "00 20 00 80"
#define ASK_CAC	   "00 20 00 00"
#define ASK_GLOBAL "00 20 00 00"
#define LOGOUT	   "00 20 FF 80"
#define FINGERS	   "00 CB 3F FF 05 5C 03 5F C1 03 00"

#define OLD	"37 37 37 37 37 37 37 37"
#define NEW	"31 32 33 34 35 36 FF FF"
#define PUK	"31 32 33 34 35 36 37 38"
#define BAD_PUK "31 32 33 34 35 36 37 39"

static void
begin_as(struct apdu_host *h, const char *base, const char *lines)
{
	apdu_open_habit(h, test_folder, base, lines, test_pki);
	assert_int_equal(apdu_hex(h, SELECT_PIV, NULL), 0x9000);
}

/* A card of SP 800-73-4 in T=0; it has a PUK. */
static void
begin(struct apdu_host *h, const char *lines)
{
	begin_as(h, "piv-only-sce7", lines);
}

static void
verify_counts_tries(void **state)
{
	struct apdu_host h;

	(void)state;
	begin(&h, "");
	apdu_expect(&h, ASK, "63 C3");
	apdu_expect(&h, WRONG, "63 C2");
	apdu_expect(&h, ASK, "63 C2");
	apdu_expect(&h, ASK, "63 C2");
	apdu_expect(&h, RIGHT, "90 00");
	apdu_expect(&h, ASK, "90 00");
	/* A wrong PIN ends the login. */
	apdu_expect(&h, WRONG, "63 C2");
	apdu_expect(&h, ASK, "63 C2");
	apdu_expect(&h, FINGERS, "69 82");
	apdu_expect(&h, RIGHT, "90 00");
	apdu_reset(&h);
	assert_int_equal(apdu_hex(&h, SELECT_PIV, NULL), 0x9000);
	apdu_expect(&h, ASK, "63 C3");
	assert_int_equal(card_verifies(h.card), 4);
	assert_int_equal(card_counts(h.card)->wrong_pins, 2);
	apdu_close(&h);
}

static void
verify_blocks_the_pin(void **state)
{
	struct apdu_host h;

	(void)state;
	begin(&h, "");
	apdu_expect(&h, WRONG, "63 C2");
	apdu_expect(&h, WRONG, "63 C1");
	apdu_reset(&h);
	assert_int_equal(apdu_hex(&h, SELECT_PIV, NULL), 0x9000);
	apdu_expect(&h, WRONG, "63 C0");
	apdu_expect(&h, RIGHT, "69 83");
	apdu_expect(&h, ASK, "69 83");
	apdu_expect(&h, "00 24 00 80 10 " OLD NEW, "69 83");
	assert_int_equal(card_tries_left(h.card), 0);
	assert_int_equal(card_verifies(h.card), 3);
	apdu_close(&h);
}

static void
wrong_form_costs_no_try(void **state)
{
	static const char *const wrong[] = {
	    "00 20 00 80 07 37 37 37 37 37 37 37",
	    "00 20 00 80 09 37 37 37 37 37 37 37 37 37",
	    "00 20 00 80 08 37 37 37 37 37 37 37 00",
	    "00 20 00 80 08 37 37 37 37 37 37 37 41",
	    "00 20 00 80 08 37 37 37 37 37 FF FF FF",
	    "00 20 00 80 08 37 37 37 37 37 37 FF 37",
	    "00 20 00 80 08 FF FF FF FF FF FF FF FF",
	};
	struct apdu_host h;
	size_t i;

	(void)state;
	begin(&h, "");
	apdu_expect(&h, WRONG, "63 C2");
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		apdu_expect(&h, wrong[i], "6A 80");
	apdu_expect(&h, ASK, "63 C2");
	apdu_expect(&h, RIGHT, "90 00");
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		apdu_expect(&h, wrong[i], "6A 80");
	apdu_expect(&h, ASK, "90 00");
	/* References and P1 */
	apdu_expect(&h, "00 20 00 81", "6A 88");
	apdu_expect(&h, "00 20 00 01 08 " NEW, "6A 88");
	apdu_expect(&h, "00 20 00 00 08 " OLD, "6A 88");
	apdu_expect(&h, "00 20 01 80 08 " OLD, "6A 86");
	apdu_expect(&h, "10 20 00 80 08 " OLD, "68 84");
	apdu_expect(&h, "80 20 00 80 08 " OLD, "6E 00");
	apdu_expect(&h, ASK, "90 00");
	apdu_close(&h);
	begin(&h, "status pin-form 6984\n");
	apdu_expect(&h, wrong[0], "69 84");
	apdu_expect(&h, wrong[2], "69 84");
	apdu_close(&h);
}

static void
wrong_pins_may_be_told_otherwise(void **state)
{
	struct apdu_host h;

	(void)state;
	begin(&h, "status piv-pin-wrong 6982\n");
	apdu_expect(&h, WRONG, "69 82");
	apdu_expect(&h, ASK, "63 C2");
	apdu_expect(&h, "00 24 00 80 10 " NEW NEW, "69 82");
	apdu_expect(&h, WRONG, "69 82");
	apdu_expect(&h, RIGHT, "69 83");
	apdu_close(&h);
	begin(&h, "status piv-pin-wrong 6300\nstatus pin-blocked 6982\n");
	apdu_expect(&h, WRONG, "63 00");
	apdu_expect(&h, WRONG, "63 00");
	apdu_expect(&h, WRONG, "63 00");
	apdu_expect(&h, WRONG, "69 82");
	apdu_expect(&h, ASK, "69 82");
	apdu_close(&h);
}

static void
the_login_may_be_hidden(void **state)
{
	struct apdu_host h;

	(void)state;
	begin(&h, "tell-login no\n");
	apdu_expect(&h, RIGHT, "90 00");
	apdu_expect(&h, ASK, "63 C3");
	assert_int_equal(apdu_hex(&h, FINGERS, NULL), 0x9000);
	apdu_close(&h);
}

static void
logout_is_an_option(void **state)
{
	struct apdu_host h;

	(void)state;
	begin(&h, "");
	apdu_expect(&h, RIGHT, "90 00");
	apdu_expect(&h, "00 20 FF 80 01 00", "6A 80");
	apdu_expect(&h, ASK, "90 00");
	apdu_expect(&h, "00 20 FF 00", "6A 88");
	apdu_expect(&h, LOGOUT, "90 00");
	apdu_expect(&h, ASK, "63 C3");
	apdu_expect(&h, FINGERS, "69 82");
	apdu_close(&h);
	begin(&h, "logout no\n");
	apdu_expect(&h, RIGHT, "90 00");
	apdu_expect(&h, LOGOUT, "6A 86");
	apdu_expect(&h, ASK, "90 00");
	apdu_close(&h);
}

static void
cac_and_piv_share_the_tries(void **state)
{
	struct apdu_host h;

	(void)state;
	begin_as(&h, "dual-oberthur-v5.5", "");
	apdu_expect(&h, WRONG, "63 C2");
	assert_int_equal(apdu_hex(&h, SELECT_ID, NULL), 0x9000);
	apdu_expect(&h, ASK_CAC, "63 C2");
	apdu_expect(&h, WRONG_CAC, "63 C1");
	assert_int_equal(apdu_hex(&h, SELECT_PIV, NULL), 0x9000);
	apdu_expect(&h, ASK, "63 C1");
	/* Changed here, changed there. */
	apdu_expect(&h, "00 24 00 80 10 " OLD NEW, "90 00");
	apdu_expect(&h, ASK, "90 00");
	assert_int_equal(apdu_hex(&h, SELECT_ID, NULL), 0x9000);
	apdu_expect(&h, ASK_CAC, "63 C3");
	apdu_expect(&h, RIGHT_CAC, "63 C2");
	apdu_expect(&h, WRONG_CAC, "90 00");
	assert_int_equal(apdu_hex(&h, SELECT_PIV, NULL), 0x9000);
	apdu_expect(&h, RIGHT, "63 C2");
	apdu_expect(&h, RIGHT, "63 C1");
	apdu_expect(&h, RIGHT, "63 C0");
	assert_int_equal(apdu_hex(&h, SELECT_ID, NULL), 0x9000);
	apdu_expect(&h, WRONG_CAC, "69 83");
	/* A CAC is unblocked by its issuer. */
	assert_int_equal(apdu_hex(&h, SELECT_PIV, NULL), 0x9000);
	apdu_expect(&h, "00 2C 00 80 10 " PUK NEW, "6D 00");
	apdu_expect(&h, "00 24 00 81 10 " PUK PUK, "6A 88");
	apdu_close(&h);
}

static void
change_replaces_the_pin(void **state)
{
	struct apdu_host h;

	(void)state;
	begin(&h, "");
	apdu_expect(&h, "00 24 00 80 10 " NEW NEW, "63 C2");
	/* Either of them malformed: no try is spent. */
	apdu_expect(
	    &h, "00 24 00 80 10 " NEW "31 32 33 34 35 FF FF FF", "6A 80");
	apdu_expect(
	    &h, "00 24 00 80 10 " OLD "31 32 33 34 35 36 FF 37", "6A 80");
	apdu_expect(&h, "00 24 00 80 10 31 32 33 34 35 36 FF 37" NEW, "6A 80");
	apdu_expect(&h, "00 24 00 80 08 " OLD, "6A 80");
	apdu_expect(&h, "00 24 00 80", "6A 80");
	apdu_expect(&h, "00 24 01 80 10 " OLD NEW, "6A 86");
	apdu_expect(&h, "00 24 00 00 10 " OLD NEW, "6A 88");
	apdu_expect(&h, ASK, "63 C2");
	/* A change is a login (SP 800-73-4 part 2, 3.2.2). */
	apdu_expect(&h, "00 24 00 80 10 " OLD NEW, "90 00");
	apdu_expect(&h, ASK, "90 00");
	apdu_expect(&h, RIGHT, "63 C2");
	apdu_expect(&h, WRONG, "90 00");
	assert_int_equal(card_counts(h.card)->pin_changes, 1);
	apdu_close(&h);
}

static void
the_puk_unblocks(void **state)
{
	struct apdu_host h;

	(void)state;
	begin(&h, "puk-tries 2\n");
	apdu_expect(&h, WRONG, "63 C2");
	apdu_expect(&h, WRONG, "63 C1");
	apdu_expect(&h, WRONG, "63 C0");
	apdu_expect(
	    &h, "00 2C 00 80 10 " PUK "31 32 33 34 35 FF FF FF", "6A 80");
	apdu_expect(&h, "00 2C 00 80 08 " PUK, "6A 80");
	apdu_expect(&h, "00 2C 00 00 10 " PUK NEW, "6A 88");
	apdu_expect(&h, "00 2C 02 80 10 " PUK NEW, "6A 86");
	apdu_expect(&h, "00 2C 00 80 10 " BAD_PUK NEW, "63 C1");
	apdu_expect(&h, ASK, "69 83");
	apdu_expect(&h, "00 2C 00 80 10 " PUK NEW, "90 00");
	/* Unblocked, not logged in (part 2, 3.2.3). */
	apdu_expect(&h, ASK, "63 C3");
	apdu_expect(&h, WRONG, "90 00");
	/* A wrong PUK ends a login; a malformed PIN does not. */
	apdu_expect(&h, "00 2C 00 80 10 " BAD_PUK BAD_PUK, "63 C1");
	apdu_expect(&h, ASK, "63 C3");
	apdu_expect(&h, WRONG, "90 00");
	apdu_expect(&h, "00 2C 00 80 10 " PUK NEW, "90 00");
	apdu_expect(&h, ASK, "90 00");
	/* The PUK changes, too, and blocks. */
	apdu_expect(&h, "00 24 00 81 10 " PUK BAD_PUK, "90 00");
	apdu_expect(&h, "00 2C 00 80 10 " PUK NEW, "63 C1");
	apdu_expect(&h, "00 2C 00 80 10 " PUK NEW, "63 C0");
	apdu_expect(&h, "00 2C 00 80 10 " BAD_PUK NEW, "69 83");
	apdu_expect(&h, "00 24 00 81 10 " BAD_PUK PUK, "69 83");
	apdu_close(&h);
}

static void
the_global_pin_is_another(void **state)
{
	struct apdu_host h;

	(void)state;
	begin_as(&h, "piv-global-pin", "");
	assert_int_equal(card_protocol(h.card), 1);
	apdu_expect(&h, ASK_GLOBAL, "63 C3");
	apdu_expect(&h, "00 20 00 00 08 " OLD, "63 C2");
	apdu_expect(&h, ASK, "63 C3");
	apdu_expect(&h, FINGERS, "69 82");
	apdu_expect(&h, "00 20 00 00 08 31 31 31 31 31 31 31 31", "90 00");
	apdu_expect(&h, ASK_GLOBAL, "90 00");
	apdu_expect(&h, ASK, "63 C3");
	assert_int_equal(apdu_hex(&h, FINGERS, NULL), 0x9000);
	apdu_expect(&h, "00 20 FF 00", "90 00");
	apdu_expect(&h, FINGERS, "69 82");
	apdu_expect(&h, RIGHT, "90 00");
	apdu_expect(&h, ASK_GLOBAL, "63 C3");
	apdu_expect(&h, "00 24 00 00 10 31 31 31 31 31 31 31 31 " NEW, "90 00");
	apdu_expect(&h, "00 20 00 00 08 " NEW, "90 00");
	apdu_expect(&h, WRONG, "63 C2");
	apdu_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(verify_counts_tries),
	    cmocka_unit_test(verify_blocks_the_pin),
	    cmocka_unit_test(wrong_form_costs_no_try),
	    cmocka_unit_test(wrong_pins_may_be_told_otherwise),
	    cmocka_unit_test(the_login_may_be_hidden),
	    cmocka_unit_test(logout_is_an_option),
	    cmocka_unit_test(cac_and_piv_share_the_tries),
	    cmocka_unit_test(change_replaces_the_pin),
	    cmocka_unit_test(the_puk_unblocks),
	    cmocka_unit_test(the_global_pin_is_another),
	};

	return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
