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

CK_RV
rv_from_err(err_t err, enum rv_purpose purpose)
{
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
    NAME(CKR_USER_NOT_LOGGED_IN),
    NAME(CKR_USER_TYPE_INVALID),
    NAME(CKR_RANDOM_NO_RNG),
    NAME(CKR_BUFFER_TOO_SMALL),
    NAME(CKR_CRYPTOKI_NOT_INITIALIZED),
    NAME(CKR_CRYPTOKI_ALREADY_INITIALIZED),
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
