/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PKCS11_EVENT_H
#define PKCS11_EVENT_H

#include "pkcs11/module-state.h"

/*
 * C_WaitForSlotEvent: a card was inserted or left. Cards that were there at the
 * first look are no event. CKR_NO_EVENT with CKF_DONT_BLOCK only;
 * CKR_CRYPTOKI_NOT_INITIALIZED when this module was finalised, also if there
 * is a new one. No thread of our own: asks the readers every 300 ms.
 */
CK_RV event_wait(struct module *m, CK_FLAGS flags, CK_SLOT_ID *id);

#endif
