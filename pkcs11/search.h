/* SPDX-License-Identifier: BSD-2-Clause */
/* The search of a session: C_FindObjectsInit to C_FindObjectsFinal. */
#ifndef PKCS11_SEARCH_H
#define PKCS11_SEARCH_H

#include "pkcs11/module-state.h"

struct session;

/* All that matched, found at the start. */
struct search {
	bool active;
	CK_OBJECT_HANDLE *found;
	size_t count;
	size_t next;
};

void search_clear(struct search *search);

/*
 * Reads the card if a certificate or public key could match and they are not
 * known yet. CKR_OPERATION_ACTIVE, CKR_SESSION_HANDLE_INVALID (the card left
 * before), CKR_DEVICE_REMOVED (it left meanwhile), CKR_DEVICE_ERROR (one of the
 * certificates could not be read), CKR_HOST_MEMORY.
 */
CK_RV search_begin(struct module *m, struct session *s,
    const CK_ATTRIBUTE *want, CK_ULONG count);

/* CKR_OPERATION_NOT_INITIALIZED. *count: room, then how many were given. */
CK_RV search_next(struct module *m, struct session *s,
    CK_OBJECT_HANDLE *handles, CK_ULONG room, CK_ULONG *count);
CK_RV search_end(struct module *m, struct session *s);

#endif
