/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The symbols that leave the shared object. All others stay inside, or a
 * program's own C_ functions, and those of other modules, could take their
 * place.
 */
#include <stdbool.h>
#include <string.h>

#include "pkcs11/cryptoki-3.h"
#include "pkcs11/interface.h"

#define EXPORTED __attribute__((visibility("default")))

#define FUNCTIONS_OF_BOTH                                                      \
	.C_Initialize = C_Initialize, .C_Finalize = C_Finalize,                \
	.C_GetFunctionList = C_GetFunctionList,                                \
	.C_GetSlotList = C_GetSlotList, .C_GetSlotInfo = C_GetSlotInfo,        \
	.C_GetTokenInfo = C_GetTokenInfo,                                      \
	.C_GetMechanismList = C_GetMechanismList,                              \
	.C_GetMechanismInfo = C_GetMechanismInfo, .C_InitToken = C_InitToken,  \
	.C_InitPIN = C_InitPIN, .C_SetPIN = C_SetPIN,                          \
	.C_OpenSession = C_OpenSession, .C_CloseSession = C_CloseSession,      \
	.C_CloseAllSessions = C_CloseAllSessions,                              \
	.C_GetSessionInfo = C_GetSessionInfo,                                  \
	.C_GetOperationState = C_GetOperationState,                            \
	.C_SetOperationState = C_SetOperationState, .C_Login = C_Login,        \
	.C_Logout = C_Logout, .C_CreateObject = C_CreateObject,                \
	.C_CopyObject = C_CopyObject, .C_DestroyObject = C_DestroyObject,      \
	.C_GetObjectSize = C_GetObjectSize,                                    \
	.C_GetAttributeValue = C_GetAttributeValue,                            \
	.C_SetAttributeValue = C_SetAttributeValue,                            \
	.C_FindObjectsInit = C_FindObjectsInit,                                \
	.C_FindObjects = C_FindObjects,                                        \
	.C_FindObjectsFinal = C_FindObjectsFinal,                              \
	.C_EncryptInit = C_EncryptInit, .C_Encrypt = C_Encrypt,                \
	.C_EncryptUpdate = C_EncryptUpdate, .C_EncryptFinal = C_EncryptFinal,  \
	.C_DecryptInit = C_DecryptInit, .C_Decrypt = C_Decrypt,                \
	.C_DecryptUpdate = C_DecryptUpdate, .C_DecryptFinal = C_DecryptFinal,  \
	.C_DigestInit = C_DigestInit, .C_Digest = C_Digest,                    \
	.C_DigestUpdate = C_DigestUpdate, .C_DigestKey = C_DigestKey,          \
	.C_DigestFinal = C_DigestFinal, .C_SignInit = C_SignInit,              \
	.C_Sign = C_Sign, .C_SignUpdate = C_SignUpdate,                        \
	.C_SignFinal = C_SignFinal, .C_SignRecoverInit = C_SignRecoverInit,    \
	.C_SignRecover = C_SignRecover, .C_VerifyInit = C_VerifyInit,          \
	.C_Verify = C_Verify, .C_VerifyUpdate = C_VerifyUpdate,                \
	.C_VerifyFinal = C_VerifyFinal,                                        \
	.C_VerifyRecoverInit = C_VerifyRecoverInit,                            \
	.C_VerifyRecover = C_VerifyRecover,                                    \
	.C_DigestEncryptUpdate = C_DigestEncryptUpdate,                        \
	.C_DecryptDigestUpdate = C_DecryptDigestUpdate,                        \
	.C_SignEncryptUpdate = C_SignEncryptUpdate,                            \
	.C_DecryptVerifyUpdate = C_DecryptVerifyUpdate,                        \
	.C_GenerateKey = C_GenerateKey,                                        \
	.C_GenerateKeyPair = C_GenerateKeyPair, .C_WrapKey = C_WrapKey,        \
	.C_UnwrapKey = C_UnwrapKey, .C_DeriveKey = C_DeriveKey,                \
	.C_SeedRandom = C_SeedRandom, .C_GenerateRandom = C_GenerateRandom,    \
	.C_GetFunctionStatus = C_GetFunctionStatus,                            \
	.C_CancelFunction = C_CancelFunction,                                  \
	.C_WaitForSlotEvent = C_WaitForSlotEvent

static CK_FUNCTION_LIST functions_2_40 = {
    .version = {2, 40},
    .C_GetInfo = C_GetInfo,
    FUNCTIONS_OF_BOTH,
};

static CK_FUNCTION_LIST_3_0 functions_3_0 = {
    .version = {3, 0},
    .C_GetInfo = interface_get_info_3_0,
    FUNCTIONS_OF_BOTH,
    .C_GetInterfaceList = C_GetInterfaceList,
    .C_GetInterface = C_GetInterface,
    .C_LoginUser = C_LoginUser,
    .C_SessionCancel = C_SessionCancel,
    .C_MessageEncryptInit = C_MessageEncryptInit,
    .C_EncryptMessage = C_EncryptMessage,
    .C_EncryptMessageBegin = C_EncryptMessageBegin,
    .C_EncryptMessageNext = C_EncryptMessageNext,
    .C_MessageEncryptFinal = C_MessageEncryptFinal,
    .C_MessageDecryptInit = C_MessageDecryptInit,
    .C_DecryptMessage = C_DecryptMessage,
    .C_DecryptMessageBegin = C_DecryptMessageBegin,
    .C_DecryptMessageNext = C_DecryptMessageNext,
    .C_MessageDecryptFinal = C_MessageDecryptFinal,
    .C_MessageSignInit = C_MessageSignInit,
    .C_SignMessage = C_SignMessage,
    .C_SignMessageBegin = C_SignMessageBegin,
    .C_SignMessageNext = C_SignMessageNext,
    .C_MessageSignFinal = C_MessageSignFinal,
    .C_MessageVerifyInit = C_MessageVerifyInit,
    .C_VerifyMessage = C_VerifyMessage,
    .C_VerifyMessageBegin = C_VerifyMessageBegin,
    .C_VerifyMessageNext = C_VerifyMessageNext,
    .C_MessageVerifyFinal = C_MessageVerifyFinal,
};

static unsigned char interface_name[] = "PKCS 11";

/*
 * The first one is the default. CKF_INTERFACE_FORK_SAFE is not offered: it
 * promises sessions that go on in a child of fork(), and here the child begins
 * anew.
 */
static CK_INTERFACE interfaces[] = {
    {(void *)interface_name, &functions_3_0, 0},
    {(void *)interface_name, &functions_2_40, 0},
};

#define INTERFACES (sizeof(interfaces) / sizeof(interfaces[0]))

EXPORTED CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **list)
{
	if (list == NULL)
		return CKR_ARGUMENTS_BAD;
	*list = &functions_2_40;
	return CKR_OK;
}

EXPORTED CK_RV
C_GetInterfaceList(CK_INTERFACE *list, CK_ULONG *count)
{
	CK_ULONG room;

	if (count == NULL)
		return CKR_ARGUMENTS_BAD;
	room = *count;
	*count = INTERFACES;
	if (list == NULL)
		return CKR_OK;
	if (room < INTERFACES)
		return CKR_BUFFER_TOO_SMALL;
	memcpy(list, interfaces, sizeof(interfaces));
	return CKR_OK;
}

/* Both lists begin with their version. */
static bool
matches(const CK_INTERFACE *i, const unsigned char *name,
    const CK_VERSION *version, CK_FLAGS flags)
{
	const CK_VERSION *have = i->pFunctionList;

	return (name == NULL ||
		   strcmp((const char *)name, (const char *)interface_name) ==
		       0) &&
	    (version == NULL ||
		(version->major == have->major &&
		    version->minor == have->minor)) &&
	    (flags & ~i->flags) == 0;
}

EXPORTED CK_RV
C_GetInterface(unsigned char *name, CK_VERSION *version,
    CK_INTERFACE **interface, CK_FLAGS flags)
{
	if (interface == NULL)
		return CKR_ARGUMENTS_BAD;
	for (size_t i = 0; i < INTERFACES; i++) {
		if (!matches(&interfaces[i], name, version, flags))
			continue;
		*interface = &interfaces[i];
		return CKR_OK;
	}
	return CKR_ARGUMENTS_BAD;
}
