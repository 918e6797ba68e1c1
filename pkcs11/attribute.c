/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "pkcs11/attribute.h"

/* A certificate with its parts once more, or a key; far below. */
#define VALUES_MAX (256 * 1024)

/* The length of a value that is not shown. */
#define SENSITIVE SIZE_MAX

void
attributes_init(struct attributes *a)
{
	a->count = 0;
	buf_init(&a->values, VALUES_MAX);
}

void
attributes_clear(struct attributes *a)
{
	a->count = 0;
	buf_clear(&a->values);
}

void
attributes_add(struct attributes *a, CK_ATTRIBUTE_TYPE type, struct bytes value)
{
	if (a->count == ATTRIBUTES_MAX) {
		a->values.failed = true;
		return;
	}
	a->list[a->count].type = type;
	a->list[a->count].at = a->values.n;
	a->list[a->count].n = value.n;
	a->count++;
	if (value.n > 0)
		buf_append(&a->values, value);
}

void
attributes_add_ulong(
    struct attributes *a, CK_ATTRIBUTE_TYPE type, CK_ULONG value)
{
	attributes_add(a, type, bytes_of(&value, sizeof(value)));
}

void
attributes_add_bool(struct attributes *a, CK_ATTRIBUTE_TYPE type, bool value)
{
	CK_BBOOL b = value ? CK_TRUE : CK_FALSE;

	attributes_add(a, type, bytes_of(&b, sizeof(b)));
}

void
attributes_add_sensitive(struct attributes *a, CK_ATTRIBUTE_TYPE type)
{
	attributes_add(a, type, bytes_of(NULL, 0));
	if (!a->values.failed)
		a->list[a->count - 1].n = SENSITIVE;
}

void
attributes_copy(struct attributes *to, const struct attributes *from)
{
	memcpy(to->list, from->list, sizeof(to->list));
	to->count = from->count;
	buf_append(&to->values, buf_bytes(&from->values));
}

err_t
attributes_err(const struct attributes *a)
{
	return buf_err(&a->values);
}

/* SIZE_MAX: it has none. */
static size_t
find(const struct attributes *a, CK_ATTRIBUTE_TYPE type)
{
	for (size_t i = 0; i < a->count; i++) {
		if (a->list[i].type == type)
			return i;
	}
	return SIZE_MAX;
}

bool
attributes_get(
    const struct attributes *a, CK_ATTRIBUTE_TYPE type, struct bytes *value)
{
	size_t i = find(a, type);

	if (i == SIZE_MAX || a->list[i].n == SENSITIVE)
		return false;
	*value = bytes_of(a->values.p + a->list[i].at, a->list[i].n);
	return true;
}

CK_ULONG
attributes_size(const struct attributes *a)
{
	return a->values.n;
}

bool
attributes_match(
    const struct attributes *a, const CK_ATTRIBUTE *want, CK_ULONG count)
{
	struct bytes have;

	for (CK_ULONG i = 0; i < count; i++) {
		if (!attributes_get(a, want[i].type, &have))
			return false;
		if (!bytes_equal(
			have, bytes_of(want[i].pValue, want[i].ulValueLen)))
			return false;
	}
	return true;
}

static CK_RV
read_one(const struct attributes *a, CK_ATTRIBUTE *want)
{
	struct bytes have;

	if (!attributes_get(a, want->type, &have)) {
		want->ulValueLen = CK_UNAVAILABLE_INFORMATION;
		return find(a, want->type) == SIZE_MAX
		    ? CKR_ATTRIBUTE_TYPE_INVALID
		    : CKR_ATTRIBUTE_SENSITIVE;
	}
	if (want->pValue != NULL && want->ulValueLen < have.n) {
		want->ulValueLen = CK_UNAVAILABLE_INFORMATION;
		return CKR_BUFFER_TOO_SMALL;
	}
	if (want->pValue != NULL && have.n > 0)
		memcpy(want->pValue, have.p, have.n);
	want->ulValueLen = have.n;
	return CKR_OK;
}

CK_RV
attributes_read(const struct attributes *a, CK_ATTRIBUTE *want, CK_ULONG count)
{
	CK_RV all = CKR_OK;

	for (CK_ULONG i = 0; i < count; i++) {
		CK_RV rv = read_one(a, &want[i]);

		if (all == CKR_OK)
			all = rv;
	}
	return all;
}

bool
template_ulong(const CK_ATTRIBUTE *want, CK_ULONG count, CK_ATTRIBUTE_TYPE type,
    CK_ULONG *value)
{
	for (CK_ULONG i = 0; i < count; i++) {
		if (want[i].type != type ||
		    want[i].ulValueLen != sizeof(*value))
			continue;
		memcpy(value, want[i].pValue, sizeof(*value));
		return true;
	}
	return false;
}
