/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PKCS11_HANDLE_H
#define PKCS11_HANDLE_H

#include "pkcs11/cryptoki.h"

/*
 * A number that no session or object of this process had before, nor of the
 * process it was forked from.
 */
CK_ULONG handle_new(void);

#endif
