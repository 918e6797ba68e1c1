/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that loads the module, for tests that need several of them. */
#ifndef TESTS_INTEGRATION_CLIENT_H
#define TESTS_INTEGRATION_CLIENT_H

#define CRYPTOKI_COMPAT 1
#include <p11-kit/pkcs11.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PKI_MAX 16

/* What is on the card: 00.der, 01.der and so on of the emulator's --pki. */
struct pki {
	size_t count;
	struct certificate {
		unsigned char *p;
		size_t n;
	} certificate[PKI_MAX];
};

struct client {
	void *library;
	CK_FUNCTION_LIST *f;
};

/* Say why and return false on failure. Released when the program ends. */
bool pki_load(struct pki *pki, const char *folder);
bool client_load(struct client *c, const char *module);

/* The first slot, whether or not there is a card. */
CK_RV client_slot(const struct client *c, CK_SLOT_ID *id);

CK_RV client_open(const struct client *c, CK_SESSION_HANDLE *session);

enum verdict {
	VERDICT_RIGHT, /* all certificates, byte for byte */
	VERDICT_ERROR, /* a call failed: *rv */
	VERDICT_WRONG  /* no call failed, yet they are not the card's */
};

/*
 * Search all certificates and compare their values. *count and *first: how many
 * were found, and the first one's handle, even when the verdict is wrong.
 */
enum verdict client_list(const struct client *c, CK_SESSION_HANDLE session,
    const struct pki *pki, CK_RV *rv, size_t *count, CK_OBJECT_HANDLE *first);

/* Open a session, list, close it. */
enum verdict
client_round(const struct client *c, const struct pki *pki, CK_RV *rv);

/* Print what it is called in the scripts, or its number. */
void client_say(CK_RV rv);

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t now_ms(void);

void rest_ms(unsigned ms);

/* Entries of /proc/self/NAME. */
size_t count_self(const char *name);

#endif
