/* SPDX-License-Identifier: BSD-2-Clause */
/* Public and private keys as objects. */
#include "pkcs11/ec-public.h"
#include "pkcs11/object-private.h"

/* RSA keys that cards have (NIST SP 800-78-4, table 3-1, and older ones). */
#define RSA_BITS_MIN 1024
#define RSA_BITS_MAX 4096

static bool
card_can_use(const struct key *key)
{
	if (key->type == X509_KEY_RSA)
		return key->bits >= RSA_BITS_MIN && key->bits <= RSA_BITS_MAX &&
		    key->bits % 8 == 0;
	return key->bits != 0;
}

/* A certificate that forbids all that a card can do is taken as silent. */
static void
fill_key(struct key *key, const struct object_source *source)
{
	const struct x509 *x = source->x509;

	*key = (struct key){
	    .container = source->container,
	    .rule = source->rule,
	    .type = x->key,
	    .bits = x->key == X509_KEY_RSA ? x->modulus_bits
					   : ec_curve_bits(x->ec_params),
	    .sign = x->usage.verify,
	    .decrypt = x->usage.encrypt,
	    .derive = x->usage.derive,
	};
	if (!key->sign && !key->decrypt && !key->derive)
		key->sign = true;
}

static void
add_numbers(struct attributes *a, const struct x509 *x)
{
	if (x->key == X509_KEY_RSA) {
		attributes_add_ulong(a, CKA_KEY_TYPE, CKK_RSA);
		attributes_add(a, CKA_MODULUS, x->modulus);
		attributes_add_ulong(a, CKA_MODULUS_BITS, x->modulus_bits);
		attributes_add(a, CKA_PUBLIC_EXPONENT, x->exponent);
	} else {
		attributes_add_ulong(a, CKA_KEY_TYPE, CKK_EC);
		attributes_add(a, CKA_EC_PARAMS, x->ec_params);
		attributes_add(a, CKA_EC_POINT, x->ec_point);
	}
}

/*
 * What both keys of a pair have; also their label, by which GnuTLS 3.7 goes
 * from an EC private key to the public one.
 */
static struct attributes *
add_key(struct object_set *set, CK_OBJECT_CLASS class, bool private,
    const struct object_source *source)
{
	struct object *o =
	    object_set_add(set, class, private, source->key_label);
	struct attributes *a = &o->attributes;

	o->key = &set->key;
	add_numbers(a, source->x509);
	attributes_add(a, CKA_ID, source->id);
	attributes_add(a, CKA_SUBJECT, source->x509->subject);
	attributes_add(a, CKA_PUBLIC_KEY_INFO, source->x509->spki);
	attributes_add_bool(a, CKA_DERIVE, set->key.derive);
	attributes_add_bool(a, CKA_LOCAL, false);
	attributes_add_ulong(
	    a, CKA_KEY_GEN_MECHANISM, CK_UNAVAILABLE_INFORMATION);
	object_add_dates(a, source->x509);
	return a;
}

/* A key lives as long as its object, and points into it. */
static void
point_into(struct key *key, const struct attributes *a)
{
	(void)attributes_get(a, CKA_MODULUS, &key->modulus);
	(void)attributes_get(a, CKA_PUBLIC_EXPONENT, &key->exponent);
	(void)attributes_get(a, CKA_EC_PARAMS, &key->ec_params);
	(void)attributes_get(a, CKA_EC_POINT, &key->ec_point);
}

static err_t
add_public_key(struct object_set *set, const struct object_source *source)
{
	struct attributes *a = add_key(set, CKO_PUBLIC_KEY, false, source);

	object_add_unique_id(a, source->id, "public-key");
	attributes_add_bool(a, CKA_TRUSTED, false);
	attributes_add_bool(a, CKA_VERIFY, set->key.sign);
	attributes_add_bool(a, CKA_ENCRYPT, set->key.decrypt);
	/* The private side neither unwraps nor recovers. */
	attributes_add_bool(a, CKA_WRAP, false);
	attributes_add_bool(a, CKA_VERIFY_RECOVER, false);
	point_into(&set->key, a);
	return attributes_err(a);
}

static void
add_secret_parts(struct attributes *a, enum x509_key type)
{
	static const CK_ATTRIBUTE_TYPE rsa[] = {CKA_PRIVATE_EXPONENT,
	    CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2,
	    CKA_COEFFICIENT};

	if (type == X509_KEY_EC)
		attributes_add_sensitive(a, CKA_VALUE);
	for (size_t i = 0;
	     type == X509_KEY_RSA && i < sizeof(rsa) / sizeof(rsa[0]); i++)
		attributes_add_sensitive(a, rsa[i]);
}

/*
 * NSS does not log in for a key without CKA_PRIVATE, so only those that ask for
 * no PIN go without.
 */
static err_t
add_private_key(struct object_set *set, const struct object_source *source)
{
	struct attributes *a = add_key(
	    set, CKO_PRIVATE_KEY, source->rule != CARD_KEY_FREE, source);

	object_add_unique_id(a, source->id, "private-key");
	attributes_add_bool(a, CKA_SENSITIVE, true);
	attributes_add_bool(a, CKA_ALWAYS_SENSITIVE, true);
	attributes_add_bool(a, CKA_EXTRACTABLE, false);
	attributes_add_bool(a, CKA_NEVER_EXTRACTABLE, true);
	attributes_add_bool(
	    a, CKA_ALWAYS_AUTHENTICATE, source->rule == CARD_KEY_PIN_ALWAYS);
	attributes_add_bool(a, CKA_WRAP_WITH_TRUSTED, false);
	attributes_add_bool(a, CKA_SIGN, set->key.sign);
	attributes_add_bool(a, CKA_DECRYPT, set->key.decrypt);
	/*
	 * NSS unwraps by C_Decrypt; pkcs11-helper would prefer SIGN_RECOVER to
	 * C_Sign where that is denied.
	 */
	attributes_add_bool(a, CKA_UNWRAP, false);
	attributes_add_bool(a, CKA_SIGN_RECOVER, false);
	add_secret_parts(a, source->x509->key);
	return attributes_err(a);
}

err_t
object_add_keys(struct object_set *set, const struct object_source *source)
{
	err_t err;

	fill_key(&set->key, source);
	err = add_public_key(set, source);
	if (err == 0 && card_can_use(&set->key))
		err = add_private_key(set, source);
	return err;
}
