/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader/ccid-desc.h"
#include "tests/unit/readers-known.h"
#include "tests/unit/unit.h"

#define HID	 "09 21 11 01 00 01 22 41 00"
#define ENDPOINT "07 05 01 02 40 00 00"

static err_t
parse(const char *hex, struct ccid_desc *d)
{
	uint8_t room[80];

	return ccid_desc_parse(hex_parse(hex, room), d);
}

static void
scr3310_v1_field_by_field(void **state)
{
	struct ccid_desc d;

	(void)state;
	assert_int_equal(parse(SCR3310_5116, &d), 0);
	assert_int_equal(d.bMaxSlotIndex, 0);
	assert_int_equal(d.bVoltageSupport, 1);
	assert_int_equal(d.dwProtocols, 3);
	assert_int_equal(d.dwDefaultClock, 4000);
	assert_int_equal(d.dwMaximumClock, 8000);
	assert_int_equal(d.dwDataRate, 10753);
	assert_int_equal(d.dwMaxDataRate, 344105);
	assert_int_equal(d.bNumDataRatesSupported, 0);
	assert_int_equal(d.dwMaxIFSD, 252);
	assert_int_equal(d.dwFeatures, 0x000100BA);
	assert_int_equal(d.dwMaxCCIDMessageLength, 271);
	assert_int_equal(d.bClassGetResponse, 0xFF);
	assert_int_equal(d.bPINSupport, 0);
	assert_int_equal(d.bMaxCCIDBusySlots, 1);
}

static void
its_relatives(void **state)
{
	static const struct {
		const char *hex;
		uint8_t voltage, pin;
		uint32_t clock, max_clock, rate, max_rate, ifsd, features, max;
	} rows[] = {
	    {SCR3310_511F, 1, 0, 4000, 8000, 10753, 344105, 252, 0x000100BA,
		263},
	    {SCR335_V2, 7, 0, 4800, 8000, 12903, 412903, 252, 0x000101BA, 271},
	    {AVID_602, 7, 0, 4800, 16000, 12903, 600000, 252, 0x000100BA, 271},
	    {SPR532, 1, 3, 4000, 8000, 10753, 344105, 254, 0x000100BA, 270},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ccid_desc d;

		assert_int_equal(parse(rows[i].hex, &d), 0);
		assert_int_equal(d.bMaxSlotIndex, 0);
		assert_int_equal(d.bVoltageSupport, rows[i].voltage);
		assert_int_equal(d.bPINSupport, rows[i].pin);
		assert_int_equal(d.dwProtocols, 3);
		assert_int_equal(d.dwDefaultClock, rows[i].clock);
		assert_int_equal(d.dwMaximumClock, rows[i].max_clock);
		assert_int_equal(d.dwDataRate, rows[i].rate);
		assert_int_equal(d.dwMaxDataRate, rows[i].max_rate);
		assert_int_equal(d.dwMaxIFSD, rows[i].ifsd);
		assert_int_equal(d.dwFeatures, rows[i].features);
		assert_int_equal(d.dwMaxCCIDMessageLength, rows[i].max);
	}
}

static void
changed(const char *hex, size_t at, const char *to, err_t want)
{
	uint8_t room[80], value[8];
	struct bytes in = hex_parse(hex, room);
	struct bytes v = hex_parse(to, value);
	struct ccid_desc d;

	memcpy(room + at, v.p, v.n);
	if (ccid_desc_parse(in, &d) != want)
		fail_msg("byte %zu as %s", at, to);
}

static void
wrong_head_is_refused(void **state)
{
	(void)state;
	changed(SCR3310_5116, 0, "35", USB_ERR_DESCRIPTOR);
	changed(SCR3310_5116, 0, "37", USB_ERR_DESCRIPTOR);
	changed(SCR3310_5116, 1, "22", USB_ERR_DESCRIPTOR);
}

static void
impossible_values_are_refused(void **state)
{
	(void)state;
	/* A message that holds neither header nor ATR. */
	changed(SCR3310_5116, 44, "00 00 00 00", USB_ERR_DESCRIPTOR);
	changed(SCR3310_5116, 44, "0A 00 00 00", USB_ERR_DESCRIPTOR);
	changed(SCR3310_5116, 44, "2A 00 00 00", USB_ERR_DESCRIPTOR);
	changed(SCR3310_5116, 44, "2B 00 00 00", 0);
	changed(SCR3310_5116, 10, "00 00 00 00", USB_ERR_DESCRIPTOR);
	changed(SCR3310_5116, 23, "00 00 00 00", USB_ERR_DESCRIPTOR);
}

static void
other_lengths_are_refused(void **state)
{
	uint8_t room[80] = {0};
	struct ccid_desc d;

	(void)state;
	(void)hex_parse(SCR3310_5116, room);
	for (size_t n = 0; n < sizeof(room); n++)
		assert_int_equal(ccid_desc_parse(bytes_of(room, n), &d),
		    n == 54 ? 0 : USB_ERR_DESCRIPTOR);
}

static bool
finds(const char *before, const char *after)
{
	char text[600];
	uint8_t room[300], want[80];
	struct bytes found;

	(void)snprintf(
	    text, sizeof(text), "%s%s%s", before, SCR3310_5116, after);
	if (!ccid_desc_find(hex_parse(text, room), &found))
		return false;
	assert_bytes(found, hex_parse(SCR3310_5116, want));
	return true;
}

static void
it_is_found_among_others(void **state)
{
	(void)state;
	assert_true(finds("", ""));
	assert_true(finds(HID, ""));
	assert_true(finds(HID, HID));
	assert_true(finds(ENDPOINT, ENDPOINT));
	assert_true(finds("02 FF", "00"));
}

static void
it_is_not_found_behind_a_lie(void **state)
{
	struct bytes found;
	uint8_t room[80];
	struct bytes whole = hex_parse(SCR3310_5116, room);

	(void)state;
	assert_false(ccid_desc_find(HEX(""), &found));
	assert_false(ccid_desc_find(HEX("36"), &found));
	assert_false(ccid_desc_find(HEX("36 21"), &found));
	assert_false(ccid_desc_find(HEX(HID), &found));
	/* Lengths 0 and 1 lead nowhere, FF past the end. */
	assert_false(finds("00 00", ""));
	assert_false(finds("01", ""));
	assert_false(finds("FF 04", ""));
	for (size_t n = 0; n < whole.n; n++) {
		whole.n = n;
		assert_false(ccid_desc_find(whole, &found));
		whole.n = 54;
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST("ccid-desc: SCR3310 v1, field by field",
		scr3310_v1_field_by_field),
	    TEST("ccid-desc: its relatives 511F, v2.0, 6.02 and SPR532",
		its_relatives),
	    TEST("ccid-desc: another length or type byte is refused",
		wrong_head_is_refused),
	    TEST("ccid-desc: impossible values are refused",
		impossible_values_are_refused),
	    TEST("ccid-desc: only 54 bytes are a descriptor",
		other_lengths_are_refused),
	    TEST("ccid-desc: it is found among other descriptors",
		it_is_found_among_others),
	    TEST("ccid-desc: truncated or behind a lying length it is not",
		it_is_not_found_behind_a_lie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
