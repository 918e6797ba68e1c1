/* SPDX-License-Identifier: BSD-2-Clause */
/* Digests (PKCS #11 2.40, 5.10), without the card. */
#include "pkcs11/lookup.h"
#include "pkcs11/operation-call.h"

static CK_RV
begin(struct call *call, const CK_MECHANISM *mechanism)
{
	struct operations *ops = session_operations(call->session);
	struct operation *op;
	CK_RV rv;

	if (mechanism == NULL)
		return operations_cancel(ops, OPERATION_DIGEST)
		    ? CKR_OK
		    : CKR_ARGUMENTS_BAD;
	rv = operations_check_idle(ops, OPERATION_DIGEST);
	if (rv != CKR_OK)
		return rv;
	op = operation_new();
	if (op == NULL)
		return CKR_HOST_MEMORY;
	rv = scheme_parse(mechanism, CKF_DIGEST, &op->scheme);
	if (rv == CKR_OK) {
		digest_begin(&op->digest, op->scheme.mechanism->digest);
		return operations_begin(ops, OPERATION_DIGEST, op);
	}
	operation_free(&op);
	return rv;
}

CK_RV
C_DigestInit(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism)
{
	struct call call;
	CK_RV rv = call_begin_session(&call, __func__, session);

	if (rv == CKR_OK)
		rv = begin(&call, mechanism);
	return call_end(&call, rv);
}

static CK_RV
finish(struct operation *op, struct bytes last, const struct output *out)
{
	size_t n = digest_len(op->digest.kind);
	uint8_t digest[DIGEST_MAX];
	CK_RV rv;

	if (!output_fits(out, n, &rv))
		return rv;
	digest_update(&op->digest, last);
	digest_end(&op->digest, digest);
	output_write(out, bytes_of(digest, n));
	explicit_bzero(digest, sizeof(digest));
	return CKR_OK;
}

CK_RV
C_Digest(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG data_len,
    unsigned char *digest, CK_ULONG *digest_len)
{
	const struct output out = {digest, digest_len};
	struct operation_call c;
	CK_RV rv = operation_call_begin(&c, __func__, session, OPERATION_DIGEST,
	    digest_len != NULL && (data != NULL || data_len == 0));

	if (rv == CKR_OK && c.op->parted)
		rv = CKR_OPERATION_ACTIVE;
	if (rv == CKR_OK)
		rv = finish(c.op, bytes_of(data, data_len), &out);
	return operation_call_end_last(&c, rv, digest);
}

CK_RV
C_DigestUpdate(
    CK_SESSION_HANDLE session, unsigned char *part, CK_ULONG part_len)
{
	struct operation_call c;
	CK_RV rv = operation_call_begin(&c, __func__, session, OPERATION_DIGEST,
	    part != NULL || part_len == 0);

	if (rv == CKR_OK) {
		c.op->parted = true;
		digest_update(&c.op->digest, bytes_of(part, part_len));
	}
	return operation_call_end_step(&c, rv);
}

/* The keys of cards have no value, and derived ones are read, not digested. */
CK_RV
C_DigestKey(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key)
{
	struct operation_call c;
	struct object_set *set = NULL;
	bool hidden;
	CK_RV rv =
	    operation_call_begin(&c, __func__, session, OPERATION_DIGEST, true);

	if (rv == CKR_OK)
		rv = lookup_object(c.call.module, c.call.session, key, &set,
			 &hidden) != NULL
		    ? CKR_KEY_INDIGESTIBLE
		    : CKR_KEY_HANDLE_INVALID;
	object_set_unref(&set);
	return operation_call_end_step(&c, rv);
}

CK_RV
C_DigestFinal(
    CK_SESSION_HANDLE session, unsigned char *digest, CK_ULONG *digest_len)
{
	const struct output out = {digest, digest_len};
	struct operation_call c;
	CK_RV rv = operation_call_begin(
	    &c, __func__, session, OPERATION_DIGEST, digest_len != NULL);

	if (rv == CKR_OK)
		rv = finish(c.op, bytes_of(NULL, 0), &out);
	return operation_call_end_last(&c, rv, digest);
}
