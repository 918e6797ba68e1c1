/* SPDX-License-Identifier: BSD-2-Clause */
/* What PKCS #11 3.0 added: 5.4, 5.6 and 5.9 to 5.16. */
#include "tests/unit/conform.h"

#define S	   a->session
#define INIT	   S, P(0, &r->mechanism), a->object
#define PARAMETER  S, P(0, r->data), N(8)
#define ASSOCIATED P(1, r->data), N(8)
#define IN	   P(2, r->data), N(8)
#define OUT	   P(3, r->out), P(4, &r->n)

CALLER(C_GetInterfaceList, P(0, (void *)r->out), P(1, &r->n))
CALLER(C_GetInterface, NULL, NULL, P(0, (void *)r->out), 0)
CALLER(C_LoginUser, S, CKU_USER, P(0, r->data), N(6), P(1, r->data), 0)
CALLER(C_SessionCancel, S, N(CKF_SIGN | CKF_DECRYPT | CKF_FIND_OBJECTS))
CALLER(C_MessageEncryptInit, INIT)
CALLER(C_EncryptMessage, PARAMETER, ASSOCIATED, IN, OUT)
CALLER(C_EncryptMessageBegin, PARAMETER, ASSOCIATED)
CALLER(C_EncryptMessageNext, PARAMETER, IN, OUT, 0)
CALLER(C_MessageEncryptFinal, S)
CALLER(C_MessageDecryptInit, INIT)
CALLER(C_DecryptMessage, PARAMETER, ASSOCIATED, IN, OUT)
CALLER(C_DecryptMessageBegin, PARAMETER, ASSOCIATED)
CALLER(C_DecryptMessageNext, PARAMETER, IN, OUT, 0)
CALLER(C_MessageDecryptFinal, S)
CALLER(C_MessageSignInit, INIT)
CALLER(C_SignMessage, PARAMETER, IN, OUT)
CALLER(C_SignMessageBegin, PARAMETER)
CALLER(C_SignMessageNext, PARAMETER, IN, OUT)
CALLER(C_MessageSignFinal, S)
CALLER(C_MessageVerifyInit, INIT)
CALLER(C_VerifyMessage, PARAMETER, IN, P(3, r->out), N(8))
CALLER(C_VerifyMessageBegin, PARAMETER)
CALLER(C_VerifyMessageNext, PARAMETER, IN, P(3, r->out), N(8))
CALLER(C_MessageVerifyFinal, S)

static const struct conform_function functions[] = {
    {FUNCTION(C_GetInterfaceList), CONFORM_ALWAYS, NEEDS_1},
    {FUNCTION(C_GetInterface), CONFORM_ALWAYS, NEEDS_0},
    {FUNCTION(C_LoginUser), OF_SESSION, NEEDS_0, .looks = true},
    {FUNCTION(C_SessionCancel), OF_SESSION},
    {FUNCTION(C_MessageEncryptInit), REFUSED},
    {FUNCTION(C_EncryptMessage), REFUSED},
    {FUNCTION(C_EncryptMessageBegin), REFUSED},
    {FUNCTION(C_EncryptMessageNext), REFUSED},
    {FUNCTION(C_MessageEncryptFinal), REFUSED},
    {FUNCTION(C_MessageDecryptInit), REFUSED},
    {FUNCTION(C_DecryptMessage), REFUSED},
    {FUNCTION(C_DecryptMessageBegin), REFUSED},
    {FUNCTION(C_DecryptMessageNext), REFUSED},
    {FUNCTION(C_MessageDecryptFinal), REFUSED},
    {FUNCTION(C_MessageSignInit), REFUSED},
    {FUNCTION(C_SignMessage), REFUSED},
    {FUNCTION(C_SignMessageBegin), REFUSED},
    {FUNCTION(C_SignMessageNext), REFUSED},
    {FUNCTION(C_MessageSignFinal), REFUSED},
    {FUNCTION(C_MessageVerifyInit), REFUSED},
    {FUNCTION(C_VerifyMessage), REFUSED},
    {FUNCTION(C_VerifyMessageBegin), REFUSED},
    {FUNCTION(C_VerifyMessageNext), REFUSED},
    {FUNCTION(C_MessageVerifyFinal), REFUSED},
};

const struct conform_table conform_new = {functions, COUNT_OF(functions)};
