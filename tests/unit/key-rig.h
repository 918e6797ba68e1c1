/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cards with a PIN and keys, opened: one of each generation, PIV alone, and
 * both in one. Setups for tests of PINs and private keys.
 */
#ifndef TESTS_UNIT_KEY_RIG_H
#define TESTS_UNIT_KEY_RIG_H

#include "cac/card.h"
#include "tests/unit/cac-samples.h"

#define RIG_PIN	    "123456"
#define RIG_BLOCK   "31 32 33 34 35 36 FF FF"
#define RIG_TRIES   3
#define RIG_NEW_PIN "87654321"

/* What goes to the card, as lines of the log. */
#define SELECT_ID	  "00 A4 04 0C 07 A0 00 00 00 79 01 00\n"
#define SELECT_SIGNATURE  "00 A4 04 0C 07 A0 00 00 00 79 01 01\n"
#define SELECT_ENCRYPTION "00 A4 04 0C 07 A0 00 00 00 79 01 02\n"
#define SELECT_ACA	  "00 A4 04 0C 07 A0 00 00 00 79 10 00\n"
#define SELECT_PIV	  "00 A4 04 00 09 A0 00 00 03 08 00 00 10 00\n"
#define OBJECT_ID	  "00 A4 02 0C 02 01 00\n"
#define OBJECT_SIGNATURE  "00 A4 02 0C 02 01 01\n"
#define OBJECT_ENCRYPTION "00 A4 02 0C 02 01 02\n"
#define VERIFY		  "00 20 00 00 08 " RIG_BLOCK "\n"
#define VERIFY_PIV	  "00 20 00 80 08 " RIG_BLOCK "\n"
#define USE		  "00 42 00 00 80\n"
#define USE_PIV_AT	  "00 87 06 "

struct key_rig {
	struct sample_card sample;
	struct fake_container containers[8];
	struct buf stream, authentication;
	struct sample_piv piv;
	struct reader reader;
	struct fake_keys keys;
	struct card *card;
};

extern struct key_rig rig;
extern const struct deadline rig_never;

/* Three containers, each an object in an applet of its own. */
int rig_cac2(void **state);

/* Three objects in one applet; the PIN goes to A0000000791000. */
int rig_alternate(void **state);

/* Applets 0100 and 0101. */
int rig_bare(void **state);
int rig_cac1(void **state);

/* The four standard certificates, a retired one, no Discovery object. */
int rig_piv(void **state);

/*
 * rig_cac2 and PIV: 9C and 9D hold the second and third applet's certificates.
 * Shown are 9A, the three applets, then the rest of PIV from RIG_9C on.
 */
int rig_dual(void **state);
enum { RIG_9A, RIG_ID, RIG_SIGNATURE, RIG_ENCRYPTION, RIG_9C, RIG_9D, RIG_9E };

int rig_clear(void **state);

/* Open the card again, as it is now; the log and counts start anew. */
void rig_open(void);

/* Read all certificates, so that it is known which are there twice. */
void rig_read(void);

/* What was sent since the last time. */
void rig_log(const char *expected);

/* The same without the data that keys were given. */
void rig_log_uses(const char *expected);

err_t rig_login(size_t index, const char *pin);

/*
 * Use a key with input of the right length; the answer is the fake's when the
 * error is 0, else out has stayed as it was. pin NULL: none.
 */
err_t
rig_use(size_t index, enum card_op_kind kind, unsigned bits, const char *pin);

/* The same with RSA of 1024 bits and the PIN. */
err_t rig_sign(size_t index);

#endif
