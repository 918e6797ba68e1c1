/* SPDX-License-Identifier: BSD-2-Clause */
/* One PIN on its way to the card: for C_Login and C_SetPIN alike. */
#ifndef PKCS11_LOGIN_PRIVATE_H
#define PKCS11_LOGIN_PRIVATE_H

#include "pkcs11/login.h"

struct login_attempt {
	const char *name; /* of the call, for reports */
	struct login_pin pin;
	size_t container; /* whose key will be used; SIZE_MAX: the first */
	struct bytes change_to; /* C_SetPIN; also from the pad */
	bool change;
};

/* CKR_PIN_LEN_RANGE, CKR_PIN_INVALID; CKR_ARGUMENTS_BAD: there is no pad. */
CK_RV
login_check_form(struct token *t, const struct login_attempt *a);

/* CKR_PIN_INCORRECT, when that is sure without a word with the card. */
CK_RV login_check_refused(
    struct module *m, struct token *t, const struct login_attempt *a);

/*
 * Send it, once, or find out that it must not be sent. In a talk with the card.
 * What is learnt from the answer is noted, but for the login itself.
 */
CK_RV
login_attempt(struct module *m, struct token *t, const struct login_attempt *a);

#endif
