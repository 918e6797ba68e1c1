/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/trace.h"
#include "pkcs11/process.h"
#include "pkcs11/rv.h"

struct process {
	pid_t pid;
	struct lock lock; /* guards the rest, and the refs of modules */
	struct module *module;
	unsigned tracers;
	struct process
	    *parent; /* reachable, so that no checker calls it lost */
};

static _Atomic(struct process *) here;

static struct process *
process_find(void)
{
	struct process *p = atomic_load(&here);

	return p != NULL && p->pid == getpid() ? p : NULL;
}

static struct process *
process_start(void)
{
	struct process *p = atomic_load(&here), *fresh;

	if (p != NULL && p->pid == getpid())
		return p;
	fresh = calloc(1, sizeof(*fresh));
	if (fresh == NULL)
		return NULL;
	fresh->pid = getpid();
	fresh->parent = p;
	lock_init(&fresh->lock);
	if (atomic_compare_exchange_strong(&here, &p, fresh))
		return fresh;
	free(fresh);
	return p;
}

static void trace_hold_locked(struct process *p) REQUIRES_LOCK(p->lock);
static void trace_release_locked(struct process *p) REQUIRES_LOCK(p->lock);

static void
trace_hold_locked(struct process *p)
{
	if (p->tracers++ == 0)
		trace_open();
}

static void
trace_release_locked(struct process *p)
{
	if (--p->tracers == 0)
		trace_close();
}

void
process_trace_hold(void)
{
	struct process *p = process_start();

	if (p == NULL)
		return;
	lock_acquire(&p->lock);
	trace_hold_locked(p);
	lock_release(&p->lock);
}

void
process_trace_release(void)
{
	struct process *p = process_find();

	if (p == NULL)
		return;
	lock_acquire(&p->lock);
	if (p->tracers > 0)
		trace_release_locked(p);
	lock_release(&p->lock);
}

CK_RV
process_initialize(void)
{
	struct process *p = process_start();
	CK_RV rv;

	if (p == NULL)
		return CKR_HOST_MEMORY;
	lock_acquire(&p->lock);
	if (p->module != NULL) {
		rv = CKR_CRYPTOKI_ALREADY_INITIALIZED;
	} else {
		rv = rv_from_err(module_new(&p->module), RV_FOR_MODULE);
	}
	if (rv == CKR_OK) {
		p->module->refs = 1;
		trace_hold_locked(p);
	}
	lock_release(&p->lock);
	return rv;
}

struct module *
process_enter(void)
{
	struct process *p = process_find();
	struct module *m;

	if (p == NULL)
		return NULL;
	lock_acquire(&p->lock);
	m = p->module;
	if (m != NULL)
		m->refs++;
	lock_release(&p->lock);
	return m;
}

/* Forked in the middle of a call: the child must not touch the parent's. */
void
process_leave(struct module **m)
{
	struct process *p = process_find();
	bool last;

	if (p == NULL || *m == NULL)
		return;
	lock_acquire(&p->lock);
	last = --(*m)->refs == 0;
	lock_release(&p->lock);
	if (last) {
		module_free(m);
		process_trace_release();
	}
	*m = NULL;
}

struct module *
process_finalize(void)
{
	struct process *p = process_find();
	struct module *m;

	if (p == NULL)
		return NULL;
	lock_acquire(&p->lock);
	m = p->module;
	p->module = NULL;
	lock_release(&p->lock);
	return m;
}
