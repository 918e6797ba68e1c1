/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/integration/client.h"

#define DER_MAX 65536

static bool
read_file(const char *path, struct certificate *out)
{
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return false;
	out->p = malloc(DER_MAX);
	out->n = out->p != NULL ? fread(out->p, 1, DER_MAX, f) : 0;
	(void)fclose(f);
	return out->n > 0 && out->n < DER_MAX;
}

bool
pki_load(struct pki *pki, const char *folder)
{
	char path[512];

	pki->count = 0;
	while (pki->count < PKI_MAX) {
		(void)snprintf(
		    path, sizeof(path), "%s/%02zu.der", folder, pki->count);
		if (!read_file(path, &pki->certificate[pki->count]))
			break;
		pki->count++;
	}
	if (pki->count == 0)
		fprintf(stderr, "%s: no certificates\n", folder);
	return pki->count > 0;
}

bool
client_load(struct client *c, const char *module)
{
	CK_C_GetFunctionList get;
	void *symbol;

	c->library = dlopen(module, RTLD_NOW | RTLD_LOCAL);
	if (c->library == NULL) {
		fprintf(stderr, "%s\n", dlerror());
		return false;
	}
	symbol = dlsym(c->library, "C_GetFunctionList");
	memcpy(&get, &symbol, sizeof(get));
	return symbol != NULL && get(&c->f) == CKR_OK;
}

CK_RV
client_slot(const struct client *c, CK_SLOT_ID *id)
{
	CK_SLOT_ID ids[16];
	CK_ULONG n = sizeof(ids) / sizeof(*ids);
	CK_RV rv = c->f->C_GetSlotList(CK_FALSE, ids, &n);

	if (rv == CKR_OK && n == 0)
		rv = CKR_SLOT_ID_INVALID;
	if (rv == CKR_OK)
		*id = ids[0];
	return rv;
}

CK_RV
client_open(const struct client *c, CK_SESSION_HANDLE *session)
{
	CK_SLOT_ID id;
	CK_RV rv = client_slot(c, &id);

	if (rv == CKR_OK)
		rv = c->f->C_OpenSession(
		    id, CKF_SERIAL_SESSION, NULL, NULL, session);
	return rv;
}

static CK_RV
search(const struct client *c, CK_SESSION_HANDLE session,
    CK_OBJECT_HANDLE found[PKI_MAX], CK_ULONG *count)
{
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ATTRIBUTE want = {CKA_CLASS, &class, sizeof(class)};
	CK_RV rv = c->f->C_FindObjectsInit(session, &want, 1);

	if (rv != CKR_OK)
		return rv;
	rv = c->f->C_FindObjects(session, found, PKI_MAX, count);
	if (rv == CKR_OK)
		rv = c->f->C_FindObjectsFinal(session);
	return rv;
}

static CK_RV
value_of(const struct client *c, CK_SESSION_HANDLE session,
    CK_OBJECT_HANDLE object, struct certificate *out)
{
	CK_ATTRIBUTE value = {CKA_VALUE, NULL, 0};
	CK_RV rv = c->f->C_GetAttributeValue(session, object, &value, 1);

	if (rv != CKR_OK)
		return rv;
	value.pValue = malloc(value.ulValueLen);
	if (value.pValue == NULL)
		return CKR_HOST_MEMORY;
	rv = c->f->C_GetAttributeValue(session, object, &value, 1);
	if (rv != CKR_OK) {
		free(value.pValue);
		return rv;
	}
	*out = (struct certificate){value.pValue, value.ulValueLen};
	return CKR_OK;
}

/* Which certificate it is; pki->count: none of them. */
static size_t
which(const struct pki *pki, const struct certificate *value)
{
	size_t i = 0;

	while (i < pki->count &&
	    (pki->certificate[i].n != value->n ||
		memcmp(pki->certificate[i].p, value->p, value->n) != 0))
		i++;
	return i;
}

enum verdict
client_list(const struct client *c, CK_SESSION_HANDLE session,
    const struct pki *pki, CK_RV *rv, size_t *count, CK_OBJECT_HANDLE *first)
{
	CK_OBJECT_HANDLE found[PKI_MAX] = {0};
	CK_ULONG n = 0;
	unsigned seen = 0;

	*count = 0;
	*first = CK_INVALID_HANDLE;
	*rv = search(c, session, found, &n);
	for (CK_ULONG i = 0; *rv == CKR_OK && i < n; i++) {
		struct certificate value;

		*rv = value_of(c, session, found[i], &value);
		if (*rv == CKR_OK) {
			seen |= 1U << which(pki, &value);
			free(value.p);
		}
	}
	if (*rv != CKR_OK)
		return VERDICT_ERROR;
	*count = n;
	*first = found[0];
	return n == pki->count && seen == (1U << pki->count) - 1
	    ? VERDICT_RIGHT
	    : VERDICT_WRONG;
}

enum verdict
client_round(const struct client *c, const struct pki *pki, CK_RV *rv)
{
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE first;
	enum verdict verdict;
	size_t count;

	*rv = client_open(c, &session);
	if (*rv != CKR_OK)
		return VERDICT_ERROR;
	verdict = client_list(c, session, pki, rv, &count, &first);
	(void)c->f->C_CloseSession(session);
	return verdict;
}

int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
rest_ms(unsigned ms)
{
	struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};

	(void)nanosleep(&t, NULL);
}

size_t
count_self(const char *name)
{
	char path[64];
	size_t n = 0;
	DIR *dir;

	(void)snprintf(path, sizeof(path), "/proc/self/%s", name);
	dir = opendir(path);
	if (dir == NULL)
		return 0;
	while (readdir(dir) != NULL)
		n++;
	(void)closedir(dir);
	return n;
}

static const struct {
	CK_RV rv;
	const char *name;
} names[] = {
    {CKR_OK, "ok"},
    {CKR_ARGUMENTS_BAD, "bad-arguments"},
    {CKR_CRYPTOKI_NOT_INITIALIZED, "not-initialized"},
    {CKR_DATA_INVALID, "bad-data"},
    {CKR_DEVICE_ERROR, "device-error"},
    {CKR_DEVICE_REMOVED, "device-removed"},
    {CKR_ENCRYPTED_DATA_INVALID, "bad-data"},
    {CKR_FUNCTION_REJECTED, "last-try"},
    {CKR_KEY_HANDLE_INVALID, "no-key"},
    {CKR_NO_EVENT, "no-event"},
    {CKR_OBJECT_HANDLE_INVALID, "no-such-object"},
    {CKR_PIN_INCORRECT, "wrong-pin"},
    {CKR_PIN_INVALID, "no-digits"},
    {CKR_PIN_LEN_RANGE, "no-length"},
    {CKR_PIN_LOCKED, "locked"},
    {CKR_SESSION_HANDLE_INVALID, "no-such-session"},
    {CKR_SLOT_ID_INVALID, "no-such-slot"},
    {CKR_TOKEN_NOT_PRESENT, "no-token"},
    {CKR_TOKEN_NOT_RECOGNIZED, "strange-token"},
    {CKR_USER_ALREADY_LOGGED_IN, "logged-in"},
    {CKR_USER_NOT_LOGGED_IN, "not-logged-in"},
};

void
client_say(CK_RV rv)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (names[i].rv == rv) {
			printf("%s", names[i].name);
			return;
		}
	}
	printf("%#lx", rv);
}
