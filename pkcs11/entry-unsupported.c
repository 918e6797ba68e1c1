/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What this module does not do (PKCS #11 2.40, 5.8 to 5.14). A caller without
 * C_Initialize or with a dead session is told that first.
 */
#include "pkcs11/call.h"

/* The parameters are Cryptoki's; a refusal looks at the first one. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

static CK_RV
refuse(const char *name, CK_SESSION_HANDLE session)
{
	struct call call;
	CK_RV rv = call_begin_session(&call, name, session);

	if (rv == CKR_OK)
		rv = CKR_FUNCTION_NOT_SUPPORTED;
	return call_end(&call, rv);
}

CK_RV
C_InitToken(
    CK_SLOT_ID id, unsigned char *pin, CK_ULONG pin_len, unsigned char *label)
{
	struct call call;
	CK_RV rv = call_begin_slot(&call, __func__, id);

	if (rv == CKR_OK)
		rv = CKR_FUNCTION_NOT_SUPPORTED;
	return call_end(&call, rv);
}

CK_RV
C_InitPIN(CK_SESSION_HANDLE session, unsigned char *pin, CK_ULONG pin_len)
{
	return refuse(__func__, session);
}

CK_RV
C_SignRecoverInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return refuse(__func__, session);
}

CK_RV
C_SignRecover(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG data_len,
    unsigned char *signature, CK_ULONG *signature_len)
{
	return refuse(__func__, session);
}

CK_RV
C_VerifyRecoverInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return refuse(__func__, session);
}

CK_RV
C_VerifyRecover(CK_SESSION_HANDLE session, unsigned char *signature,
    CK_ULONG signature_len, unsigned char *data, CK_ULONG *data_len)
{
	return refuse(__func__, session);
}

CK_RV
C_DigestEncryptUpdate(CK_SESSION_HANDLE session, unsigned char *part,
    CK_ULONG part_len, unsigned char *out, CK_ULONG *out_len)
{
	return refuse(__func__, session);
}

CK_RV
C_DecryptDigestUpdate(CK_SESSION_HANDLE session, unsigned char *part,
    CK_ULONG part_len, unsigned char *out, CK_ULONG *out_len)
{
	return refuse(__func__, session);
}

CK_RV
C_SignEncryptUpdate(CK_SESSION_HANDLE session, unsigned char *part,
    CK_ULONG part_len, unsigned char *out, CK_ULONG *out_len)
{
	return refuse(__func__, session);
}

CK_RV
C_DecryptVerifyUpdate(CK_SESSION_HANDLE session, unsigned char *part,
    CK_ULONG part_len, unsigned char *out, CK_ULONG *out_len)
{
	return refuse(__func__, session);
}

CK_RV
C_GenerateKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *key)
{
	return refuse(__func__, session);
}

CK_RV
C_GenerateKeyPair(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_ATTRIBUTE *public_template, CK_ULONG public_count,
    CK_ATTRIBUTE *private_template, CK_ULONG private_count,
    CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key)
{
	return refuse(__func__, session);
}

CK_RV
C_WrapKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_OBJECT_HANDLE wrapping_key, CK_OBJECT_HANDLE key, unsigned char *wrapped,
    CK_ULONG *wrapped_len)
{
	return refuse(__func__, session);
}

CK_RV
C_UnwrapKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_OBJECT_HANDLE unwrapping_key, unsigned char *wrapped,
    CK_ULONG wrapped_len, CK_ATTRIBUTE *template, CK_ULONG count,
    CK_OBJECT_HANDLE *key)
{
	return refuse(__func__, session);
}
