/* SPDX-License-Identifier: BSD-2-Clause */
/* PKCS #11 2.40, 5.5. */
#include "pkcs11/call.h"
#include "pkcs11/event.h"
#include "pkcs11/mechanism.h"
#include "pkcs11/rv.h"

/*
 * Between asking for the size and fetching the list, nothing changes: with room
 * for no more than what is known, it is answered as known. Those that fetch
 * with room to spare and never ask for the size (GnuTLS) get what is new.
 */
static bool
must_refresh(struct module *m, const CK_SLOT_ID *ids, CK_ULONG room)
{
	size_t known = slots_count(m);

	return ids == NULL || known == 0 || room > known;
}

CK_RV
C_GetSlotList(CK_BBOOL token_present, CK_SLOT_ID *ids, CK_ULONG *count)
{
	struct call call;
	CK_RV rv = call_begin(&call, __func__);

	if (rv == CKR_OK && count == NULL)
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK) {
		if (must_refresh(call.module, ids, *count)) {
			slots_refresh(call.module);
			if (token_present)
				slots_look(call.module);
		}
		rv = slots_list(call.module, token_present, ids, count);
	}
	return call_end(&call, rv);
}

CK_RV
C_GetSlotInfo(CK_SLOT_ID id, CK_SLOT_INFO *info)
{
	struct call call;
	CK_RV rv = call_begin_slot(&call, __func__, id);

	if (rv == CKR_OK && info == NULL)
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK) {
		slot_look(call.module, call.slot);
		slot_info(call.module, call.slot, info);
	}
	return call_end(&call, rv);
}

/*
 * A certificate that cannot be read now must not hide the token: then the model
 * stands in for the label, and the search tells what is wrong.
 */
static CK_RV
token_info_of(struct module *m, struct slot *s, CK_TOKEN_INFO *info)
{
	struct token *t;
	CK_RV rv = slot_token(m, s, TOKEN_IDENTIFIED, &t);
	err_t err;

	if (rv != CKR_OK)
		return rv;
	err = token_bring(m, t, TOKEN_DESCRIBED);
	if (err != 0 && rv_err_is_removal(err)) {
		slot_look(m, s);
		rv = rv_from_err(err, RV_FOR_TOKEN);
	} else {
		token_info(m, t, info);
		info->ulSessionCount =
		    sessions_count(m, t, &info->ulRwSessionCount);
	}
	token_unref(m, &t);
	return rv;
}

CK_RV
C_GetTokenInfo(CK_SLOT_ID id, CK_TOKEN_INFO *info)
{
	struct call call;
	CK_RV rv = call_begin_slot(&call, __func__, id);

	if (rv == CKR_OK && info == NULL)
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		rv = token_info_of(call.module, call.slot, info);
	return call_end(&call, rv);
}

CK_RV
C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID *id, void *reserved)
{
	struct call call;
	CK_RV rv = call_begin(&call, __func__);

	if (rv == CKR_OK && (id == NULL || reserved != NULL))
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		rv = event_wait(call.module, flags, id);
	return call_end(&call, rv);
}

CK_RV
C_GetMechanismList(CK_SLOT_ID id, CK_MECHANISM_TYPE *list, CK_ULONG *count)
{
	struct call call;
	CK_RV rv = call_begin_slot(&call, __func__, id);

	if (rv == CKR_OK && count == NULL)
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		rv = mechanism_list(call.module, call.slot, list, count);
	return call_end(&call, rv);
}

CK_RV
C_GetMechanismInfo(
    CK_SLOT_ID id, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
	struct call call;
	CK_RV rv = call_begin_slot(&call, __func__, id);

	if (rv == CKR_OK && info == NULL)
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		rv = mechanism_info(call.module, call.slot, type, info);
	return call_end(&call, rv);
}
