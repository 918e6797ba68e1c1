/* SPDX-License-Identifier: BSD-2-Clause */
/* From a handle to the object, as a session sees it. */
#ifndef PKCS11_LOOKUP_H
#define PKCS11_LOOKUP_H

#include "pkcs11/object.h"
#include "pkcs11/session.h"

/*
 * *set keeps the object alive: object_set_unref() it. *hidden: private, and
 * nobody has logged in. NULL: there is none.
 */
const struct object *lookup_object(struct module *m, struct session *s,
    CK_OBJECT_HANDLE handle, struct object_set **set, bool *hidden);

#endif
