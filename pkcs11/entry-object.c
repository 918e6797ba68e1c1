/* SPDX-License-Identifier: BSD-2-Clause */
/* PKCS #11 2.40, 5.7. */
#include <stdio.h>

#include "base/trace.h"
#include "pkcs11/call.h"
#include "pkcs11/lookup.h"
#include "pkcs11/rv.h"
#include "pkcs11/operation.h"

static CK_RV
find_object(struct call *call, CK_OBJECT_HANDLE handle,
    const struct object **object, struct object_set **set)
{
	bool hidden;

	*object =
	    lookup_object(call->module, call->session, handle, set, &hidden);
	if (hidden) {
		object_set_unref(set);
		*object = NULL;
	}
	return *object != NULL ? CKR_OK : CKR_OBJECT_HANDLE_INVALID;
}

static CK_RV
check_template(const CK_ATTRIBUTE *want, CK_ULONG count)
{
	if (want == NULL && count > 0)
		return CKR_ARGUMENTS_BAD;
	for (CK_ULONG i = 0; i < count; i++) {
		if (want[i].pValue == NULL && want[i].ulValueLen > 0)
			return CKR_ARGUMENTS_BAD;
	}
	return CKR_OK;
}

/* What a program looks for is no secret: names, numbers, certificates. */
static void
trace_template(
    const struct call *call, const CK_ATTRIBUTE *want, CK_ULONG count)
{
	char type[32];

	if (!trace_on())
		return;
	for (CK_ULONG i = 0; i < count && i < ATTRIBUTES_MAX; i++) {
		(void)snprintf(type, sizeof(type), "match %lX", want[i].type);
		trace_bytes(call->reader, TRACE_CRYPTOKI, '-', type,
		    bytes_of(want[i].pValue, want[i].ulValueLen), SECRET_NONE);
	}
}

CK_RV
C_FindObjectsInit(CK_SESSION_HANDLE session, CK_ATTRIBUTE *want, CK_ULONG count)
{
	struct call call;
	CK_RV rv = call_begin_live_session(&call, __func__, session);

	if (rv == CKR_OK)
		rv = check_template(want, count);
	if (rv == CKR_OK) {
		trace_template(&call, want, count);
		rv = search_begin(call.module, call.session, want, count);
	}
	return call_end(&call, rv);
}

CK_RV
C_FindObjects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *handles,
    CK_ULONG room, CK_ULONG *count)
{
	struct call call;
	CK_RV rv = call_begin_session(&call, __func__, session);

	if (rv == CKR_OK && (count == NULL || (handles == NULL && room > 0)))
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		rv = search_next(
		    call.module, call.session, handles, room, count);
	if (rv == CKR_OK)
		trace_text(
		    call.reader, TRACE_CRYPTOKI, '-', "%lu objects", *count);
	return call_end(&call, rv);
}

CK_RV
C_FindObjectsFinal(CK_SESSION_HANDLE session)
{
	struct call call;
	CK_RV rv = call_begin_session(&call, __func__, session);

	if (rv == CKR_OK)
		rv = search_end(call.module, call.session);
	return call_end(&call, rv);
}

static bool
wants_value(const CK_ATTRIBUTE *want, CK_ULONG count)
{
	for (CK_ULONG i = 0; i < count; i++) {
		if (want[i].type == CKA_VALUE)
			return true;
	}
	return false;
}

/* The rest of the attributes can be had in any case. */
static CK_RV
read_value(struct call *call, CK_OBJECT_HANDLE handle, const struct object **o,
    struct object_set **set)
{
	err_t err = token_read_data(
	    call->module, session_token(call->session), (*o)->data);

	if (err != 0) {
		slot_look(call->module, call->slot);
		return rv_from_err(err, RV_FOR_KEY);
	}
	object_set_unref(set);
	return find_object(call, handle, o, set);
}

CK_RV
C_GetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE handle,
    CK_ATTRIBUTE *want, CK_ULONG count)
{
	struct call call;
	struct object_set *set = NULL;
	const struct object *o = NULL;
	CK_RV failed = CKR_OK;
	CK_RV rv = call_begin_session(&call, __func__, session);

	if (rv == CKR_OK && want == NULL && count > 0)
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		rv = find_object(&call, handle, &o, &set);
	if (rv == CKR_OK && o->unread && wants_value(want, count))
		failed = read_value(&call, handle, &o, &set);
	if (rv == CKR_OK && o == NULL)
		rv = failed;
	if (rv == CKR_OK)
		rv = attributes_read(&o->attributes, want, count);
	if (failed != CKR_OK)
		rv = failed;
	object_set_unref(&set);
	return call_end(&call, rv);
}

CK_RV
C_GetObjectSize(
    CK_SESSION_HANDLE session, CK_OBJECT_HANDLE handle, CK_ULONG *size)
{
	struct call call;
	struct object_set *set = NULL;
	const struct object *o;
	CK_RV rv = call_begin_session(&call, __func__, session);

	if (rv == CKR_OK && size == NULL)
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		rv = find_object(&call, handle, &o, &set);
	if (rv == CKR_OK)
		*size = attributes_size(&o->attributes);
	object_set_unref(&set);
	return call_end(&call, rv);
}

/* Nothing on the card can be changed by us; derived keys can be destroyed. */

CK_RV
C_CreateObject(CK_SESSION_HANDLE session, CK_ATTRIBUTE *template,
    CK_ULONG count, CK_OBJECT_HANDLE *handle)
{
	struct call call;
	CK_RV rv = call_begin_session(&call, __func__, session);

	if (rv == CKR_OK && (handle == NULL || (template == NULL && count > 0)))
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		rv = CKR_FUNCTION_NOT_SUPPORTED;
	return call_end(&call, rv);
}

CK_RV
C_CopyObject(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE handle,
    CK_ATTRIBUTE *template, CK_ULONG count, CK_OBJECT_HANDLE *copy)
{
	struct call call;
	struct object_set *set = NULL;
	const struct object *o;
	CK_RV rv = call_begin_session(&call, __func__, session);

	if (rv == CKR_OK && (copy == NULL || (template == NULL && count > 0)))
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		rv = find_object(&call, handle, &o, &set);
	if (rv == CKR_OK)
		rv = CKR_FUNCTION_NOT_SUPPORTED;
	object_set_unref(&set);
	return call_end(&call, rv);
}

CK_RV
C_DestroyObject(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE handle)
{
	struct call call;
	struct object_set *set = NULL;
	const struct object *o;
	CK_RV rv = call_begin_session(&call, __func__, session);

	if (rv == CKR_OK)
		rv = find_object(&call, handle, &o, &set);
	if (rv == CKR_OK &&
	    !operations_drop_object(session_operations(call.session), handle))
		rv = CKR_ACTION_PROHIBITED;
	object_set_unref(&set);
	return call_end(&call, rv);
}

CK_RV
C_SetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE handle,
    CK_ATTRIBUTE *template, CK_ULONG count)
{
	struct call call;
	struct object_set *set = NULL;
	const struct object *o;
	CK_RV rv = call_begin_session(&call, __func__, session);

	if (rv == CKR_OK && template == NULL && count > 0)
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK && (session_flags(call.session) & CKF_RW_SESSION) == 0)
		rv = CKR_SESSION_READ_ONLY;
	if (rv == CKR_OK)
		rv = find_object(&call, handle, &o, &set);
	if (rv == CKR_OK)
		rv = CKR_ATTRIBUTE_READ_ONLY;
	object_set_unref(&set);
	return call_end(&call, rv);
}
