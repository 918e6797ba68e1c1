/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cac/card.h"
#include "pkcs11/rv.h"
#include "reader/reader-error.h"

/* What PKCS #11 2.40 lets the functions of each purpose answer. */
static const CK_RV allowed[][9] = {
    [RV_FOR_MODULE] = {CKR_HOST_MEMORY, CKR_FUNCTION_FAILED, CKR_GENERAL_ERROR},
    [RV_FOR_TOKEN] = {CKR_HOST_MEMORY, CKR_FUNCTION_FAILED, CKR_DEVICE_ERROR,
	CKR_TOKEN_NOT_PRESENT, CKR_TOKEN_NOT_RECOGNIZED},
    [RV_FOR_READ] = {CKR_HOST_MEMORY, CKR_FUNCTION_FAILED, CKR_DEVICE_ERROR,
	CKR_DEVICE_REMOVED},
    [RV_FOR_LOGIN] = {CKR_HOST_MEMORY, CKR_FUNCTION_FAILED, CKR_DEVICE_ERROR,
	CKR_DEVICE_REMOVED, CKR_PIN_INCORRECT, CKR_PIN_LOCKED, CKR_PIN_INVALID,
	CKR_FUNCTION_CANCELED},
    [RV_FOR_KEY] = {CKR_HOST_MEMORY, CKR_FUNCTION_FAILED, CKR_DEVICE_ERROR,
	CKR_DEVICE_REMOVED, CKR_USER_NOT_LOGGED_IN, CKR_DATA_INVALID},
};

static bool
is_allowed(CK_RV rv, enum rv_purpose purpose)
{
	for (size_t i = 0; allowed[purpose][i] != 0; i++) {
		if (allowed[purpose][i] == rv)
			return true;
	}
	return false;
}

static void
test_all_errors(void **state)
{
	(void)state;
	for (err_t err = 1; err < ERR_LAYER(ERR_LAYERS, 0); err++) {
		for (enum rv_purpose p = RV_FOR_MODULE; p <= RV_FOR_KEY; p++) {
			CK_RV rv = rv_from_err(err, p);

			assert_true(is_allowed(rv, p));
			assert_string_not_equal(rv_name(rv), "CKR_?");
		}
	}
	for (enum rv_purpose p = RV_FOR_MODULE; p <= RV_FOR_KEY; p++)
		assert_int_equal(rv_from_err(0, p), CKR_OK);
}

static void
test_meaning(void **state)
{
	static const err_t removals[] = {
	    USB_ERR_GONE, CCID_ERR_NO_CARD, READER_ERR_CHANGED};
	static const err_t strangers[] = {CARD_ERR_UNKNOWN, CCID_ERR_MUTE,
	    CCID_ERR_BAD_ATR, READER_ERR_ATR, READER_ERR_NO_PROTOCOL};
	static const err_t faults[] = {USB_ERR_BUSY, USB_ERR_ACCESS,
	    CCID_ERR_PROTOCOL, CARD_ERR_STATUS, CARD_ERR_DATA, ERR_TIMEOUT};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_true(rv_err_is_removal(removals[i]));
		assert_int_equal(rv_from_err(removals[i], RV_FOR_TOKEN),
		    CKR_TOKEN_NOT_PRESENT);
		assert_int_equal(
		    rv_from_err(removals[i], RV_FOR_READ), CKR_DEVICE_REMOVED);
	}
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(rv_from_err(strangers[i], RV_FOR_TOKEN),
		    CKR_TOKEN_NOT_RECOGNIZED);
		assert_int_equal(
		    rv_from_err(strangers[i], RV_FOR_READ), CKR_DEVICE_ERROR);
	}
	for (size_t i = 0; i < 6; i++) {
		assert_false(rv_err_is_removal(faults[i]));
		assert_int_equal(
		    rv_from_err(faults[i], RV_FOR_TOKEN), CKR_DEVICE_ERROR);
	}
	assert_int_equal(rv_from_err(ERR_MEMORY, RV_FOR_READ), CKR_HOST_MEMORY);
}

/* Programs ask for the PIN again on CKR_PIN_INCORRECT, and never end. */
static void
test_pin(void **state)
{
	static const struct {
		err_t err;
		CK_RV login, key;
	} pairs[] = {
	    {CARD_ERR_PIN_WRONG, CKR_PIN_INCORRECT, CKR_USER_NOT_LOGGED_IN},
	    {CARD_ERR_PIN_BLOCKED, CKR_PIN_LOCKED, CKR_USER_NOT_LOGGED_IN},
	    {CARD_ERR_PIN_REFUSED, CKR_PIN_INVALID, CKR_USER_NOT_LOGGED_IN},
	    {CARD_ERR_NOT_VERIFIED, CKR_DEVICE_ERROR, CKR_USER_NOT_LOGGED_IN},
	    {CCID_ERR_PIN_CANCELLED, CKR_FUNCTION_CANCELED, CKR_DEVICE_ERROR},
	    {CCID_ERR_PIN_TIMEOUT, CKR_FUNCTION_CANCELED, CKR_DEVICE_ERROR},
	    {CARD_ERR_INPUT, CKR_DEVICE_ERROR, CKR_DATA_INVALID},
	    {CARD_ERR_NO_KEY, CKR_DEVICE_ERROR, CKR_DEVICE_ERROR},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		assert_int_equal(
		    rv_from_err(pairs[i].err, RV_FOR_LOGIN), pairs[i].login);
		assert_int_equal(
		    rv_from_err(pairs[i].err, RV_FOR_KEY), pairs[i].key);
	}
	for (err_t err = 1; err < ERR_LAYER(ERR_LAYERS, 0); err++)
		assert_true(err == CARD_ERR_PIN_WRONG ||
		    rv_from_err(err, RV_FOR_LOGIN) != CKR_PIN_INCORRECT);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(rv_name(CKR_OK), "CKR_OK");
	assert_string_equal(rv_name(CKR_CRYPTOKI_ALREADY_INITIALIZED),
	    "CKR_CRYPTOKI_ALREADY_INITIALIZED");
	assert_string_equal(rv_name(0xDEAD), "CKR_?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    {"rv: every error becomes a code that its function may answer, "
	     "with a name",
		test_all_errors, NULL, NULL, NULL},
	    {"rv: removal, strange cards and faults are told apart",
		test_meaning, NULL, NULL, NULL},
	    {"rv: only the card's own verdict is a wrong PIN", test_pin, NULL,
		NULL, NULL},
	    {"rv: names as in the specification", test_names, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests_name("pkcs11-rv", tests, NULL, NULL);
}
