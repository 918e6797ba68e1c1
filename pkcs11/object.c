/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pkcs11/handle.h"
#include "pkcs11/object-private.h"

struct object_set *
object_set_alloc(size_t room)
{
	struct object_set *set =
	    calloc(1, sizeof(*set) + room * sizeof(set->objects[0]));

	if (set == NULL)
		return NULL;
	atomic_init(&set->refs, 1);
	set->room = room;
	return set;
}

static void
set_free(struct object_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		attributes_clear(&set->objects[i].attributes);
	free(set);
}

struct object_set *
object_set_ref(struct object_set *set)
{
	if (set != NULL)
		(void)atomic_fetch_add(&set->refs, 1);
	return set;
}

void
object_set_unref(struct object_set **set)
{
	if (*set != NULL && atomic_fetch_sub(&(*set)->refs, 1) == 1)
		set_free(*set);
	*set = NULL;
}

size_t
object_set_count(const struct object_set *set)
{
	return set != NULL ? set->count : 0;
}

const struct object *
object_set_get(const struct object_set *set, size_t i)
{
	return i < object_set_count(set) ? &set->objects[i] : NULL;
}

const struct object *
object_set_find(const struct object_set *set, CK_OBJECT_HANDLE handle)
{
	for (size_t i = 0; i < object_set_count(set); i++) {
		if (atomic_load(&set->objects[i].handle) == handle)
			return &set->objects[i];
	}
	return NULL;
}

void
object_set_renew(struct object_set *set)
{
	for (size_t i = 0; i < object_set_count(set); i++) {
		if (set->objects[i].private)
			atomic_store(&set->objects[i].handle, handle_new());
	}
}

void
object_set_follow(struct object_set *set, const struct object_set *of)
{
	for (size_t i = 0; i < object_set_count(set); i++)
		atomic_store(&set->objects[i].handle,
		    atomic_load(&of->objects[i].handle));
}

struct object *
object_set_add(struct object_set *set, CK_OBJECT_CLASS class, bool private,
    const char *label)
{
	struct object *o = &set->objects[set->count++];
	struct attributes *a = &o->attributes;

	assert(set->count <= set->room);
	atomic_init(&o->handle, handle_new());
	o->private = private;
	attributes_init(a);
	attributes_add_ulong(a, CKA_CLASS, class);
	attributes_add_bool(a, CKA_TOKEN, true);
	attributes_add_bool(a, CKA_PRIVATE, private);
	attributes_add_bool(a, CKA_MODIFIABLE, false);
	attributes_add_bool(a, CKA_COPYABLE, false);
	attributes_add_bool(a, CKA_DESTROYABLE, false);
	attributes_add(a, CKA_LABEL, bytes_of(label, strlen(label)));
	return o;
}

void
object_add_unique_id(struct attributes *a, struct bytes id, const char *kind)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "%s-", kind);

	for (size_t i = 0; i < id.n && i < CARD_ID_MAX; i++)
		n += snprintf(
		    text + n, sizeof(text) - (size_t)n, "%02x", id.p[i]);
	attributes_add(a, CKA_UNIQUE_ID, bytes_of(text, (size_t)n));
}

err_t
object_set_new_profile(struct object_set **out)
{
	struct object_set *set = object_set_alloc(1);
	struct attributes *a;
	err_t err;

	*out = NULL;
	if (set == NULL)
		return ERR_MEMORY;
	a = &object_set_add(
	    set, CKO_PROFILE, false, "Public Certificates Token")
		 ->attributes;
	object_add_unique_id(a, bytes_of(NULL, 0), "profile");
	attributes_add_ulong(a, CKA_PROFILE_ID, CKP_PUBLIC_CERTIFICATES_TOKEN);
	err = attributes_err(a);
	if (err != 0)
		object_set_unref(&set);
	*out = set;
	return err;
}
