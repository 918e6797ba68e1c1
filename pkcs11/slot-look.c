/* SPDX-License-Identifier: BSD-2-Clause */
/* What is in a slot: whether there is a card, which one, and its token. */
#include "base/trace.h"
#include "pkcs11/login.h"
#include "pkcs11/pin-memory.h"
#include "pkcs11/rv.h"
#include "pkcs11/session.h"
#include "pkcs11/slot-private.h"

static void
drop_token_locked(struct module *m, struct slot *s) REQUIRES_LOCK(m->lock);

static void
drop_token_locked(struct module *m, struct slot *s)
{
	if (s->token == NULL)
		return;
	sessions_close_token_locked(m, s->token);
	token_unref_locked(m, &s->token);
}

/*
 * PRESENCE_UNKNOWN is no removal: another program has the reader. The slot
 * shows no token, but sessions work on when it comes back with the same card.
 */
static void look_locked(struct module *m, struct slot *s,
    enum presence presence, unsigned generation) REQUIRES_LOCK(m->lock);

static void
look_locked(struct module *m, struct slot *s, enum presence presence,
    unsigned generation)
{
	bool was = s->presence == PRESENCE_CARD;
	bool is = presence == PRESENCE_CARD;
	bool other = is && generation != s->generation;

	if (s->looked && is &&
	    (other || s->presence == PRESENCE_EMPTY ||
		s->presence == PRESENCE_NO_READER))
		s->arrived_ms = pin_memory_now();
	if (presence == PRESENCE_EMPTY || presence == PRESENCE_NO_READER ||
	    (other && s->token != NULL &&
		token_generation(s->token) != generation))
		drop_token_locked(m, s);
	if (s->looked ? was != is || other : s->late && is) {
		s->event = true;
		module_notify_event_locked(m);
	}
	s->presence = presence;
	if (is)
		s->generation = generation;
	s->looked = true;
}

static const char *
presence_name(enum presence presence)
{
	switch (presence) {
	case PRESENCE_NO_READER:
		return "reader unplugged";
	case PRESENCE_UNKNOWN:
		return "unknown";
	case PRESENCE_EMPTY:
		return "empty";
	case PRESENCE_CARD:
		return "card";
	}
	return "?";
}

static void
look(struct module *m, struct slot *s)
{
	unsigned generation = 0, ticket;
	enum presence presence;
	bool news = false, gone;
	err_t why = 0;

	lock_acquire(&m->lock);
	gone = s->looked && s->presence == PRESENCE_NO_READER;
	lock_release(&m->lock);
	/* Some programs never ask for the list again. */
	if (gone)
		slots_refresh(m);
	lock_acquire(&m->lock);
	ticket = ++s->asked;
	lock_release(&m->lock);

	presence = reader_poll(s->reader, &generation, &why);

	lock_acquire(&m->lock);
	/* An answer overtaken by a later look is history. */
	if ((int)(ticket - s->told) > 0) {
		news = !s->looked || s->presence != presence ||
		    (presence == PRESENCE_CARD && s->generation != generation);
		look_locked(m, s, presence, generation);
		s->told = ticket;
	}
	lock_release(&m->lock);
	if (news)
		trace_text(s->id, TRACE_CRYPTOKI, '-', "slot: %s%s%s",
		    presence_name(presence), why != 0 ? ": " : "",
		    why != 0 ? err_text(why) : "");
}

/* The token that a look alone cannot vouch for. */
static struct token *
doubtful_token(struct module *m, struct slot *s)
{
	struct token *t = NULL;

	lock_acquire(&m->lock);
	if (s->token != NULL && s->presence == PRESENCE_CARD &&
	    token_in_doubt_locked(m, s->token))
		t = token_ref_locked(m, s->token);
	lock_release(&m->lock);
	return t;
}

void
slot_look(struct module *m, struct slot *s)
{
	struct token *t;
	err_t err;

	look(m, s);
	t = doubtful_token(m, s);
	if (t == NULL)
		return;
	err = token_bring(m, t, TOKEN_RECOGNISED);
	token_unref(m, &t);
	if (err != 0)
		look(m, s);
}

/* The token in the slot, made when a card is seen for the first time. */
static CK_RV
take_token(struct module *m, struct slot *s, struct token **out)
{
	CK_RV rv = CKR_OK;

	lock_acquire(&m->lock);
	if (s->presence != PRESENCE_CARD) {
		rv = CKR_TOKEN_NOT_PRESENT;
	} else if (s->token == NULL) {
		s->token = token_new(s->reader, s->generation, s->arrived_ms);
		if (s->token == NULL)
			rv = CKR_HOST_MEMORY;
	}
	if (rv == CKR_OK)
		*out = token_ref_locked(m, s->token);
	lock_release(&m->lock);
	return rv;
}

CK_RV
slot_token(
    struct module *m, struct slot *s, enum token_goal goal, struct token **out)
{
	struct token *t;
	CK_RV rv;
	err_t err;

	slot_look(m, s);
	rv = take_token(m, s, &t);
	if (rv != CKR_OK)
		return rv;
	err = token_bring(m, t, goal);
	if (err != 0) {
		token_unref(m, &t);
		if (err != CARD_ERR_UNKNOWN)
			slot_look(m, s);
		return rv_from_err(err, RV_FOR_TOKEN);
	}
	*out = t;
	return CKR_OK;
}

void
slot_settle(struct module *m, struct slot *s)
{
	struct token *t = NULL;

	lock_acquire(&m->lock);
	if (s->token != NULL)
		t = token_ref_locked(m, s->token);
	lock_release(&m->lock);
	if (t == NULL)
		return;
	login_settle(m, t);
	token_unref(m, &t);
}
