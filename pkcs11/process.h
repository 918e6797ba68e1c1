/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * This process's one module, if it is initialised. A child of fork() starts
 * from nothing: what the parent had, locks included, is neither used nor closed
 * nor freed.
 */
#ifndef PKCS11_PROCESS_H
#define PKCS11_PROCESS_H

#include "pkcs11/module-state.h"

/*
 * CKR_CRYPTOKI_ALREADY_INITIALIZED, once the thread that was first is done;
 * else as rv_from_err().
 */
CK_RV process_initialize(void);

/* The module, held until process_leave(); NULL when not initialised. */
struct module *process_enter(void);
void process_leave(struct module **m);

/* Take the module out; calls inside keep theirs. NULL as above. */
struct module *process_finalize(void);

/* The trace is open while somebody holds it; every module does. */
void process_trace_hold(void);
void process_trace_release(void);

#endif
