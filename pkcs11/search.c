/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "base/trace.h"
#include "pkcs11/rv.h"
#include "pkcs11/search.h"
#include "pkcs11/session.h"

void
search_clear(struct search *search)
{
	free(search->found);
	*search = (struct search){0};
}

/*
 * Programs look for their own classes on every token; that must not cost the
 * reading of a card.
 */
static bool
wants_certificates(const CK_ATTRIBUTE *want, CK_ULONG count)
{
	CK_ULONG class;

	if (!template_ulong(want, count, CKA_CLASS, &class))
		return true;
	return class == CKO_CERTIFICATE || class == CKO_PUBLIC_KEY;
}

static CK_RV
check_idle(struct module *m, struct session *s)
{
	CK_RV rv = CKR_OK;

	lock_acquire(&m->lock);
	if (session_search_locked(m, s)->active)
		rv = CKR_OPERATION_ACTIVE;
	lock_release(&m->lock);
	return rv;
}

static CK_RV
bring_certificates(struct module *m, struct session *s)
{
	err_t err = token_bring(m, session_token(s), TOKEN_READ);

	if (err == 0)
		return CKR_OK;
	/* A failure is often the first sign of a card that left. */
	slot_look(m, session_slot(s));
	return rv_from_err(err, RV_FOR_READ);
}

static void
collect(const struct object_set *set, const CK_ATTRIBUTE *want, CK_ULONG count,
    struct search *result)
{
	for (size_t i = 0; i < object_set_count(set); i++) {
		const struct object *o = object_set_get(set, i);

		if (attributes_match(&o->attributes, want, count))
			result->found[result->count++] = o->handle;
	}
}

static CK_RV
match(struct module *m, struct session *s, const CK_ATTRIBUTE *want,
    CK_ULONG count, struct search *result)
{
	struct object_set *sets[TOKEN_SETS];
	size_t room = 1;

	*result = (struct search){.active = true};
	token_sets(m, session_token(s), sets);
	for (size_t i = 0; i < TOKEN_SETS; i++)
		room += object_set_count(sets[i]);
	result->found = calloc(room, sizeof(result->found[0]));
	for (size_t i = 0; i < TOKEN_SETS; i++) {
		if (result->found != NULL)
			collect(sets[i], want, count, result);
		object_set_unref(&sets[i]);
	}
	return result->found != NULL ? CKR_OK : CKR_HOST_MEMORY;
}

/* Meanwhile the session may have ended, or another thread begun a search. */
static CK_RV
install(struct module *m, struct session *s, struct search *take_result)
{
	CK_RV rv = CKR_OK;

	lock_acquire(&m->lock);
	if (session_closed_locked(m, s))
		rv = CKR_SESSION_HANDLE_INVALID;
	else if (session_search_locked(m, s)->active)
		rv = CKR_OPERATION_ACTIVE;
	else
		*session_search_locked(m, s) = *take_result;
	lock_release(&m->lock);
	if (rv != CKR_OK)
		search_clear(take_result);
	return rv;
}

CK_RV
search_begin(struct module *m, struct session *s, const CK_ATTRIBUTE *want,
    CK_ULONG count)
{
	struct search result;
	CK_RV rv = check_idle(m, s);

	if (rv == CKR_OK && !session_alive(m, s))
		rv = CKR_SESSION_HANDLE_INVALID;
	if (rv == CKR_OK && wants_certificates(want, count))
		rv = bring_certificates(m, s);
	if (rv != CKR_OK)
		return rv;
	rv = match(m, s, want, count, &result);
	if (rv == CKR_OK)
		rv = install(m, s, &result);
	return rv;
}

CK_RV
search_next(struct module *m, struct session *s, CK_OBJECT_HANDLE *handles,
    CK_ULONG room, CK_ULONG *count)
{
	struct search *search;
	CK_RV rv = CKR_OK;
	CK_ULONG n = 0;

	lock_acquire(&m->lock);
	search = session_search_locked(m, s);
	if (session_closed_locked(m, s))
		rv = CKR_SESSION_HANDLE_INVALID;
	else if (!search->active)
		rv = CKR_OPERATION_NOT_INITIALIZED;
	while (rv == CKR_OK && n < room && search->next < search->count)
		handles[n++] = search->found[search->next++];
	lock_release(&m->lock);
	if (rv == CKR_OK)
		*count = n;
	return rv;
}

CK_RV
search_end(struct module *m, struct session *s)
{
	CK_RV rv = CKR_OK;

	lock_acquire(&m->lock);
	if (session_closed_locked(m, s))
		rv = CKR_SESSION_HANDLE_INVALID;
	else if (!session_search_locked(m, s)->active)
		rv = CKR_OPERATION_NOT_INITIALIZED;
	else
		search_clear(session_search_locked(m, s));
	lock_release(&m->lock);
	return rv;
}
