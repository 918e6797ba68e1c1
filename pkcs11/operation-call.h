/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the entry points of all operations do: begin one, claim it, and end or
 * keep it by the rules of PKCS #11 2.40, 5.2.
 */
#ifndef PKCS11_OPERATION_CALL_H
#define PKCS11_OPERATION_CALL_H

#include "pkcs11/call.h"
#include "pkcs11/operation-private.h"

/*
 * C_SignInit and its like, for a key. Without a mechanism the operation that
 * is active ends (PKCS #11 3.0, 5.13.1); CKR_ARGUMENTS_BAD when there is none.
 */
CK_RV operation_init(const char *name, CK_SESSION_HANDLE session,
    enum operation_kind kind, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);

struct operation_call {
	struct call call;
	enum operation_kind kind;
	struct operation *op;
};

/*
 * Inside an operation. arguments: none of the pointers is missing, or
 * CKR_ARGUMENTS_BAD, which ends it.
 */
CK_RV operation_call_begin(struct operation_call *c, const char *name,
    CK_SESSION_HANDLE session, enum operation_kind kind, bool arguments);

/* Of a step; any failure ends the operation. */
CK_RV operation_call_end_step(struct operation_call *c, CK_RV rv);

/* Of the last step; asking for the length, or too little room, keeps it. */
CK_RV
operation_call_end_last(struct operation_call *c, CK_RV rv, const void *out);

/* Where a caller wants a result. */
struct output {
	CK_BYTE *p; /* NULL: only how long it is */
	CK_ULONG *n;
};

/*
 * Whether to go on and make it. If not, *rv is CKR_OK for a caller that only
 * asks, or CKR_BUFFER_TOO_SMALL, and the length is told.
 */
bool output_fits(const struct output *out, size_t need, CK_RV *rv);
void output_write(const struct output *out, struct bytes result);

#endif
