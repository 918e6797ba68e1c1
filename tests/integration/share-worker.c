/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes and threads that list one card at the same time, and are killed in
 * the middle of it. The counts lie in shared memory: a killed one's remain.
 */
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/integration/client.h"
#include "tests/integration/crowd.h"

#define ERRORS_MAX 16
#define NOBODY	   65534
#define REST_MS	   5
#define STUCK_MS   120000

/* One process, over all its lives; a round is one listing. */
struct score {
	_Atomic unsigned long rounds;
	_Atomic unsigned long starts; /* of the module */
	_Atomic unsigned long errors;
	_Atomic unsigned long wrong;
	_Atomic int64_t longest;
	_Atomic unsigned long life_rounds;
	_Atomic int64_t begun[THREADS_MAX]; /* 0: not in a round */
};

struct shared {
	_Atomic bool stop;
	struct score score[PROCESSES_MAX];
	_Atomic unsigned long error[ERRORS_MAX]; /* CKR_ number and one more */
	_Atomic unsigned long error_count[ERRORS_MAX];
};

static struct options {
	unsigned processes, threads, seconds, new_every, kill_every_ms, seed;
	bool users; /* every second process belongs to nobody */
	bool rude;  /* C_Finalize while other threads are inside */
	const char *module;
	struct pki pki;
} options = {8, 4, 10, 4, 0, 1, false, false, NULL, {0}};

static struct shared *shared;

/* The worker: one process. */
static struct client client;
static struct score *mine;
static pthread_rwlock_t turn;

static void
note_error(CK_RV rv)
{
	unsigned long empty = 0;

	atomic_fetch_add(&mine->errors, 1);
	for (unsigned i = 0; i < ERRORS_MAX; i++, empty = 0) {
		if (atomic_compare_exchange_strong(
			&shared->error[i], &empty, rv + 1) ||
		    empty == rv + 1) {
			atomic_fetch_add(&shared->error_count[i], 1);
			return;
		}
	}
}

static void
one_round(unsigned thread)
{
	CK_RV rv;

	atomic_store(&mine->begun[thread], now_ms());
	switch (client_round(&client, &options.pki, &rv)) {
	case VERDICT_RIGHT:
		atomic_fetch_add(&mine->rounds, 1);
		atomic_fetch_add(&mine->life_rounds, 1);
		break;
	case VERDICT_ERROR:
		note_error(rv);
		break;
	case VERDICT_WRONG:
		atomic_fetch_add(&mine->wrong, 1);
		break;
	}
	crowd_note_most(&mine->longest,
	    now_ms() - atomic_exchange(&mine->begun[thread], 0));
}

/* Start anew, so that the card is read again. */
static void
renew(void)
{
	CK_RV rv;

	if (!options.rude)
		(void)pthread_rwlock_wrlock(&turn);
	rv = client.f->C_Finalize(NULL);
	if (rv == CKR_OK)
		rv = client.f->C_Initialize(NULL);
	atomic_fetch_add(&mine->starts, 1);
	if (!options.rude)
		(void)pthread_rwlock_unlock(&turn);
	if (rv != CKR_OK)
		note_error(rv);
}

static bool
goes_on(unsigned rounds)
{
	if (options.seconds == 0)
		return rounds == 0;
	return !atomic_load(&shared->stop) ||
	    atomic_load(&mine->life_rounds) == 0;
}

static void *
work(void *arg)
{
	unsigned thread = (unsigned)(uintptr_t)arg;

	for (unsigned i = 0; goes_on(i); i++) {
		if (thread == 0 && i > 0 && i % options.new_every == 0)
			renew();
		(void)pthread_rwlock_rdlock(&turn);
		one_round(thread);
		(void)pthread_rwlock_unlock(&turn);
	}
	return NULL;
}

static void
turn_init(void)
{
	pthread_rwlockattr_t attr;

	(void)pthread_rwlockattr_init(&attr);
	(void)pthread_rwlockattr_setkind_np(
	    &attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	(void)pthread_rwlock_init(&turn, &attr);
}

static int
worker(unsigned place)
{
	pthread_t id[THREADS_MAX];
	unsigned n = 0;

	mine = &shared->score[place];
	crowd_shift_files(place);
	if (!client_load(&client, options.module))
		return EXIT_FAILURE;
	if (options.users && place % 2 == 1 &&
	    (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
		return EXIT_FAILURE;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	turn_init();
	atomic_fetch_add(&mine->starts, 1);
	if (client.f->C_Initialize(NULL) != CKR_OK)
		return EXIT_FAILURE;
	while (n < options.threads &&
	    pthread_create(&id[n], NULL, work, (void *)(uintptr_t)n) == 0)
		n++;
	for (unsigned i = 0; i < n; i++)
		(void)pthread_join(id[i], NULL);
	if (client.f->C_Finalize(NULL) != CKR_OK || n < options.threads)
		return EXIT_FAILURE;
	return EXIT_SUCCESS;
}

/* The rest is the first process, which never loads the module. */
static pid_t
start(unsigned place)
{
	struct score *s = &shared->score[place];
	pid_t pid;

	atomic_store(&s->life_rounds, 0);
	(void)fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(worker(place));
	/* The children die with us; and -1 would be everybody to kill(). */
	if (pid < 0)
		exit(EXIT_FAILURE);
	return pid;
}

static void
kill_one(pid_t pid, unsigned place)
{
	struct score *s = &shared->score[place];

	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	for (unsigned i = 0; i < options.threads; i++) {
		int64_t begun = atomic_exchange(&s->begun[i], 0);

		if (begun != 0)
			crowd_note_most(&s->longest, now_ms() - begun);
	}
}

static unsigned
kill_at_random(pid_t *pid, int64_t until)
{
	unsigned kills = 0;

	if (options.kill_every_ms == 0)
		rest_ms(options.seconds * 1000);
	while (options.kill_every_ms > 0 && now_ms() < until) {
		unsigned place = (unsigned)rand() % options.processes;

		rest_ms(1 + (unsigned)rand() % (2 * options.kill_every_ms));
		kill_one(pid[place], place);
		pid[place] = start(place);
		kills++;
	}
	return kills;
}

/* Wait for the end of a worker; false when it failed or is stuck. */
static bool
ended_well(pid_t pid, unsigned place, int64_t until)
{
	int status = 0;
	pid_t got;

	while ((got = waitpid(pid, &status, WNOHANG)) == 0) {
		if (now_ms() > until) {
			fprintf(stderr, "process %u is stuck\n", place);
			kill_one(pid, place);
			return false;
		}
		rest_ms(REST_MS);
	}
	if (got == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	fprintf(stderr, "process %u: status %#x\n", place, (unsigned)status);
	return false;
}

/* Sum up; the fresh process at the end is not among them. */
static bool
tell(unsigned kills)
{
	unsigned long rounds = 0, starts = 0, errors = 0, wrong = 0;
	unsigned long least = ULONG_MAX;
	int64_t longest = 0;

	for (unsigned i = 0; i < options.processes; i++) {
		struct score *s = &shared->score[i];

		rounds += s->rounds;
		starts += s->starts;
		errors += s->errors;
		wrong += s->wrong;
		least = s->rounds < least ? s->rounds : least;
		longest = s->longest > longest ? s->longest : longest;
	}
	printf("%u processes, %u threads each: %lu rounds, fewest of a process "
	       "%lu, %lu starts, %u kills, longest wait %lld ms, %lu errors, "
	       "%lu wrong\n",
	    options.processes, options.threads, rounds, least, starts, kills,
	    (long long)longest, errors, wrong);
	for (unsigned i = 0; i < ERRORS_MAX && shared->error[i] != 0; i++)
		printf("  error %#lx: %lu times\n", shared->error[i] - 1,
		    shared->error_count[i]);
	/* A kill between power off and on costs others their sessions. */
	return wrong == 0 && least > 0 &&
	    (errors == 0 || kills > 0 || options.rude);
}

/* After all that, somebody new finds the reader free. */
static bool
fresh_process(void)
{
	unsigned place = options.processes;
	int64_t begun = now_ms();
	bool ok;

	options.seconds = 0;
	options.threads = 1;
	ok = ended_well(start(place), place, begun + STUCK_MS) &&
	    shared->score[place].rounds == 1;
	printf("a fresh process lists: %s, %lld ms\n", ok ? "yes" : "no",
	    (long long)(now_ms() - begun));
	return ok;
}

static bool
run(void)
{
	pid_t pid[PROCESSES_MAX];
	int64_t begun = now_ms(), stopped;
	unsigned kills;
	bool ok = true;

	srand(options.seed);
	for (unsigned i = 0; i < options.processes; i++)
		pid[i] = start(i);
	kills = kill_at_random(pid, begun + options.seconds * 1000);
	atomic_store(&shared->stop, true);
	stopped = now_ms();
	for (unsigned i = 0; i < options.processes; i++)
		ok = ended_well(pid[i], i, stopped + STUCK_MS) && ok;
	printf("all ended %lld ms after they were told to\n",
	    (long long)(now_ms() - stopped));
	ok = tell(kills) && ok;
	return fresh_process() && ok;
}

static bool
parse(int argc, char **argv)
{
	static const struct crowd_option list[] = {
	    {'p', 1, PROCESSES_MAX - 1, &options.processes, NULL},
	    {'t', 1, THREADS_MAX, &options.threads, NULL},
	    {'s', 1, 3600, &options.seconds, NULL},
	    {'n', 1, 1000000, &options.new_every, NULL},
	    {'k', 0, 60000, &options.kill_every_ms, NULL},
	    {'r', 0, 1000000, &options.seed, NULL},
	    {'u', 0, 0, NULL, &options.users},
	    {'f', 0, 0, NULL, &options.rude},
	};

	if (!crowd_parse(argc, argv, list, sizeof(list) / sizeof(list[0])) ||
	    argc - optind != 2) {
		fprintf(stderr,
		    "usage: share-worker [-p processes] [-t threads] "
		    "[-s seconds]\n\t[-n rounds before C_Finalize] "
		    "[-k ms between kills] [-r seed]\n"
		    "\t[-u] [-f] MODULE PKI\n");
		return false;
	}
	options.module = argv[optind];
	return pki_load(&options.pki, argv[optind + 1]);
}

int
main(int argc, char **argv)
{
	if (!parse(argc, argv))
		return EXIT_FAILURE;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return EXIT_FAILURE;
	return run() ? EXIT_SUCCESS : EXIT_FAILURE;
}
