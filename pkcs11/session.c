/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "pkcs11/handle.h"
#include "pkcs11/operation.h"
#include "pkcs11/session.h"

struct session {
	CK_SESSION_HANDLE handle;
	CK_FLAGS flags;
	struct slot *slot;
	struct token *token;
	struct operations *operations;

	/* Guarded by the module's lock. */
	unsigned inside; /* calls that hold it */
	bool closed;	 /* and unlinked */
	struct search search;
};

static void
free_locked(struct module *m, struct session *s) REQUIRES_LOCK(m->lock);

static void
free_locked(struct module *m, struct session *s)
{
	search_clear(&s->search);
	operations_free(&s->operations);
	token_unref_locked(m, &s->token);
	free(s);
}

static bool make_room_locked(struct module *m) REQUIRES_LOCK(m->lock);

static bool
make_room_locked(struct module *m)
{
	size_t room = m->session_room > 0 ? m->session_room * 2 : 16;
	struct session **grown;

	if (m->session_count < m->session_room)
		return true;
	grown = realloc(m->sessions, room * sizeof(m->sessions[0]));
	if (grown == NULL)
		return false;
	m->sessions = grown;
	m->session_room = room;
	return true;
}

static CK_RV
add_locked(struct module *m, struct session *s) REQUIRES_LOCK(m->lock);

static CK_RV
add_locked(struct module *m, struct session *s)
{
	if (m->ended)
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	if (!slot_holds_locked(m, s->slot, s->token))
		return CKR_TOKEN_NOT_PRESENT;
	if (m->session_count == SESSIONS_MAX)
		return CKR_SESSION_COUNT;
	if (!make_room_locked(m))
		return CKR_HOST_MEMORY;
	/* Drawn under the lock, so that the table stays in order. */
	s->handle = handle_new();
	token_ref_locked(m, s->token);
	token_session_opened_locked(m, s->token);
	m->sessions[m->session_count++] = s;
	return CKR_OK;
}

CK_RV
session_open(struct module *m, struct slot *s, struct token *t, CK_FLAGS flags,
    CK_SESSION_HANDLE *handle)
{
	struct session *session = calloc(1, sizeof(*session));
	CK_RV rv;

	if (session == NULL)
		return CKR_HOST_MEMORY;
	session->operations = operations_new();
	if (session->operations == NULL) {
		free(session);
		return CKR_HOST_MEMORY;
	}
	session->flags = flags & (CKF_SERIAL_SESSION | CKF_RW_SESSION);
	session->slot = s;
	session->token = t;
	lock_acquire(&m->lock);
	rv = add_locked(m, session);
	if (rv == CKR_OK)
		*handle = session->handle;
	lock_release(&m->lock);
	if (rv != CKR_OK) {
		operations_free(&session->operations);
		free(session);
	}
	return rv;
}

static int
compare(const void *handle, const void *entry)
{
	CK_SESSION_HANDLE a = *(const CK_SESSION_HANDLE *)handle;
	CK_SESSION_HANDLE b = (*(struct session *const *)entry)->handle;

	return a < b ? -1 : a > b;
}

struct session *
session_enter(struct module *m, CK_SESSION_HANDLE handle)
{
	struct session **found = NULL, *s = NULL;

	lock_acquire(&m->lock);
	if (m->session_count > 0)
		found = bsearch(&handle, m->sessions, m->session_count,
		    sizeof(m->sessions[0]), compare);
	if (found != NULL) {
		s = *found;
		s->inside++;
	}
	lock_release(&m->lock);
	return s;
}

void
session_leave(struct module *m, struct session **s)
{
	struct session *left = *s;

	*s = NULL;
	lock_acquire(&m->lock);
	left->inside--;
	if (left->closed && left->inside == 0)
		free_locked(m, left);
	lock_release(&m->lock);
}

struct slot *
session_slot(const struct session *s)
{
	return s->slot;
}

struct token *
session_token(const struct session *s)
{
	return s->token;
}

CK_FLAGS
session_flags(const struct session *s)
{
	return s->flags;
}

CK_SESSION_HANDLE
session_handle(const struct session *s)
{
	return s->handle;
}

struct operations *
session_operations(const struct session *s)
{
	return s->operations;
}

struct search *
session_search_locked(struct module *m, struct session *s)
{
	(void)m;
	return &s->search;
}

bool
session_closed_locked(struct module *m, const struct session *s)
{
	(void)m;
	return s->closed;
}

bool
session_alive(struct module *m, struct session *s)
{
	bool alive;

	slot_look(m, s->slot);
	lock_acquire(&m->lock);
	alive = !s->closed;
	lock_release(&m->lock);
	return alive;
}

/* Close those that match; NULL matches any. The order stays. */
static void close_locked(struct module *m, const struct session *only,
    const struct slot *slot, const struct token *t) REQUIRES_LOCK(m->lock);

static void
close_locked(struct module *m, const struct session *only,
    const struct slot *slot, const struct token *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->session_count; i++) {
		struct session *s = m->sessions[i];

		if ((only != NULL && s != only) ||
		    (slot != NULL && s->slot != slot) ||
		    (t != NULL && s->token != t)) {
			m->sessions[kept++] = s;
			continue;
		}
		s->closed = true;
		operations_end_private(s->operations);
		token_session_closed_locked(m, s->token);
		if (s->inside == 0)
			free_locked(m, s);
	}
	m->session_count = kept;
}

void
session_close(struct module *m, struct session *s)
{
	lock_acquire(&m->lock);
	close_locked(m, s, NULL, NULL);
	lock_release(&m->lock);
}

void
sessions_close_slot(struct module *m, const struct slot *s)
{
	lock_acquire(&m->lock);
	close_locked(m, NULL, s, NULL);
	lock_release(&m->lock);
}

void
sessions_close_token_locked(struct module *m, const struct token *t)
{
	close_locked(m, NULL, NULL, t);
}

void
sessions_close_all_locked(struct module *m)
{
	close_locked(m, NULL, NULL, NULL);
}

void
sessions_end_private_locked(struct module *m, const struct token *t)
{
	for (size_t i = 0; i < m->session_count; i++) {
		if (m->sessions[i]->token == t)
			operations_end_private(m->sessions[i]->operations);
	}
}

CK_ULONG
sessions_count(struct module *m, const struct token *t, CK_ULONG *rw)
{
	CK_ULONG n = 0;

	*rw = 0;
	lock_acquire(&m->lock);
	for (size_t i = 0; i < m->session_count; i++) {
		if (m->sessions[i]->token != t)
			continue;
		n++;
		if ((m->sessions[i]->flags & CKF_RW_SESSION) != 0)
			++*rw;
	}
	lock_release(&m->lock);
	return n;
}
