/* SPDX-License-Identifier: BSD-2-Clause */
/*
 *	login-worker MODULE [FILES]
 *
 * A program that logs in and uses private keys, led by a script: each line of
 * standard input is a command, and is answered by one line. N is a session, ID
 * a key's CKA_ID in hexadecimal; the PIN "-" is an empty one.
 *
 *	init, finalize, open N, open-rw N, close N, state N, flags
 *	login N PIN, logout N, set-pin N OLD NEW
 *	sign N ID IN OUT [PIN]: CKM_RSA_PKCS or CKM_ECDSA; the PIN is for keys
 *		that want it before each use
 *	decrypt N ID IN OUT: CKM_RSA_PKCS
 *
 * FILES are opened first: the library that shows the reader wants other
 * numbers in each process that waits for plugs.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/integration/client.h"

#define SESSIONS 10
#define WORDS	 6
#define ID_MAX	 8
#define DATA_MAX 1024 /* of a modulus */
#define LIFE_S	 300

static struct client client;
static CK_SESSION_HANDLE sessions[SESSIONS];

/* Of the command. */
static CK_SESSION_HANDLE *session;
static char *word[WORDS];
static unsigned words;

static CK_RV
do_init(void)
{
	return client.f->C_Initialize(NULL);
}

static CK_RV
do_finalize(void)
{
	return client.f->C_Finalize(NULL);
}

static CK_RV
do_open(void)
{
	return client_open(&client, session);
}

static CK_RV
do_open_rw(void)
{
	CK_SLOT_ID id;
	CK_RV rv = client_slot(&client, &id);

	if (rv == CKR_OK)
		rv = client.f->C_OpenSession(id,
		    CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, session);
	return rv;
}

static CK_RV
do_close(void)
{
	return client.f->C_CloseSession(*session);
}

static CK_RV
login_as(CK_USER_TYPE user, char *pin)
{
	CK_ULONG n = strcmp(pin, "-") == 0 ? 0 : strlen(pin);

	return client.f->C_Login(*session, user, (CK_UTF8CHAR *)pin, n);
}

static CK_RV
do_login(void)
{
	return login_as(CKU_USER, word[2]);
}

static CK_RV
do_logout(void)
{
	return client.f->C_Logout(*session);
}

static CK_RV
do_set_pin(void)
{
	return client.f->C_SetPIN(*session, (CK_UTF8CHAR *)word[2],
	    strlen(word[2]), (CK_UTF8CHAR *)word[3], strlen(word[3]));
}

/* Printed instead of ok: user or public. */
static CK_RV
do_state(void)
{
	CK_SESSION_INFO info;
	CK_RV rv = client.f->C_GetSessionInfo(*session, &info);

	if (rv == CKR_OK)
		printf("%s ",
		    info.state == CKS_RO_USER_FUNCTIONS ||
			    info.state == CKS_RW_USER_FUNCTIONS
			? "user"
			: "public");
	return rv;
}

static CK_RV
do_flags(void)
{
	CK_TOKEN_INFO info;
	CK_SLOT_ID id;
	CK_RV rv = client_slot(&client, &id);

	if (rv == CKR_OK)
		rv = client.f->C_GetTokenInfo(id, &info);
	if (rv != CKR_OK)
		return rv;
	if ((info.flags & CKF_USER_PIN_COUNT_LOW) != 0)
		printf("low ");
	if ((info.flags & CKF_USER_PIN_FINAL_TRY) != 0)
		printf("final ");
	if ((info.flags & CKF_USER_PIN_LOCKED) != 0)
		printf("blocked ");
	return rv;
}

static CK_ULONG
from_hex(const char *text, unsigned char out[ID_MAX])
{
	CK_ULONG n = 0;
	unsigned byte;

	while (n < ID_MAX && sscanf(text + 2 * n, "%2x", &byte) == 1)
		out[n++] = (unsigned char)byte;
	return n;
}

/* The private key of word[2]. CKR_KEY_HANDLE_INVALID: it is not seen. */
static CK_RV
find_key(CK_OBJECT_HANDLE *key)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	unsigned char id[ID_MAX];
	CK_ATTRIBUTE want[] = {{CKA_CLASS, &class, sizeof(class)},
	    {CKA_ID, id, from_hex(word[2], id)}};
	CK_ULONG n = 0;
	CK_RV rv = client.f->C_FindObjectsInit(*session, want, 2);

	if (rv != CKR_OK)
		return rv;
	rv = client.f->C_FindObjects(*session, key, 1, &n);
	(void)client.f->C_FindObjectsFinal(*session);
	return rv == CKR_OK && n == 0 ? CKR_KEY_HANDLE_INVALID : rv;
}

static CK_ULONG
read_input(CK_BYTE data[DATA_MAX])
{
	FILE *f = fopen(word[3], "re");
	CK_ULONG n = 0;

	if (f == NULL)
		return 0;
	n = fread(data, 1, DATA_MAX, f);
	(void)fclose(f);
	return n;
}

static CK_RV
write_output(const CK_BYTE *data, CK_ULONG n)
{
	FILE *f = fopen(word[4], "we");

	if (f == NULL)
		return CKR_FUNCTION_FAILED;
	n -= fwrite(data, 1, n, f);
	return fclose(f) == 0 && n == 0 ? CKR_OK : CKR_FUNCTION_FAILED;
}

static CK_RV
attribute(CK_OBJECT_HANDLE key, CK_ATTRIBUTE_TYPE type, void *p, CK_ULONG n)
{
	CK_ATTRIBUTE a = {type, p, n};

	return client.f->C_GetAttributeValue(*session, key, &a, 1);
}

static CK_RV
sign_init(CK_OBJECT_HANDLE key, CK_BBOOL *always)
{
	CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
	CK_KEY_TYPE type = CKK_RSA;
	CK_RV rv = attribute(key, CKA_KEY_TYPE, &type, sizeof(type));

	*always = CK_FALSE;
	if (rv == CKR_OK)
		rv = attribute(
		    key, CKA_ALWAYS_AUTHENTICATE, always, sizeof(*always));
	if (type == CKK_EC)
		mechanism.mechanism = CKM_ECDSA;
	if (rv == CKR_OK)
		rv = client.f->C_SignInit(*session, &mechanism, key);
	return rv;
}

static CK_RV
do_sign(void)
{
	CK_BYTE in[DATA_MAX], out[DATA_MAX];
	CK_ULONG n = sizeof(out);
	CK_OBJECT_HANDLE key;
	CK_BBOOL always;
	CK_RV login = CKR_OK, rv = find_key(&key);

	if (rv == CKR_OK)
		rv = sign_init(key, &always);
	if (rv != CKR_OK)
		return rv;
	if (always && words > 5)
		login = login_as(CKU_CONTEXT_SPECIFIC, word[5]);
	/* Also after a refused PIN: that ends the operation. */
	rv = client.f->C_Sign(*session, in, read_input(in), out, &n);
	if (login != CKR_OK)
		return rv == CKR_OK ? CKR_GENERAL_ERROR : login;
	return rv == CKR_OK ? write_output(out, n) : rv;
}

static CK_RV
do_decrypt(void)
{
	CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
	CK_BYTE in[DATA_MAX], out[DATA_MAX];
	CK_ULONG n = sizeof(out);
	CK_OBJECT_HANDLE key;
	CK_RV rv = find_key(&key);

	if (rv == CKR_OK)
		rv = client.f->C_DecryptInit(*session, &mechanism, key);
	if (rv == CKR_OK)
		rv = client.f->C_Decrypt(*session, in, read_input(in), out, &n);
	return rv == CKR_OK ? write_output(out, n) : rv;
}

static const struct {
	const char *name;
	unsigned words;
	CK_RV (*run)(void);
} commands[] = {
    {"init", 1, do_init},
    {"finalize", 1, do_finalize},
    {"open", 2, do_open},
    {"open-rw", 2, do_open_rw},
    {"close", 2, do_close},
    {"state", 2, do_state},
    {"flags", 1, do_flags},
    {"login", 3, do_login},
    {"logout", 2, do_logout},
    {"set-pin", 4, do_set_pin},
    {"sign", 5, do_sign},
    {"decrypt", 5, do_decrypt},
};

static void
obey(void)
{
	unsigned n = words > 1 ? (unsigned)atoi(word[1]) : 0;

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(commands[i].name, word[0]) == 0 &&
		    words >= commands[i].words && n < SESSIONS) {
			session = &sessions[n];
			client_say(commands[i].run());
			return;
		}
	}
	printf("no such command");
}

int
main(int argc, char **argv)
{
	char line[1024];

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: login-worker MODULE [FILES]\n");
		return EXIT_FAILURE;
	}
	(void)alarm(LIFE_S);
	for (int i = argc == 3 ? atoi(argv[2]) : 0; i > 0; i--)
		(void)!open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (!client_load(&client, argv[1]))
		return EXIT_FAILURE;
	while (fgets(line, sizeof(line), stdin) != NULL) {
		words = 0;
		for (char *w = strtok(line, " \n"); w != NULL && words < WORDS;
		     w = strtok(NULL, " \n"))
			word[words++] = w;
		if (words == 0)
			continue;
		obey();
		printf("\n");
		(void)fflush(stdout);
	}
	return EXIT_SUCCESS;
}
