/* SPDX-License-Identifier: BSD-2-Clause */
/* Certificates as objects (PKCS #11 2.40, 4.6). */
#include "pkcs11/object-private.h"

void
object_add_dates(struct attributes *a, const struct x509 *x)
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
	struct object *o =
	    object_set_add(set, CKO_CERTIFICATE, false, source->label);
	struct attributes *a = &o->attributes;

	object_add_unique_id(a, source->id, "certificate");
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
	object_add_dates(a, x);
	attributes_add(a, CKA_URL, none);
	attributes_add(a, CKA_HASH_OF_SUBJECT_PUBLIC_KEY, none);
	attributes_add(a, CKA_HASH_OF_ISSUER_PUBLIC_KEY, none);
	attributes_add_ulong(
	    a, CKA_JAVA_MIDP_SECURITY_DOMAIN, CK_SECURITY_DOMAIN_UNSPECIFIED);
	return attributes_err(a);
}

err_t
object_set_new_certificate(
    const struct object_source *source, struct object_set **out)
{
	struct object_set *set = object_set_alloc(3);
	const struct x509 *x = source->x509;
	err_t err;

	*out = NULL;
	if (set == NULL)
		return ERR_MEMORY;
	err = add_certificate(set, source);
	/* NSS takes a certificate with a key object for the user's. */
	if (err == 0 && x->key != X509_KEY_OTHER && !x->ca)
		err = object_add_keys(set, source);
	if (err != 0)
		object_set_unref(&set);
	*out = set;
	return err;
}
