/* SPDX-License-Identifier: BSD-2-Clause */
/* A derived key as an object of its session (PKCS #11 2.40, 4.11). */
#ifndef PKCS11_OBJECT_SECRET_H
#define PKCS11_OBJECT_SECRET_H

#include "pkcs11/object.h"

/* What a template asks for. */
struct secret_template {
	const CK_ATTRIBUTE *list;
	CK_ULONG count;
	CK_KEY_TYPE type;
	bool private;
	bool sensitive;
	bool extractable;
	CK_ULONG len; /* CKA_VALUE_LEN; 0: not said */
};

/*
 * Borrows the template. CKR_ATTRIBUTE_TYPE_INVALID,
 * CKR_ATTRIBUTE_VALUE_INVALID; CKR_TEMPLATE_INCONSISTENT: not a key that can be
 * derived; CKR_TEMPLATE_INCOMPLETE: AES without a length; CKR_KEY_SIZE_RANGE;
 * CKR_TOKEN_WRITE_PROTECTED: it is to stay on the card.
 *
 * Unless the template says otherwise, the key can be read: nothing here works
 * with it, so that reading is all it is good for.
 */
CK_RV secret_template_parse(
    const CK_ATTRIBUTE *list, CK_ULONG count, struct secret_template *out);

/* A set of one. A value that nobody may read is not kept. */
err_t object_set_new_secret(const struct secret_template *template,
    struct bytes value, struct object_set **out) MUST_CHECK;

#endif
