/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The objects of a token as a snapshot: made whole, then only read, and counted
 * so that a search or a read may outlive the card's removal.
 */
#ifndef PKCS11_OBJECT_H
#define PKCS11_OBJECT_H

#include "pkcs11/attribute.h"
#include "pkcs11/x509.h"

struct object {
	CK_OBJECT_HANDLE handle;
	struct attributes attributes;
};

struct object_set;

/* A certificate as the card has it. All is copied. */
struct object_source {
	const char *label;
	struct bytes id;
	const struct x509 *x509;
};

/*
 * Each certificate, followed by its public key if it is not a CA's, in the
 * order given. Handles are drawn from handle_new().
 */
err_t object_set_new_certificates(const struct object_source *sources,
    size_t count, struct object_set **out) MUST_CHECK;

/* The CKO_PROFILE object that makes NSS list certificates without a PIN. */
err_t object_set_new_profile(struct object_set **out) MUST_CHECK;

/* All accept NULL: an empty set. */
struct object_set *object_set_ref(struct object_set *set);
void object_set_unref(struct object_set **set);
size_t object_set_count(const struct object_set *set);
const struct object *object_set_get(const struct object_set *set, size_t i);
const struct object *
object_set_find(const struct object_set *set, CK_OBJECT_HANDLE handle);

#endif
