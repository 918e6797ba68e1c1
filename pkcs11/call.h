/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every entry point does first and last. The order of checks is the same
 * everywhere: initialised (and not in a child of fork()), slot or session, and
 * then what the function itself wants, pointers first.
 *
 *	struct call call;
 *	CK_RV rv = call_begin_session(&call, __func__, handle);
 *
 *	if (rv == CKR_OK)
 *		rv = ...
 *	return call_end(&call, rv);
 */
#ifndef PKCS11_CALL_H
#define PKCS11_CALL_H

#include "pkcs11/module-state.h"
#include "pkcs11/session.h"
#include "pkcs11/slot.h"

struct call {
	const char *name;
	unsigned reader; /* for the trace; 0: none */
	struct module *module;
	struct slot *slot;
	struct session *session;
};

/* CKR_CRYPTOKI_NOT_INITIALIZED. */
CK_RV call_begin(struct call *call, const char *name);

/* And CKR_SLOT_ID_INVALID. */
CK_RV call_begin_slot(struct call *call, const char *name, CK_SLOT_ID id);

/* And CKR_SESSION_HANDLE_INVALID. slot is filled as well. */
CK_RV call_begin_session(
    struct call *call, const char *name, CK_SESSION_HANDLE handle);

/* The same, after a look for the card: a session dies with its insertion. */
CK_RV call_begin_live_session(
    struct call *call, const char *name, CK_SESSION_HANDLE handle);

/* Also after a failed beginning. Returns rv. */
CK_RV call_end(struct call *call, CK_RV rv);

#endif
