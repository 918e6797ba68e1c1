/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/operation-call.h"

static CK_FLAGS
use_of(enum operation_kind kind)
{
	static const CK_FLAGS uses[OPERATION_KINDS] = {
	    [OPERATION_SIGN] = CKF_SIGN,
	    [OPERATION_VERIFY] = CKF_VERIFY,
	    [OPERATION_ENCRYPT] = CKF_ENCRYPT,
	    [OPERATION_DECRYPT] = CKF_DECRYPT,
	    [OPERATION_DIGEST] = CKF_DIGEST,
	};

	return uses[kind];
}

static bool
takes_private_key(enum operation_kind kind)
{
	return kind == OPERATION_SIGN || kind == OPERATION_DECRYPT;
}

/* See mechanism.c: NSS would sign in parts without the login it needs. */
static bool
wants_login_in_parts(enum operation_kind kind, const struct operation *op)
{
	return kind == OPERATION_SIGN && op->scheme.mechanism->hashes &&
	    op->key.key->rule == CARD_KEY_PIN_ALWAYS;
}

static CK_RV
prepare(struct call *call, enum operation_kind kind,
    const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key, struct operation *op)
{
	CK_RV rv = key_find(call->module, call->session, key,
	    takes_private_key(kind) ? CKO_PRIVATE_KEY : CKO_PUBLIC_KEY,
	    &op->key);

	if (rv == CKR_OK)
		rv = scheme_parse(mechanism, use_of(kind), &op->scheme);
	if (rv == CKR_OK)
		rv = scheme_check_key(&op->scheme, use_of(kind), op->key.key);
	if (rv == CKR_OK && wants_login_in_parts(kind, op))
		rv = CKR_MECHANISM_INVALID;
	if (rv == CKR_OK && op->scheme.mechanism->hashes)
		digest_begin(&op->digest, op->scheme.mechanism->digest);
	return rv;
}

static CK_RV
begin(struct call *call, enum operation_kind kind, CK_MECHANISM *mechanism,
    CK_OBJECT_HANDLE key)
{
	struct operations *ops = session_operations(call->session);
	struct operation *op;
	CK_RV rv;

	if (mechanism == NULL)
		return operations_cancel(ops, kind) ? CKR_OK
						    : CKR_ARGUMENTS_BAD;
	rv = operations_check_idle(ops, kind);
	if (rv != CKR_OK)
		return rv;
	op = operation_new();
	if (op == NULL)
		return CKR_HOST_MEMORY;
	rv = prepare(call, kind, mechanism, key, op);
	if (rv == CKR_OK)
		return operations_begin(ops, kind, op);
	operation_free(&op);
	return rv;
}

CK_RV
operation_init(const char *name, CK_SESSION_HANDLE session,
    enum operation_kind kind, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	struct call call;
	/* By this GnuTLS finds out that the card is another one. */
	CK_RV rv = call_begin_live_session(&call, name, session);

	if (rv == CKR_OK)
		rv = begin(&call, kind, mechanism, key);
	return call_end(&call, rv);
}

CK_RV
operation_call_begin(struct operation_call *c, const char *name,
    CK_SESSION_HANDLE session, enum operation_kind kind, bool arguments)
{
	CK_RV rv = call_begin_session(&c->call, name, session);

	c->kind = kind;
	c->op = NULL;
	if (rv != CKR_OK)
		return rv;
	rv =
	    operations_claim(session_operations(c->call.session), kind, &c->op);
	return arguments ? rv : CKR_ARGUMENTS_BAD;
}

static CK_RV
end(struct operation_call *c, CK_RV rv, bool keep)
{
	if (c->op != NULL)
		operations_release(
		    session_operations(c->call.session), c->kind, keep);
	return call_end(&c->call, rv);
}

CK_RV
operation_call_end_step(struct operation_call *c, CK_RV rv)
{
	return end(c, rv, rv == CKR_OK);
}

CK_RV
operation_call_end_last(struct operation_call *c, CK_RV rv, const void *out)
{
	return end(
	    c, rv, rv == CKR_BUFFER_TOO_SMALL || (rv == CKR_OK && out == NULL));
}

bool
output_fits(const struct output *out, size_t need, CK_RV *rv)
{
	if (out->p != NULL && *out->n >= need)
		return true;
	*rv = out->p == NULL ? CKR_OK : CKR_BUFFER_TOO_SMALL;
	*out->n = need;
	return false;
}

void
output_write(const struct output *out, struct bytes result)
{
	if (result.n > 0)
		memcpy(out->p, result.p, result.n);
	*out->n = result.n;
}
