/* SPDX-License-Identifier: BSD-2-Clause */
/* Signatures (PKCS #11 2.40, 5.11): padded here, made by the card. */
#include "pkcs11/operation-call.h"

static CK_RV
use_key(struct operation_call *c, struct bytes block, struct buf *signature)
{
	const struct key *key = c->op->key.key;
	struct card_op op = {
	    .kind = key->type == X509_KEY_RSA ? CARD_OP_RSA : CARD_OP_ECDSA,
	    .bits = key->bits,
	    .in = block,
	};

	return key_use(c->call.module, c->call.session, key,
	    c->op->authenticated, &op, signature);
}

/* in: data, or its digest if the mechanism hashes. */
static CK_RV
sign(struct operation_call *c, struct bytes in, const struct output *out)
{
	const struct key *key = c->op->key.key;
	uint8_t block[SCHEME_BLOCK_MAX];
	struct buf signature;
	CK_RV rv;

	rv = scheme_sign_block(&c->op->scheme, key, in, block);
	if (rv != CKR_OK)
		return rv;
	buf_init(&signature, SCHEME_BLOCK_MAX);
	rv = use_key(c, bytes_of(block, key_len(key)), &signature);
	if (rv == CKR_OK)
		output_write(out, buf_bytes(&signature));
	buf_clear(&signature);
	return rv;
}

static CK_RV
sign_digest(struct operation_call *c, const struct output *out)
{
	size_t n = digest_len(c->op->digest.kind);
	uint8_t digest[DIGEST_MAX];

	digest_end(&c->op->digest, digest);
	return sign(c, bytes_of(digest, n), out);
}

static bool
fits(const struct operation_call *c, const struct output *out, CK_RV *rv)
{
	return output_fits(
	    out, scheme_out_len(&c->op->scheme, CKF_SIGN, c->op->key.key), rv);
}

static CK_RV
sign_whole(
    struct operation_call *c, struct bytes data, const struct output *out)
{
	CK_RV rv;

	if (c->op->parted)
		return CKR_OPERATION_ACTIVE;
	if (!fits(c, out, &rv))
		return rv;
	if (!c->op->scheme.mechanism->hashes)
		return sign(c, data, out);
	digest_update(&c->op->digest, data);
	return sign_digest(c, out);
}

CK_RV
C_SignInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return operation_init(
	    __func__, session, OPERATION_SIGN, mechanism, key);
}

CK_RV
C_Sign(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG data_len,
    unsigned char *signature, CK_ULONG *signature_len)
{
	const struct output out = {signature, signature_len};
	struct operation_call c;
	CK_RV rv = operation_call_begin(&c, __func__, session, OPERATION_SIGN,
	    signature_len != NULL && (data != NULL || data_len == 0));

	if (rv == CKR_OK)
		rv = sign_whole(&c, bytes_of(data, data_len), &out);
	return operation_call_end_last(&c, rv, signature);
}

CK_RV
C_SignUpdate(CK_SESSION_HANDLE session, unsigned char *part, CK_ULONG part_len)
{
	struct operation_call c;
	CK_RV rv = operation_call_begin(&c, __func__, session, OPERATION_SIGN,
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
C_SignFinal(CK_SESSION_HANDLE session, unsigned char *signature,
    CK_ULONG *signature_len)
{
	const struct output out = {signature, signature_len};
	struct operation_call c;
	CK_RV rv = operation_call_begin(
	    &c, __func__, session, OPERATION_SIGN, signature_len != NULL);

	if (rv == CKR_OK && !c.op->scheme.mechanism->hashes)
		rv = CKR_FUNCTION_NOT_SUPPORTED;
	else if (rv == CKR_OK && fits(&c, &out, &rv))
		rv = sign_digest(&c, &out);
	return operation_call_end_last(&c, rv, signature);
}
