/* SPDX-License-Identifier: BSD-2-Clause */
/* The attributes of one object: filled once, then only read. */
#ifndef PKCS11_ATTRIBUTE_H
#define PKCS11_ATTRIBUTE_H

#include <stdbool.h>

#include "base/buf.h"
#include "pkcs11/cryptoki.h"

#define ATTRIBUTES_MAX 48

struct attributes {
	struct {
		CK_ATTRIBUTE_TYPE type;
		size_t at; /* in values */
		size_t n;
	} list[ATTRIBUTES_MAX];
	size_t count;
	struct buf values;
};

void attributes_init(struct attributes *a);
void attributes_clear(struct attributes *a);

/* Failures stick; attributes_err() tells of them. */
void attributes_add(
    struct attributes *a, CK_ATTRIBUTE_TYPE type, struct bytes value);
void attributes_add_ulong(
    struct attributes *a, CK_ATTRIBUTE_TYPE type, CK_ULONG value);
void
attributes_add_bool(struct attributes *a, CK_ATTRIBUTE_TYPE type, bool value);

/* One that the object has and does not show: CKR_ATTRIBUTE_SENSITIVE. */
void attributes_add_sensitive(struct attributes *a, CK_ATTRIBUTE_TYPE type);
void attributes_copy(struct attributes *to, const struct attributes *from);
err_t attributes_err(const struct attributes *a) MUST_CHECK;

/* False when the object has no such attribute, or does not show it. */
bool attributes_get(
    const struct attributes *a, CK_ATTRIBUTE_TYPE type, struct bytes *value);

/* Bytes of all values. */
CK_ULONG attributes_size(const struct attributes *a);

/* Every attribute of the template is there, byte by byte and in length. */
bool attributes_match(
    const struct attributes *a, const CK_ATTRIBUTE *want, CK_ULONG count);

/*
 * C_GetAttributeValue for one object (PKCS #11 2.40, 5.7): all attributes are
 * answered, the first failure is the result.
 */
CK_RV
attributes_read(const struct attributes *a, CK_ATTRIBUTE *want, CK_ULONG count);

/* Of a template; false unless it is there with the length of a CK_ULONG. */
bool template_ulong(const CK_ATTRIBUTE *want, CK_ULONG count,
    CK_ATTRIBUTE_TYPE type, CK_ULONG *value);

#endif
