/* SPDX-License-Identifier: BSD-2-Clause */
/* Command APDUs for an emulated card, by whichever of T=0 and T=1 it is in. */
#ifndef TESTS_EMULATOR_APDU_HOST_H
#define TESTS_EMULATOR_APDU_HOST_H

#include "tests/emulator/card-host.h"

struct apdu_host {
	struct card *card;
	uint8_t ns; /* T=1: of the next I-block */
	uint8_t nr;
	unsigned wtx; /* T=1: requests for more time that were granted */
};

/* A reset card of a profile, as host_card makes it. */
void apdu_open(struct apdu_host *h, const char *profile, const char *pki);

/* The same of folder/profile, made of base and more lines. */
void apdu_open_habit(struct apdu_host *h, const char *folder, const char *base,
    const char *lines, const char *pki);
void apdu_reset(struct apdu_host *h);
void apdu_close(struct apdu_host *h);

/* One APDU of cases 1 to 4, nothing followed; data goes to out, or nowhere. */
uint16_t
apdu_once(struct apdu_host *h, const uint8_t *apdu, size_t n, struct blob *out);

/* The same, with GET RESPONSE after 61xx and again after 6Cxx. */
uint16_t apdu_bytes(
    struct apdu_host *h, const uint8_t *apdu, size_t n, struct blob *out);

/* apdu_once from hex; the answer is exactly this, status word and all. */
void apdu_exact(struct apdu_host *h, const char *hex, const char *answer);

/* apdu_bytes from hex. */
void apdu_expect(struct apdu_host *h, const char *hex, const char *answer);
uint16_t apdu_hex(struct apdu_host *h, const char *hex, struct blob *out);

/* All data of a command in a chain of pieces, then what it answers. */
uint16_t apdu_chain(struct apdu_host *h, const uint8_t header[3],
    const struct blob *data, size_t piece, struct blob *out);

#endif
