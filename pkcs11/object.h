/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The objects of a token as snapshots: each set is made whole, then only read,
 * and counted so that a search or a read may outlive the card's removal.
 */
#ifndef PKCS11_OBJECT_H
#define PKCS11_OBJECT_H

#include <stdatomic.h>

#include "cac/card.h"
#include "pkcs11/attribute.h"
#include "pkcs11/x509.h"

struct key;

struct object {
	_Atomic CK_OBJECT_HANDLE handle; /* see object_set_renew() */
	bool private;			 /* hidden until login */
	const struct key *key;		 /* of a key object, else NULL */
	bool unread;			 /* its CKA_VALUE is on the card */
	size_t data;			 /* of a data object: its index there */
	struct attributes attributes;
};

struct object_set;

/* A certificate as the card has it. All is copied. */
struct object_source {
	const char *label;
	const char *key_label;
	struct bytes id;
	const struct x509 *x509;
	size_t container; /* its index on the card */
	enum card_key_rule rule;
};

/*
 * A certificate, and if it is not a CA's its public and its private key. Keys
 * of a kind that cards do not use have no private key. Handles are drawn from
 * handle_new().
 */
err_t object_set_new_certificate(
    const struct object_source *source, struct object_set **out) MUST_CHECK;

/* The CKO_PROFILE object that makes NSS list certificates without a PIN. */
err_t object_set_new_profile(struct object_set **out) MUST_CHECK;

/*
 * A data object (PKCS #11 2.40, 4.5), without its value; and a set that takes
 * the place of such a one, with the value and the same handle.
 */
err_t object_set_new_data(const struct card_data *data, size_t index,
    struct object_set **out) MUST_CHECK;
err_t object_set_with_value(const struct object_set *set, struct bytes value,
    struct object_set **out) MUST_CHECK;

/* All accept NULL: an empty set. */
struct object_set *object_set_ref(struct object_set *set);
void object_set_unref(struct object_set **set);
size_t object_set_count(const struct object_set *set);
const struct object *object_set_get(const struct object_set *set, size_t i);
const struct object *
object_set_find(const struct object_set *set, CK_OBJECT_HANDLE handle);

/*
 * Its private objects get new handles: those known before C_Logout stay invalid
 * after another C_Login (PKCS #11 2.40, 5.6).
 */
void object_set_renew(struct object_set *set);

/* Take over the handles of a set with as many objects. */
void object_set_follow(struct object_set *set, const struct object_set *of);

#endif
