/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdatomic.h>

#include "pkcs11/handle.h"

CK_ULONG
handle_new(void)
{
	static atomic_ulong last = CK_INVALID_HANDLE;

	return atomic_fetch_add(&last, 1) + 1;
}
