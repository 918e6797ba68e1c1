/* SPDX-License-Identifier: BSD-2-Clause */
/*
 *	turn-worker [-p processes] [-t threads] [-s seconds] [-o objects] [-g]
 *
 * Processes and threads that all want one reader, without a PKCS#11 module
 * above it: how long does one reader_begin() wait? Each reads -o objects and
 * makes room between two of them when others wait, or with -g never.
 */
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reader/readers.h"
#include "reader/usb-libusb.h"
#include "tests/integration/client.h"
#include "tests/integration/crowd.h"

#define BEGIN_MS   60000
#define READ_MS	   20000
#define OBJECT_MAX 16384

struct score {
	_Atomic unsigned long turns[THREADS_MAX]; /* transactions */
	_Atomic unsigned long objects;
	_Atomic unsigned long errors;
	_Atomic int64_t first;	 /* the longest wait of a first transaction */
	_Atomic int64_t longest; /* of the others */
	_Atomic int64_t held;	 /* the longest transaction */
};

struct shared {
	_Atomic bool stop;
	struct score score[PROCESSES_MAX];
};

static struct options {
	unsigned processes, threads, seconds, objects;
	bool greedy;
} options = {8, 4, 5, 10, false};

static struct shared *shared;
static struct score *mine;
static struct reader *reader;

/* SELECT PIV, and GET DATA of its authentication certificate. */
static err_t
read_object(void)
{
	static const uint8_t aid[] = {
	    0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00};
	static const uint8_t tag[] = {0x5C, 0x03, 0x5F, 0xC1, 0x05};
	struct apdu_cmd select = {.ins = 0xA4,
	    .p1 = 4,
	    .data = BYTES(aid),
	    .ne = APDU_NE_MAX,
	    .replay = APDU_REPLAY_OK};
	struct apdu_cmd get = {.ins = 0xCB,
	    .p1 = 0x3F,
	    .p2 = 0xFF,
	    .data = BYTES(tag),
	    .ne = APDU_NE_ALL,
	    .replay = APDU_REPLAY_OK};
	struct deadline until = deadline_in(READ_MS);
	struct apdu_rsp rsp;
	struct buf data;
	err_t err;

	buf_init(&data, OBJECT_MAX);
	rsp = (struct apdu_rsp){.data = &data};
	reader_new_object(reader);
	err = reader_exchange(reader, &select, &rsp, until);
	buf_truncate(&data, 0);
	if (err == 0)
		err = reader_exchange(reader, &get, &rsp, until);
	buf_clear(&data);
	return err;
}

static void
one_turn(unsigned thread, unsigned *left)
{
	int64_t begun = now_ms(), taken;
	err_t err = reader_begin(reader, deadline_in(BEGIN_MS));

	taken = now_ms();
	/* The first one also powers the card, after those in front of it. */
	crowd_note_most(atomic_load(&mine->turns[thread]) == 0 ? &mine->first
							       : &mine->longest,
	    taken - begun);
	if (err != 0) {
		atomic_fetch_add(&mine->errors, 1);
		*left = 0;
		return;
	}
	reader_trust(reader);
	do {
		err = read_object();
		if (err != 0 && err != READER_ERR_RESET)
			atomic_fetch_add(&mine->errors, 1);
		else
			atomic_fetch_add(&mine->objects, 1);
	} while (--*left > 0 && (options.greedy || !reader_wanted(reader)));
	crowd_note_most(&mine->held, now_ms() - taken);
	reader_end(reader);
	atomic_fetch_add(&mine->turns[thread], 1);
}

static void *
work(void *arg)
{
	unsigned thread = (unsigned)(uintptr_t)arg, left;

	while (!atomic_load(&shared->stop)) {
		for (left = options.objects; left > 0;)
			one_turn(thread, &left);
	}
	return NULL;
}

static int
worker(unsigned place)
{
	pthread_t id[THREADS_MAX];
	struct readers *readers;
	struct usb_bus bus;
	unsigned n = 0;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	mine = &shared->score[place];
	crowd_shift_files(place);
	if (usb_libusb_bus(&bus) != 0 || readers_new(bus, &readers) != 0)
		return EXIT_FAILURE;
	if (readers_refresh(readers) != 0 || readers_count(readers) == 0)
		return EXIT_FAILURE;
	reader = readers_get(readers, 0);
	while (n < options.threads &&
	    pthread_create(&id[n], NULL, work, (void *)(uintptr_t)n) == 0)
		n++;
	for (unsigned i = 0; i < n; i++)
		(void)pthread_join(id[i], NULL);
	readers_free(&readers);
	return n == options.threads ? EXIT_SUCCESS : EXIT_FAILURE;
}

static bool
tell(void)
{
	unsigned long turns = 0, least = ULONG_MAX, objects = 0, errors = 0;
	int64_t first = 0, longest = 0, held = 0;

	for (unsigned i = 0; i < options.processes; i++) {
		struct score *s = &shared->score[i];

		for (unsigned t = 0; t < options.threads; t++) {
			turns += s->turns[t];
			least = s->turns[t] < least ? s->turns[t] : least;
		}
		objects += s->objects;
		errors += s->errors;
		first = s->first > first ? s->first : first;
		longest = s->longest > longest ? s->longest : longest;
		held = s->held > held ? s->held : held;
	}
	printf(
	    "%u processes, %u threads each, %s: %lu transactions, fewest of "
	    "a thread %lu, %lu objects, longest transaction %lld ms, longest "
	    "wait for one %lld ms (for a first one %lld ms), %lu errors\n",
	    options.processes, options.threads,
	    options.greedy ? "greedy" : "making room", turns, least, objects,
	    (long long)held, (long long)longest, (long long)first, errors);
	return least > 0 && errors == 0;
}

static bool
run(void)
{
	pid_t pid[PROCESSES_MAX];
	bool ok = true;

	(void)fflush(NULL);
	for (unsigned i = 0; i < options.processes; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			_exit(worker(i));
		if (pid[i] < 0)
			exit(EXIT_FAILURE);
	}
	rest_ms(options.seconds * 1000);
	atomic_store(&shared->stop, true);
	for (unsigned i = 0; i < options.processes; i++) {
		int status = -1;

		if (waitpid(pid[i], &status, 0) != pid[i] || status != 0) {
			fprintf(stderr, "process %u: status %#x\n", i,
			    (unsigned)status);
			ok = false;
		}
	}
	return tell() && ok;
}

static bool
parse(int argc, char **argv)
{
	static const struct crowd_option list[] = {
	    {'p', 1, PROCESSES_MAX, &options.processes, NULL},
	    {'t', 1, THREADS_MAX, &options.threads, NULL},
	    {'s', 1, 3600, &options.seconds, NULL},
	    {'o', 1, 1000, &options.objects, NULL},
	    {'g', 0, 0, NULL, &options.greedy},
	};

	return crowd_parse(argc, argv, list, sizeof(list) / sizeof(list[0])) &&
	    optind == argc;
}

int
main(int argc, char **argv)
{
	if (!parse(argc, argv)) {
		fprintf(stderr,
		    "usage: turn-worker [-p processes] [-t threads] "
		    "[-s seconds] [-o objects] [-g]\n");
		return EXIT_FAILURE;
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return EXIT_FAILURE;
	return run() ? EXIT_SUCCESS : EXIT_FAILURE;
}
