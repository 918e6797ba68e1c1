/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/trace.h"
#include "pkcs11/login.h"
#include "pkcs11/pin-memory.h"
#include "pkcs11/rv.h"
#include "pkcs11/session.h"
#include "pkcs11/slot.h"
#include "pkcs11/text.h"

struct slot {
	struct reader *reader;
	unsigned id;

	/* The rest is guarded by the module's lock. */
	enum presence presence;
	unsigned generation; /* of the card last seen */
	uint64_t arrived_ms; /* when it was seen to come; 0: it was there */
	bool looked;	     /* the above are not guesses */
	bool late;	     /* not in the first listing */
	bool event;
	unsigned asked; /* looks begun */
	unsigned told;	/* the latest look whose answer counted */
	struct token *token;
};

/* Adopt the readers that have no slot yet. */
static err_t slots_grow_locked(struct module *m) REQUIRES_LOCK(m->lock);

static err_t
slots_grow_locked(struct module *m)
{
	size_t count = readers_count(m->readers);
	struct slot **grown, *s;

	if (count <= m->slot_count)
		return 0;
	grown = realloc(m->slots, count * sizeof(m->slots[0]));
	if (grown == NULL)
		return ERR_MEMORY;
	m->slots = grown;
	while (m->slot_count < count) {
		s = calloc(1, sizeof(*s));
		if (s == NULL)
			return ERR_MEMORY;
		s->reader = readers_get(m->readers, m->slot_count);
		s->id = reader_id(s->reader);
		s->late = m->listed;
		m->slots[m->slot_count++] = s;
	}
	return 0;
}

void
slots_refresh(struct module *m)
{
	err_t err;

	lock_acquire(&m->lock);
	while (m->refreshing)
		module_wait_locked(m);
	m->refreshing = true;
	lock_release(&m->lock);

	err = readers_refresh(m->readers);

	lock_acquire(&m->lock);
	if (err == 0)
		err = slots_grow_locked(m);
	if (err == 0)
		m->listed = true;
	m->refreshing = false;
	module_notify_locked(m);
	lock_release(&m->lock);
	if (err != 0)
		trace_text(0, TRACE_CRYPTOKI, '-', "readers: %s: %s",
		    err_name(err), err_text(err));
}

size_t
slots_count(struct module *m)
{
	size_t count;

	lock_acquire(&m->lock);
	count = m->slot_count;
	lock_release(&m->lock);
	return count;
}

static struct slot *
slot_at(struct module *m, size_t i)
{
	struct slot *s;

	lock_acquire(&m->lock);
	s = i < m->slot_count ? m->slots[i] : NULL;
	lock_release(&m->lock);
	return s;
}

void
slots_look(struct module *m)
{
	struct slot *s;

	for (size_t i = 0; (s = slot_at(m, i)) != NULL; i++)
		slot_look(m, s);
}

CK_RV
slots_list(
    struct module *m, bool token_present, CK_SLOT_ID *ids, CK_ULONG *count)
{
	CK_ULONG room = *count, n = 0;

	lock_acquire(&m->lock);
	for (size_t i = 0; i < m->slot_count; i++) {
		if (token_present && m->slots[i]->presence != PRESENCE_CARD)
			continue;
		if (ids != NULL && n < room)
			ids[n] = m->slots[i]->id;
		n++;
	}
	lock_release(&m->lock);
	*count = n;
	return ids != NULL && n > room ? CKR_BUFFER_TOO_SMALL : CKR_OK;
}

struct slot *
slot_find(struct module *m, CK_SLOT_ID id)
{
	struct slot *s;

	for (size_t i = 0; (s = slot_at(m, i)) != NULL; i++) {
		if (s->id == id)
			return s;
	}
	return NULL;
}

CK_SLOT_ID
slot_id(const struct slot *s)
{
	return s->id;
}

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

bool
slot_present(struct module *m, struct slot *s)
{
	bool present;

	lock_acquire(&m->lock);
	present = s->presence == PRESENCE_CARD;
	lock_release(&m->lock);
	return present;
}

void
slot_info(struct module *m, struct slot *s, CK_SLOT_INFO *info)
{
	struct reader_info reader = {0};

	reader_describe(s->reader, &reader);
	*info = (CK_SLOT_INFO){
	    .flags = CKF_REMOVABLE_DEVICE | CKF_HW_SLOT,
	    .hardwareVersion = {reader.firmware_major, reader.firmware_minor},
	    .firmwareVersion = {reader.firmware_major, reader.firmware_minor},
	};
	if (slot_present(m, s))
		info->flags |= CKF_TOKEN_PRESENT;
	text_pad(info->slotDescription, sizeof(info->slotDescription),
	    reader.product);
	text_pad(info->manufacturerID, sizeof(info->manufacturerID),
	    reader.manufacturer);
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

void
slots_settle(struct module *m)
{
	struct slot *s;

	for (size_t i = 0; (s = slot_at(m, i)) != NULL; i++)
		slot_settle(m, s);
}

bool
slot_holds_locked(struct module *m, const struct slot *s, const struct token *t)
{
	(void)m;
	return s->token == t;
}

struct slot *
slots_take_event_locked(struct module *m)
{
	for (size_t i = 0; i < m->slot_count; i++) {
		if (m->slots[i]->event) {
			m->slots[i]->event = false;
			return m->slots[i];
		}
	}
	return NULL;
}

void
slots_free(struct module *m)
{
	lock_acquire(&m->lock);
	for (size_t i = 0; i < m->slot_count; i++) {
		if (m->slots[i]->token != NULL)
			token_unref_locked(m, &m->slots[i]->token);
		free(m->slots[i]);
	}
	free(m->slots);
	m->slots = NULL;
	m->slot_count = 0;
	lock_release(&m->lock);
}
