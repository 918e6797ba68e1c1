/* SPDX-License-Identifier: BSD-2-Clause */
/* The search of a session: C_FindObjectsInit to C_FindObjectsFinal. */
#ifndef PKCS11_SEARCH_H
#define PKCS11_SEARCH_H

#include "pkcs11/module-state.h"

struct session;
struct query;

/* Guarded by the module's lock. */
struct search {
	bool active;
	bool failed; /* may be begun anew: NSS does not end what fails */
	struct query *query; /* NULL while a call works on it */
};

void search_clear(struct search *search);

/*
 * No I/O: what is missing is read by search_next(). CKR_OPERATION_ACTIVE,
 * CKR_SESSION_HANDLE_INVALID (closed meanwhile), CKR_HOST_MEMORY.
 */
CK_RV search_begin(struct module *m, struct session *s,
    const CK_ATTRIBUTE *want, CK_ULONG count);

/*
 * As many as there are, up to room; *count tells how many. Fewer than room: all
 * were given, as NSS and p11-kit understand it. Who asks for one gets it as
 * soon as it is read.
 *
 * CKR_OPERATION_NOT_INITIALIZED, CKR_SESSION_HANDLE_INVALID, CKR_DEVICE_REMOVED
 * (the card left meanwhile), CKR_DEVICE_ERROR (one of the certificates could
 * not be read). After an error the same call may be made again.
 */
CK_RV search_next(struct module *m, struct session *s,
    CK_OBJECT_HANDLE *handles, CK_ULONG room, CK_ULONG *count);
CK_RV search_end(struct module *m, struct session *s);

#endif
