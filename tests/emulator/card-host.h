/* SPDX-License-Identifier: BSD-2-Clause */
/* A reader's place in the tests of an emulated card: TPDUs from hex. */
#ifndef TESTS_EMULATOR_CARD_HOST_H
#define TESTS_EMULATOR_CARD_HOST_H

#include "tools/emulator/card/blob.h"
#include "tools/emulator/card/card.h"

struct host_answer {
	uint8_t data[256];
	size_t len;
	uint16_t sw;
	unsigned nulls;
	bool single;
};

/* One TPDU: five header bytes, then data if any. Checks the card's manners. */
void host_tpdu(struct card *card, const uint8_t *tpdu, size_t n,
    struct host_answer *answer);

/* The same from hex, with spaces; returns the status word. */
uint16_t host_hex(struct card *card, const char *hex, struct host_answer *a);

/* Follows 61xx and 6Cxx; appends all data to out unless it is NULL. */
uint16_t host_apdu(struct card *card, const char *hex, struct blob *out);

/* Data only, exactly as in hex. */
void host_expect(struct card *card, const char *hex, const char *answer);

/* T (1) or V (2) buffer of the selected object without its length. */
void
host_read(struct card *card, unsigned type, unsigned piece, struct blob *out);

/* SELECT of a 7-byte AID with the given last two bytes after A000000079. */
void host_select(struct card *card, const char *aid);
void host_verify(struct card *card);

/* RSA private operation on block, in pieces of piece bytes. */
uint16_t host_private(struct card *card, const uint8_t *block, size_t n,
    size_t piece, struct blob *out);

size_t hex_bytes(const char *hex, uint8_t *out, size_t max);

/* A profile of CAC_EMULATOR_PROFILES, or a file of CAC_TEST_DATA. */
void profile_path(const char *name, char *path, size_t size);
void data_path(const char *name, char *path, size_t size);

/* A reset card of a profile; fails the test when there is none. */
struct card *host_card(const char *profile, const char *pki);

/* A profile made of another one and some more lines, in folder. */
void host_profile(const char *folder, const char *base, const char *lines,
    char *path, size_t size);

/* A program's own folder, and the keys of a card in it; for a group of tests.
 */
extern char test_folder[128], test_pki[160];
int test_setup(void **state);
int test_teardown(void **state);

/* A reset card with other habits than its profile's, and test_pki. */
struct card *host_habit(const char *base, const char *lines);

/* A new folder under TMPDIR or /tmp, and its end with all files in it. */
void folder_make(char *path, size_t size);
void folder_remove(const char *path);

#endif
