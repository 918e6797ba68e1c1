/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/fault.h"

void
faults_free(struct faults *faults)
{
	while (faults->first != NULL) {
		struct fault *f = faults->first;

		faults->first = f->next;
		free(f->line);
		free(f->text);
		free(f);
	}
}

static bool
has_prefix(const uint8_t *p, size_t n, const uint8_t *prefix, size_t prefix_n)
{
	return n >= prefix_n &&
	    (prefix_n == 0 || memcmp(p, prefix, prefix_n) == 0);
}

static bool
byte_is(int want, const struct fault_event *e, size_t i)
{
	if (want == FAULT_ANY)
		return true;
	return i < e->tpdu_n && e->tpdu[i] == want;
}

static bool
applies(const struct fault *f, const struct fault_event *e)
{
	if (f->over || !f->armed)
		return false;
	if (f->message != FAULT_MESSAGE_ANY && f->message != e->message)
		return false;
	if (f->exchange != 0 && f->exchange != e->exchange)
		return false;
	if (f->speed != FAULT_ANY && f->speed != e->fidi)
		return false;
	if (!byte_is(f->ins, e, 1) || !byte_is(f->p3, e, 4))
		return false;
	/* A card that wants P3 = xx has nothing to say when it gets it. */
	if (f->kind == FAULT_WRONG_LE &&
	    (e->tpdu_n < 5 || e->tpdu[4] == f->number))
		return false;
	return has_prefix(e->tpdu, e->tpdu_n, f->tpdu, f->tpdu_n) &&
	    has_prefix(e->block, e->block_n, f->block, f->block_n);
}

const struct fault *
faults_next(struct faults *faults, const struct fault_event *event)
{
	for (struct fault *f = faults->first; f != NULL; f = f->next) {
		if (!applies(f, event))
			continue;
		if (f->skip > 0) {
			f->skip--;
			continue;
		}
		f->injected++;
		if (f->left > 0 && --f->left == 0)
			f->over = true;
		return f;
	}
	return NULL;
}

void
faults_passed(struct faults *faults, const uint8_t *tpdu, size_t n)
{
	for (struct fault *f = faults->first; f != NULL; f = f->next) {
		if (!f->armed && has_prefix(tpdu, n, f->after, f->after_n))
			f->armed = true;
	}
}

void
faults_reset(struct faults *faults, enum fault_until level)
{
	for (struct fault *f = faults->first; f != NULL; f = f->next) {
		if (f->injected > 0 && f->until != UNTIL_NEVER &&
		    f->until <= level)
			f->over = true;
	}
}
