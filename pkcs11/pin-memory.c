/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/random.h>
#include <time.h>

#include "cac/card.h"
#include "pkcs11/digest.h"
#include "pkcs11/pin-memory.h"

/* All PINs of 8 digits for one salt: some weeks of one core. */
#define ROUNDS (1 << 15)

/*
 * Whoever had the PIN reset at an issuer's office has long taken the card out;
 * this process may not have seen it.
 */
#define OLD_MS (15 * 60 * 1000)

uint64_t
pin_memory_now(void)
{
	struct timespec t = {0};

	(void)clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void
hash_pin(const uint8_t salt[PIN_MEMORY_SALT], struct bytes pin,
    uint8_t out[PIN_MEMORY_HASH])
{
	struct bytes salt_bytes = bytes_of(salt, PIN_MEMORY_SALT);
	struct bytes in = pin;
	struct digest d;

	for (unsigned i = 0; i < ROUNDS; i++) {
		digest_begin(&d, DIGEST_SHA256);
		digest_update(&d, salt_bytes);
		digest_update(&d, in);
		digest_end(&d, out);
		in = bytes_of(out, PIN_MEMORY_HASH);
	}
}

static void
drop(struct pin_memory *mem, unsigned i)
{
	memmove(&mem->list[i], &mem->list[i + 1],
	    (mem->count - i - 1) * sizeof(mem->list[0]));
	mem->count--;
}

void
pin_memory_add(struct pin_memory *mem, struct bytes pin, unsigned tries)
{
	struct refused_pin *last;

	if (mem->count == 0 &&
	    getrandom(mem->salt, sizeof(mem->salt), GRND_NONBLOCK) < 0)
		memset(mem->salt, 0, sizeof(mem->salt));
	if (mem->count == PIN_MEMORY_MAX)
		drop(mem, 0);
	last = &mem->list[mem->count++];
	hash_pin(mem->salt, pin, last->hash);
	last->tries = tries;
	last->at_ms = pin_memory_now();
}

bool
pin_memory_holds(const struct pin_memory *mem, struct bytes pin)
{
	uint8_t hash[PIN_MEMORY_HASH];
	bool held = false;

	if (mem->count == 0)
		return false;
	hash_pin(mem->salt, pin, hash);
	for (unsigned i = 0; i < mem->count; i++)
		held =
		    held || memcmp(mem->list[i].hash, hash, sizeof(hash)) == 0;
	explicit_bzero(hash, sizeof(hash));
	return held;
}

void
pin_memory_prune(struct pin_memory *mem, unsigned tries, uint64_t arrived_ms)
{
	unsigned last;

	for (unsigned i = mem->count; i > 0; i--) {
		if (mem->list[i - 1].at_ms < arrived_ms)
			drop(mem, i - 1);
	}
	if (mem->count == 0 || tries == CARD_TRIES_UNKNOWN)
		return;
	last = mem->list[mem->count - 1].tries;
	if (last != CARD_TRIES_UNKNOWN && tries > last)
		mem->count = 0;
}

void
pin_memory_prune_old(struct pin_memory *mem, unsigned tries, uint64_t now_ms)
{
	for (unsigned i = mem->count; i > 0; i--) {
		struct refused_pin *one = &mem->list[i - 1];
		bool counted = tries != CARD_TRIES_UNKNOWN &&
		    one->tries != CARD_TRIES_UNKNOWN;

		/* Of the future: of another boot. */
		if (one->at_ms > now_ms ||
		    (!counted && now_ms - one->at_ms > OLD_MS))
			drop(mem, i - 1);
	}
}
