/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Message-based cryptography (PKCS #11 3.0, 5.9 to 5.16) is for ciphers that
 * cards of this kind do not have. As in entry-unsupported.c, a caller without
 * C_Initialize or with a dead session is told that first.
 */
#include "pkcs11/call.h"
#include "pkcs11/cryptoki-3.h"

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
C_MessageEncryptInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return refuse(__func__, session);
}

CK_RV
C_EncryptMessage(CK_SESSION_HANDLE session, void *parameter,
    CK_ULONG parameter_len, unsigned char *associated, CK_ULONG associated_len,
    unsigned char *plain, CK_ULONG plain_len, unsigned char *encrypted,
    CK_ULONG *encrypted_len)
{
	return refuse(__func__, session);
}

CK_RV
C_EncryptMessageBegin(CK_SESSION_HANDLE session, void *parameter,
    CK_ULONG parameter_len, unsigned char *associated, CK_ULONG associated_len)
{
	return refuse(__func__, session);
}

CK_RV
C_EncryptMessageNext(CK_SESSION_HANDLE session, void *parameter,
    CK_ULONG parameter_len, unsigned char *plain, CK_ULONG plain_len,
    unsigned char *encrypted, CK_ULONG *encrypted_len, CK_FLAGS flags)
{
	return refuse(__func__, session);
}

CK_RV
C_MessageEncryptFinal(CK_SESSION_HANDLE session)
{
	return refuse(__func__, session);
}

CK_RV
C_MessageDecryptInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return refuse(__func__, session);
}

CK_RV
C_DecryptMessage(CK_SESSION_HANDLE session, void *parameter,
    CK_ULONG parameter_len, unsigned char *associated, CK_ULONG associated_len,
    unsigned char *encrypted, CK_ULONG encrypted_len, unsigned char *plain,
    CK_ULONG *plain_len)
{
	return refuse(__func__, session);
}

CK_RV
C_DecryptMessageBegin(CK_SESSION_HANDLE session, void *parameter,
    CK_ULONG parameter_len, unsigned char *associated, CK_ULONG associated_len)
{
	return refuse(__func__, session);
}

CK_RV
C_DecryptMessageNext(CK_SESSION_HANDLE session, void *parameter,
    CK_ULONG parameter_len, unsigned char *encrypted, CK_ULONG encrypted_len,
    unsigned char *plain, CK_ULONG *plain_len, CK_FLAGS flags)
{
	return refuse(__func__, session);
}

CK_RV
C_MessageDecryptFinal(CK_SESSION_HANDLE session)
{
	return refuse(__func__, session);
}

CK_RV
C_MessageSignInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return refuse(__func__, session);
}

CK_RV
C_SignMessage(CK_SESSION_HANDLE session, void *parameter,
    CK_ULONG parameter_len, unsigned char *data, CK_ULONG data_len,
    unsigned char *signature, CK_ULONG *signature_len)
{
	return refuse(__func__, session);
}

CK_RV
C_SignMessageBegin(
    CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_len)
{
	return refuse(__func__, session);
}

CK_RV
C_SignMessageNext(CK_SESSION_HANDLE session, void *parameter,
    CK_ULONG parameter_len, unsigned char *data, CK_ULONG data_len,
    unsigned char *signature, CK_ULONG *signature_len)
{
	return refuse(__func__, session);
}

CK_RV
C_MessageSignFinal(CK_SESSION_HANDLE session)
{
	return refuse(__func__, session);
}

CK_RV
C_MessageVerifyInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return refuse(__func__, session);
}

CK_RV
C_VerifyMessage(CK_SESSION_HANDLE session, void *parameter,
    CK_ULONG parameter_len, unsigned char *data, CK_ULONG data_len,
    unsigned char *signature, CK_ULONG signature_len)
{
	return refuse(__func__, session);
}

CK_RV
C_VerifyMessageBegin(
    CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_len)
{
	return refuse(__func__, session);
}

CK_RV
C_VerifyMessageNext(CK_SESSION_HANDLE session, void *parameter,
    CK_ULONG parameter_len, unsigned char *data, CK_ULONG data_len,
    unsigned char *signature, CK_ULONG signature_len)
{
	return refuse(__func__, session);
}

CK_RV
C_MessageVerifyFinal(CK_SESSION_HANDLE session)
{
	return refuse(__func__, session);
}
