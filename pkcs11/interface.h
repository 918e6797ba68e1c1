/* SPDX-License-Identifier: BSD-2-Clause */
/* What differs between the function lists of 2.40 and 3.0. */
#ifndef PKCS11_INTERFACE_H
#define PKCS11_INTERFACE_H

#include "pkcs11/cryptoki-3.h"

/* C_GetInfo of the 3.0 list: tells that version. */
CK_RV interface_get_info_3_0(CK_INFO *info);

#endif
