/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Slots: one for each reader ever seen since C_Initialize. They live as long as
 * the module; the list never shrinks and ids never change their meaning.
 */
#ifndef PKCS11_SLOT_H
#define PKCS11_SLOT_H

#include "pkcs11/module-state.h"
#include "pkcs11/token.h"

/*
 * Look for readers. A failure is traced and leaves the known slots; nobody is
 * kept from working with those.
 */
void slots_refresh(struct module *m);

/* Whether each has a card. */
void slots_look(struct module *m);

size_t slots_count(struct module *m);

/*
 * As last seen. *count: how many ids fit, then how many there are; more than
 * fit: CKR_BUFFER_TOO_SMALL. ids NULL: only count.
 */
CK_RV slots_list(
    struct module *m, bool token_present, CK_SLOT_ID *ids, CK_ULONG *count);

/* NULL: no such slot. */
struct slot *slot_find(struct module *m, CK_SLOT_ID id);
CK_SLOT_ID slot_id(const struct slot *s);

/*
 * Ask the reader whether there is a card and which. A card that is gone, or
 * another one, ends the token and its sessions. Does not wait for a card.
 */
void slot_look(struct module *m, struct slot *s);

/* As last seen. */
bool slot_present(struct module *m, struct slot *s);

void slot_info(struct module *m, struct slot *s, CK_SLOT_INFO *info);

/*
 * Look, and bring the token so far. CKR_TOKEN_NOT_PRESENT,
 * CKR_TOKEN_NOT_RECOGNIZED, CKR_DEVICE_ERROR, CKR_HOST_MEMORY.
 * token_unref() ends its use.
 */
CK_RV slot_token(
    struct module *m, struct slot *s, enum token_goal goal, struct token **out);

/*
 * Where a login has ended but the card still knows the PIN, it is made to
 * forget it: briefly, as programs are about to end.
 */
void slot_settle(struct module *m, struct slot *s);
void slots_settle(struct module *m);

/* False once the card has left, or was never there. */
bool slot_holds_locked(struct module *m, const struct slot *s,
    const struct token *t) REQUIRES_LOCK(m->lock);

/* Take one slot with an event not yet told; NULL: none. */
struct slot *slots_take_event_locked(struct module *m) REQUIRES_LOCK(m->lock);

void slots_free(struct module *m);

#endif
