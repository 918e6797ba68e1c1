/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lives from C_Initialize to C_Finalize, shared by slots, tokens and
 * sessions. Each call holds a reference, so that C_Finalize in another thread
 * takes nothing from under it.
 *
 * One lock guards all tables and flags. It is never held over I/O: who talks to
 * a reader sets a busy flag, and others wait on `changed`.
 */
#ifndef PKCS11_MODULE_STATE_H
#define PKCS11_MODULE_STATE_H

#include "base/lock.h"
#include "pkcs11/cryptoki.h"
#include "reader/readers.h"

struct slot;
struct session;

struct module {
	unsigned refs; /* guarded by the process, see process.h */

	struct lock lock;
	pthread_cond_t changed; /* a busy flag was cleared, or the end */
	pthread_cond_t event;	/* a slot has an event, or the end */
	bool ended;

	struct readers *readers;
	bool refreshing; /* readers and slots belong to one thread */
	bool listed;	 /* the first listing has succeeded */
	struct slot **slots;
	size_t slot_count;

	struct session **sessions; /* by ascending handle */
	size_t session_count;
	size_t session_room;
};

/* No I/O: readers are looked for when slots are asked for. */
err_t module_new(struct module **out) MUST_CHECK;

/* C_Finalize: sessions die, waiting threads wake. */
void module_end(struct module *m);

/* When the last call has left. */
void module_free(struct module **m);

/* Sleep until module_notify_locked(); callers ask again what they wait for. */
void module_wait_locked(struct module *m) REQUIRES_LOCK(m->lock);
void module_notify_locked(struct module *m) REQUIRES_LOCK(m->lock);

/* The same for events; wakes by itself after wait_ms. */
void module_wait_event_locked(struct module *m, unsigned wait_ms)
    REQUIRES_LOCK(m->lock);
void module_notify_event_locked(struct module *m) REQUIRES_LOCK(m->lock);

#endif
