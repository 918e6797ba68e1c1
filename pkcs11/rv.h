/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors of the layers below as CK_RV: the only place that knows both. */
#ifndef PKCS11_RV_H
#define PKCS11_RV_H

#include <stdbool.h>

#include "base/err.h"
#include "pkcs11/cryptoki.h"

/* The answer depends on what the caller asked for. */
enum rv_purpose {
	RV_FOR_MODULE, /* C_Initialize */
	RV_FOR_TOKEN,  /* what is in the slot? C_GetTokenInfo, C_OpenSession */
	RV_FOR_READ,   /* in a session: C_FindObjects */
	RV_FOR_LOGIN,  /* C_Login, C_Logout, C_SetPIN */
	RV_FOR_KEY     /* C_Sign, C_Decrypt, C_DeriveKey */
};

CK_RV rv_from_err(err_t err, enum rv_purpose purpose);

/* Card or reader are gone; asking again is of no use. */
bool rv_err_is_removal(err_t err);

/* "CKR_OK"; never NULL. */
const char *rv_name(CK_RV rv);

#endif
