/* SPDX-License-Identifier: BSD-2-Clause */
/* C_DeriveKey (PKCS #11 2.40, 5.13): ECDH, with the card's private key. */
#include "pkcs11/call.h"
#include "pkcs11/ecdh.h"
#include "pkcs11/object-secret.h"
#include "pkcs11/operation.h"
#include "pkcs11/scheme.h"

static CK_RV
agree(struct call *call, const struct key *key, const struct ecdh *ecdh,
    struct buf *secret)
{
	const struct card_op op = {CARD_OP_ECDH, key->bits, ecdh->peer};
	/* There is no C_DeriveInit, so nothing that a login could be for. */
	CK_RV rv =
	    key_use(call->module, call->session, key, false, &op, secret);

	if (rv == CKR_OK && secret->n != key_len(key))
		rv = CKR_DEVICE_ERROR;
	return rv;
}

static CK_RV
keep(struct call *call, const struct secret_template *template,
    struct bytes value, CK_OBJECT_HANDLE *handle)
{
	CK_OBJECT_HANDLE made;
	struct object_set *set;
	CK_RV rv;

	if (object_set_new_secret(template, value, &set) != 0)
		return CKR_HOST_MEMORY;
	made = object_set_get(set, 0)->handle;
	rv = operations_add_object(session_operations(call->session), set);
	if (rv == CKR_OK)
		*handle = made;
	return rv;
}

static CK_RV
derive(struct call *call, const struct key *key, const struct ecdh *ecdh,
    const struct secret_template *template, CK_OBJECT_HANDLE *handle)
{
	size_t n = template->len != 0 ? template->len
				      : ecdh_default_len(ecdh, key->bits);
	struct buf secret, value;
	CK_RV rv = CKR_OK;

	if (n > ECDH_KEY_MAX || (!ecdh->hashes && n > key_len(key)))
		return CKR_KEY_SIZE_RANGE;
	buf_init(&secret, EC_FIELD_MAX);
	buf_init(&value, ECDH_KEY_MAX);
	rv = agree(call, key, ecdh, &secret);
	if (rv == CKR_OK)
		rv = ecdh_derive(ecdh, buf_bytes(&secret), n, &value);
	if (rv == CKR_OK)
		rv = keep(call, template, buf_bytes(&value), handle);
	buf_clear(&value);
	buf_clear(&secret);
	return rv;
}

static CK_RV
derive_with(struct call *call, const CK_MECHANISM *mechanism,
    const struct key *key, const CK_ATTRIBUTE *template, CK_ULONG count,
    CK_OBJECT_HANDLE *handle)
{
	struct secret_template wanted;
	struct scheme scheme;
	struct ecdh ecdh;
	CK_RV rv = scheme_parse(mechanism, CKF_DERIVE, &scheme);

	if (rv == CKR_OK)
		rv = scheme_check_key(&scheme, CKF_DERIVE, key);
	if (rv == CKR_OK)
		rv = ecdh_parse(mechanism, key->bits, &ecdh);
	if (rv == CKR_OK)
		rv = secret_template_parse(template, count, &wanted);
	if (rv == CKR_OK)
		rv = derive(call, key, &ecdh, &wanted, handle);
	return rv;
}

CK_RV
C_DeriveKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_OBJECT_HANDLE base_key, CK_ATTRIBUTE *template, CK_ULONG count,
    CK_OBJECT_HANDLE *key)
{
	struct call call;
	struct key_ref base = {0};
	CK_RV rv = call_begin_live_session(&call, __func__, session);

	if (rv == CKR_OK &&
	    (mechanism == NULL || key == NULL ||
		(template == NULL && count > 0)))
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK)
		rv = key_find(call.module, call.session, base_key,
		    CKO_PRIVATE_KEY, &base);
	if (rv == CKR_OK)
		rv = derive_with(
		    &call, mechanism, base.key, template, count, key);
	key_release(&base);
	return call_end(&call, rv);
}
