/* SPDX-License-Identifier: BSD-2-Clause */
/* Encryption (PKCS #11 2.40, 5.8), with the public key, without the card. */
#include "pkcs11/operation-call.h"
#include "pkcs11/rsa-oaep.h"
#include "pkcs11/rsa-pad.h"

static CK_RV
pad(const struct scheme *scheme, struct bytes data, uint8_t *block, size_t n)
{
	const struct oaep oaep = {scheme->hash, scheme->mask, scheme->label};

	switch (scheme->mechanism->padding) {
	case PADDING_PKCS1:
		return rsa_pad_encrypt(data, block, n);
	case PADDING_OAEP:
		return oaep_encode(&oaep, data, block, n);
	default:
		return rsa_pad_left(data, block, n);
	}
}

static CK_RV
encrypt(const struct operation *op, struct bytes data, const struct output *out)
{
	uint8_t block[SCHEME_BLOCK_MAX], result[SCHEME_BLOCK_MAX];
	const struct key *key = op->key.key;
	size_t n = key_len(key);
	CK_RV rv;

	if (!output_fits(out, n, &rv))
		return rv;
	rv = pad(&op->scheme, data, block, n);
	if (rv == CKR_OK)
		rv = rsa_public(
		    key->modulus, key->exponent, bytes_of(block, n), result);
	if (rv == CKR_OK)
		output_write(out, bytes_of(result, n));
	explicit_bzero(block, sizeof(block));
	return rv;
}

CK_RV
C_EncryptInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return operation_init(
	    __func__, session, OPERATION_ENCRYPT, mechanism, key);
}

CK_RV
C_Encrypt(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG data_len,
    unsigned char *encrypted, CK_ULONG *encrypted_len)
{
	const struct output out = {encrypted, encrypted_len};
	struct operation_call c;
	CK_RV rv =
	    operation_call_begin(&c, __func__, session, OPERATION_ENCRYPT,
		encrypted_len != NULL && (data != NULL || data_len == 0));

	if (rv == CKR_OK)
		rv = encrypt(c.op, bytes_of(data, data_len), &out);
	return operation_call_end_last(&c, rv, encrypted);
}

/* RSA takes its data in one part; what was begun ends here. */

CK_RV
C_EncryptUpdate(CK_SESSION_HANDLE session, unsigned char *part,
    CK_ULONG part_len, unsigned char *encrypted, CK_ULONG *encrypted_len)
{
	struct operation_call c;
	CK_RV rv =
	    operation_call_begin(&c, __func__, session, OPERATION_ENCRYPT,
		encrypted_len != NULL && (part != NULL || part_len == 0));

	(void)encrypted;
	if (rv == CKR_OK)
		rv = CKR_FUNCTION_NOT_SUPPORTED;
	return operation_call_end_step(&c, rv);
}

CK_RV
C_EncryptFinal(CK_SESSION_HANDLE session, unsigned char *encrypted,
    CK_ULONG *encrypted_len)
{
	struct operation_call c;
	CK_RV rv = operation_call_begin(
	    &c, __func__, session, OPERATION_ENCRYPT, encrypted_len != NULL);

	(void)encrypted;
	if (rv == CKR_OK)
		rv = CKR_FUNCTION_NOT_SUPPORTED;
	return operation_call_end_step(&c, rv);
}
