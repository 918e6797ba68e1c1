/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operations of one session: at most one each of signing, verifying,
 * decrypting, encrypting and digesting (PKCS #11 2.40, 5.2), and the keys that
 * were derived in it. A session has one of these from its opening to its end.
 *
 * All may be called from several threads, also with the module's lock held: the
 * lock in here is the last one, and nothing is called under it.
 */
#ifndef PKCS11_OPERATION_H
#define PKCS11_OPERATION_H

#include "pkcs11/key.h"

struct operations;

/* NULL: no memory. */
struct operations *operations_new(void);

/*
 * Ends all; wipes what they held. Accepts NULL. When no call is inside the
 * session any more.
 */
void operations_free(struct operations **ops);

/*
 * Ends all that use a private key, and private derived keys: C_Logout, removal.
 * One that a call is busy with ends with that call.
 */
void operations_end_private(struct operations *ops);

/*
 * The key of the operation that a CKU_CONTEXT_SPECIFIC login is for: the one
 * begun last whose key wants it and has not had it. False: there is none.
 * key_release() ends its use.
 */
bool operations_awaiting_login(struct operations *ops, struct key_ref *out);

/* That login was right; it serves one use of the key. */
void operations_authenticated(struct operations *ops);

/*
 * The session's own objects, each a set of one, appended to sets, which has
 * room for OPERATIONS_OBJECTS_MAX; how many. object_set_unref() each.
 */
#define OPERATIONS_OBJECTS_MAX 32
size_t operations_objects(
    struct operations *ops, struct object_set *sets[OPERATIONS_OBJECTS_MAX]);

/* Takes the set, and frees it on failure: CKR_DEVICE_MEMORY. */
CK_RV
operations_add_object(struct operations *ops, struct object_set *take_set);

/* C_DestroyObject. False: no such object in this session. */
bool operations_drop_object(struct operations *ops, CK_OBJECT_HANDLE handle);

#endif
