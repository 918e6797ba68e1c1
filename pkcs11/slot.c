/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of slots. */
#include <stdlib.h>

#include "base/trace.h"
#include "pkcs11/slot-private.h"
#include "pkcs11/text.h"

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
