/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "tools/emulator/ccid-spec.h"
#include "tools/emulator/pipe.h"

struct answer {
	struct answer *next;
	uint64_t due_ms;
	unsigned flags;
	size_t taken;
	size_t n;
	uint8_t bytes[];
};

bool
pipe_put(struct pipe *pipe, const uint8_t *bytes, size_t n, uint64_t due_ms,
    unsigned flags)
{
	struct answer **end = &pipe->first;
	struct answer *a = malloc(sizeof(*a) + n);

	if (a == NULL)
		return false;
	*a = (struct answer){.due_ms = due_ms, .flags = flags, .n = n};
	if (n > 0)
		memcpy(a->bytes, bytes, n);
	/* A late answer does not hold up what is ready before it. */
	while (*end != NULL && (*end)->due_ms <= due_ms)
		end = &(*end)->next;
	a->next = *end;
	*end = a;
	return true;
}

static void
drop(struct answer **at)
{
	struct answer *a = *at;

	*at = a->next;
	free(a);
}

/* One packet; false when the answer ended with it. */
static bool
take_packet(struct answer *a, struct in_transfer *t, size_t n)
{
	memcpy(t->buf + t->actual, a->bytes + a->taken, n);
	t->actual += n;
	a->taken += n;
	return n == USB_FULL_SPEED_BULK &&
	    (a->taken < a->n || (a->flags & ANSWER_ZERO_PACKET) != 0);
}

static enum transfer
take_answer(struct pipe *pipe, struct in_transfer *t, uint64_t *lasts)
{
	struct answer *a = pipe->first;
	size_t n;

	do {
		n = a->n - a->taken;
		if (n > USB_FULL_SPEED_BULK)
			n = USB_FULL_SPEED_BULK;
		if (t->actual == t->room && t->room > 0)
			return TRANSFER_DONE;
		if (n > t->room - t->actual) {
			drop(&pipe->first);
			return TRANSFER_BABBLE;
		}
	} while (take_packet(a, t, n));
	if (a->flags & ANSWER_LAST)
		++*lasts;
	drop(&pipe->first);
	return n < USB_FULL_SPEED_BULK || t->actual == t->room
	    ? TRANSFER_DONE
	    : TRANSFER_PENDING;
}

enum transfer
pipe_take(struct pipe *pipe, uint64_t now_ms, struct in_transfer *transfer,
    uint64_t *lasts)
{
	enum transfer state = TRANSFER_PENDING;

	if (pipe->halted)
		return TRANSFER_STALL;
	while (state == TRANSFER_PENDING && pipe->first != NULL &&
	    pipe->first->due_ms <= now_ms) {
		if (pipe->first->flags & ANSWER_BABBLE) {
			drop(&pipe->first);
			return TRANSFER_BABBLE;
		}
		state = take_answer(pipe, transfer, lasts);
	}
	return state;
}

bool
pipe_is_busy(const struct pipe *pipe)
{
	for (const struct answer *a = pipe->first; a != NULL; a = a->next) {
		if (a->flags & ANSWER_SLOW)
			return true;
	}
	return false;
}

uint64_t
pipe_next_due(const struct pipe *pipe)
{
	return pipe->first == NULL ? UINT64_MAX : pipe->first->due_ms;
}

void
pipe_drop_seq(struct pipe *pipe, uint8_t seq)
{
	struct answer **at = &pipe->first;

	while (*at != NULL) {
		if ((*at)->taken == 0 && (*at)->n > 6 && (*at)->bytes[6] == seq)
			drop(at);
		else
			at = &(*at)->next;
	}
}

void
pipe_clear(struct pipe *pipe)
{
	while (pipe->first != NULL)
		drop(&pipe->first);
}
