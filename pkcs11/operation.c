/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "pkcs11/operation-private.h"

struct entry {
	struct operation *op;
	unsigned long begun; /* by number; 0: never */
	bool claimed;
	bool cancelled; /* ends when it is released */
	bool authenticated;
};

struct operations {
	struct lock lock;
	unsigned long begun;
	struct entry entries[OPERATION_KINDS];
	struct object_set *objects[OPERATIONS_OBJECTS_MAX];
};

struct operation *
operation_new(void)
{
	return calloc(1, sizeof(struct operation));
}

void
operation_free(struct operation **op)
{
	struct operation *gone = *op;

	*op = NULL;
	if (gone == NULL)
		return;
	key_release(&gone->key);
	explicit_bzero(gone, sizeof(*gone));
	free(gone);
}

struct operations *
operations_new(void)
{
	struct operations *ops = calloc(1, sizeof(*ops));

	if (ops != NULL)
		lock_init(&ops->lock);
	return ops;
}

void
operations_free(struct operations **ops)
{
	struct operations *gone = *ops;

	*ops = NULL;
	if (gone == NULL)
		return;
	for (size_t i = 0; i < OPERATION_KINDS; i++)
		operation_free(&gone->entries[i].op);
	for (size_t i = 0; i < OPERATIONS_OBJECTS_MAX; i++)
		object_set_unref(&gone->objects[i]);
	free(gone);
}

/* What is to be freed after the lock: an entry that nobody has claimed. */
static struct operation *
end_locked(struct operations *ops, struct entry *e) REQUIRES_LOCK(ops->lock);

static struct operation *
end_locked(struct operations *ops, struct entry *e)
{
	struct operation *op = e->op;

	(void)ops;
	if (op != NULL && e->claimed) {
		e->cancelled = true;
		return NULL;
	}
	*e = (struct entry){0};
	return op;
}

static bool
is_private(enum operation_kind kind)
{
	return kind == OPERATION_SIGN || kind == OPERATION_DECRYPT;
}

void
operations_end_private(struct operations *ops)
{
	struct operation *ended[OPERATION_KINDS] = {NULL};
	struct object_set *dropped[OPERATIONS_OBJECTS_MAX];

	lock_acquire(&ops->lock);
	for (unsigned i = 0; i < OPERATION_KINDS; i++) {
		if (is_private(i))
			ended[i] = end_locked(ops, &ops->entries[i]);
	}
	for (size_t i = 0; i < OPERATIONS_OBJECTS_MAX; i++) {
		struct object_set *set = ops->objects[i];

		dropped[i] = NULL;
		if (set == NULL || !object_set_get(set, 0)->private)
			continue;
		dropped[i] = set;
		ops->objects[i] = NULL;
	}
	lock_release(&ops->lock);
	for (size_t i = 0; i < OPERATION_KINDS; i++)
		operation_free(&ended[i]);
	for (size_t i = 0; i < OPERATIONS_OBJECTS_MAX; i++)
		object_set_unref(&dropped[i]);
}

/* NULL: none. */
static struct entry *
awaiting_locked(struct operations *ops) REQUIRES_LOCK(ops->lock);

static struct entry *
awaiting_locked(struct operations *ops)
{
	struct entry *last = NULL;

	for (unsigned i = 0; i < OPERATION_KINDS; i++) {
		struct entry *e = &ops->entries[i];

		if (!is_private(i) || e->op == NULL || e->cancelled ||
		    e->authenticated ||
		    e->op->key.key->rule != CARD_KEY_PIN_ALWAYS)
			continue;
		if (last == NULL || e->begun > last->begun)
			last = e;
	}
	return last;
}

bool
operations_awaiting_login(struct operations *ops, struct key_ref *out)
{
	const struct entry *e;

	*out = (struct key_ref){0};
	lock_acquire(&ops->lock);
	e = awaiting_locked(ops);
	if (e != NULL) {
		out->key = e->op->key.key;
		out->set = object_set_ref(e->op->key.set);
	}
	lock_release(&ops->lock);
	return out->key != NULL;
}

void
operations_authenticated(struct operations *ops)
{
	struct entry *e;

	lock_acquire(&ops->lock);
	e = awaiting_locked(ops);
	if (e != NULL)
		e->authenticated = true;
	lock_release(&ops->lock);
}

CK_RV
operations_check_idle(struct operations *ops, enum operation_kind kind)
{
	CK_RV rv;

	lock_acquire(&ops->lock);
	rv = ops->entries[kind].op != NULL ? CKR_OPERATION_ACTIVE : CKR_OK;
	lock_release(&ops->lock);
	return rv;
}

CK_RV
operations_begin(
    struct operations *ops, enum operation_kind kind, struct operation *take_op)
{
	CK_RV rv = CKR_OPERATION_ACTIVE;

	lock_acquire(&ops->lock);
	if (ops->entries[kind].op == NULL) {
		ops->entries[kind] =
		    (struct entry){.op = take_op, .begun = ++ops->begun};
		rv = CKR_OK;
	}
	lock_release(&ops->lock);
	if (rv != CKR_OK)
		operation_free(&take_op);
	return rv;
}

CK_RV
operations_claim(
    struct operations *ops, enum operation_kind kind, struct operation **out)
{
	struct entry *e = &ops->entries[kind];
	CK_RV rv = CKR_OK;

	*out = NULL;
	lock_acquire(&ops->lock);
	if (e->op == NULL) {
		rv = CKR_OPERATION_NOT_INITIALIZED;
	} else if (e->claimed) {
		rv = CKR_OPERATION_ACTIVE;
	} else {
		e->claimed = true;
		*out = e->op;
		e->op->authenticated = e->authenticated;
	}
	lock_release(&ops->lock);
	return rv;
}

void
operations_release(struct operations *ops, enum operation_kind kind, bool keep)
{
	struct operation *ended = NULL;
	struct entry *e = &ops->entries[kind];

	lock_acquire(&ops->lock);
	e->claimed = false;
	if (e->op->spent)
		e->authenticated = e->op->spent = false;
	if (!keep || e->cancelled)
		ended = end_locked(ops, e);
	lock_release(&ops->lock);
	operation_free(&ended);
}

bool
operations_cancel(struct operations *ops, enum operation_kind kind)
{
	struct operation *ended;
	bool was;

	lock_acquire(&ops->lock);
	was = ops->entries[kind].op != NULL;
	ended = end_locked(ops, &ops->entries[kind]);
	lock_release(&ops->lock);
	operation_free(&ended);
	return was;
}

size_t
operations_objects(
    struct operations *ops, struct object_set *sets[OPERATIONS_OBJECTS_MAX])
{
	size_t n = 0;

	lock_acquire(&ops->lock);
	for (size_t i = 0; i < OPERATIONS_OBJECTS_MAX; i++) {
		if (ops->objects[i] != NULL)
			sets[n++] = object_set_ref(ops->objects[i]);
	}
	lock_release(&ops->lock);
	return n;
}

CK_RV
operations_add_object(struct operations *ops, struct object_set *take_set)
{
	CK_RV rv = CKR_DEVICE_MEMORY;

	lock_acquire(&ops->lock);
	for (size_t i = 0; i < OPERATIONS_OBJECTS_MAX && rv != CKR_OK; i++) {
		if (ops->objects[i] != NULL)
			continue;
		ops->objects[i] = take_set;
		rv = CKR_OK;
	}
	lock_release(&ops->lock);
	if (rv != CKR_OK)
		object_set_unref(&take_set);
	return rv;
}

bool
operations_drop_object(struct operations *ops, CK_OBJECT_HANDLE handle)
{
	struct object_set *dropped = NULL;

	lock_acquire(&ops->lock);
	for (size_t i = 0; i < OPERATIONS_OBJECTS_MAX; i++) {
		if (object_set_find(ops->objects[i], handle) == NULL)
			continue;
		dropped = ops->objects[i];
		ops->objects[i] = NULL;
		break;
	}
	lock_release(&ops->lock);
	if (dropped == NULL)
		return false;
	object_set_unref(&dropped);
	return true;
}
