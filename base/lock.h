/* SPDX-License-Identifier: BSD-2-Clause */
/* A mutex that clang's -Wthread-safety understands; gcc sees a plain one. */
#ifndef BASE_LOCK_H
#define BASE_LOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "base/deadline.h"

#if defined(__clang__)
#define LOCK_ATTR(x) __attribute__((x))
#else
#define LOCK_ATTR(x)
#endif

#define REQUIRES_LOCK(l) LOCK_ATTR(requires_capability(l))

struct LOCK_ATTR(capability("mutex")) lock {
	pthread_mutex_t mutex;
};

#define LOCK_INIT                                                              \
	{                                                                      \
		PTHREAD_MUTEX_INITIALIZER                                      \
	}

static inline void
lock_init(struct lock *l) LOCK_ATTR(no_thread_safety_analysis);
static inline void lock_acquire(struct lock *l)
    LOCK_ATTR(acquire_capability(*l)) LOCK_ATTR(no_thread_safety_analysis);
static inline bool lock_try(struct lock *l) LOCK_ATTR(
    try_acquire_capability(true, *l)) LOCK_ATTR(no_thread_safety_analysis);
static inline bool lock_acquire_until(struct lock *l, struct deadline until)
    LOCK_ATTR(try_acquire_capability(true, *l))
	LOCK_ATTR(no_thread_safety_analysis);
static inline void lock_release(struct lock *l)
    LOCK_ATTR(release_capability(*l)) LOCK_ATTR(no_thread_safety_analysis);

/* A new mutex, whatever the old one's state: also after fork. */
static inline void
lock_init(struct lock *l)
{
	(void)pthread_mutex_init(&l->mutex, NULL);
}

static inline void
lock_acquire(struct lock *l)
{
	(void)pthread_mutex_lock(&l->mutex);
}

static inline bool
lock_try(struct lock *l)
{
	return pthread_mutex_trylock(&l->mutex) == 0;
}

/* false when the deadline has passed; a free lock is taken even then. */
static inline bool
lock_acquire_until(struct lock *l, struct deadline until)
{
	struct timespec t = {.tv_sec = until.at_ms / 1000,
	    .tv_nsec = (long)(until.at_ms % 1000) * 1000000};

	return pthread_mutex_clocklock(&l->mutex, CLOCK_MONOTONIC, &t) == 0;
}

static inline void
lock_release(struct lock *l)
{
	(void)pthread_mutex_unlock(&l->mutex);
}

#endif
