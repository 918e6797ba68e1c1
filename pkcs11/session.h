/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sessions. A handle is never used twice. A session ends by its owner, with the
 * module, or with its token's removal, and then stays dead. A call inside holds
 * it, so that its end frees nothing that is in use.
 */
#ifndef PKCS11_SESSION_H
#define PKCS11_SESSION_H

#include "pkcs11/search.h"
#include "pkcs11/slot.h"

struct operations;

/* Far above what programs open (NSS: one per operation in progress). */
#define SESSIONS_MAX 4096

/*
 * On a token in this slot. CKR_SESSION_COUNT, CKR_HOST_MEMORY; the token may
 * have gone meanwhile: CKR_TOKEN_NOT_PRESENT.
 */
CK_RV session_open(struct module *m, struct slot *s, struct token *t,
    CK_FLAGS flags, CK_SESSION_HANDLE *handle);

/* NULL: no such session. session_leave() ends its use. */
struct session *session_enter(struct module *m, CK_SESSION_HANDLE handle);
void session_leave(struct module *m, struct session **s);

/* Of a session that was entered. */
struct slot *session_slot(const struct session *s);
struct token *session_token(const struct session *s);
CK_FLAGS session_flags(const struct session *s);
CK_SESSION_HANDLE session_handle(const struct session *s);
struct operations *session_operations(const struct session *s);
struct search *session_search_locked(struct module *m, struct session *s)
    REQUIRES_LOCK(m->lock);
bool session_closed_locked(struct module *m, const struct session *s)
    REQUIRES_LOCK(m->lock);

/* Look at the slot first: did the session outlive its card? */
bool session_alive(struct module *m, struct session *s);

void session_close(struct module *m, struct session *s);
void sessions_close_slot(struct module *m, const struct slot *s);
void sessions_close_token_locked(struct module *m, const struct token *t)
    REQUIRES_LOCK(m->lock);
void sessions_close_all_locked(struct module *m) REQUIRES_LOCK(m->lock);

/* C_Logout: no operation of the token's sessions uses a private key any more.
 */
void sessions_end_private_locked(struct module *m, const struct token *t)
    REQUIRES_LOCK(m->lock);

/* On this token; rw counts those that are read/write. */
CK_ULONG sessions_count(struct module *m, const struct token *t, CK_ULONG *rw);

#endif
