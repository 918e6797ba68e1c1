/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/event.h"
#include "pkcs11/slot.h"

#define LOOK_EVERY_MS 300

static CK_RV
take_locked(struct module *m, CK_SLOT_ID *id) REQUIRES_LOCK(m->lock);

static CK_RV
take_locked(struct module *m, CK_SLOT_ID *id)
{
	const struct slot *s;

	if (m->ended)
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	s = slots_take_event_locked(m);
	if (s == NULL)
		return CKR_NO_EVENT;
	*id = slot_id(s);
	return CKR_OK;
}

CK_RV
event_wait(struct module *m, CK_FLAGS flags, CK_SLOT_ID *id)
{
	CK_RV rv;

	do {
		slots_refresh(m);
		slots_look(m);
		lock_acquire(&m->lock);
		rv = take_locked(m, id);
		if (rv == CKR_NO_EVENT && (flags & CKF_DONT_BLOCK) == 0) {
			module_wait_event_locked(m, LOOK_EVERY_MS);
			rv = take_locked(m, id);
		}
		lock_release(&m->lock);
	} while (rv == CKR_NO_EVENT && (flags & CKF_DONT_BLOCK) == 0);
	return rv;
}
