/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An operation from its beginning to its end. A call claims it, so that none of
 * two threads in one session works on what the other one frees.
 */
#ifndef PKCS11_OPERATION_PRIVATE_H
#define PKCS11_OPERATION_PRIVATE_H

#include "pkcs11/digest.h"
#include "pkcs11/operation.h"
#include "pkcs11/scheme.h"

enum operation_kind {
	OPERATION_SIGN,
	OPERATION_VERIFY,
	OPERATION_ENCRYPT,
	OPERATION_DECRYPT,
	OPERATION_DIGEST,
	OPERATION_KINDS
};

struct operation {
	struct scheme scheme;
	struct key_ref key; /* empty for a digest */
	struct digest digest;
	bool parted;	    /* an update was made */
	bool authenticated; /* as claimed */
	bool spent;	    /* the login was used, if there was one */
};

/* Empty, on the heap; NULL: no memory. operation_free() accepts NULL. */
struct operation *operation_new(void);
void operation_free(struct operation **op);

/* Whether an operation of this kind has begun: CKR_OPERATION_ACTIVE. */
CK_RV
operations_check_idle(struct operations *ops, enum operation_kind kind);

/* Takes the operation, and frees it on failure: CKR_OPERATION_ACTIVE. */
CK_RV operations_begin(struct operations *ops, enum operation_kind kind,
    struct operation *take_op);

/*
 * CKR_OPERATION_NOT_INITIALIZED; CKR_OPERATION_ACTIVE while another thread has
 * claimed it. operations_release() gives it back, or ends it.
 */
CK_RV operations_claim(
    struct operations *ops, enum operation_kind kind, struct operation **out);
void
operations_release(struct operations *ops, enum operation_kind kind, bool keep);

/* Ends it. False: there was none. */
bool operations_cancel(struct operations *ops, enum operation_kind kind);

#endif
