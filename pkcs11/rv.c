/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "cac/card.h"
#include "pkcs11/rv.h"
#include "reader/reader-error.h"

bool
rv_err_is_removal(err_t err)
{
	return err == USB_ERR_GONE || err == CCID_ERR_NO_CARD ||
	    err == READER_ERR_CHANGED;
}

/* Nobody can talk to this card: upside down, broken, or of another world. */
static bool
is_stranger(err_t err)
{
	switch (err) {
	case CARD_ERR_UNKNOWN:
	case CCID_ERR_MUTE:
	case CCID_ERR_BAD_ATR:
	case CCID_ERR_CLASS:
	case READER_ERR_ATR:
	case READER_ERR_NO_PROTOCOL:
		return true;
	default:
		return false;
	}
}

/*
 * Only a card's own verdict is CKR_PIN_INCORRECT: it makes programs ask for the
 * PIN again, without end. 0: nothing special.
 */
static CK_RV
from_login(err_t err)
{
	switch (err) {
	case CARD_ERR_PIN_WRONG:
		return CKR_PIN_INCORRECT;
	case CARD_ERR_PIN_BLOCKED:
		return CKR_PIN_LOCKED;
	case CARD_ERR_PIN_REFUSED:
		return CKR_PIN_INVALID;
	case CCID_ERR_PIN_CANCELLED:
	case CCID_ERR_PIN_TIMEOUT:
		return CKR_FUNCTION_CANCELED;
	default:
		return CKR_OK;
	}
}

static CK_RV
from_key(err_t err)
{
	switch (err) {
	case CARD_ERR_PIN_WRONG:
	case CARD_ERR_PIN_BLOCKED:
	case CARD_ERR_PIN_REFUSED:
	case CARD_ERR_NOT_VERIFIED:
		return CKR_USER_NOT_LOGGED_IN;
	case CARD_ERR_INPUT:
		return CKR_DATA_INVALID;
	default:
		return CKR_OK;
	}
}

CK_RV
rv_from_err(err_t err, enum rv_purpose purpose)
{
	CK_RV special = CKR_OK;

	if (err == 0)
		return CKR_OK;
	if (err == ERR_MEMORY)
		return CKR_HOST_MEMORY;
	if (err == ERR_SYSTEM || purpose == RV_FOR_MODULE)
		return CKR_FUNCTION_FAILED;
	if (rv_err_is_removal(err))
		return purpose == RV_FOR_TOKEN ? CKR_TOKEN_NOT_PRESENT
					       : CKR_DEVICE_REMOVED;
	if (purpose == RV_FOR_TOKEN && is_stranger(err))
		return CKR_TOKEN_NOT_RECOGNIZED;
	if (purpose == RV_FOR_LOGIN)
		special = from_login(err);
	else if (purpose == RV_FOR_KEY)
		special = from_key(err);
	if (special != CKR_OK)
		return special;
	return CKR_DEVICE_ERROR;
}

#define NAME(rv)                                                               \
	{                                                                      \
		rv, #rv                                                        \
	}

/* What this module answers. */
static const struct {
	CK_RV rv;
	const char *name;
} names[] = {
    NAME(CKR_OK),
    NAME(CKR_HOST_MEMORY),
    NAME(CKR_SLOT_ID_INVALID),
    NAME(CKR_GENERAL_ERROR),
    NAME(CKR_FUNCTION_FAILED),
    NAME(CKR_ARGUMENTS_BAD),
    NAME(CKR_NO_EVENT),
    NAME(CKR_ATTRIBUTE_READ_ONLY),
    NAME(CKR_ATTRIBUTE_TYPE_INVALID),
    NAME(CKR_ACTION_PROHIBITED),
    NAME(CKR_DEVICE_ERROR),
    NAME(CKR_DEVICE_REMOVED),
    NAME(CKR_FUNCTION_NOT_PARALLEL),
    NAME(CKR_FUNCTION_NOT_SUPPORTED),
    NAME(CKR_MECHANISM_INVALID),
    NAME(CKR_OBJECT_HANDLE_INVALID),
    NAME(CKR_OPERATION_ACTIVE),
    NAME(CKR_OPERATION_NOT_INITIALIZED),
    NAME(CKR_SESSION_COUNT),
    NAME(CKR_SESSION_HANDLE_INVALID),
    NAME(CKR_SESSION_PARALLEL_NOT_SUPPORTED),
    NAME(CKR_SESSION_READ_ONLY),
    NAME(CKR_TOKEN_NOT_PRESENT),
    NAME(CKR_TOKEN_NOT_RECOGNIZED),
    NAME(CKR_ATTRIBUTE_SENSITIVE),
    NAME(CKR_FUNCTION_CANCELED),
    NAME(CKR_FUNCTION_REJECTED),
    NAME(CKR_DATA_INVALID),
    NAME(CKR_PIN_INCORRECT),
    NAME(CKR_PIN_INVALID),
    NAME(CKR_PIN_LEN_RANGE),
    NAME(CKR_PIN_LOCKED),
    NAME(CKR_SESSION_READ_ONLY_EXISTS),
    NAME(CKR_USER_ALREADY_LOGGED_IN),
    NAME(CKR_USER_ANOTHER_ALREADY_LOGGED_IN),
    NAME(CKR_USER_NOT_LOGGED_IN),
    NAME(CKR_USER_TYPE_INVALID),
    NAME(CKR_BUFFER_TOO_SMALL),
    NAME(CKR_CRYPTOKI_NOT_INITIALIZED),
    NAME(CKR_CRYPTOKI_ALREADY_INITIALIZED),
    NAME(CKR_ATTRIBUTE_VALUE_INVALID),
    NAME(CKR_DATA_LEN_RANGE),
    NAME(CKR_DEVICE_MEMORY),
    NAME(CKR_ENCRYPTED_DATA_INVALID),
    NAME(CKR_ENCRYPTED_DATA_LEN_RANGE),
    NAME(CKR_KEY_FUNCTION_NOT_PERMITTED),
    NAME(CKR_KEY_HANDLE_INVALID),
    NAME(CKR_KEY_INDIGESTIBLE),
    NAME(CKR_KEY_SIZE_RANGE),
    NAME(CKR_KEY_TYPE_INCONSISTENT),
    NAME(CKR_MECHANISM_PARAM_INVALID),
    NAME(CKR_RANDOM_SEED_NOT_SUPPORTED),
    NAME(CKR_SIGNATURE_INVALID),
    NAME(CKR_SIGNATURE_LEN_RANGE),
    NAME(CKR_TEMPLATE_INCOMPLETE),
    NAME(CKR_TEMPLATE_INCONSISTENT),
    NAME(CKR_TOKEN_WRITE_PROTECTED),
};

const char *
rv_name(CK_RV rv)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].rv == rv)
			return names[i].name;
	}
	return "CKR_?";
}
