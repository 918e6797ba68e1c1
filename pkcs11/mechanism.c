/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkcs11/key.h"
#include "pkcs11/login.h"
#include "pkcs11/mechanism.h"
#include "pkcs11/rv.h"

#define CRYPT (CKF_ENCRYPT | CKF_DECRYPT)
#define SIGN  (CKF_SIGN | CKF_VERIFY)

#define RSA(type, padding, flags)                                              \
	{                                                                      \
		type, padding, false, 0, flags                                 \
	}
#define HASHED(type, padding, digest)                                          \
	{                                                                      \
		type, padding, true, digest, SIGN                              \
	}
#define DIGEST(type, digest)                                                   \
	{                                                                      \
		type, PADDING_DIGEST, true, digest, CKF_DIGEST                 \
	}

/*
 * In the order in which they are listed: some programs take the first one that
 * signs (pkcs11-tool, Java), so those that need no digest of ours come first.
 *
 * The mechanisms that hash are listed, and C_SignInit refuses them for keys
 * with CKA_ALWAYS_AUTHENTICATE: NSS 3.117 and later then signs in parts, with
 * no CKU_CONTEXT_SPECIFIC login, and would fail in C_SignFinal; after
 * CKR_MECHANISM_INVALID it does it the old way, with one.
 */
static const struct mechanism mechanisms[] = {
    RSA(CKM_RSA_PKCS, PADDING_PKCS1, SIGN | CRYPT),
    RSA(CKM_RSA_X_509, PADDING_NONE, SIGN | CRYPT),
    RSA(CKM_RSA_PKCS_PSS, PADDING_PSS, SIGN),
    RSA(CKM_RSA_PKCS_OAEP, PADDING_OAEP, CRYPT),
    HASHED(CKM_SHA1_RSA_PKCS, PADDING_PKCS1, DIGEST_SHA1),
    HASHED(CKM_SHA224_RSA_PKCS, PADDING_PKCS1, DIGEST_SHA224),
    HASHED(CKM_SHA256_RSA_PKCS, PADDING_PKCS1, DIGEST_SHA256),
    HASHED(CKM_SHA384_RSA_PKCS, PADDING_PKCS1, DIGEST_SHA384),
    HASHED(CKM_SHA512_RSA_PKCS, PADDING_PKCS1, DIGEST_SHA512),
    HASHED(CKM_SHA1_RSA_PKCS_PSS, PADDING_PSS, DIGEST_SHA1),
    HASHED(CKM_SHA224_RSA_PKCS_PSS, PADDING_PSS, DIGEST_SHA224),
    HASHED(CKM_SHA256_RSA_PKCS_PSS, PADDING_PSS, DIGEST_SHA256),
    HASHED(CKM_SHA384_RSA_PKCS_PSS, PADDING_PSS, DIGEST_SHA384),
    HASHED(CKM_SHA512_RSA_PKCS_PSS, PADDING_PSS, DIGEST_SHA512),
    {CKM_ECDSA, PADDING_ECDSA, false, 0, SIGN},
    HASHED(CKM_ECDSA_SHA1, PADDING_ECDSA, DIGEST_SHA1),
    HASHED(CKM_ECDSA_SHA224, PADDING_ECDSA, DIGEST_SHA224),
    HASHED(CKM_ECDSA_SHA256, PADDING_ECDSA, DIGEST_SHA256),
    HASHED(CKM_ECDSA_SHA384, PADDING_ECDSA, DIGEST_SHA384),
    HASHED(CKM_ECDSA_SHA512, PADDING_ECDSA, DIGEST_SHA512),
    {CKM_ECDH1_DERIVE, PADDING_ECDH, false, 0, CKF_DERIVE},
    /* Both curves have the cofactor 1. */
    {CKM_ECDH1_COFACTOR_DERIVE, PADDING_ECDH, false, 0, CKF_DERIVE},
    DIGEST(CKM_SHA_1, DIGEST_SHA1),
    DIGEST(CKM_SHA224, DIGEST_SHA224),
    DIGEST(CKM_SHA256, DIGEST_SHA256),
    DIGEST(CKM_SHA384, DIGEST_SHA384),
    DIGEST(CKM_SHA512, DIGEST_SHA512),
};

#define COUNT (sizeof(mechanisms) / sizeof(mechanisms[0]))

const struct mechanism *
mechanism_find(CK_MECHANISM_TYPE type)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (mechanisms[i].type == type)
			return &mechanisms[i];
	}
	return NULL;
}

/* What the keys of one type can do. */
struct ability {
	CK_FLAGS flags;
	CK_ULONG min, max; /* bits */
	bool pin_always;   /* one of them signs so */
};

struct abilities {
	struct ability rsa, ec;
};

/* As long as the keys cannot be read: what cards have. */
static const struct abilities unknown = {
    .rsa = {SIGN | CRYPT, 1024, 4096},
    .ec = {SIGN | CKF_DERIVE, 256, 384},
};

static void
add_key(struct abilities *all, const struct key *key)
{
	struct ability *a = key->type == X509_KEY_RSA ? &all->rsa : &all->ec;

	/* A curve that is none of ours. */
	if (key->bits == 0)
		return;
	if (a->min == 0 || key->bits < a->min)
		a->min = key->bits;
	if (key->bits > a->max)
		a->max = key->bits;
	if (key->sign && key->rule == CARD_KEY_PIN_ALWAYS)
		a->pin_always = true;
	a->flags |= (key->sign ? SIGN : 0) | (key->decrypt ? CRYPT : 0) |
	    (key->derive ? CKF_DERIVE : 0);
}

static void
add_set(struct abilities *all, const struct object_set *set)
{
	for (size_t i = 0; i < object_set_count(set); i++) {
		const struct object *o = object_set_get(set, i);

		if (o->key != NULL)
			add_key(all, o->key);
	}
}

/* Of the keys that have been read. */
static void
add_known(struct module *m, struct token *t, struct abilities *all)
{
	struct object_set *set;
	size_t index = 0;
	bool more;

	*all = (struct abilities){0};
	while ((set = token_set(m, t, TOKEN_CERTIFICATES, index++, &more)) !=
	    NULL) {
		add_set(all, set);
		object_set_unref(&set);
	}
}

/* False: none of these keys is for it. */
static bool
describe(const struct mechanism *mechanism, const struct abilities *all,
    CK_MECHANISM_INFO *info)
{
	bool ec = mechanism->padding == PADDING_ECDSA ||
	    mechanism->padding == PADDING_ECDH;
	const struct ability *a = ec ? &all->ec : &all->rsa;

	*info = (CK_MECHANISM_INFO){.flags = mechanism->flags};
	if (mechanism->padding == PADDING_DIGEST)
		return true;
	info->flags &= a->flags;
	/*
	 * NSS signs in one go with a mechanism that says so here, and gives up
	 * after CKR_MECHANISM_INVALID.
	 */
	if (mechanism->hashes && a->pin_always)
		info->flags &= ~(CK_FLAGS)CKF_SIGN;
	if (info->flags == 0)
		return false;
	info->flags |= CKF_HW;
	if (ec)
		info->flags |=
		    CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS;
	info->ulMinKeySize = a->min;
	info->ulMaxKeySize = a->max;
	return true;
}

/*
 * Reading the other half of a dual card would cost a login in this one, which
 * then takes another VERIFY: what the known keys can do must not be read for.
 */
static bool
enough_known(struct module *m, struct token *t,
    const struct mechanism *mechanism, struct abilities *all)
{
	CK_MECHANISM_INFO info;

	if (mechanism == NULL || login_check(m, t) != CKR_OK)
		return false;
	add_known(m, t, all);
	return describe(mechanism, all, &info);
}

/* What the keys of the card can do; of one mechanism, or NULL. */
static CK_RV
find_abilities(struct module *m, struct slot *s,
    const struct mechanism *mechanism, struct abilities *all)
{
	struct token *t;
	CK_RV rv = slot_token(m, s, TOKEN_IDENTIFIED, &t);
	err_t err;

	if (rv != CKR_OK)
		return rv;
	if (enough_known(m, t, mechanism, all))
		goto out;
	err = token_bring(m, t, TOKEN_READ);
	if (err == 0) {
		add_known(m, t, all);
	} else if (rv_err_is_removal(err)) {
		slot_look(m, s);
		rv = rv_from_err(err, RV_FOR_TOKEN);
	} else {
		*all = unknown;
	}
out:
	token_unref(m, &t);
	return rv;
}

CK_RV
mechanism_list(
    struct module *m, struct slot *s, CK_MECHANISM_TYPE *list, CK_ULONG *count)
{
	struct abilities all;
	CK_MECHANISM_INFO info;
	CK_RV rv = find_abilities(m, s, NULL, &all);
	CK_ULONG n = 0, room = *count;

	if (rv != CKR_OK)
		return rv;
	for (size_t i = 0; i < COUNT; i++) {
		if (!describe(&mechanisms[i], &all, &info))
			continue;
		if (list != NULL && n < room)
			list[n] = mechanisms[i].type;
		n++;
	}
	*count = n;
	return list != NULL && n > room ? CKR_BUFFER_TOO_SMALL : CKR_OK;
}

CK_RV
mechanism_info(struct module *m, struct slot *s, CK_MECHANISM_TYPE type,
    CK_MECHANISM_INFO *info)
{
	const struct mechanism *mechanism = mechanism_find(type);
	struct abilities all;
	CK_RV rv = find_abilities(m, s, mechanism, &all);

	if (rv == CKR_OK &&
	    (mechanism == NULL || !describe(mechanism, &all, info)))
		rv = CKR_MECHANISM_INVALID;
	return rv;
}
