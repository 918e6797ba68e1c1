/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "base/trace.h"
#include "pkcs11/login.h"
#include "pkcs11/operation.h"
#include "pkcs11/query.h"
#include "pkcs11/rv.h"
#include "pkcs11/search.h"
#include "pkcs11/session.h"

void
search_clear(struct search *search)
{
	free(search->query);
	*search = (struct search){0};
}

CK_RV
search_begin(struct module *m, struct session *s, const CK_ATTRIBUTE *want,
    CK_ULONG count)
{
	struct search fresh = {.active = true}, *search;
	CK_RV rv = CKR_OK;

	fresh.query = query_new(want, count);
	if (fresh.query == NULL)
		return CKR_HOST_MEMORY;
	lock_acquire(&m->lock);
	search = session_search_locked(m, s);
	if (session_closed_locked(m, s)) {
		rv = CKR_SESSION_HANDLE_INVALID;
	} else if (search->active &&
	    !(search->failed && search->query != NULL)) {
		rv = CKR_OPERATION_ACTIVE;
	} else {
		search_clear(search);
		*search = fresh;
		fresh.query = NULL;
	}
	lock_release(&m->lock);
	search_clear(&fresh);
	return rv;
}

/* Take the query out, so that no other call works on it. */
static CK_RV
claim(struct module *m, struct session *s, struct query **out)
{
	struct search *search;
	CK_RV rv = CKR_OK;

	lock_acquire(&m->lock);
	search = session_search_locked(m, s);
	*out = search->query;
	if (session_closed_locked(m, s))
		rv = CKR_SESSION_HANDLE_INVALID;
	else if (!search->active)
		rv = CKR_OPERATION_NOT_INITIALIZED;
	else if (search->query == NULL)
		rv = CKR_OPERATION_ACTIVE;
	else
		search->query = NULL;
	lock_release(&m->lock);
	return rv;
}

/* Meanwhile the session, or the search, may have ended. */
static CK_RV
give_back(struct module *m, struct session *s, struct query *q, CK_RV rv)
{
	struct search *search;

	lock_acquire(&m->lock);
	search = session_search_locked(m, s);
	if (session_closed_locked(m, s) && rv != CKR_DEVICE_REMOVED)
		rv = CKR_SESSION_HANDLE_INVALID;
	if (search->active && search->query == NULL) {
		search->query = q;
		search->failed = rv != CKR_OK;
		q = NULL;
	}
	lock_release(&m->lock);
	free(q);
	return rv;
}

static bool
is_in(struct module *m, struct token *t)
{
	return login_check(m, t) == CKR_OK;
}

/*
 * Programs look for their own classes on every token; that must not cost the
 * reading of a card. Nor must a search for keys that are hidden anyway.
 */
static bool
wants_certificates(struct module *m, struct token *t, const struct query *q)
{
	return query_may_match(q, CKO_CERTIFICATE) ||
	    query_may_match(q, CKO_PUBLIC_KEY) ||
	    (query_may_match(q, CKO_PRIVATE_KEY) &&
		(is_in(m, t) || token_has_free_keys(t)));
}

static bool
wants_more(struct module *m, struct token *t, const struct query *q)
{
	return q->place.part == QUERY_DATA ? query_may_match(q, CKO_DATA)
					   : wants_certificates(m, t, q);
}

static CK_RV
bring(struct module *m, struct session *s, const struct query *q, CK_ULONG room)
{
	struct token *t = session_token(s);
	err_t err;

	if (q->place.part == QUERY_DATA)
		err = token_bring(m, t, TOKEN_DATA);
	else if (room > 1)
		err = token_bring(m, t, TOKEN_READ);
	else
		err = token_bring_more(m, t, q->place.set);
	if (err == 0)
		return CKR_OK;
	/* A failure is often the first sign of a card that left. */
	slot_look(m, session_slot(s));
	return rv_from_err(err, RV_FOR_READ);
}

static struct object_set *
session_set(struct session *s, size_t index)
{
	struct object_set *sets[OPERATIONS_OBJECTS_MAX], *wanted = NULL;
	size_t n = operations_objects(session_operations(s), sets);

	for (size_t i = 0; i < n; i++) {
		if (i == index)
			wanted = object_set_ref(sets[i]);
		object_set_unref(&sets[i]);
	}
	return wanted;
}

static struct object_set *
set_at(struct module *m, struct session *s, const struct query_place *place,
    bool *more)
{
	static const enum token_part parts[] = {
	    [QUERY_CERTIFICATES] = TOKEN_CERTIFICATES,
	    [QUERY_DATA] = TOKEN_DATA_OBJECTS,
	    [QUERY_OTHERS] = TOKEN_OTHERS,
	};

	*more = false;
	if (place->part == QUERY_SESSION)
		return session_set(s, place->set);
	return token_set(
	    m, session_token(s), parts[place->part], place->set, more);
}

/* Go through one set; false when there was room for all of it. */
static bool
collect(const struct object_set *set, bool in, struct query *q,
    CK_OBJECT_HANDLE *handles, CK_ULONG room, CK_ULONG *n)
{
	const struct object *o;

	while ((o = object_set_get(set, q->place.object)) != NULL) {
		if (*n == room)
			return true;
		if ((in || !o->private) &&
		    attributes_match(&o->attributes, q->want, q->count))
			handles[(*n)++] = atomic_load(&o->handle);
		q->place.object++;
	}
	q->place.set++;
	q->place.object = 0;
	return false;
}

static CK_RV
gather(struct module *m, struct session *s, struct query *q,
    CK_OBJECT_HANDLE *handles, CK_ULONG room, CK_ULONG *n)
{
	struct token *t = session_token(s);
	struct object_set *set;
	bool more, full = room == 0;
	CK_RV rv = CKR_OK;

	while (rv == CKR_OK && !full && q->place.part != QUERY_END) {
		set = set_at(m, s, &q->place, &more);
		if (set != NULL) {
			full = collect(set, is_in(m, t), q, handles, room, n) ||
			    *n == room;
			object_set_unref(&set);
		} else if (more && wants_more(m, t, q)) {
			rv = bring(m, s, q, room - *n);
		} else {
			q->place.part++;
			q->place.set = 0;
		}
	}
	return rv;
}

CK_RV
search_next(struct module *m, struct session *s, CK_OBJECT_HANDLE *handles,
    CK_ULONG room, CK_ULONG *count)
{
	struct query_place before;
	struct query *q;
	CK_ULONG n = 0;
	CK_RV rv = claim(m, s, &q);

	if (rv != CKR_OK)
		return rv;
	before = q->place;
	rv = gather(m, s, q, handles, room, &n);
	/* What is not handed out now is found again. */
	if (rv != CKR_OK)
		q->place = before;
	rv = give_back(m, s, q, rv);
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
