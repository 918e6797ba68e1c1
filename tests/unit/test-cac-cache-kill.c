/* SPDX-License-Identifier: BSD-2-Clause */
/* The certificate cache when its writers are killed, at any moment. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cac/cert-cache.h"
#include "tests/unit/cache-rig.h"
#include "tests/unit/unit.h"

#define KILLS	    200
#define ROUNDS	    2	    /* of a writer before it is killed */
#define ROUNDS_MAX  1000000 /* of one that nobody kills */
#define WAIT_S	    20
#define SPIN_MAX    (1 << 16) /* in which it does some more */
#define ABANDONED_S 3600
#define WRITERS	    2

/* What stands behind one key, old or new: marks and lengths differ. */
struct version {
	struct bytes mark, content;
};

static uint8_t fills[3][6000];
static const struct version versions[] = {
    {{(const uint8_t *)"old", 3}, {fills[0], 3000}},
    {{(const uint8_t *)"newer", 5}, {fills[1], 6000}},
    {{(const uint8_t *)"other", 5}, {fills[2], 4500}},
};
static const struct cert_cache_key changing = {
    .card = {(const uint8_t *)"card", 4},
    .place = {(const uint8_t *)"changing", 8},
};
static const struct cert_cache_key steady = {
    .card = {(const uint8_t *)"card", 4},
    .place = {(const uint8_t *)"steady", 6},
};

/* Seen by all processes. */
static struct {
	atomic_uint rounds[WRITERS]; /* of each writer */
} * shared;

static int
setup(void **state)
{
	for (size_t i = 0; i < COUNT_OF(fills); i++)
		for (size_t k = 0; k < sizeof(fills[i]); k++)
			fills[i][k] = (uint8_t)((i + 1) * k + k / 256);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(shared != MAP_FAILED);
	return cache_home_setup(state);
}

static int
teardown(void **state)
{
	(void)munmap(shared, sizeof(*shared));
	return cache_home_teardown(state);
}

static void
store(const struct cert_cache_key *key, size_t version)
{
	cert_cache_store(
	    key, versions[version].mark, versions[version].content);
}

static _Noreturn void
write_on(unsigned writer)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned i = 0; i < ROUNDS_MAX; i++) {
		store(&changing, i % 2);
		store(&steady, 2);
		shared->rounds[writer]++;
	}
	_exit(1);
}

static pid_t
start(unsigned writer)
{
	pid_t child;

	shared->rounds[writer] = 0;
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		write_on(writer);
	return child;
}

static void
await(unsigned writer)
{
	struct timespec now;
	time_t end;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	end = now.tv_sec + WAIT_S;
	while (shared->rounds[writer] < ROUNDS && now.tv_sec < end) {
		(void)sched_yield();
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
	}
	assert_true(shared->rounds[writer] >= ROUNDS);
}

static void
end(pid_t child)
{
	int status;

	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Which of the versions from first to last is there, whole. */
static size_t
load(const struct cert_cache_key *key, size_t first, size_t last)
{
	struct buf mark, content;
	size_t i;

	buf_init(&mark, CERT_CACHE_MARK_MAX);
	buf_init(&content, CERT_CACHE_CONTENT_MAX);
	assert_true(cert_cache_load(key, &mark, &content));
	for (i = first; i <= last; i++)
		if (bytes_equal(buf_bytes(&mark), versions[i].mark) &&
		    bytes_equal(buf_bytes(&content), versions[i].content))
			break;
	assert_in_range(i, first, last);
	buf_clear(&mark);
	buf_clear(&content);
	return i;
}

static void
load_all(void)
{
	(void)load(&changing, 0, 1);
	(void)load(&steady, 2, 2);
}

static uint32_t noise;

static void
spin(void)
{
	volatile uint32_t left;

	noise = noise * 1664525U + 1013904223U;
	for (left = (noise >> 8) % SPIN_MAX; left > 0;)
		left = left - 1;
}

static void
make_old(const char *path)
{
	const struct timespec then = {.tv_sec = time(NULL) - ABANDONED_S};
	const struct timespec times[2] = {then, then};

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static char half[CACHE_PATH_LEN];

static void
copy_half(const char *path)
{
	if (half[0] == '\0')
		(void)snprintf(half, sizeof(half), "%.400s.1", path);
}

/* As long a draft as a writer may have left, whatever the others have. */
static void
leave_draft(void)
{
	int fd;

	half[0] = '\0';
	cache_each_file(copy_half);
	fd = open(half, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "CACcert1", 8), 8);
	assert_int_equal(close(fd), 0);
}

/* Both entries are good, are replaced, and nothing else is left. */
static void
assert_usable(void)
{
	load_all();
	leave_draft();
	assert_true(cache_count_files() > 2);
	print_message("drafts left: %zu\n", cache_count_files() - 2);
	cache_each_file(make_old);
	for (size_t i = 0; i < 2; i++) {
		store(&changing, i);
		assert_int_equal(load(&changing, 0, 1), i);
	}
	(void)load(&steady, 2, 2);
	assert_int_equal(cache_count_files(), 2);
}

static void
one_writer(void **state)
{
	size_t seen[2] = {0, 0};

	(void)state;
	noise = 1;
	for (unsigned i = 0; i < KILLS; i++) {
		pid_t child = start(0);

		await(0);
		spin();
		end(child);
		seen[load(&changing, 0, 1)]++;
		(void)load(&steady, 2, 2);
	}
	print_message("old: %zu, new: %zu\n", seen[0], seen[1]);
	assert_usable();
}

static void
two_writers(void **state)
{
	(void)state;
	noise = 2;
	for (unsigned i = 0; i < KILLS / 8; i++) {
		pid_t children[WRITERS];

		for (unsigned k = 0; k < WRITERS; k++)
			children[k] = start(k);
		for (unsigned k = 0; k < WRITERS; k++)
			await(k);
		/* While both are at it. */
		for (unsigned k = 0; k < 10; k++)
			load_all();
		for (unsigned k = 0; k < WRITERS; k++) {
			spin();
			end(children[k]);
			load_all();
		}
	}
	assert_usable();
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST_WITH("cache: after each of 200 kill -9 while it is written "
		      "all is whole, old or new",
		one_writer, setup, teardown),
	    TEST_WITH("cache: two writers at once, and killed", two_writers,
		setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
