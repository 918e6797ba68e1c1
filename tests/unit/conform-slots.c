/* SPDX-License-Identifier: BSD-2-Clause */
/* PKCS #11 2.40, 5.4 to 5.7, 5.15 and 5.16. */
#include "tests/unit/conform.h"

#define SERIAL (CKF_SERIAL_SESSION | CKF_RW_SESSION)

CALLER(C_Initialize, P(0, &r->init))
CALLER(C_Finalize, NULL)
CALLER(C_GetInfo, P(0, (void *)r->out))
CALLER(C_GetFunctionList, P(0, (void *)r->out))
CALLER(C_GetSlotList, CK_FALSE, P(0, (void *)r->out), P(1, &r->n))
CALLER(C_GetSlotInfo, a->slot, P(0, (void *)r->out))
CALLER(C_GetTokenInfo, a->slot, P(0, (void *)r->out))
CALLER(C_WaitForSlotEvent, CKF_DONT_BLOCK, P(0, r->handles), NULL)
CALLER(C_GetMechanismList, a->slot, P(0, (void *)r->out), P(1, &r->n))
CALLER(C_GetMechanismInfo, a->slot, N(CKM_RSA_PKCS), P(0, (void *)r->out))
CALLER(C_InitToken, a->slot, P(0, r->data), N(6), P(1, r->data))
CALLER(C_InitPIN, a->session, P(0, r->data), N(6))
CALLER(C_SetPIN, a->session, P(0, r->data), N(6), P(1, r->data), N(6))

CALLER(C_OpenSession, a->slot, N(SERIAL), NULL, NULL, P(0, r->handles))
CALLER(C_CloseSession, a->session)
CALLER(C_CloseAllSessions, a->slot)
CALLER(C_GetSessionInfo, a->session, P(0, (void *)r->out))
CALLER(C_GetOperationState, a->session, P(0, r->out), P(1, &r->n))
CALLER(C_SetOperationState, a->session, P(0, r->data), N(8), 0, 0)
CALLER(C_Login, a->session, CKU_USER, P(0, r->data), N(6))
CALLER(C_Logout, a->session)
CALLER(C_GetFunctionStatus, a->session)
CALLER(C_CancelFunction, a->session)

CALLER(C_CreateObject, a->session, P(0, &r->template), N(1), P(1, r->handles))
CALLER(C_CopyObject, a->session, a->object, P(0, &r->template), N(1),
    P(1, r->handles))
CALLER(C_DestroyObject, a->session, a->object)
CALLER(C_GetObjectSize, a->session, a->object, P(0, &r->n))
CALLER(C_GetAttributeValue, a->session, a->object, P(0, &r->template), N(1))
CALLER(C_SetAttributeValue, a->session, a->object, P(0, &r->template), N(1))
CALLER(C_FindObjectsInit, a->session, P(0, &r->template), N(1))
CALLER(C_FindObjects, a->session, P(0, r->handles), N(4), P(1, &r->n))
CALLER(C_FindObjectsFinal, a->session)

static const struct conform_function functions[] = {
    {FUNCTION(C_Initialize), CONFORM_ALWAYS,
	.answer = CKR_CRYPTOKI_ALREADY_INITIALIZED},
    {FUNCTION(C_Finalize), CONFORM_MODULE},
    {FUNCTION(C_GetInfo), CONFORM_MODULE, NEEDS_0},
    {FUNCTION(C_GetFunctionList), CONFORM_ALWAYS, NEEDS_0},
    {FUNCTION(C_GetSlotList), CONFORM_MODULE, NEEDS_1},
    {FUNCTION(C_WaitForSlotEvent), CONFORM_MODULE, NEEDS_0,
	.answer = CKR_NO_EVENT},
    {FUNCTION(C_GetSlotInfo), OF_SLOT, NEEDS_0},
    {FUNCTION(C_GetTokenInfo), OF_SLOT, NEEDS_0, .looks = true},
    {FUNCTION(C_GetMechanismList), OF_SLOT, NEEDS_1, .looks = true},
    {FUNCTION(C_GetMechanismInfo), OF_SLOT, NEEDS_0, .looks = true},
    {FUNCTION(C_InitToken), OF_SLOT, .answer = CKR_FUNCTION_NOT_SUPPORTED},
    {FUNCTION(C_OpenSession), OF_SLOT, NEEDS_0, .looks = true},
    {FUNCTION(C_CloseAllSessions), OF_SLOT},

    {FUNCTION(C_InitPIN), REFUSED},
    {FUNCTION(C_SetPIN), OF_SESSION, NEEDS_0_1, .looks = true},
    {FUNCTION(C_CloseSession), OF_SESSION},
    {FUNCTION(C_GetSessionInfo), OF_SESSION, NEEDS_0, .looks = true},
    {FUNCTION(C_GetOperationState), REFUSED, NEEDS_1},
    {FUNCTION(C_SetOperationState), REFUSED, NEEDS_0},
    {FUNCTION(C_Login), OF_SESSION, NEEDS_0, .looks = true},
    {FUNCTION(C_Logout), OF_SESSION, .answer = CKR_USER_NOT_LOGGED_IN,
	.looks = true},
    {FUNCTION(C_GetFunctionStatus), OF_SESSION,
	.answer = CKR_FUNCTION_NOT_PARALLEL},
    {FUNCTION(C_CancelFunction), OF_SESSION,
	.answer = CKR_FUNCTION_NOT_PARALLEL},

    {FUNCTION(C_CreateObject), REFUSED, NEEDS_0_1},
    {FUNCTION(C_CopyObject), REFUSED, NEEDS_0_1,
	.no_object = CKR_OBJECT_HANDLE_INVALID},
    {FUNCTION(C_DestroyObject), OF_SESSION, .answer = CKR_ACTION_PROHIBITED,
	.no_object = CKR_OBJECT_HANDLE_INVALID},
    {FUNCTION(C_GetObjectSize), OF_SESSION, NEEDS_0,
	.no_object = CKR_OBJECT_HANDLE_INVALID},
    {FUNCTION(C_GetAttributeValue), OF_SESSION, NEEDS_0,
	.no_object = CKR_OBJECT_HANDLE_INVALID},
    {FUNCTION(C_SetAttributeValue), OF_SESSION, NEEDS_0,
	.answer = CKR_ATTRIBUTE_READ_ONLY,
	.no_object = CKR_OBJECT_HANDLE_INVALID},
    {FUNCTION(C_FindObjectsInit), OF_SESSION, NEEDS_0, .looks = true},
    {FUNCTION(C_FindObjects), NOT_BEGUN, NEEDS_0_1},
    {FUNCTION(C_FindObjectsFinal), NOT_BEGUN},
};

const struct conform_table conform_slots = {functions, COUNT_OF(functions)};
