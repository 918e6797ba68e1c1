/* SPDX-License-Identifier: BSD-2-Clause */
/*
 *	fork-worker CASE MODULE PKI
 *
 * What a program does to a module besides asking for certificates: fork,
 * unload, start and end over and over. Each case is a function below.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/integration/client.h"

#define CYCLES	   1000
#define LISTINGS   3
#define STUCK_S	   50
#define READERS	   3
#define MANY_FORK  20
#define REMOVAL_MS 5000

static struct client client;
static struct pki pki;

static bool
is(const char *what, unsigned long got, unsigned long want)
{
	if (got != want)
		fprintf(stderr, "%s: %#lx, not %#lx\n", what, got, want);
	return got == want;
}

static bool
lists(const char *who)
{
	CK_RV rv = CKR_OK;
	enum verdict verdict = client_round(&client, &pki, &rv);

	if (verdict != VERDICT_RIGHT)
		fprintf(stderr, "%s: %s %#lx\n", who,
		    verdict == VERDICT_WRONG ? "a wrong list" : "error", rv);
	return verdict == VERDICT_RIGHT;
}

static bool
initialize(void)
{
	return is("C_Initialize", client.f->C_Initialize(NULL), CKR_OK);
}

static bool
finalize(void)
{
	return is("C_Finalize", client.f->C_Finalize(NULL), CKR_OK);
}

/* Run in a child; true when it ends well. */
static bool
in_child(bool (*run)(void))
{
	int status = -1;
	pid_t pid;

	(void)fflush(NULL);
	pid = fork();
	if (pid == 0) {
		(void)alarm(STUCK_S);
		_exit(run() ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid &&
	    is("child", (unsigned long)status, 0);
}

static CK_SESSION_HANDLE parents;

/* A child starts from nothing, whatever the parent has. */
static bool
child_from_nothing(void)
{
	CK_RV none = CKR_CRYPTOKI_NOT_INITIALIZED;
	CK_SESSION_INFO info;
	CK_ULONG n = 0;
	CK_SLOT_ID id;

	return is("C_GetSlotList", client.f->C_GetSlotList(CK_FALSE, NULL, &n),
		   none) &&
	    is("C_GetSessionInfo", client.f->C_GetSessionInfo(parents, &info),
		none) &&
	    is("C_FindObjectsFinal", client.f->C_FindObjectsFinal(parents),
		none) &&
	    is("C_CloseSession", client.f->C_CloseSession(parents), none) &&
	    is("C_WaitForSlotEvent",
		client.f->C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, NULL),
		none) &&
	    is("C_Finalize", client.f->C_Finalize(NULL), none);
}

/* It may start anew, list, and end: nothing of the parent's is lost. */
static bool
child_lists(void)
{
	CK_SESSION_INFO info;

	return child_from_nothing() && initialize() &&
	    is("a session of the parent",
		client.f->C_GetSessionInfo(parents, &info),
		CKR_SESSION_HANDLE_INVALID) &&
	    lists("child") && finalize() && child_from_nothing();
}

/* The parent's session works before, between and after. */
static bool
parent_lists(void)
{
	CK_OBJECT_HANDLE first;
	CK_RV rv = CKR_OK;
	size_t n;

	return is("the parent's session",
		   client_list(&client, parents, &pki, &rv, &n, &first),
		   VERDICT_RIGHT) &&
	    is("its answer", rv, CKR_OK);
}

static bool
case_fork(void)
{
	return initialize() &&
	    is("C_OpenSession", client_open(&client, &parents), CKR_OK) &&
	    parent_lists() && in_child(child_from_nothing) && parent_lists() &&
	    in_child(child_lists) && parent_lists() && lists("parent") &&
	    finalize();
}

static atomic_bool stop;
static atomic_bool failed;

/* Each turn reads the card: others have ended the module meanwhile. */
static void *
read_on(void *arg)
{
	CK_RV rv;

	(void)arg;
	while (!atomic_load(&stop)) {
		if (client_round(&client, &pki, &rv) == VERDICT_WRONG)
			atomic_store(&failed, true);
		if (client.f->C_Finalize(NULL) == CKR_OK)
			(void)client.f->C_Initialize(NULL);
	}
	return NULL;
}

static bool
start_readers(pthread_t id[READERS])
{
	bool ok = true;

	for (unsigned i = 0; i < READERS; i++)
		ok = pthread_create(&id[i], NULL, read_on, NULL) == 0 && ok;
	return ok;
}

static bool
child_anew(void)
{
	return initialize() && lists("child") && finalize();
}

/* Forks at any moment: while others hold our locks, libusb's and malloc's. */
static bool
case_fork_busy(void)
{
	pthread_t id[READERS];
	bool ok = initialize() && start_readers(id);

	for (unsigned i = 0; ok && i < MANY_FORK; i++)
		ok = in_child(child_anew);
	atomic_store(&stop, true);
	for (unsigned i = 0; i < READERS; i++)
		(void)pthread_join(id[i], NULL);
	return ok && !atomic_load(&failed);
}

/*
 * A parent dies in the middle of a transaction, and its idle child lives on
 * with copies of its open files. Others must not wait for the child's end.
 */
static bool
orphan_lives(pid_t *child)
{
	pthread_t id[READERS];
	int ends[2], status;
	pid_t parent;
	CK_RV rv;

	if (pipe(ends) != 0 || (parent = fork()) < 0)
		return false;
	if (parent == 0) {
		if (!initialize() || !start_readers(id))
			_exit(EXIT_FAILURE);
		for (unsigned i = 0; i < LISTINGS; i++)
			(void)client_round(&client, &pki, &rv);
		*child = fork();
		if (*child == 0) {
			(void)alarm(STUCK_S);
			for (;;)
				(void)pause();
		}
		(void)!write(ends[1], child, sizeof(*child));
		(void)kill(getpid(), SIGKILL);
	}
	(void)close(ends[1]);
	return read(ends[0], child, sizeof(*child)) == sizeof(*child) &&
	    *child > 0 && close(ends[0]) == 0 &&
	    waitpid(parent, &status, 0) == parent;
}

static bool
case_orphan(void)
{
	bool ok = true;
	pid_t child;

	for (unsigned i = 0; ok && i < MANY_FORK; i++) {
		if (!orphan_lives(&child))
			return false;
		ok = in_child(child_anew);
		(void)kill(child, SIGKILL);
	}
	return ok;
}

/* A thread that was joined is seen for a moment still. */
static bool
threads_are(size_t want)
{
	for (unsigned i = 0; i < REMOVAL_MS && count_self("task") != want; i++)
		rest_ms(1);
	return is("threads", count_self("task"), want);
}

/* Start and end: no file, no thread and no answer is lost. */
static bool
case_cycle(void)
{
	size_t files = 0, threads = count_self("task");
	bool ok = true;

	for (unsigned i = 0; ok && i < CYCLES; i++) {
		CK_ULONG n = 0;

		ok = initialize() &&
		    is("C_GetSlotList",
			client.f->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK) &&
		    is("slots", n, 1);
		if (ok && i % (CYCLES / LISTINGS) == 0)
			ok = lists("cycle");
		ok = ok && finalize() && threads_are(threads);
		/* The first listing may open files for good: /dev/urandom */
		if (i == 0)
			files = count_self("fd");
		ok = ok && is("open files", count_self("fd"), files);
	}
	return ok;
}

/* Where there is no reader, nothing is started for one. */
static bool
case_quiet(void)
{
	size_t files = count_self("fd"), threads = count_self("task");
	CK_ULONG n = 0;

	return initialize() &&
	    is("C_GetSlotList", client.f->C_GetSlotList(CK_FALSE, NULL, &n),
		CKR_OK) &&
	    is("slots", n, 0) && is("threads", count_self("task"), threads) &&
	    is("open files", count_self("fd"), files) && finalize();
}

/* Unloaded with and without C_Finalize, and loaded again. */
static bool
case_unload(const char *module)
{
	bool ok = initialize() && lists("first") && finalize() &&
	    is("dlclose", (unsigned long)dlclose(client.library), 0) &&
	    client_load(&client, module) && initialize() && lists("second");

	if (!ok)
		return false;
	/* Still initialised: the module stays as it is. */
	return is("dlclose", (unsigned long)dlclose(client.library), 0) &&
	    client_load(&client, module) &&
	    is("C_Initialize", client.f->C_Initialize(NULL),
		CKR_CRYPTOKI_ALREADY_INITIALIZED) &&
	    lists("third") &&
	    is("dlclose", (unsigned long)dlclose(client.library), 0);
}

int
main(int argc, char **argv)
{
	const char *name = argc == 4 ? argv[1] : "";
	bool ok = false;

	if (argc != 4) {
		fprintf(stderr,
		    "usage: fork-worker fork|busy|orphan|cycle|quiet|unload "
		    "MODULE PKI\n");
		return EXIT_FAILURE;
	}
	(void)alarm(2 * STUCK_S);
	if (!pki_load(&pki, argv[3]) || !client_load(&client, argv[2]))
		return EXIT_FAILURE;
	if (strcmp(name, "fork") == 0)
		ok = case_fork();
	else if (strcmp(name, "busy") == 0)
		ok = case_fork_busy();
	else if (strcmp(name, "orphan") == 0)
		ok = case_orphan();
	else if (strcmp(name, "cycle") == 0)
		ok = case_cycle();
	else if (strcmp(name, "quiet") == 0)
		ok = case_quiet();
	else if (strcmp(name, "unload") == 0)
		ok = case_unload(argv[2]);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
