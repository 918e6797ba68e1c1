/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "pkcs11/query.h"

/* A template of a few attributes, the longest a certificate. */
#define BYTES_MAX (1024 * 1024)

/* Of the whole; 0: more than any object has. */
static size_t
room_for(const CK_ATTRIBUTE *want, CK_ULONG count)
{
	size_t n = sizeof(struct query);

	if (count > BYTES_MAX / sizeof(want[0]))
		return 0;
	n += count * sizeof(want[0]);
	for (CK_ULONG i = 0; i < count; i++) {
		if (want[i].ulValueLen > BYTES_MAX - n)
			return 0;
		n += want[i].ulValueLen;
	}
	return n;
}

struct query *
query_new(const CK_ATTRIBUTE *want, CK_ULONG count)
{
	size_t n = room_for(want, count);
	struct query *q = calloc(1, n > 0 ? n : sizeof(*q));
	uint8_t *value;

	if (q == NULL)
		return NULL;
	if (n == 0) {
		/* No object has that. */
		q->place.part = QUERY_END;
		return q;
	}
	q->count = count;
	value = (uint8_t *)&q->want[count];
	for (CK_ULONG i = 0; i < count; i++) {
		q->want[i] = want[i];
		q->want[i].pValue = value;
		if (want[i].ulValueLen > 0)
			memcpy(value, want[i].pValue, want[i].ulValueLen);
		value += want[i].ulValueLen;
	}
	return q;
}

bool
query_may_match(const struct query *q, CK_OBJECT_CLASS class)
{
	CK_ULONG wanted;

	return !template_ulong(q->want, q->count, CKA_CLASS, &wanted) ||
	    wanted == class;
}
