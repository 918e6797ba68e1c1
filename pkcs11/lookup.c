/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/login.h"
#include "pkcs11/lookup.h"
#include "pkcs11/operation.h"

static const struct object *
look_in(
    struct object_set *found, CK_OBJECT_HANDLE handle, struct object_set **set)
{
	const struct object *o = object_set_find(found, handle);

	if (o != NULL)
		*set = object_set_ref(found);
	object_set_unref(&found);
	return o;
}

static const struct object *
look_in_token(struct module *m, struct token *t, enum token_part part,
    CK_OBJECT_HANDLE handle, struct object_set **set)
{
	const struct object *o = NULL;
	struct object_set *found;
	bool more;

	for (size_t i = 0; o == NULL; i++) {
		found = token_set(m, t, part, i, &more);
		if (found == NULL)
			break;
		o = look_in(found, handle, set);
	}
	return o;
}

static const struct object *
look_in_session(
    struct session *s, CK_OBJECT_HANDLE handle, struct object_set **set)
{
	struct object_set *sets[OPERATIONS_OBJECTS_MAX];
	size_t n = operations_objects(session_operations(s), sets);
	const struct object *o = NULL;

	for (size_t i = 0; i < n; i++) {
		if (o == NULL)
			o = look_in(sets[i], handle, set);
		else
			object_set_unref(&sets[i]);
	}
	return o;
}

const struct object *
lookup_object(struct module *m, struct session *s, CK_OBJECT_HANDLE handle,
    struct object_set **set, bool *hidden)
{
	struct token *t = session_token(s);
	const struct object *o;

	*set = NULL;
	o = look_in_token(m, t, TOKEN_CERTIFICATES, handle, set);
	if (o == NULL)
		o = look_in_token(m, t, TOKEN_DATA_OBJECTS, handle, set);
	if (o == NULL)
		o = look_in_token(m, t, TOKEN_OTHERS, handle, set);
	if (o == NULL)
		o = look_in_session(s, handle, set);
	*hidden = o != NULL && o->private && login_check(m, t) != CKR_OK;
	return o;
}
