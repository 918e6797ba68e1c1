/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/trace.h"
#include "pkcs11/call.h"
#include "pkcs11/process.h"
#include "pkcs11/rv.h"

static CK_RV
enter(struct call *call, const char *name)
{
	*call = (struct call){.name = name};
	call->module = process_enter();
	return call->module != NULL ? CKR_OK : CKR_CRYPTOKI_NOT_INITIALIZED;
}

CK_RV
call_begin(struct call *call, const char *name)
{
	CK_RV rv = enter(call, name);

	if (rv == CKR_OK)
		trace_text(0, TRACE_CRYPTOKI, '>', "%s", name);
	return rv;
}

CK_RV
call_begin_slot(struct call *call, const char *name, CK_SLOT_ID id)
{
	CK_RV rv = enter(call, name);

	if (rv != CKR_OK)
		return rv;
	call->slot = slot_find(call->module, id);
	if (call->slot != NULL)
		call->reader = (unsigned)id;
	trace_text(call->reader, TRACE_CRYPTOKI, '>', "%s slot=%lu", name, id);
	return call->slot != NULL ? CKR_OK : CKR_SLOT_ID_INVALID;
}

CK_RV
call_begin_session(
    struct call *call, const char *name, CK_SESSION_HANDLE handle)
{
	CK_RV rv = enter(call, name);

	if (rv != CKR_OK)
		return rv;
	call->session = session_enter(call->module, handle);
	if (call->session != NULL) {
		call->slot = session_slot(call->session);
		call->reader = (unsigned)slot_id(call->slot);
	}
	trace_text(
	    call->reader, TRACE_CRYPTOKI, '>', "%s session=%lu", name, handle);
	return call->session != NULL ? CKR_OK : CKR_SESSION_HANDLE_INVALID;
}

CK_RV
call_begin_live_session(
    struct call *call, const char *name, CK_SESSION_HANDLE handle)
{
	CK_RV rv = call_begin_session(call, name, handle);

	if (rv == CKR_OK && !session_alive(call->module, call->session))
		rv = CKR_SESSION_HANDLE_INVALID;
	return rv;
}

CK_RV
call_end(struct call *call, CK_RV rv)
{
	if (call->module == NULL)
		return rv;
	trace_text(call->reader, TRACE_CRYPTOKI, '<', "%s %s", call->name,
	    rv_name(rv));
	if (call->session != NULL)
		session_leave(call->module, &call->session);
	process_leave(&call->module);
	return rv;
}
