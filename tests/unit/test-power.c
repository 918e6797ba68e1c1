/* SPDX-License-Identifier: BSD-2-Clause */
/* Activation (CCID 1.1, 6.1.1 and 6.1.2; ISO/IEC 7816-3, 6). */
#include "reader/power.h"
#include "tests/unit/ccid-rig.h"

#define OFF	  "M > IccPowerOff slot=0 seq=1 00 00 00\n"
#define DOWN	  "M < SlotStatus slot=0 seq=1 status=01 error=00 00\n"
#define ON	  "M > IccPowerOn slot=0 seq=2 00 00 00\n"
#define ATR_BYTES "3B DB 96 00 80 1F 03 00 31 C0 64 B0 F3 10 00 07 90 00 80"
#define ATR_BAD	  "3B DB 96 00 80 1F 03 00 31 C0 64 B0 F3 10 00 07 90 01 80"
#define UP	  "M < DataBlock slot=0 seq=2 status=00 error=00 00 | " ATR_BYTES "\n"
#define UP_BAD                                                                 \
	"M < DataBlock slot=0 seq=2 status=00 error=00 00 | " ATR_BAD "\n"
#define MUTE "M < DataBlock slot=0 seq=2 status=41 error=FE 00\n"

/* A reader that leaves the voltage to the host, with 5, 3 and 1.8 V. */
#define BY_HAND                                                                \
	"36 21 10 01 00 07 03 00 00 00 A0 0F 00 00 40 1F 00 00 00 01 2A 00 "   \
	"00 29 40 05 00 00 FC 00 00 00 00 00 00 00 00 00 00 00 30 00 01 00 "   \
	"0F 01 00 00 FF FF 00 00 00 01"

static struct rig rig;
static struct atr atr;

static err_t
power(const char *desc, const char *script, enum power_how how)
{
	err_t err;

	rig_open(&rig, desc, script);
	err = power_on(&rig.slot, how, deadline_in(60000), &atr);
	rig_close(&rig);
	return err;
}

static void
cold_is_off_a_rest_and_on(void **state)
{
	int64_t start = fake_clock_now();

	(void)state;
	assert_int_equal(power(SCR3310_5116, OFF DOWN ON UP, POWER_COLD), 0);
	assert_bytes(atr_bytes(&atr), HEX(ATR_BYTES));
	assert_true(fake_clock_now() - start >= 10);
}

static void
warm_is_only_on(void **state)
{
	(void)state;
	assert_int_equal(power(SCR3310_5116, ON UP, POWER_WARM), 0);
	assert_bytes(atr_bytes(&atr), HEX(ATR_BYTES));
}

static void
a_mute_card_gets_longer_rests(void **state)
{
	int64_t start = fake_clock_now();

	(void)state;
	assert_int_equal(
	    power(SCR3310_5116,
		OFF DOWN ON MUTE OFF DOWN ON MUTE OFF DOWN ON UP, POWER_COLD),
	    0);
	assert_true(fake_clock_now() - start >= 10 + 50 + 200);
}

static void
a_mute_card_gets_every_voltage(void **state)
{
	static char script[8192];
	size_t at = 0;

	(void)state;
	for (unsigned select = 1; select <= 3; select++) {
		for (unsigned i = 0; i < 3; i++)
			at += (size_t)snprintf(script + at, sizeof(script) - at,
			    OFF DOWN
			    "M > IccPowerOn slot=0 seq=2 %02X 00 00\n" MUTE,
			    select);
	}
	assert_int_equal(power(BY_HAND, script, POWER_COLD), CCID_ERR_MUTE);
}

static void
a_refused_voltage_is_tried_once(void **state)
{
	(void)state;
	assert_int_equal(
	    power(BY_HAND,
		OFF DOWN
		"M > IccPowerOn slot=0 seq=2 01 00 00\n"
		"M < DataBlock slot=0 seq=2 status=41 error=F5 00\n" OFF DOWN
		"M > IccPowerOn slot=0 seq=2 02 00 00\n"
		"M < DataBlock slot=0 seq=2 status=41 error=07 00\n" OFF DOWN
		"M > IccPowerOn slot=0 seq=2 03 00 00\n" UP,
		POWER_COLD),
	    0);
}

static void
each_kind_of_failure_is_tried_again(void **state)
{
	static const char *const codes[] = {
	    "FE", "FD", "FC", "FB", "F8", "F7", "F6", "F4", "C0", "00"};
	static char script[2048];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		(void)snprintf(script, sizeof(script),
		    OFF DOWN ON
		    "M < DataBlock slot=0 seq=2 status=41 error=%s 00\n" OFF
			DOWN ON UP,
		    codes[i]);
		assert_int_equal(power(SCR3310_5116, script, POWER_COLD), 0);
	}
}

static void
no_card_ends_it(void **state)
{
	(void)state;
	assert_int_equal(
	    power(SCR3310_5116,
		OFF DOWN ON
		"M < DataBlock slot=0 seq=2 status=42 error=FE 00\n",
		POWER_COLD),
	    CCID_ERR_NO_CARD);
}

static void
an_unplugged_reader_ends_it(void **state)
{
	(void)state;
	assert_int_equal(
	    power(SCR3310_5116,
		OFF DOWN ON "M - no answer: USB_GONE after 0 bytes\n",
		POWER_COLD),
	    USB_ERR_GONE);
}

static void
a_damaged_atr_is_read_again(void **state)
{
	(void)state;
	assert_int_equal(
	    power(SCR3310_5116, OFF DOWN ON UP_BAD OFF DOWN ON UP, POWER_COLD),
	    0);
	assert_false(atr.tck_wrong);
	/* No ATR at all. */
	assert_int_equal(
	    power(SCR3310_5116,
		OFF DOWN ON
		"M < DataBlock slot=0 seq=2 status=00 error=00 00\n" OFF DOWN ON
		    UP,
		POWER_COLD),
	    0);
}

static void
a_card_with_a_wrong_tck_is_used(void **state)
{
	(void)state;
	/* The same twice: it is the card's own. */
	assert_int_equal(power(SCR3310_5116,
			     OFF DOWN ON UP_BAD OFF DOWN ON UP_BAD, POWER_COLD),
	    0);
	assert_true(atr.tck_wrong);
	assert_bytes(atr_bytes(&atr), HEX(ATR_BAD));
}

static void
the_deadline_ends_it(void **state)
{
	(void)state;
	rig_open(&rig, SCR3310_5116, OFF DOWN);
	assert_int_equal(
	    power_on(&rig.slot, POWER_COLD, deadline_in(5), &atr), ERR_TIMEOUT);
	rig_close(&rig);
}

static void
a_failed_power_off_does_not_matter(void **state)
{
	(void)state;
	assert_int_equal(
	    power(SCR3310_5116,
		OFF "M < SlotStatus slot=0 seq=1 status=41 error=00 00\n" ON UP,
		POWER_COLD),
	    0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("power: cold is off, a rest, and on",
		cold_is_off_a_rest_and_on),
	    TEST("power: warm is on while powered", warm_is_only_on),
	    TEST("power: a mute card gets three tries with longer rests",
		a_mute_card_gets_longer_rests),
	    TEST("power: a mute card gets every voltage",
		a_mute_card_gets_every_voltage),
	    TEST("power: a refused voltage is tried once",
		a_refused_voltage_is_tried_once),
	    TEST("power: every kind of failure is tried again",
		each_kind_of_failure_is_tried_again),
	    TEST("power: no card ends it", no_card_ends_it),
	    TEST("power: an unplugged reader ends it",
		an_unplugged_reader_ends_it),
	    TEST("power: a damaged ATR is read again",
		a_damaged_atr_is_read_again),
	    TEST("power: a card whose TCK is always wrong is used",
		a_card_with_a_wrong_tck_is_used),
	    TEST("power: the deadline ends it", the_deadline_ends_it),
	    TEST("power: a power-off that fails does not matter",
		a_failed_power_off_does_not_matter),
	};

	reader_error_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
