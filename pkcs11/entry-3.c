/* SPDX-License-Identifier: BSD-2-Clause */
/* What PKCS #11 3.0 adds to sessions (5.6). */
#include "pkcs11/call.h"
#include "pkcs11/cryptoki-3.h"
#include "pkcs11/operation-private.h"

static CK_RV
refuse_named_user(CK_SESSION_HANDLE session, bool arguments)
{
	struct call call;
	CK_RV rv = call_begin_live_session(&call, "C_LoginUser", session);

	if (rv == CKR_OK)
		rv = arguments ? CKR_USER_TYPE_INVALID : CKR_ARGUMENTS_BAD;
	return call_end(&call, rv);
}

/* A card has one user, who has no name. */
CK_RV
C_LoginUser(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char *pin,
    CK_ULONG pin_len, unsigned char *name, CK_ULONG name_len)
{
	if (name_len > 0)
		return refuse_named_user(
		    session, name != NULL && (pin != NULL || pin_len == 0));
	return C_Login(session, user, pin, pin_len);
}

/* Those that are not active are ended already. */
CK_RV
C_SessionCancel(CK_SESSION_HANDLE session, CK_FLAGS flags)
{
	static const CK_FLAGS names[OPERATION_KINDS] = {
	    [OPERATION_SIGN] = CKF_SIGN,
	    [OPERATION_VERIFY] = CKF_VERIFY,
	    [OPERATION_ENCRYPT] = CKF_ENCRYPT,
	    [OPERATION_DECRYPT] = CKF_DECRYPT,
	    [OPERATION_DIGEST] = CKF_DIGEST,
	};
	struct call call;
	CK_RV rv = call_begin_session(&call, __func__, session);

	for (unsigned i = 0; rv == CKR_OK && i < OPERATION_KINDS; i++) {
		if ((flags & names[i]) != 0)
			(void)operations_cancel(
			    session_operations(call.session), i);
	}
	if (rv == CKR_OK && (flags & CKF_FIND_OBJECTS) != 0)
		(void)search_end(call.module, call.session);
	return call_end(&call, rv);
}
