/* SPDX-License-Identifier: BSD-2-Clause */
/* PKCS #11 2.40, 5.6. */
#include "pkcs11/call.h"
#include "pkcs11/login.h"

static CK_RV
open_session(struct call *call, CK_FLAGS flags, CK_SESSION_HANDLE *handle)
{
	struct token *t;
	CK_RV rv;

	if (handle == NULL)
		return CKR_ARGUMENTS_BAD;
	if ((flags & CKF_SERIAL_SESSION) == 0)
		return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
	rv = slot_token(call->module, call->slot, TOKEN_IDENTIFIED, &t);
	if (rv != CKR_OK)
		return rv;
	rv = session_open(call->module, call->slot, t, flags, handle);
	token_unref(call->module, &t);
	return rv;
}

/* Read/write sessions are given, though nothing can be written: ssh wants. */
CK_RV
C_OpenSession(CK_SLOT_ID id, CK_FLAGS flags, void *application,
    CK_NOTIFY notify, CK_SESSION_HANDLE *handle)
{
	struct call call;
	CK_RV rv = call_begin_slot(&call, __func__, id);

	(void)application;
	(void)notify;
	if (rv == CKR_OK)
		rv = open_session(&call, flags, handle);
	return call_end(&call, rv);
}

CK_RV
C_CloseSession(CK_SESSION_HANDLE handle)
{
	struct call call;
	CK_RV rv = call_begin_session(&call, __func__, handle);

	if (rv == CKR_OK) {
		session_close(call.module, call.session);
		login_settle(call.module, session_token(call.session));
	}
	return call_end(&call, rv);
}

CK_RV
C_CloseAllSessions(CK_SLOT_ID id)
{
	struct call call;
	CK_RV rv = call_begin_slot(&call, __func__, id);

	if (rv == CKR_OK) {
		sessions_close_slot(call.module, call.slot);
		slot_settle(call.module, call.slot);
	}
	return call_end(&call, rv);
}

static CK_STATE
state_of(const struct call *call)
{
	bool in =
	    login_check(call->module, session_token(call->session)) == CKR_OK;

	if ((session_flags(call->session) & CKF_RW_SESSION) != 0)
		return in ? CKS_RW_USER_FUNCTIONS : CKS_RW_PUBLIC_SESSION;
	return in ? CKS_RO_USER_FUNCTIONS : CKS_RO_PUBLIC_SESSION;
}

CK_RV
C_GetSessionInfo(CK_SESSION_HANDLE handle, CK_SESSION_INFO *info)
{
	struct call call;
	/* By this NSS finds out that the card is another one. */
	CK_RV rv = call_begin_live_session(&call, __func__, handle);

	if (rv == CKR_OK && info == NULL)
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		*info = (CK_SESSION_INFO){
		    .slotID = slot_id(call.slot),
		    .state = state_of(&call),
		    .flags = session_flags(call.session),
		};
	return call_end(&call, rv);
}

CK_RV
C_GetOperationState(
    CK_SESSION_HANDLE session, unsigned char *state, CK_ULONG *n)
{
	struct call call;
	CK_RV rv = call_begin_session(&call, __func__, session);

	(void)state;
	if (rv == CKR_OK)
		rv = n == NULL ? CKR_ARGUMENTS_BAD : CKR_FUNCTION_NOT_SUPPORTED;
	return call_end(&call, rv);
}

CK_RV
C_SetOperationState(CK_SESSION_HANDLE session, unsigned char *state, CK_ULONG n,
    CK_OBJECT_HANDLE encryption_key, CK_OBJECT_HANDLE authentication_key)
{
	struct call call;
	CK_RV rv = call_begin_session(&call, __func__, session);

	(void)n;
	(void)encryption_key;
	(void)authentication_key;
	if (rv == CKR_OK)
		rv = state == NULL ? CKR_ARGUMENTS_BAD
				   : CKR_FUNCTION_NOT_SUPPORTED;
	return call_end(&call, rv);
}
