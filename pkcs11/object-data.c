/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "pkcs11/object-private.h"

static void
add_unique_id(struct attributes *a, const char *label)
{
	char text[80];
	int n = snprintf(text, sizeof(text), "data-%s", label);

	attributes_add(a, CKA_UNIQUE_ID, bytes_of(text, (size_t)n));
}

err_t
object_set_new_data(
    const struct card_data *data, size_t index, struct object_set **out)
{
	struct object_set *set = object_set_alloc(1);
	struct object *o;
	err_t err;

	*out = NULL;
	if (set == NULL)
		return ERR_MEMORY;
	o = object_set_add(set, CKO_DATA, data->pin, data->label);
	o->unread = true;
	o->data = index;
	add_unique_id(&o->attributes, data->label);
	attributes_add(&o->attributes, CKA_APPLICATION,
	    bytes_of(data->application, strlen(data->application)));
	attributes_add(
	    &o->attributes, CKA_OBJECT_ID, bytes_of(data->oid, data->oid_len));
	err = attributes_err(&o->attributes);
	if (err != 0)
		object_set_unref(&set);
	*out = set;
	return err;
}

err_t
object_set_with_value(
    const struct object_set *set, struct bytes value, struct object_set **out)
{
	struct object_set *full = object_set_alloc(1);
	const struct object *o = &set->objects[0];
	struct object *copy;
	err_t err;

	*out = NULL;
	if (full == NULL)
		return ERR_MEMORY;
	full->count = 1;
	copy = &full->objects[0];
	atomic_init(&copy->handle, atomic_load(&o->handle));
	copy->private = o->private;
	copy->data = o->data;
	attributes_init(&copy->attributes);
	attributes_copy(&copy->attributes, &o->attributes);
	attributes_add(&copy->attributes, CKA_VALUE, value);
	err = attributes_err(&copy->attributes);
	if (err != 0)
		object_set_unref(&full);
	*out = full;
	return err;
}
