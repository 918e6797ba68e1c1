/* SPDX-License-Identifier: BSD-2-Clause */
/* Decryption (PKCS #11 2.40, 5.9): by the card, and the padding off here. */
#include "pkcs11/operation-call.h"
#include "pkcs11/rsa-oaep.h"
#include "pkcs11/rsa-pad.h"

/*
 * block is the key's result, and is changed. plain has room for
 * scheme_out_len() bytes: *n of them, then zeros.
 */
static CK_RV
unpad(const struct scheme *scheme, struct buf *block, uint8_t *plain, size_t *n)
{
	const struct oaep oaep = {scheme->hash, scheme->mask, scheme->label};

	switch (scheme->mechanism->padding) {
	case PADDING_PKCS1:
		return rsa_unpad_encrypt(buf_bytes(block), plain, n);
	case PADDING_OAEP:
		return oaep_decode(&oaep, block->p, block->n, plain, n);
	default:
		memcpy(plain, block->p, block->n);
		*n = block->n;
		return CKR_OK;
	}
}

static CK_RV
use_key(struct operation_call *c, struct bytes encrypted, struct buf *block)
{
	const struct key *key = c->op->key.key;
	const struct card_op op = {CARD_OP_RSA, key->bits, encrypted};
	CK_RV rv = key_use(c->call.module, c->call.session, key,
	    c->op->authenticated, &op, block);

	c->op->spent = true;
	if (rv == CKR_OK && block->n != key_len(key))
		rv = CKR_DEVICE_ERROR;
	return rv;
}

/*
 * How much is copied depends on the caller's room alone; that it is too little,
 * and how long the result is, the caller is to know.
 */
static CK_RV
deliver(const uint8_t *plain, size_t n, size_t max, const struct output *out)
{
	size_t room = *out->n < max ? *out->n : max;

	*out->n = n;
	if (n > room)
		return CKR_BUFFER_TOO_SMALL;
	if (room > 0)
		memcpy(out->p, plain, room);
	return CKR_OK;
}

static CK_RV
decrypt(struct operation_call *c, struct bytes in, const struct output *out)
{
	const struct key *key = c->op->key.key;
	size_t max = scheme_out_len(&c->op->scheme, CKF_DECRYPT, key), n;
	uint8_t plain[SCHEME_BLOCK_MAX];
	struct buf block;
	CK_RV rv;

	if (out->p == NULL) {
		*out->n = max;
		return CKR_OK;
	}
	if (in.n != key_len(key))
		return CKR_ENCRYPTED_DATA_LEN_RANGE;
	if (!rsa_below(key->modulus, in))
		return CKR_ENCRYPTED_DATA_INVALID;
	buf_init(&block, SCHEME_BLOCK_MAX);
	rv = use_key(c, in, &block);
	if (rv == CKR_OK)
		rv = unpad(&c->op->scheme, &block, plain, &n);
	if (rv == CKR_OK)
		rv = deliver(plain, n, max, out);
	buf_clear(&block);
	explicit_bzero(plain, sizeof(plain));
	return rv;
}

CK_RV
C_DecryptInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return operation_init(
	    __func__, session, OPERATION_DECRYPT, mechanism, key);
}

CK_RV
C_Decrypt(CK_SESSION_HANDLE session, unsigned char *encrypted,
    CK_ULONG encrypted_len, unsigned char *data, CK_ULONG *data_len)
{
	const struct output out = {data, data_len};
	struct operation_call c;
	CK_RV rv =
	    operation_call_begin(&c, __func__, session, OPERATION_DECRYPT,
		data_len != NULL && (encrypted != NULL || encrypted_len == 0));

	if (rv == CKR_OK)
		rv = decrypt(&c, bytes_of(encrypted, encrypted_len), &out);
	return operation_call_end_last(&c, rv, data);
}

/* RSA takes its data in one part; what was begun ends here. */

CK_RV
C_DecryptUpdate(CK_SESSION_HANDLE session, unsigned char *part,
    CK_ULONG part_len, unsigned char *data, CK_ULONG *data_len)
{
	struct operation_call c;
	CK_RV rv =
	    operation_call_begin(&c, __func__, session, OPERATION_DECRYPT,
		data_len != NULL && (part != NULL || part_len == 0));

	(void)data;
	if (rv == CKR_OK)
		rv = CKR_FUNCTION_NOT_SUPPORTED;
	return operation_call_end_step(&c, rv);
}

CK_RV
C_DecryptFinal(
    CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG *data_len)
{
	struct operation_call c;
	CK_RV rv = operation_call_begin(
	    &c, __func__, session, OPERATION_DECRYPT, data_len != NULL);

	(void)data;
	if (rv == CKR_OK)
		rv = CKR_FUNCTION_NOT_SUPPORTED;
	return operation_call_end_step(&c, rv);
}
