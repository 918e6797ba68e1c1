/* SPDX-License-Identifier: BSD-2-Clause */
/* What a search looks for, and how far it has come. */
#ifndef PKCS11_QUERY_H
#define PKCS11_QUERY_H

#include "pkcs11/attribute.h"

enum query_part {
	QUERY_CERTIFICATES, /* and their keys */
	QUERY_DATA,	    /* data objects */
	QUERY_OTHERS,	    /* of the token */
	QUERY_SESSION,	    /* the session's own objects */
	QUERY_END
};

struct query {
	/* The next object to look at. */
	struct query_place {
		enum query_part part;
		size_t set;
		size_t object;
	} place;

	CK_ULONG count;
	CK_ATTRIBUTE want[]; /* the values follow */
};

/* A copy of the template; NULL: no memory. free() it. */
struct query *query_new(const CK_ATTRIBUTE *want, CK_ULONG count);

/* False when the template names another class. */
bool query_may_match(const struct query *q, CK_OBJECT_CLASS class);

#endif
