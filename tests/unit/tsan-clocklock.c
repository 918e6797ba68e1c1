/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread sanitizers of gcc 12 and clang 14 do not see
 * pthread_mutex_clocklock(3). Linked into a test program, this one takes the
 * mutex by a call that they do see.
 */
#include <pthread.h>
#include <time.h>

#define NS 1000000000L

int
pthread_mutex_clocklock(
    pthread_mutex_t *mutex, clockid_t clock, const struct timespec *until)
{
	struct timespec now, wall;

	if (clock_gettime(clock, &now) != 0 ||
	    clock_gettime(CLOCK_REALTIME, &wall) != 0)
		return pthread_mutex_trylock(mutex);
	wall.tv_sec += until->tv_sec - now.tv_sec;
	wall.tv_nsec += until->tv_nsec - now.tv_nsec;
	if (wall.tv_nsec < 0) {
		wall.tv_nsec += NS;
		wall.tv_sec--;
	}
	if (wall.tv_nsec >= NS) {
		wall.tv_nsec -= NS;
		wall.tv_sec++;
	}
	return pthread_mutex_timedlock(mutex, &wall);
}
