/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/ec-public.h"
#include "pkcs11/rsa-oaep.h"
#include "pkcs11/rsa-pad.h"
#include "pkcs11/rsa-pss.h"
#include "pkcs11/scheme.h"

static bool
find_digest(CK_MECHANISM_TYPE type, enum digest_kind *kind)
{
	const struct mechanism *m = mechanism_find(type);

	if (m == NULL || m->padding != PADDING_DIGEST)
		return false;
	*kind = m->digest;
	return true;
}

static bool
find_mask(CK_RSA_PKCS_MGF_TYPE type, enum digest_kind *kind)
{
	switch (type) {
	case CKG_MGF1_SHA1:
		*kind = DIGEST_SHA1;
		return true;
	case CKG_MGF1_SHA224:
		*kind = DIGEST_SHA224;
		return true;
	case CKG_MGF1_SHA256:
		*kind = DIGEST_SHA256;
		return true;
	case CKG_MGF1_SHA384:
		*kind = DIGEST_SHA384;
		return true;
	case CKG_MGF1_SHA512:
		*kind = DIGEST_SHA512;
		return true;
	default:
		return false;
	}
}

static CK_RV
parse_pss(const CK_MECHANISM *mechanism, struct scheme *out)
{
	CK_RSA_PKCS_PSS_PARAMS params;

	if (mechanism->pParameter == NULL ||
	    mechanism->ulParameterLen != sizeof(params))
		return CKR_MECHANISM_PARAM_INVALID;
	memcpy(&params, mechanism->pParameter, sizeof(params));
	if (!find_digest(params.hashAlg, &out->hash) ||
	    !find_mask(params.mgf, &out->mask) ||
	    (out->mechanism->hashes && out->hash != out->mechanism->digest) ||
	    params.sLen > SCHEME_BLOCK_MAX)
		return CKR_MECHANISM_PARAM_INVALID;
	out->salt_len = params.sLen;
	return CKR_OK;
}

static CK_RV
parse_oaep(const CK_MECHANISM *mechanism, struct scheme *out)
{
	CK_RSA_PKCS_OAEP_PARAMS params;

	if (mechanism->pParameter == NULL ||
	    mechanism->ulParameterLen != sizeof(params))
		return CKR_MECHANISM_PARAM_INVALID;
	memcpy(&params, mechanism->pParameter, sizeof(params));
	/* Older programs leave the source of an empty label 0. */
	if (!find_digest(params.hashAlg, &out->hash) ||
	    !find_mask(params.mgf, &out->mask) ||
	    (params.source != CKZ_DATA_SPECIFIED &&
		(params.source != 0 || params.ulSourceDataLen > 0)) ||
	    (params.pSourceData == NULL && params.ulSourceDataLen > 0))
		return CKR_MECHANISM_PARAM_INVALID;
	digest_of(out->hash,
	    bytes_of(params.pSourceData, params.ulSourceDataLen), out->label);
	return CKR_OK;
}

CK_RV
scheme_parse(const CK_MECHANISM *mechanism, CK_FLAGS use, struct scheme *out)
{
	*out =
	    (struct scheme){.mechanism = mechanism_find(mechanism->mechanism)};
	if (out->mechanism == NULL || (out->mechanism->flags & use) == 0)
		return CKR_MECHANISM_INVALID;
	switch (out->mechanism->padding) {
	case PADDING_PSS:
		return parse_pss(mechanism, out);
	case PADDING_OAEP:
		return parse_oaep(mechanism, out);
	case PADDING_ECDH:
		return CKR_OK; /* C_DeriveKey reads its own */
	default:
		/* A pointer without a length is what callers left there. */
		return mechanism->ulParameterLen == 0
		    ? CKR_OK
		    : CKR_MECHANISM_PARAM_INVALID;
	}
}

static bool
is_permitted(CK_FLAGS use, const struct key *key)
{
	switch (use) {
	case CKF_SIGN:
	case CKF_VERIFY:
		return key->sign;
	case CKF_DECRYPT:
	case CKF_ENCRYPT:
		return key->decrypt;
	default:
		return key->derive;
	}
}

/* The numbers must be such as the arithmetic can take. */
static bool
is_usable(const struct key *key)
{
	if (key->type == X509_KEY_EC)
		return key->bits == 256 || key->bits == 384;
	return key->modulus.n > RSA_PAD_OVERHEAD &&
	    key->modulus.n <= SCHEME_BLOCK_MAX;
}

/* Whether the block has room for what the scheme always puts into it. */
static CK_RV
check_room(const struct scheme *scheme, const struct key *key)
{
	const struct mechanism *m = scheme->mechanism;
	size_t max, len;

	switch (m->padding) {
	case PADDING_PSS:
		if (!pss_salt_max(key->bits, scheme->hash, &max) ||
		    scheme->salt_len > max)
			return CKR_MECHANISM_PARAM_INVALID;
		return CKR_OK;
	case PADDING_OAEP:
		return oaep_message_max(key->modulus.n, scheme->hash, &max)
		    ? CKR_OK
		    : CKR_KEY_SIZE_RANGE;
	case PADDING_PKCS1:
		len = m->hashes
		    ? digest_info_head(m->digest).n + digest_len(m->digest)
		    : 0;
		return key->modulus.n >= len + RSA_PAD_OVERHEAD
		    ? CKR_OK
		    : CKR_KEY_SIZE_RANGE;
	default:
		return CKR_OK;
	}
}

CK_RV
scheme_check_key(
    const struct scheme *scheme, CK_FLAGS use, const struct key *key)
{
	bool ec = scheme->mechanism->padding == PADDING_ECDSA ||
	    scheme->mechanism->padding == PADDING_ECDH;

	if (key->type != (ec ? X509_KEY_EC : X509_KEY_RSA))
		return CKR_KEY_TYPE_INCONSISTENT;
	if (!is_permitted(use, key))
		return CKR_KEY_FUNCTION_NOT_PERMITTED;
	if (!is_usable(key))
		return CKR_KEY_SIZE_RANGE;
	return check_room(scheme, key);
}

size_t
key_len(const struct key *key)
{
	return key->type == X509_KEY_RSA ? key->modulus.n : key->bits / 8;
}

size_t
scheme_out_len(const struct scheme *scheme, CK_FLAGS use, const struct key *key)
{
	size_t n = key_len(key), max = 0;

	if (key->type == X509_KEY_EC)
		return 2 * n;
	if (use != CKF_DECRYPT || scheme->mechanism->padding == PADDING_NONE)
		return n;
	if (scheme->mechanism->padding == PADDING_PKCS1)
		return n - RSA_PAD_OVERHEAD;
	(void)oaep_message_max(n, scheme->hash, &max);
	return max;
}
