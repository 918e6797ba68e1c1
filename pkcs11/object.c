/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "pkcs11/handle.h"
#include "pkcs11/object.h"

struct object_set {
	atomic_uint refs;
	size_t count;
	struct object objects[];
};

static struct object_set *
set_alloc(size_t room)
{
	struct object_set *set =
	    calloc(1, sizeof(*set) + room * sizeof(set->objects[0]));

	if (set != NULL)
		atomic_init(&set->refs, 1);
	return set;
}

static void
set_free(struct object_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		attributes_clear(&set->objects[i].attributes);
	free(set);
}

struct object_set *
object_set_ref(struct object_set *set)
{
	if (set != NULL)
		(void)atomic_fetch_add(&set->refs, 1);
	return set;
}

void
object_set_unref(struct object_set **set)
{
	if (*set != NULL && atomic_fetch_sub(&(*set)->refs, 1) == 1)
		set_free(*set);
	*set = NULL;
}

size_t
object_set_count(const struct object_set *set)
{
	return set != NULL ? set->count : 0;
}

const struct object *
object_set_get(const struct object_set *set, size_t i)
{
	return i < object_set_count(set) ? &set->objects[i] : NULL;
}

const struct object *
object_set_find(const struct object_set *set, CK_OBJECT_HANDLE handle)
{
	for (size_t i = 0; i < object_set_count(set); i++) {
		if (set->objects[i].handle == handle)
			return &set->objects[i];
	}
	return NULL;
}

/* The next object of a set, with what all objects have. */
static struct attributes *
set_add(struct object_set *set, CK_OBJECT_CLASS class, const char *label)
{
	struct object *o = &set->objects[set->count++];
	struct attributes *a = &o->attributes;

	o->handle = handle_new();
	attributes_init(a);
	attributes_add_ulong(a, CKA_CLASS, class);
	attributes_add_bool(a, CKA_TOKEN, true);
	attributes_add_bool(a, CKA_PRIVATE, false);
	attributes_add_bool(a, CKA_MODIFIABLE, false);
	attributes_add_bool(a, CKA_COPYABLE, false);
	attributes_add_bool(a, CKA_DESTROYABLE, false);
	attributes_add(a, CKA_LABEL, bytes_of(label, strlen(label)));
	return a;
}

static void
add_dates(struct attributes *a, const struct x509 *x)
{
	size_t n = x->dated ? X509_DATE_LEN : 0;

	attributes_add(a, CKA_START_DATE, bytes_of(x->not_before, n));
	attributes_add(a, CKA_END_DATE, bytes_of(x->not_after, n));
}

static err_t
add_certificate(struct object_set *set, const struct object_source *source)
{
	const struct bytes none = {NULL, 0};
	const struct x509 *x = source->x509;
	struct attributes *a = set_add(set, CKO_CERTIFICATE, source->label);

	attributes_add_ulong(a, CKA_CERTIFICATE_TYPE, CKC_X_509);
	attributes_add_ulong(a, CKA_CERTIFICATE_CATEGORY,
	    x->ca ? CK_CERTIFICATE_CATEGORY_AUTHORITY
		  : CK_CERTIFICATE_CATEGORY_TOKEN_USER);
	attributes_add_bool(a, CKA_TRUSTED, false);
	attributes_add(a, CKA_ID, source->id);
	attributes_add(a, CKA_SUBJECT, x->subject);
	attributes_add(a, CKA_ISSUER, x->issuer);
	attributes_add(a, CKA_SERIAL_NUMBER, x->serial);
	attributes_add(a, CKA_VALUE, x->value);
	attributes_add(a, CKA_PUBLIC_KEY_INFO, x->spki);
	attributes_add(a, CKA_CHECK_VALUE, BYTES(x->check));
	add_dates(a, x);
	attributes_add(a, CKA_URL, none);
	attributes_add(a, CKA_HASH_OF_SUBJECT_PUBLIC_KEY, none);
	attributes_add(a, CKA_HASH_OF_ISSUER_PUBLIC_KEY, none);
	attributes_add_ulong(
	    a, CKA_JAVA_MIDP_SECURITY_DOMAIN, CK_SECURITY_DOMAIN_UNSPECIFIED);
	return attributes_err(a);
}

static void
add_key_numbers(struct attributes *a, const struct x509 *x)
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

static err_t
add_public_key(struct object_set *set, const struct object_source *source)
{
	const struct x509 *x = source->x509;
	struct attributes *a = set_add(set, CKO_PUBLIC_KEY, source->label);

	add_key_numbers(a, x);
	attributes_add(a, CKA_ID, source->id);
	attributes_add(a, CKA_SUBJECT, x->subject);
	attributes_add(a, CKA_PUBLIC_KEY_INFO, x->spki);
	attributes_add_bool(a, CKA_TRUSTED, false);
	attributes_add_bool(a, CKA_VERIFY, x->usage.verify);
	attributes_add_bool(a, CKA_ENCRYPT, x->usage.encrypt);
	attributes_add_bool(a, CKA_DERIVE, x->usage.derive);
	/* The private side neither unwraps nor recovers. */
	attributes_add_bool(a, CKA_WRAP, false);
	attributes_add_bool(a, CKA_VERIFY_RECOVER, false);
	attributes_add_bool(a, CKA_LOCAL, false);
	attributes_add_ulong(
	    a, CKA_KEY_GEN_MECHANISM, CK_UNAVAILABLE_INFORMATION);
	add_dates(a, x);
	return attributes_err(a);
}

err_t
object_set_new_certificates(
    const struct object_source *sources, size_t count, struct object_set **out)
{
	struct object_set *set = set_alloc(2 * count);
	err_t err = 0;

	if (set == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count && err == 0; i++) {
		const struct x509 *x = sources[i].x509;

		err = add_certificate(set, &sources[i]);
		/* NSS takes a certificate with a key object for the user's. */
		if (err == 0 && x->key != X509_KEY_OTHER && !x->ca)
			err = add_public_key(set, &sources[i]);
	}
	if (err != 0)
		object_set_unref(&set);
	*out = set;
	return err;
}

err_t
object_set_new_profile(struct object_set **out)
{
	struct object_set *set = set_alloc(1);
	struct attributes *a;
	err_t err;

	if (set == NULL)
		return ERR_MEMORY;
	a = set_add(set, CKO_PROFILE, "Public Certificates Token");
	attributes_add_ulong(a, CKA_PROFILE_ID, CKP_PUBLIC_CERTIFICATES_TOKEN);
	err = attributes_err(a);
	if (err != 0)
		object_set_unref(&set);
	*out = set;
	return err;
}
