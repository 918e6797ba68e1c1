/* SPDX-License-Identifier: BSD-2-Clause */
/* Verification (PKCS #11 2.40, 5.12), without the card. */
#include "pkcs11/operation-call.h"

static CK_RV
verify_digest(const struct operation_call *c, struct bytes signature)
{
	size_t n = digest_len(c->op->digest.kind);
	uint8_t digest[DIGEST_MAX];

	digest_end(&c->op->digest, digest);
	return scheme_verify(
	    &c->op->scheme, c->op->key.key, bytes_of(digest, n), signature);
}

static CK_RV
verify_whole(
    const struct operation_call *c, struct bytes data, struct bytes signature)
{
	if (c->op->parted)
		return CKR_OPERATION_ACTIVE;
	if (!c->op->scheme.mechanism->hashes)
		return scheme_verify(
		    &c->op->scheme, c->op->key.key, data, signature);
	digest_update(&c->op->digest, data);
	return verify_digest(c, signature);
}

CK_RV
C_VerifyInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return operation_init(
	    __func__, session, OPERATION_VERIFY, mechanism, key);
}

CK_RV
C_Verify(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG data_len,
    unsigned char *signature, CK_ULONG signature_len)
{
	struct operation_call c;
	CK_RV rv = operation_call_begin(&c, __func__, session, OPERATION_VERIFY,
	    (signature != NULL || signature_len == 0) &&
		(data != NULL || data_len == 0));

	if (rv == CKR_OK)
		rv = verify_whole(&c, bytes_of(data, data_len),
		    bytes_of(signature, signature_len));
	/* There is no result to ask the length of: it ends always. */
	return operation_call_end_last(&c, rv, &c);
}

CK_RV
C_VerifyUpdate(
    CK_SESSION_HANDLE session, unsigned char *part, CK_ULONG part_len)
{
	struct operation_call c;
	CK_RV rv = operation_call_begin(&c, __func__, session, OPERATION_VERIFY,
	    part != NULL || part_len == 0);

	if (rv == CKR_OK && !c.op->scheme.mechanism->hashes)
		rv = CKR_FUNCTION_NOT_SUPPORTED;
	if (rv == CKR_OK) {
		c.op->parted = true;
		digest_update(&c.op->digest, bytes_of(part, part_len));
	}
	return operation_call_end_step(&c, rv);
}

CK_RV
C_VerifyFinal(
    CK_SESSION_HANDLE session, unsigned char *signature, CK_ULONG signature_len)
{
	struct operation_call c;
	CK_RV rv = operation_call_begin(&c, __func__, session, OPERATION_VERIFY,
	    signature != NULL || signature_len == 0);

	if (rv == CKR_OK && !c.op->scheme.mechanism->hashes)
		rv = CKR_FUNCTION_NOT_SUPPORTED;
	else if (rv == CKR_OK)
		rv = verify_digest(&c, bytes_of(signature, signature_len));
	return operation_call_end_last(&c, rv, &c);
}
