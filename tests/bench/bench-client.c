/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One task through any Cryptoki module, the same calls for each: what the
 * benchmark measures. Nothing is allocated here, so that the heap is the
 * module's.
 *
 * bench-client MODULE FOLDER load | list | first | sign KEY-ID COUNT
 * bench-client MODULE FOLDER none: the program by itself
 *
 * FOLDER gets the certificates (1.der ...) and the signatures (1.sig ...): PKCS
 * #1 v1.5 without DigestInfo, of 32 bytes that are all 01, all 02 and so on.
 */
#define CRYPTOKI_COMPAT 1
#include <p11-kit/pkcs11.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OBJECTS	  32
#define VALUE_MAX 8192
#define SIGN_MAX  512

static const char *folder;
static CK_FUNCTION_LIST *p11;
static CK_SESSION_HANDLE session;

static void
check(const char *call, CK_RV rv)
{
	if (rv == CKR_OK)
		return;
	dprintf(STDERR_FILENO, "%s: %08lx\n", call, rv);
	exit(1);
}

#define CHECK(name, ...) check(#name, p11->name(__VA_ARGS__))

/* Without stdio, which allocates. */
static void
keep(const char *suffix, unsigned number, const void *p, size_t n)
{
	char path[512];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%u.%s", folder, number, suffix);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, p, n) != (ssize_t)n)
		check(path, CKR_GENERAL_ERROR);
	(void)close(fd);
}

static void
load(const char *module)
{
	void *library = dlopen(module, RTLD_NOW | RTLD_LOCAL);
	CK_C_GetFunctionList get;
	CK_INFO info;
	void *symbol;

	if (library == NULL)
		check(dlerror(), CKR_GENERAL_ERROR);
	symbol = dlsym(library, "C_GetFunctionList");
	if (symbol == NULL)
		check("C_GetFunctionList", CKR_FUNCTION_NOT_SUPPORTED);
	memcpy(&get, &symbol, sizeof(get));
	check("C_GetFunctionList", get(&p11));
	CHECK(C_Initialize, NULL);
	CHECK(C_GetInfo, &info);
}

static void
open_session(void)
{
	CK_SLOT_ID slots[16];
	CK_ULONG n = sizeof(slots) / sizeof(*slots);
	CK_TOKEN_INFO token;

	CHECK(C_GetSlotList, CK_TRUE, slots, &n);
	if (n == 0)
		check("no token", CKR_TOKEN_NOT_PRESENT);
	CHECK(C_GetTokenInfo, slots[0], &token);
	CHECK(
	    C_OpenSession, slots[0], CKF_SERIAL_SESSION, NULL, NULL, &session);
}

static CK_ULONG
find(CK_ATTRIBUTE *want, CK_ULONG n, CK_OBJECT_HANDLE *found, CK_ULONG max)
{
	CK_ULONG count = 0;

	CHECK(C_FindObjectsInit, session, want, n);
	CHECK(C_FindObjects, session, found, max, &count);
	CHECK(C_FindObjectsFinal, session);
	return count;
}

static void
certificates(CK_ULONG max)
{
	static unsigned char der[VALUE_MAX];
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ATTRIBUTE want = {CKA_CLASS, &class, sizeof(class)};
	CK_OBJECT_HANDLE found[OBJECTS];
	CK_ULONG n = find(&want, 1, found, max);

	for (CK_ULONG i = 0; i < n; i++) {
		CK_ATTRIBUTE value = {CKA_VALUE, der, sizeof(der)};

		CHECK(C_GetAttributeValue, session, found[i], &value, 1);
		keep("der", (unsigned)i + 1, der, value.ulValueLen);
	}
}

/* CKA_ID as hexadecimal digits. */
static CK_OBJECT_HANDLE
private_key(const char *id)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_BYTE bytes[32];
	CK_ATTRIBUTE want[] = {{CKA_CLASS, &class, sizeof(class)},
	    {CKA_ID, bytes, strlen(id) / 2}};
	CK_OBJECT_HANDLE key;

	for (size_t i = 0; i < strlen(id) / 2 && i < sizeof(bytes); i++)
		(void)sscanf(id + 2 * i, "%2hhx", &bytes[i]);
	if (find(want, 2, &key, 1) != 1)
		check("no such key", CKR_KEY_HANDLE_INVALID);
	return key;
}

static void
sign(const char *id, unsigned count)
{
	CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
	CK_UTF8CHAR pin[] = "77777777";
	CK_BYTE data[32];
	CK_OBJECT_HANDLE key;

	CHECK(C_Login, session, CKU_USER, pin, sizeof(pin) - 1);
	key = private_key(id);
	for (unsigned i = 1; i <= count; i++) {
		CK_BYTE signature[SIGN_MAX];
		CK_ULONG n = sizeof(signature);

		memset(data, (int)i, sizeof(data));
		CHECK(C_SignInit, session, &mechanism, key);
		CHECK(C_Sign, session, data, sizeof(data), signature, &n);
		keep("sig", i, signature, n);
	}
}

static void
task(const char *module, const char *name, char **args)
{
	if (strcmp(name, "none") == 0)
		return;
	load(module);
	if (strcmp(name, "load") != 0)
		open_session();
	if (strcmp(name, "list") == 0)
		certificates(OBJECTS);
	if (strcmp(name, "first") == 0)
		certificates(1);
	if (strcmp(name, "sign") == 0)
		sign(args[0], (unsigned)strtoul(args[1], NULL, 10));
	CHECK(C_Finalize, NULL);
}

int
main(int argc, char **argv)
{
	if (argc < 4 || (strcmp(argv[3], "sign") == 0 && argc < 6))
		return 2;
	folder = argv[2];
	task(argv[1], argv[3], argv + 4);
	return 0;
}
