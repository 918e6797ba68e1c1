/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PINs that a card has refused, so that the same one is not sent to it again:
 * programs repeat a wrong PIN up to five times, and a card takes three. They
 * are kept as slow salted hashes, in this process and, for others of the same
 * user, in a file below XDG_RUNTIME_DIR, one for each card.
 */
#ifndef PKCS11_PIN_MEMORY_H
#define PKCS11_PIN_MEMORY_H

#include "base/bytes.h"

#define PIN_MEMORY_MAX	8 /* cards take 3 to 15; the last ones are kept */
#define PIN_MEMORY_SALT 16
#define PIN_MEMORY_HASH 32

/* Empty when all is zero. */
struct pin_memory {
	uint8_t salt[PIN_MEMORY_SALT];
	unsigned count;
	struct refused_pin {
		uint8_t hash[PIN_MEMORY_HASH];
		unsigned tries; /* that were left; or CARD_TRIES_UNKNOWN */
		uint64_t at_ms; /* CLOCK_BOOTTIME */
	} list[PIN_MEMORY_MAX];
};

uint64_t pin_memory_now(void);

/* Takes some 10 ms. The lack of random bytes is no reason to forget. */
void pin_memory_add(struct pin_memory *mem, struct bytes pin, unsigned tries);
bool pin_memory_holds(const struct pin_memory *mem, struct bytes pin);

/*
 * Drop what may have become right: all, when the card takes more wrong PINs
 * than after the last one, since then the PIN was verified or reset; and what
 * is from before the card was inserted. tries: now, or CARD_TRIES_UNKNOWN.
 */
void
pin_memory_prune(struct pin_memory *mem, unsigned tries, uint64_t arrived_ms);

/* And what is too old to be believed of a card that does not count for us. */
void
pin_memory_prune_old(struct pin_memory *mem, unsigned tries, uint64_t now_ms);

#endif
