/* SPDX-License-Identifier: BSD-2-Clause */
/* What is in a folder of keys, and in the containers of its card. */
#ifndef TESTS_EMULATOR_PKI_RIG_H
#define TESTS_EMULATOR_PKI_RIG_H

#include "tests/emulator/card-host.h"

#define CERT_MAX 2048

/* Append a file to out; one that is missing fails the test. */
void pki_file(const char *dir, const char *name, struct blob *out);

/* The element tag of the selected object; false when it is not in T. */
bool pki_element(struct card *card, uint8_t tag, struct blob *out);

/*
 * Assert that the container of this AID holds the certificate in file, with
 * this CertInfo; window: how it is packed (inflateInit2()), 0: not at all.
 */
void pki_container(struct card *card, const char *dir, const char *aid,
    uint8_t certinfo, int window, const char *file);

#endif
