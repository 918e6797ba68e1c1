/* SPDX-License-Identifier: BSD-2-Clause */
/* Of PKCS #11 2.40: C_Login and C_Logout (5.6), C_SetPIN (5.5). */
#include "pkcs11/call.h"
#include "pkcs11/login.h"
#include "pkcs11/operation.h"

static struct login_pin
pin_of(const unsigned char *pin, CK_ULONG n)
{
	return (struct login_pin){.pin = bytes_of(pin, n), .pad = pin == NULL};
}

/*
 * Cards have no security officer of ours. The first two answers are those that
 * PKCS #11 wants to be seen before.
 */
static CK_RV
refuse_officer(struct call *call)
{
	struct token *t = session_token(call->session);
	CK_ULONG rw, all = sessions_count(call->module, t, &rw);

	if (login_check(call->module, t) == CKR_OK)
		return CKR_USER_ANOTHER_ALREADY_LOGGED_IN;
	return all > rw ? CKR_SESSION_READ_ONLY_EXISTS : CKR_USER_TYPE_INVALID;
}

/* A wrong PIN leaves the operation as it is. */
static CK_RV
login_to_operation(struct call *call, struct login_pin pin)
{
	struct operations *ops = session_operations(call->session);
	struct key_ref ref;
	CK_RV rv;

	if (!operations_awaiting_login(ops, &ref))
		return CKR_OPERATION_NOT_INITIALIZED;
	rv =
	    login_context(call->module, call->session, pin, ref.key->container);
	if (rv == CKR_OK)
		operations_authenticated(ops);
	key_release(&ref);
	return rv;
}

static CK_RV
log_in(struct call *call, CK_USER_TYPE user, struct login_pin pin)
{
	if (user == CKU_SO)
		return refuse_officer(call);
	if (user != CKU_USER && user != CKU_CONTEXT_SPECIFIC)
		return CKR_USER_TYPE_INVALID;
	if (user == CKU_CONTEXT_SPECIFIC)
		return login_to_operation(call, pin);
	return login_user(call->module, call->session, pin);
}

CK_RV
C_Login(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char *pin,
    CK_ULONG pin_len)
{
	struct call call;
	CK_RV rv = call_begin_live_session(&call, __func__, session);

	if (rv == CKR_OK && pin == NULL && pin_len > 0)
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		rv = log_in(&call, user, pin_of(pin, pin_len));
	return call_end(&call, rv);
}

CK_RV
C_Logout(CK_SESSION_HANDLE session)
{
	struct call call;
	CK_RV rv = call_begin_live_session(&call, __func__, session);

	if (rv == CKR_OK)
		rv = login_logout(call.module, call.session);
	return call_end(&call, rv);
}

/* Both are given, or both are typed at the reader's pad. */
static CK_RV
change_pin(struct call *call, struct login_pin old, struct login_pin new)
{
	if (old.pad != new.pad)
		return CKR_ARGUMENTS_BAD;
	if ((session_flags(call->session) & CKF_RW_SESSION) == 0)
		return CKR_SESSION_READ_ONLY;
	return login_change_pin(call->module, call->session, old, new.pin);
}

CK_RV
C_SetPIN(CK_SESSION_HANDLE session, unsigned char *old_pin, CK_ULONG old_len,
    unsigned char *new_pin, CK_ULONG new_len)
{
	struct call call;
	CK_RV rv = call_begin_live_session(&call, __func__, session);

	if (rv == CKR_OK &&
	    ((old_pin == NULL && old_len > 0) ||
		(new_pin == NULL && new_len > 0)))
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		rv = change_pin(
		    &call, pin_of(old_pin, old_len), pin_of(new_pin, new_len));
	return call_end(&call, rv);
}
