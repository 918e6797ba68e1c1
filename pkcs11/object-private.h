/* SPDX-License-Identifier: BSD-2-Clause */
/* How the files object*.c fill a set. */
#ifndef PKCS11_OBJECT_PRIVATE_H
#define PKCS11_OBJECT_PRIVATE_H

#include "pkcs11/key.h"
#include "pkcs11/object.h"

struct object_set {
	atomic_uint refs;
	struct key key; /* of its key objects */
	size_t room;
	size_t count;
	struct object objects[];
};

/* Empty, with room for so many; NULL: no memory. */
struct object_set *object_set_alloc(size_t room);

/* The next object of a set, with what all objects have. */
struct object *object_set_add(struct object_set *set, CK_OBJECT_CLASS class,
    bool private, const char *label);

/* What a certificate and its keys have in common. */
void object_add_dates(struct attributes *a, const struct x509 *x);

/*
 * The public and the private key of a certificate (PKCS #11 2.40, 4.8 to 4.10,
 * and 2.1, 2.3 of its mechanisms).
 */
err_t object_add_keys(
    struct object_set *set, const struct object_source *source) MUST_CHECK;

/* CKA_UNIQUE_ID (PKCS #11 3.0, 4.4): the same after each insertion. */
void
object_add_unique_id(struct attributes *a, struct bytes id, const char *kind);

#endif
