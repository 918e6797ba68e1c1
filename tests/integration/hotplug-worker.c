/* SPDX-License-Identifier: BSD-2-Clause */
/*
 *	hotplug-worker MODULE PKI [FILES]
 *
 * A program on the module, led by a script: each line of standard input is a
 * command, and is answered by one line. FILES are opened first, since the
 * preloaded library that shows the reader wants other numbers in each process.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/integration/client.h"

#define SESSIONS 10
#define LIFE_S	 120
#define UNTIL_MS 20000
#define REST_MS	 5

static struct client client;
static struct pki pki;
static struct session {
	CK_SESSION_HANDLE handle;
	CK_OBJECT_HANDLE object; /* of its last listing */
} sessions[SESSIONS];

static void
do_init(struct session *s)
{
	(void)s;
	client_say(client.f->C_Initialize(NULL));
}

static void
do_finalize(struct session *s)
{
	(void)s;
	client_say(client.f->C_Finalize(NULL));
}

/* How many there are. */
static void
do_slots(struct session *s)
{
	CK_ULONG n = 0;
	CK_RV rv = client.f->C_GetSlotList(CK_FALSE, NULL, &n);

	(void)s;
	if (rv == CKR_OK)
		printf("%lu", n);
	else
		client_say(rv);
}

/* As programs do that never ask for the list again. */
static bool
present(CK_RV *rv)
{
	static CK_SLOT_ID id;
	CK_SLOT_INFO info = {0};

	*rv = id == 0 ? client_slot(&client, &id) : CKR_OK;
	if (*rv == CKR_OK)
		*rv = client.f->C_GetSlotInfo(id, &info);
	return *rv == CKR_OK && (info.flags & CKF_TOKEN_PRESENT) != 0;
}

static void
do_look(struct session *s)
{
	CK_RV rv;
	bool is = present(&rv);

	(void)s;
	if (rv == CKR_OK)
		printf("%s", is ? "card" : "empty");
	else
		client_say(rv);
}

static void
look_until(bool want)
{
	int64_t end = now_ms() + UNTIL_MS;
	CK_RV rv = CKR_OK;

	while (rv == CKR_OK && now_ms() < end) {
		if (present(&rv) == want && rv == CKR_OK) {
			client_say(CKR_OK);
			return;
		}
		rest_ms(REST_MS);
	}
	printf("in vain: ");
	client_say(rv);
}

static void
do_card(struct session *s)
{
	(void)s;
	look_until(true);
}

static void
do_empty(struct session *s)
{
	(void)s;
	look_until(false);
}

static void
do_open(struct session *s)
{
	client_say(client_open(&client, &s->handle));
}

static void
do_close(struct session *s)
{
	client_say(client.f->C_CloseSession(s->handle));
}

static CK_RV
session_info(const struct session *s)
{
	CK_SESSION_INFO info;

	return client.f->C_GetSessionInfo(s->handle, &info);
}

static void
do_session(struct session *s)
{
	client_say(session_info(s));
}

/* Until the session is no more. */
static void
do_dead(struct session *s)
{
	int64_t end = now_ms() + UNTIL_MS;
	CK_RV rv;

	while ((rv = session_info(s)) == CKR_OK && now_ms() < end)
		rest_ms(REST_MS);
	client_say(rv);
}

/* "right", "wrong N" of N certificates, or the error. */
static void
do_list(struct session *s)
{
	CK_OBJECT_HANDLE first;
	CK_RV rv;
	size_t n;

	switch (client_list(&client, s->handle, &pki, &rv, &n, &first)) {
	case VERDICT_RIGHT:
		s->object = first;
		printf("right");
		break;
	case VERDICT_WRONG:
		s->object = first;
		printf("wrong %zu", n);
		break;
	case VERDICT_ERROR:
		client_say(rv);
		break;
	}
}

/* The object found in session 1, asked of this session. */
static void
do_old(struct session *s)
{
	CK_ATTRIBUTE value = {CKA_VALUE, NULL, 0};

	client_say(client.f->C_GetAttributeValue(
	    s->handle, sessions[1].object, &value, 1));
}

static void
wait_event(CK_FLAGS flags)
{
	CK_SLOT_ID id = 0;

	client_say(client.f->C_WaitForSlotEvent(flags, &id, NULL));
}

static void
do_event(struct session *s)
{
	(void)s;
	wait_event(CKF_DONT_BLOCK);
}

static void
do_wait(struct session *s)
{
	(void)s;
	wait_event(0);
}

static void *
wait_in_thread(void *rv)
{
	CK_SLOT_ID id;

	*(CK_RV *)rv = client.f->C_WaitForSlotEvent(0, &id, NULL);
	return NULL;
}

/* C_Finalize while another thread waits: how the wait ends. */
static void
do_wait_finalize(struct session *s)
{
	CK_RV rv = CKR_OK;
	pthread_t id;

	(void)s;
	if (pthread_create(&id, NULL, wait_in_thread, &rv) != 0)
		return;
	rest_ms(REST_MS);
	(void)client.f->C_Finalize(NULL);
	(void)pthread_join(id, NULL);
	client_say(rv);
}

static const struct {
	const char *name;
	void (*run)(struct session *);
} commands[] = {
    {"init", do_init},
    {"finalize", do_finalize},
    {"slots", do_slots},
    {"look", do_look},
    {"until-card", do_card},
    {"until-empty", do_empty},
    {"until-dead", do_dead},
    {"open", do_open},
    {"close", do_close},
    {"session", do_session},
    {"list", do_list},
    {"old-object", do_old},
    {"event", do_event},
    {"wait", do_wait},
    {"wait-finalize", do_wait_finalize},
};

static void
obey(const char *name, unsigned session)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(commands[i].name, name) == 0 && session < SESSIONS) {
			commands[i].run(&sessions[session]);
			return;
		}
	}
	printf("no such command");
}

int
main(int argc, char **argv)
{
	char line[128], name[32];
	unsigned session;

	if (argc < 3 || argc > 4) {
		fprintf(stderr, "usage: hotplug-worker MODULE PKI [FILES]\n");
		return EXIT_FAILURE;
	}
	(void)alarm(LIFE_S);
	for (int i = argc == 4 ? atoi(argv[3]) : 0; i > 0; i--)
		(void)!open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (!pki_load(&pki, argv[2]) || !client_load(&client, argv[1]))
		return EXIT_FAILURE;
	while (fgets(line, sizeof(line), stdin) != NULL) {
		session = 0;
		if (sscanf(line, "%31s %u", name, &session) < 1)
			continue;
		obey(name, session);
		printf("\n");
		(void)fflush(stdout);
	}
	return EXIT_SUCCESS;
}
